"""What the lead decides before the notice: the declaration, the environment rule, the clauses and the dates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, record
from fellestorg.competitions.models import ClauseChoice, Competition, EnvironmentAnswer, QualificationRequirement
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import plain
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.law.procedures import procedure
from fellestorg.values import BadInput, Problem


def always_asked(competition: Competition) -> frozenset[str]:
    """The grounds for exclusion that its tenderers must declare themselves on: the mandatory ones, where any supplier may
    come in. Under an agreement they were asked when it was made."""
    if not procedure(competition.procedure).entrances():
        return frozenset()
    return frozenset(one.code for one in exclusion_grounds() if one.mandatory)


@transaction.atomic
def ask_declaration(competition: Competition, codes: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Ask tenderers to declare themselves (ESPD) on every mandatory ground for exclusion and on these besides."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    wanted = {one.code: one for one in exclusion_grounds() if one.mandatory or one.code in codes}
    old = QualificationRequirement.objects.filter(competition=locked).exclude(ground="")
    old.exclude(ground__in=wanted).delete()
    have = set(old.values_list("ground", flat=True))
    place = int(locked.requirements.aggregate(most=Max("number"))["most"] or 0) + 1
    kind = QualificationRequirement.Kind
    QualificationRequirement.objects.bulk_create(
        QualificationRequirement(
            competition=locked,
            key=f"espd-{code}",
            number=place + at,
            kind=kind.PASS_FAIL if ground.mandatory else kind.DISCRETIONARY,
            title=ground.title[locked.language],
            ground=code,
        )
        for at, (code, ground) in enumerate((c, g) for c, g in wanted.items() if c not in have)
    )
    record(locked, "competition_changed", actor, now, {"part": "declaration", "grounds": sorted(wanted)})


@transaction.atomic
def answer_environment(competition: Competition, how: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Say how the rule on climate and environment is met. Whether it holds is asked of the guard, by the notice's day."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    EnvironmentAnswer.objects.update_or_create(competition=locked, defaults={"how": how, "reason": reason.strip()})
    record(locked, "competition_changed", actor, now, {"part": "environment", "how": how, "reason": reason.strip()})


@transaction.atomic
def choose_clauses(
    competition: Competition, chosen: Mapping[str, tuple[bool, str]], *, actor: Actor, now: datetime
) -> None:
    """Take proposed clauses into the contract, or leave them out with a reason: rule id -> (included, reason)."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    BadInput.raise_if(
        Problem(rule, "clause_without_reason", _("Skriv hvorfor klausulen ikke skal med."))
        for rule, (included, reason) in chosen.items()
        if not included and not reason.strip()
    )
    for rule, (included, reason) in chosen.items():
        ClauseChoice.objects.update_or_create(
            competition=locked, clause=rule, defaults={"included": included, "reason": reason.strip()}
        )
    told = {rule: {"included": included, "reason": reason} for rule, (included, reason) in chosen.items()}
    record(locked, "competition_changed", actor, now, {"part": "clauses", "chosen": told})


@transaction.atomic
def set_deadlines(
    competition: Competition,
    *,
    tenders_until: datetime | None = None,
    requests_until: datetime | None = None,
    questions_until: datetime | None = None,
    validity_until: date | None = None,
    reason: str = "",
    voluntary_standstill: bool = False,
    actor: Actor,
    now: datetime,
) -> Competition:
    """Set the dates before the notice or the invitation. One before the law's earliest day needs its reason; the guard
    asks. The deadline for requests is set before the notice only; later it is moved, for all."""
    locked = for_change(competition, actor, now, ("preparing", "selecting", "dialogue", "negotiating"))
    given = {
        "tenders_until": tenders_until,
        "requests_until": requests_until,
        "questions_until": questions_until,
        "validity_until": validity_until,
        "deadline_reason": reason.strip(),
        "voluntary_standstill": voluntary_standstill,
    }
    if validity_until and tenders_until and validity_until < clock.local_day(tenders_until):
        text = _("Tilbudene må stå lenger enn til tilbudsfristen.")
        raise BadInput.of("validity_until", "validity_before_deadline", text)
    if locked.stage != "preparing":
        del given["requests_until"]
    for name, value in given.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(given))
    record(locked, "competition_changed", actor, now, {"part": "deadlines", "values": plain(given)})
    return locked
