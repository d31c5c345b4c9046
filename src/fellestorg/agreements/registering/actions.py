"""Registering facts on the ceiling: call-offs made elsewhere, and what was drawn before Fellestorg.

A fact is never refused for being unlawful: past the ceiling it is recorded as a breach (FA-3), out of the agreement's
time or by somebody who does not take part it is recorded with a flag (FA-4, FA-2). It counts from the day it was made;
the ledger keeps the instant it was registered as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements import ledger
from fellestorg.agreements.alerts import warn_broken, warn_crossed
from fellestorg.agreements.ledger import Posted, Posting
from fellestorg.agreements.models import DrawBalance, Lot
from fellestorg.agreements.policy import may_register
from fellestorg.agreements.registering.facts import FACT_KINDS, Fact, flags_of, key_of
from fellestorg.agreements.rules import Entry
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Decision, Problem, Refused, decimal_text, kroner

LONGEST_REFERENCE = 60
LONGEST_NOTE = 300
# Above this it is a slip of the keyboard, and enough of them would not fit in the ledger's columns.
LARGEST_AMOUNT = Decimal(10_000_000_000)


@transaction.atomic
def register(facts: Sequence[Fact], *, actor: Actor, now: datetime) -> list[Posted]:
    """Register many facts at once, all or none; the answer has one entry for each lot, in the order of their ids.

    Raises BadInput naming every fact (``registrations[3].amount``) that is not positive, lies in the future, lacks what
    it needs or stands on record already; Refused where the actor may not register one of them.
    """
    require_may_register(facts, actor)
    BadInput.raise_if(problems_in(facts, clock.local_day(now)))
    by_lot = _by_lot(facts)
    balances = {lot_id: ledger.lock(facts[indexes[0]].lot) for lot_id, indexes in sorted(by_lot.items())}
    # Under the locks, so that the same reference cannot be registered by two at once.
    BadInput.raise_if(taken_references(facts))
    flags = flags_of(facts)
    done: list[tuple[Lot, Posted]] = []
    happenings = []
    for lot_id, balance in balances.items():
        mine = [(facts[index], flags[index]) for index in by_lot[lot_id]]
        lot = mine[0][0].lot
        posted = ledger.write(lot, balance, [_posting(one, flagged, now) for one, flagged in mine])
        payload = {
            "entries": [_told(one, flagged) for one, flagged in mine],
            "breaches": [entry.reference for entry in posted.entries if entry.breach],
        }
        happenings.append(Happening(f"lot:{lot}", "draw_registered", f"lot:{lot}", actor, now, payload, posted.entries))
        done.append((lot, posted))
    if happenings:
        events.record(*happenings)
    for lot, posted in done:
        if posted.crossed_percent and not posted.broke_ceiling:
            warn_crossed(lot, posted.crossed_percent, at=now)
        if any(entry.breach for entry in posted.entries):
            warn_broken(lot, everybody=posted.broke_ceiling, at=now)
    return [posted for _lot, posted in done]


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
    return register([Fact(lot, "opening", reference, amount, None, None, quantity, note)], actor=actor, now=now)[0]


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
    one = Fact(lot, "elsewhere", reference, amount, buyer, on, quantity, note)
    return register([one], actor=actor, now=now)[0]


def require_may_register(facts: Iterable[Fact], actor: Actor) -> None:
    """Raise Refused where the actor may not register one of the facts."""
    asked = {}
    for one in facts:
        buyer = one.buyer.number if one.buyer else ""
        asked[one.lot.agreement_id, one.kind, buyer] = one.lot.agreement
    for (_agreement, kind, buyer), agreement in asked.items():
        decision = may_register(actor, agreement, kind, buyer)
        if not decision.allowed:
            raise Refused(decision.reason, refusal_text(decision), **decision.params)


def refusal_text(decision: Decision) -> str:
    """Why somebody may not register or take back, in the active language."""
    match decision.reason:
        case "balances_by_manager":
            return _("Bare avtaleforvalteren for avtalen kan registrere og rette åpningssaldo.")
        case "another_agency":
            return _("Du kan bare registrere og rette kjøp for din egen virksomhet.")
    return _("Bare avtaleforvalteren for avtalen og SI-administrator kan gjøre dette.")


def problems_in(facts: Sequence[Fact], today: date) -> list[Problem]:
    """Everything wrong with the facts themselves, whatever is on record."""
    problems = []
    for index, one in enumerate(facts):
        where = f"registrations[{index}]"

        def bad(field: str, code: str, text: str, where: str = where) -> None:
            problems.append(Problem(f"{where}.{field}", code, text))

        if one.kind not in FACT_KINDS:
            bad("kind", "unknown_kind", _("ventet «opening» eller «elsewhere»"))
        counted = one.lot.max_quantity is not None and one.quantity > 0
        if one.amount < 0 or (one.amount == 0 and not counted):
            bad("amount", "too_small", _("beløpet må være over 0 kroner"))
        if one.amount >= LARGEST_AMOUNT or one.quantity >= LARGEST_AMOUNT:
            bad("amount", "too_large", _("beløpet og antallet må være under ti milliarder"))
        if one.quantity < 0:
            bad("quantity", "too_small", _("antallet kan ikke være under 0"))
        if not one.reference.strip() or len(one.reference) > LONGEST_REFERENCE:
            bad("reference", "missing", _("oppgi en referanse på høyst 60 tegn"))
        if not (one.reference + one.note).isprintable():
            bad("reference", "invisible_characters", _("referansen og merknaden kan ikke ha usynlige tegn"))
        if len(one.note) > LONGEST_NOTE:
            bad("note", "too_long", _("merknaden kan ha høyst 300 tegn"))
        if one.kind == "elsewhere" and one.buyer is None:
            bad("buyer", "missing", _("oppgi hvem som kjøpte"))
        if one.kind == "elsewhere" and one.on is None:
            bad("on", "missing", _("oppgi dagen kjøpet ble gjort"))
        if one.on is not None and one.on > today:
            bad("on", "in_the_future", _("dagen kan ikke ligge fram i tid"))
    return problems


def taken_references(facts: Sequence[Fact]) -> list[Problem]:
    """The facts whose reference already stands on record under its lot, or is used earlier among them.

    What was taken back in full may be registered anew.
    """
    problems = []
    for lot_id, indexes in _by_lot(facts).items():
        wanted = [key_of(facts[index].kind, facts[index].reference) for index in indexes]
        rows = DrawBalance.objects.filter(lot=lot_id, reference__in=wanted)
        taken = {row.reference for row in rows if row.committed or row.actual or row.quantity}
        for index, reference in zip(indexes, wanted, strict=True):
            if reference in taken:
                text = _("referansen «%(reference)s» er alt registrert under denne delkontrakten")
                shown = {"reference": facts[index].reference}
                problems.append(Problem(f"registrations[{index}].reference", "already_registered", text % shown))
            taken.add(reference)
    return problems


def _by_lot(facts: Sequence[Fact]) -> dict[int, list[int]]:
    by_lot: dict[int, list[int]] = {}
    for index, one in enumerate(facts):
        by_lot.setdefault(one.lot.pk, []).append(index)
    return by_lot


def _told(one: Fact, flags: tuple[str, ...]) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "reference": one.reference,
        "amount": kroner(one.amount),
        "quantity": decimal_text(one.quantity),
        "buyer": one.buyer.number if one.buyer else None,
        "on": one.on.isoformat() if one.on else None,
        "flags": list(flags),
    }


def _posting(one: Fact, flags: tuple[str, ...], now: datetime) -> Posting:
    kind = "opening" if one.kind == "opening" else "actual"
    reference = key_of(one.kind, one.reference)
    return Posting(Entry(kind, one.amount), reference, now, one.buyer, None, one.quantity, one.note, one.on, flags)
