"""Writing down what happened: decisions, call-offs, orders, ledger entries and events, as the actions would have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from fellestorg.agreements import ledger
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.models import CeilingEntry
from fellestorg.agreements.rules import Entry
from fellestorg.calloffs import notices, rows
from fellestorg.calloffs.actions import made_event
from fellestorg.calloffs.facts import Gathered
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.rows import Rows
from fellestorg.demo_data import agencies
from fellestorg.demo_data.apart import start
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.ground import Ground
from fellestorg.demo_data.life import Episode, Made, Moved, Registered, live, need_of
from fellestorg.demo_data.seeded import chance, identifier
from fellestorg.demo_data.wishes import Wish
from fellestorg.kernel.actors import SYSTEM, Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import DecisionRecord
from fellestorg.values import kroner

LARGEST = "forbruk"
WORTH_A_PROCESS = 1000
_REASONS = (
    "Behovet falt bort.",
    "Feil antall; bestilles på nytt.",
    "Prosjektet er utsatt til neste år.",
    "Varene ble skaffet fra eget lager.",
)
_DECLINED = ("Ikke rom i årets budsjett.", "Kjøp færre og bruk det vi har lenger.")
_AFTERWARDS = {
    "approved": ("call_off_approved", CallOff.State.COMMITTED),
    "declined": ("call_off_declined", CallOff.State.REFUSED_APPROVAL),
    "cancelled": ("call_off_cancelled", CallOff.State.CANCELLED),
    "lapsed": ("reserve_lapsed", CallOff.State.LAPSED),
}


@dataclass
class _Told:
    """An event to be recorded once the rows it covers have been saved."""

    at: datetime
    happening: Callable[[tuple[Any, ...]], Happening]
    lot: str
    postings: list[Posting]


def write(ground: Ground, wishes: list[Wish], end: datetime, progress: Callable[[str], None]) -> list[Happening]:
    """Live through the wishes and save what came of them. Returns the events, in order, for the caller to record."""
    numbered = [(f"SI-{wish.at.year}-{index:06d}", wish) for index, wish in enumerate(wishes, 1)]
    progress(f"{len(numbered)} avrop")
    lives = [
        (key, [(number, wish) for number, wish in numbered if wish.lot == key])
        for key in sorted(ground.lots, key=lambda key: key == LARGEST)
    ]
    largest = start(ground, *lives[-1], end) if len(numbered) >= WORTH_A_PROCESS else None
    writer = _Writer(ground)
    for key, mine in lives:
        episodes = largest if largest is not None and key == LARGEST else live(ground, key, mine, end)
        for episode in episodes:
            writer.take(episode)
    progress("lagrer")
    _save(writer)
    happenings = _posted(ground, writer.told)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('calloffs_number', %s, %s)", [max(len(numbered), 1), bool(numbered)])
    _tell_who_waits(writer)
    return happenings


class _Writer:
    """Turns episodes into unsaved rows, one after another."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.made: list[Rows] = []
        self.refused: list[DecisionRecord] = []
        self.told: list[_Told] = []
        self.by_number: dict[str, CallOff] = {}
        self.items = {(key, item.number): item for key, items in ground.items.items() for item in items}
        self.prices = {price.pk: price for prices in ground.prices.values() for price in prices}
        self.suppliers = {one.number: one for one in ground.organisations.values() if one.kind == "supplier"}

    def take(self, episode: Episode) -> None:
        if isinstance(episode, Made):
            self._made(episode)
        elif isinstance(episode, Moved):
            self._moved(episode)
        else:
            self._registered(episode)

    def _made(self, made: Made) -> None:
        ground, key = self.ground, made.wish.lot
        person, lot = ground.staff[made.wish.buyer, "buyer"][0], ground.lots[key]
        actor, stream = self._actor(made.wish.buyer, "buyer"), f"lot:{lot}"
        need = need_of(made.wish, made.number, lot)
        lines = [line["price_line"] for order in made.answer["orders"] for line in order["order_lines"]]
        gathered = Gathered(
            made.facts,
            lot,
            ground.policies[key],
            ground.organisations[made.wish.buyer],
            {line.item: self.items[key, line.item] for line in need.lines},
            {(price.supplier_id, price.item_id): price for price in map(self.prices.__getitem__, lines)},
        )
        if made.answer["outcome"] == "refused":
            decision = rows.decision_row(gathered, made.answer, at=made.at, actor=actor)
            decision.id = identifier("decision", made.number)
            self.refused.append(decision)
            payload = {
                "buyer": need.buyer,
                "reason": made.answer["reason"]["code"],
                "request_id": need.request_id,
            }
            subject = f"decision:{decision.pk}"
            self._tell(made.at, made.wish.lot, [], stream, "call_off_refused", subject, actor, payload, (decision,))
            return
        row = named(
            rows.rows_for(
                need,
                gathered,
                made.answer,
                self.suppliers,
                number=made.number,
                at=made.at,
                actor=actor,
                person=person,
            )
        )
        self.made.append(row)
        self.by_number[made.number] = row.call_off
        self.told.append(
            _Told(
                made.at, lambda entries: made_event(row, stream, actor, made.at, entries), made.wish.lot, row.postings
            )
        )

    def _moved(self, moved: Moved) -> None:
        call_off = self.by_number[moved.number]
        buyer, value = call_off.buyer.number, call_off.contract_value
        verb, state = _AFTERWARDS[moved.what]
        draw, payload = chance("reason", moved.number), {"number": moved.number}
        call_off.state = state
        actor = self._actor(buyer, "approver" if moved.what in ("approved", "declined") else "buyer")
        postings: list[Entry] = []
        if moved.from_state == CallOff.State.AWAITING_APPROVAL:
            postings.append(Entry("release", value, of_reserve=True))
        if moved.what == "approved":
            call_off.approved_by = self.ground.staff[buyer, "approver"][0]
            postings.append(Entry("commit", value))
        else:
            call_off.closed_at = moved.at
        if moved.what == "cancelled":
            payload["reason"] = call_off.closed_reason = draw.choice(_REASONS)
            if moved.from_state == CallOff.State.COMMITTED:
                postings.append(Entry("release", value))
        if moved.what == "declined":
            payload["reason"] = call_off.closed_reason = draw.choice(_DECLINED)
        if moved.what == "lapsed":
            actor = SYSTEM
        given_back = Decimal(0) if moved.what == "approved" else -rows.units(call_off)
        made = [
            Posting(entry, call_off.number, moved.at, call_off.buyer, call_off.decision, given_back)
            for entry in postings
        ]
        self._tell(
            moved.at, call_off.lot.key, made, f"lot:{call_off.lot}", verb, call_off.subject, actor, payload
        )  # fmt: skip

    def _registered(self, one: Registered) -> None:
        lot = self.ground.lots[one.lot]
        note = (
            "Bestilt i leverandørens nettbutikk (demodata)"
            if one.on
            else "Avrop fra oppstarten som ble gjort utenfor Fellestorg (demodata)"
        )
        kind = "opening" if one.kind == "opening" else "actual"
        posting = Posting(
            Entry(kind, one.amount), f"{one.kind}:{one.reference}", one.at, one.buyer, None, Decimal(0), note, one.on
        )
        entry = {
            "kind": one.kind,
            "reference": one.reference,
            "amount": kroner(one.amount),
            "buyer": one.buyer.number if one.buyer else None,
            "on": one.on.isoformat() if one.on else None,
        }
        manager = lot.agreement.manager
        actor = Actor(manager.key, manager.name, (Grant("agreement_manager", agencies.OWNER),), manager.language)
        stream, payload = f"lot:{lot}", {"entries": [entry], "breaches": []}
        self._tell(one.at, one.lot, [posting], stream, "draw_registered", stream, actor, payload)

    def _tell(
        self,
        when: datetime,
        lot: str,
        postings: list[Posting],
        stream: str,
        verb: str,
        subject: str,
        actor: Actor,
        payload: dict[str, Any],
        covers: tuple[Any, ...] = (),
    ) -> None:
        def happening(entries: tuple[Any, ...]) -> Happening:
            return Happening(stream, verb, subject, actor, when, payload, (*covers, *entries))

        self.told.append(_Told(when, happening, lot, postings))

    def _actor(self, buyer: str, role: str) -> Actor:
        person, grant = self.ground.staff[buyer, role]
        return Actor(person.key, person.name, (Grant(role, buyer, grant.budget_limit),), person.language)


def _save(writer: _Writer) -> None:
    """Save all rows, as :func:`fellestorg.calloffs.rows.save` does, but by COPY."""
    made = writer.made
    copy_rows([*(row.decision for row in made), *writer.refused])
    copy_rows([row.call_off for row in made])
    copy_rows([order for row in made for order in row.orders])
    copy_rows([line for row in made for line in row.lines])
    copy_rows([invitation for row in made for invitation in row.invitations])


def named(row: Rows) -> Rows:
    """The same rows with ids that depend on the call-off's number alone."""
    call_off, number = row.call_off, row.call_off.number
    row.decision.id = identifier("decision", number)
    call_off.id = identifier("call_off", number)
    call_off.decision = row.decision
    for order in row.orders:
        order.id = identifier("order", order.number)
        order.call_off = call_off
    for line in row.lines:
        line.order = line.order
    for invitation in row.invitations:
        invitation.call_off = call_off
    postings = [replace(one, reference=call_off.number) for one in row.postings]
    return replace(row, postings=postings)


def _posted(ground: Ground, told: list[_Told]) -> list[Happening]:
    """Post every lot's entries in order, and give each event the entries that belong to it."""
    entries: dict[int, tuple[CeilingEntry, ...]] = {}
    for key, lot in ground.lots.items():
        mine = [(index, posting) for index, one in enumerate(told) if one.lot == key for posting in one.postings]
        posted = ledger.write(lot, ledger.lock(lot), [posting for _, posting in mine])
        for (index, _), entry in zip(mine, posted.entries, strict=True):
            entries[index] = (*entries.get(index, ()), entry)
    return [one.happening(entries.get(index, ())) for index, one in enumerate(told)]


def _tell_who_waits(writer: _Writer) -> None:
    """Those one can sign in as find what awaits them among their messages."""
    for row in writer.made:
        call_off = row.call_off
        if call_off.state == CallOff.State.AWAITING_APPROVAL and call_off.buyer.number in (
            agencies.MAIN_AGENCY,
            agencies.NYNORSK_AGENCY,
        ):
            notices.made(call_off, at=call_off.made_at)
