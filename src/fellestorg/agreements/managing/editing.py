"""What whoever manages an agreement may change alone: texts, names, dates of participation; and making a draft.

Each is one transaction with its event, which keeps before and after. Where money or law is at stake, see ``proposals``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.changes.agreement import DAYS, possible_managers, term_problems
from fellestorg.agreements.models import CeilingBalance, ExtensionOption, FrameworkAgreement, Lot, Participation
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import refusal_text
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.http import plain
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem, Refused

# Words that stand where a key stands in the addresses.
RESERVED = frozenset(
    {
        "ny", "endringer", "deltakere", "opsjoner", "rediger", "forleng", "ny-delkontrakt", "vilkar", "rammedokument",
        "nyheter", "kontakter",
    }
)  # fmt: skip
TITLES = tuple(f"title_{code}" for code in LANGUAGES)
AGREEMENT_TEXTS = (*TITLES, *(f"summary_{code}" for code in LANGUAGES), "category", "source")
LOT_TEXTS = (*TITLES, "estimated_value")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


@transaction.atomic
def edit_agreement(
    agreement: FrameworkAgreement,
    values: Mapping[str, Any],
    predecessors: Iterable[str] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> FrameworkAgreement:
    """Change an agreement's texts, category and source, and what it took over from (keys; ``None`` leaves that alone).

    Raises Refused for whoever does not manage it, BadInput where a title or the category is missing.
    """
    _require_manager(actor, agreement)
    BadInput.raise_if(_missing(values, (*TITLES, "category")))
    rows = FrameworkAgreement.objects.select_for_update(of=("self",), no_key=True)
    agreement = rows.select_related("owner", "manager").get(pk=agreement.pk)
    before, after = _assign(agreement, values, AGREEMENT_TEXTS)
    if predecessors is not None:
        wanted = sorted(set(predecessors) - {agreement.key})
        present = sorted(agreement.predecessors.values_list("key", flat=True))
        if wanted != present:
            agreement.predecessors.set(FrameworkAgreement.objects.filter(key__in=wanted))
            before["predecessors"], after["predecessors"] = present, wanted
    if after:
        subject = f"agreement:{agreement.key}"
        events.record(Happening(subject, "agreement_edited", subject, actor, now, {"before": before, "after": after}))
    return agreement


@transaction.atomic
def edit_lot(lot: Lot, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Lot:
    """Change a lot's titles and its estimated value. Raises as :func:`edit_agreement`."""
    _require_manager(actor, lot.agreement)
    BadInput.raise_if(_missing(values, TITLES))
    rows = Lot.objects.select_for_update(of=("self",), no_key=True)
    lot = rows.select_related("agreement__owner", "agreement__manager").get(pk=lot.pk)
    before, after = _assign(lot, values, LOT_TEXTS)
    if after:
        payload = {"before": before, "after": after}
        events.record(Happening(f"lot:{lot}", "lot_edited", f"lot:{lot}", actor, now, payload))
    return lot


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """A draft to be made. ``terms`` is what :func:`changes.agreement.agreement_payload` gives: days as ISO text, options,
    the manager's user name."""

    key: str
    owner: Organisation
    texts: Mapping[str, Any]
    terms: Mapping[str, Any]


@transaction.atomic
def create_agreement(new: NewAgreement, *, actor: Actor, now: datetime) -> FrameworkAgreement:
    """Make an agreement. It is a draft until one of its lots has a policy: nobody can call off under it.

    Raises Refused for whoever is neither agreement manager nor administrator at the owner, BadInput with all problems.
    """
    if not may_create(actor, new.owner):
        raise Refused("not_agreement_manager", refusal_text("not_agreement_manager"))
    today = clock.local_day(now)
    problems = [*_key_problems(new.key), *_missing(new.texts, (*TITLES, "category")), *term_problems(new.terms, today)]
    if FrameworkAgreement.objects.filter(key=new.key).exists():
        problems.append(Problem("key", "taken", _("det finnes alt en avtale med denne nøkkelen")))
    managers = {one.username: one for one in possible_managers(new.owner, today)}
    if new.terms["manager"] not in managers:
        text = _("velg en som er avtaleforvalter hos avtalens eier")
        problems.append(Problem("manager", "unknown_manager", text))
    BadInput.raise_if(problems)
    agreement = FrameworkAgreement.objects.create(
        key=new.key,
        owner=new.owner,
        manager=managers[new.terms["manager"]],
        long_duration_reason=new.terms["long_duration_reason"].strip(),
        **{name: date.fromisoformat(new.terms[name]) for name in DAYS},
        **{name: new.texts[name].strip() for name in AGREEMENT_TEXTS},
    )
    ExtensionOption.objects.bulk_create(
        ExtensionOption(agreement=agreement, starts=first, ends=last) for first, last in new.terms["options"]
    )
    subject = f"agreement:{agreement.key}"
    told = {**{name: new.texts[name] for name in AGREEMENT_TEXTS}, **new.terms, "owner": new.owner.number}
    events.record(Happening(subject, "agreement_created", subject, actor, now, told))
    return agreement


@transaction.atomic
def create_lot(
    agreement: FrameworkAgreement, key: str, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Lot:
    """Add a lot, a draft until it has a policy. ``values``: titles, scope texts and codes, maximum and estimated value."""
    _require_manager(actor, agreement)
    FrameworkAgreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    problems = [*_key_problems(key), *_missing(values, TITLES)]
    lots = Lot.objects.filter(agreement=agreement)
    if lots.filter(key=key).exists():
        problems.append(Problem("key", "taken", _("avtalen har alt en delkontrakt med denne nøkkelen")))
    if not values["max_value"] or values["max_value"] <= 0:
        problems.append(Problem("max_value", "too_small", _("beløpet må være over 0 kroner")))
    BadInput.raise_if(problems)
    last = lots.order_by("-number").values_list("number", flat=True).first()
    lot = Lot.objects.create(agreement=agreement, key=key, number=(last or 0) + 1, **values)
    CeilingBalance.objects.create(lot=lot)
    events.record(Happening(f"lot:{lot}", "lot_created", f"lot:{lot}", actor, now, plain(dict(values))))
    return lot


@dataclass(frozen=True, slots=True)
class Stay:
    """From when to when an organisation takes part, and the last day of a contract of its own that it waits for."""

    valid_from: date
    valid_to: date | None = None
    own_contract_to: date | None = None
    note: str = ""


@transaction.atomic
def move_participation(row: Participation, stay: Stay, *, actor: Actor, now: datetime) -> Participation:
    """Change when somebody who is on the list takes part. Who was on it stays identifiable, so nobody else need agree.

    Refused once it has ended: to let somebody in again is to add them (FA-2). Raises BadInput for days that cannot be.
    """
    _require_manager(actor, row.agreement)
    rows = Participation.objects.select_for_update(of=("self",))
    row = rows.select_related("agreement__owner", "agreement__manager", "organisation").get(pk=row.pk)
    if row.valid_to is not None and row.valid_to < clock.local_day(now):
        raise Refused("participation_ended", _("Deltakelsen er avsluttet. Foreslå virksomheten som ny deltaker."))
    BadInput.raise_if(stay_problems(row, stay))
    before = _stay(row)
    row.valid_from, row.valid_to, row.own_contract_to = stay.valid_from, stay.valid_to, stay.own_contract_to
    row.note = stay.note.strip()[:300]
    row.save(update_fields=["valid_from", "valid_to", "own_contract_to", "note"])
    after = _stay(row)
    if after != before:
        subject = f"agreement:{row.agreement.key}"
        told = {"organisation": row.organisation.number, "before": before, "after": after}
        events.record(Happening(subject, "participation_moved", subject, actor, now, told))
    return row


def stay_problems(row: Participation, stay: Stay) -> list[Problem]:
    """What is wrong with new days for somebody who is on the list, by field."""
    problems = []
    if stay.valid_from < row.agreement.starts:
        text = _("kan ikke være før avtalen starter, %(day)s") % {"day": shown_day(row.agreement.starts, "medium")}
        problems.append(Problem("valid_from", "before_agreement", text))
    if stay.valid_to is not None and stay.valid_to < stay.valid_from:
        problems.append(Problem("valid_to", "before_start", _("siste dag kan ikke være før første")))
    if stay.own_contract_to is not None and stay.own_contract_to >= stay.valid_from:
        text = _("den egne avtalen må være slutt før virksomheten blir med")
        problems.append(Problem("own_contract_to", "after_start", text))
    others = Participation.objects.filter(agreement=row.agreement_id, organisation=row.organisation_id)
    if any(_overlap(stay, other) for other in others.exclude(pk=row.pk)):
        problems.append(Problem("valid_from", "present", _("virksomheten er alt med i denne tiden")))
    return problems


def may_create(actor: Actor, owner: Organisation) -> bool:
    """Agreement managers and administrators make agreements for their own organisation; and the operator for any."""
    if actor.key in (SYSTEM.key, OPERATOR.key):
        return True
    return owner.number in actor.organisations(RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AGREEMENT_MANAGER)


def _assign(row: Any, values: Mapping[str, Any], names: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Put what differs on the row and save it; before and after of that alone, as plain JSON."""
    before, after = {}, {}
    for name in names:
        old, new = getattr(row, name), values[name]
        new = new.strip() if isinstance(new, str) else new
        if old != new:
            before[name], after[name] = plain(old), plain(new)
            setattr(row, name, new)
    if after:
        row.save(update_fields=list(after))
    return before, after


def _missing(values: Mapping[str, Any], names: Iterable[str]) -> list[Problem]:
    return [Problem(name, "missing", _("må fylles ut")) for name in names if not str(values[name] or "").strip()]


def _key_problems(key: str) -> list[Problem]:
    if _KEY.match(key) and len(key) <= 60 and key not in RESERVED:
        return []
    return [Problem("key", "not_a_key", _("bruk små bokstaver a–z, tall og bindestrek, for eksempel «mobil-2027»"))]


def _overlap(stay: Stay, other: Participation) -> bool:
    return (other.valid_to is None or stay.valid_from <= other.valid_to) and (
        stay.valid_to is None or other.valid_from <= stay.valid_to
    )


def _stay(row: Participation) -> dict[str, Any]:
    return {
        "valid_from": plain(row.valid_from),
        "valid_to": plain(row.valid_to),
        "own_contract_to": plain(row.own_contract_to),
        "note": row.note,
    }


def _require_manager(actor: Actor, agreement: FrameworkAgreement) -> None:
    decision = may_manage(actor, agreement)
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason), **decision.params)
