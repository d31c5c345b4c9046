"""Access to the documents of a case (offentleglova): asked for by anybody, decided by SI, open to all once given."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.law.deadlines import compute_deadline
from fellestorg.marketplace.firms.policy import keeps
from fellestorg.marketplace.moderation import journal, senders
from fellestorg.marketplace.moderation.acting import SHORTEST, locked, require, step
from fellestorg.marketplace.moderation.journal import Entry
from fellestorg.marketplace.moderation.models import CaseAccess, ModerationCase
from fellestorg.marketplace.moderation.reports import rules
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem, Refused

_Outcome = CaseAccess.Outcome


@transaction.atomic
def ask(case: ModerationCase, *, sender: str, actor: Actor, now: datetime) -> CaseAccess:
    """Ask to see a case's documents. Who asks is not kept. Refused where one waits already, or too many have come."""
    senders.one_at_a_time()
    case = locked(case)
    if case.access_requests.filter(outcome=_Outcome.WAITING).exists():
        raise Refused("access_waits", _("Et innsynskrav i saken venter allerede på svar."))
    if CaseAccess.objects.filter(sender=sender).count() >= rules().most_by_sender:
        raise Refused("too_many", _("Det er kommet for mange krav nå. Prøv igjen i morgen."))
    made = CaseAccess.objects.create(case=case, received_at=now, sender=sender)
    step(case, "access_asked", actor, None, now, text="")
    return made


@transaction.atomic
def decide(
    request: CaseAccess, outcome: str, held_back: Collection[int], ground: str, reason: str, *, actor: Actor,
    person: Person, now: datetime,
) -> CaseAccess:  # fmt: skip
    """Give access, give it but for some documents (``held_back``, by number), or refuse. What is held back has its ground
    (a code of ``journal.toml``) and its reason. Raises BadInput, Refused."""
    require(keeps(actor))
    case = locked(request.case)
    row = CaseAccess.objects.select_for_update().get(pk=request.pk)
    if row.outcome != _Outcome.WAITING:
        raise Refused("closed", _("Innsynskravet er avgjort."))
    numbers = {entry.number for entry in documents(case)}
    problems = []
    if outcome not in (_Outcome.GIVEN, _Outcome.PARTLY, _Outcome.REFUSED):
        problems.append(Problem("outcome", "unknown", _("Velg hva du avgjør.")))
    if outcome in (_Outcome.PARTLY, _Outcome.REFUSED):
        if ground not in journal.grounds():
            problems.append(Problem("ground", "missing", _("Velg hjemmelen for å holde noe tilbake.")))
        if len(reason.strip()) < SHORTEST:
            problems.append(Problem("reason", "too_short", _("Skriv minst %(n)s tegn.") % {"n": SHORTEST}))
    if outcome == _Outcome.PARTLY and (not held_back or set(held_back) - numbers or set(held_back) == numbers):
        problems.append(Problem("held_back", "missing", _("Velg hvilke dokumenter som holdes tilbake, men ikke alle.")))
    BadInput.raise_if(problems)
    held = outcome != _Outcome.GIVEN
    row.outcome, row.decided_at, row.decided_by = outcome, now, person
    row.held_back = sorted(set(held_back)) if outcome == _Outcome.PARTLY else []
    row.ground, row.reason = ground if held else "", reason.strip()
    row.save()
    step(case, "access_decided", actor, person, now, text=row.reason, answer=outcome, ground=row.ground)
    return row


def documents(case: ModerationCase) -> list[Entry]:
    """The documents of one case, with what they say."""
    return journal.entries(journal.cases().filter(pk=case.pk))


def open_to_all(case: ModerationCase) -> list[int]:
    """The numbers of the documents that access has been given to, by the newest answer; what came later is not."""
    last = case.access_requests.exclude(outcome=_Outcome.WAITING).order_by("-decided_at").first()
    if last is None or last.outcome == _Outcome.REFUSED or last.decided_at is None:
        return []
    return [one.number for one in documents(case) if one.number not in last.held_back and one.at <= last.decided_at]


def due(request: CaseAccess) -> date:
    """The day by which it is decided (rule ACCESS-DUE)."""
    return compute_deadline("access_request", clock.local_day(request.received_at)).due
