"""The verbs of agreements. Each is one transaction with its event in it.

Lock order, everywhere: the lots' balances by id, then the event streams.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements import ledger
from fellestorg.agreements.ledger import Posted, Posting
from fellestorg.agreements.models import (
    DrawBalance,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.rules import Entry
from fellestorg.engines.policy import parse_policy, unreachable_steps
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.values import BadInput, Problem, Refused, kroner

_SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class PolicySaved:
    """The new version, and the numbers (from 1) of steps that can never decide, for whoever saved it to think about."""

    version: PolicyVersion
    unreachable: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """A fact to be drawn on a lot: ``opening`` (drawn before Fellestorg) or ``elsewhere`` (a call-off made elsewhere).

    ``amount`` is kroner without VAT, ``on`` the day it was made there, ``reference`` what it is called there.
    """

    lot: Lot
    kind: str
    reference: str
    amount: Decimal
    buyer: Organisation | None = None
    on: date | None = None
    quantity: Decimal = Decimal(0)
    note: str = ""


@transaction.atomic
def set_policy(
    lot: Lot, document: dict[str, Any], valid_from: date, source: str, *, actor: Actor, now: datetime
) -> PolicySaved:
    """Give a lot a new version of its call-off policy from a day on. Older decisions keep the version they used.

    Raises BadInput for a document that cannot be read or a missing source, Refused for whoever may not, for a day that
    has passed (the first version excepted) and for a day that already has a version.
    """
    _require_manager(actor, lot.agreement)
    policy = parse_policy(document)
    if not source.strip():
        raise BadInput.of("source", "missing", _("oppgi hvor rammeavtalen sier dette"))
    lot = Lot.objects.select_for_update(of=("self",)).select_related("agreement").get(pk=lot.pk)
    versions = PolicyVersion.objects.filter(lot=lot)
    last = versions.order_by("-version").first()
    if last is not None and valid_from < clock.local_day(now):
        raise Refused("policy_backdated", _("Nye avropsregler kan ikke gjelde fra en dag som har vært."))
    if versions.filter(valid_from=valid_from).exists():
        raise Refused("policy_same_day", _("Det finnes alt avropsregler som gjelder fra denne dagen."))
    row = PolicyVersion.objects.create(
        lot=lot,
        version=last.version + 1 if last else 1,
        valid_from=valid_from,
        document=document,
        source=source.strip()[:300],
    )
    unreachable = tuple(index + 1 for index in unreachable_steps(policy))
    payload = {"version": row.version, "valid_from": valid_from.isoformat(), "unreachable": list(unreachable)}
    _record_on_lot(lot, "policy_published", actor, now, payload, (row,))
    return PolicySaved(row, unreachable)


def register_opening(
    lot: Lot,
    amount: Decimal,
    note: str,
    *,
    reference: str = "opening",
    quantity: Decimal = Decimal(0),
    actor: Actor,
    now: datetime,
) -> Posted:
    """Register what had been drawn on a lot before Fellestorg. See :func:`register`."""
    return register(
        [Registration(lot, "opening", reference, amount, None, None, quantity, note)], actor=actor, now=now
    )[0]


def register_elsewhere(
    lot: Lot,
    reference: str,
    buyer: Organisation,
    amount: Decimal,
    on: date,
    *,
    note: str = "",
    quantity: Decimal = Decimal(0),
    actor: Actor,
    now: datetime,
) -> Posted:
    """Register a call-off made elsewhere. A fact is always recorded; past 100 % it shows as a breach (FA-3)."""
    one = Registration(lot, "elsewhere", reference, amount, buyer, on, quantity, note)
    return register([one], actor=actor, now=now)[0]


@transaction.atomic
def register(registrations: Sequence[Registration], *, actor: Actor, now: datetime) -> list[Posted]:
    """Register many facts at once, all or none; the answer has one entry for each lot, in the order of their ids.

    Raises BadInput naming every registration (``registrations[3].amount``) that is not positive, lies in the future,
    lacks what it needs or is on record already; Refused where the actor does not manage one of the agreements.
    """
    by_lot: dict[int, list[int]] = {}
    for index, one in enumerate(registrations):
        by_lot.setdefault(one.lot.pk, []).append(index)
    for indexes in by_lot.values():
        _require_manager(actor, registrations[indexes[0]].lot.agreement)
    BadInput.raise_if(_registration_problems(registrations, clock.local_day(now)))
    balances = {lot_id: ledger.lock(registrations[by_lot[lot_id][0]].lot) for lot_id in sorted(by_lot)}
    # Under the locks, so that the same reference cannot be registered by two at once.
    BadInput.raise_if(problem for indexes in by_lot.values() for problem in _already_registered(registrations, indexes))
    done = []
    happenings = []
    for lot_id, balance in balances.items():
        mine = [registrations[index] for index in by_lot[lot_id]]
        lot = mine[0].lot
        posted = ledger.write(lot, balance, [_posting(one, now) for one in mine])
        payload = {
            "entries": [_told(one) for one in mine],
            "breaches": [entry.reference for entry in posted.entries if entry.breach],
        }
        happenings.append(Happening(f"lot:{lot}", "draw_registered", f"lot:{lot}", actor, now, payload, posted.entries))
        done.append((lot, posted))
    if happenings:
        events.record(*happenings)
    for lot, posted in done:
        if posted.crossed_percent:
            warn_crossed(lot, posted.crossed_percent, at=now)
    return [posted for _lot, posted in done]


@transaction.atomic
def suspend(
    position: SupplierPosition, start: date, end: date | None, reason: str, *, actor: Actor, now: datetime
) -> SupplierPosition:
    """Take a supplier out of a lot's ranking from a day to a day (``None``: until further notice), with a reason.

    Call-offs skip it in that time; what is already ordered stands.
    """
    _require_manager(actor, position.lot.agreement)
    problems = []
    if len(reason.strip()) < _SHORTEST_REASON:
        problems.append(Problem("reason", "missing", _("oppgi en grunn på minst ti tegn")))
    if end is not None and end < start:
        problems.append(Problem("end", "before_start", _("siste dag kan ikke være før første")))
    if start < clock.local_day(now):
        problems.append(Problem("start", "passed", _("en suspensjon kan ikke gjelde fra en dag som har vært")))
    BadInput.raise_if(problems)
    position = _locked_position(position)
    position.suspended_from, position.suspended_to, position.suspension_reason = start, end, reason.strip()
    position.save(update_fields=["suspended_from", "suspended_to", "suspension_reason"])
    payload = {
        "supplier": position.supplier.number,
        "from": start.isoformat(),
        "to": end.isoformat() if end else None,
        "reason": reason.strip(),
    }
    _record_on_lot(position.lot, "supplier_suspended", actor, now, payload)
    return position


@transaction.atomic
def lift_suspension(position: SupplierPosition, *, actor: Actor, now: datetime) -> SupplierPosition:
    """Let a suspended supplier take its place again from today. Refused where it is not suspended."""
    _require_manager(actor, position.lot.agreement)
    position = _locked_position(position)
    if position.suspended_from is None:
        raise Refused("not_suspended", _("Leverandøren er ikke suspendert."))
    position.suspended_from, position.suspended_to, position.suspension_reason = None, None, ""
    position.save(update_fields=["suspended_from", "suspended_to", "suspension_reason"])
    _record_on_lot(position.lot, "suspension_lifted", actor, now, {"supplier": position.supplier.number})
    return position


@transaction.atomic
def exercise_extension(option: ExtensionOption, *, actor: Actor, now: datetime) -> FrameworkAgreement:
    """Use an extension option: the agreement then lasts to the option's last day.

    Refused once used, out of turn, and after the agreement has ended: what has ended is not revived (FA-4).
    """
    agreement = (
        FrameworkAgreement.objects.select_for_update(of=("self",))
        .select_related("owner", "manager")
        .get(pk=option.agreement_id)
    )
    _require_manager(actor, agreement)
    option = ExtensionOption.objects.get(pk=option.pk)
    today = clock.local_day(now)
    if option.exercised_on is not None:
        raise Refused("extension_used", _("Opsjonen er alt utløst."))
    if today > agreement.ends:
        raise Refused("agreement_ended", _("Avtalen er utløpt og kan ikke forlenges."))
    if (option.starts - agreement.ends).days != 1:
        raise Refused("extension_out_of_turn", _("Opsjonene må utløses i rekkefølge."))
    option.exercised_on = today
    option.save(update_fields=["exercised_on"])
    before, agreement.ends = agreement.ends, option.ends
    agreement.save(update_fields=["ends"])
    payload = {"ended": before.isoformat(), "ends": option.ends.isoformat()}
    subject = f"agreement:{agreement.key}"
    events.record(Happening(subject, "extension_exercised", subject, actor, now, payload))
    return agreement


def warn_crossed(lot: Lot, percent: int, *, at: datetime) -> None:
    """Tell SI's agreement manager, and every participating agency's local ones, that a lot passed 50, 75 or 90 %."""
    day = clock.local_day(at)
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    participating = Participation.objects.filter(valid, agreement=lot.agreement_id, valid_from__lte=day)
    local = current_grants(day).filter(
        role=RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, organisation__in=participating.values("organisation")
    )
    people = Person.objects.filter(Q(pk=lot.agreement.manager_id) | Q(grants__in=local), active=True).distinct()
    messages.tell(
        [
            Recipient(f"person:{key}", email, language)
            for key, email, language in people.values_list("id", "email", "language")
        ],
        "ceiling_crossed",
        {
            "percent": percent,
            "agreement": {"nb": lot.agreement.title_nb, "nn": lot.agreement.title_nn, "en": lot.agreement.title_en},
            "lot": {"nb": lot.title_nb, "nn": lot.title_nn, "en": lot.title_en},
        },
        link=f"/avtaler/{lot.agreement.key}/{lot.key}",
        at=at,
    )


def _registration_problems(registrations: Sequence[Registration], today: date) -> list[Problem]:
    problems = []
    for index, one in enumerate(registrations):
        where = f"registrations[{index}]"
        if one.kind not in ("opening", "elsewhere"):
            problems.append(Problem(f"{where}.kind", "unknown_kind", _("ventet «opening» eller «elsewhere»")))
        if one.amount <= 0:
            problems.append(Problem(f"{where}.amount", "too_small", _("beløpet må være over 0 kroner")))
        if not one.reference.strip() or len(one.reference) > 60:
            problems.append(Problem(f"{where}.reference", "missing", _("oppgi en referanse på høyst 60 tegn")))
        if one.kind == "elsewhere" and one.buyer is None:
            problems.append(Problem(f"{where}.buyer", "missing", _("oppgi hvem som kjøpte")))
        if one.kind == "elsewhere" and one.on is None:
            problems.append(Problem(f"{where}.on", "missing", _("oppgi dagen kjøpet ble gjort")))
        if one.on is not None and one.on > today:
            problems.append(Problem(f"{where}.on", "in_the_future", _("dagen kan ikke ligge fram i tid")))
    return problems


def _already_registered(registrations: Sequence[Registration], indexes: Sequence[int]) -> list[Problem]:
    """The registrations of one lot whose reference is taken, there or earlier among them."""
    lot = registrations[indexes[0]].lot
    wanted = [_reference(registrations[index]) for index in indexes]
    taken = set(DrawBalance.objects.filter(lot=lot, reference__in=wanted).values_list("reference", flat=True))
    problems = []
    for index, reference in zip(indexes, wanted, strict=True):
        if reference in taken:
            text = _("referansen «%(reference)s» er alt registrert under denne delkontrakten")
            shown = {"reference": registrations[index].reference}
            problems.append(Problem(f"registrations[{index}].reference", "already_registered", text % shown))
        taken.add(reference)
    return problems


def _told(one: Registration) -> dict[str, str | None]:
    return {
        "kind": one.kind,
        "reference": one.reference,
        "amount": kroner(one.amount),
        "buyer": one.buyer.number if one.buyer else None,
        "on": one.on.isoformat() if one.on else None,
    }


def _posting(one: Registration, now: datetime) -> Posting:
    kind = "opening" if one.kind == "opening" else "actual"
    note = f"{one.on.isoformat()}: {one.note}" if one.on else one.note
    return Posting(Entry(kind, one.amount), _reference(one), now, one.buyer, None, one.quantity, note.strip(": ")[:300])


def _reference(one: Registration) -> str:
    # Apart from call-offs, whose reference is their id.
    return f"{one.kind}:{one.reference.strip()}"


def _locked_position(position: SupplierPosition) -> SupplierPosition:
    rows = SupplierPosition.objects.select_for_update(of=("self",)).select_related("supplier", "lot__agreement")
    return rows.get(pk=position.pk)


def _record_on_lot(
    lot: Lot, verb: str, actor: Actor, now: datetime, payload: dict[str, Any], covers: Sequence[Any] = ()
) -> None:
    events.record(Happening(f"lot:{lot}", verb, f"lot:{lot}", actor, now, payload, covers))


def _require_manager(actor: Actor, agreement: FrameworkAgreement) -> None:
    decision = may_manage(actor, agreement)
    if not decision.allowed:
        raise Refused(
            decision.reason,
            _("Bare avtaleforvalteren for avtalen og SI-administrator kan gjøre dette."),
            **decision.params,
        )
