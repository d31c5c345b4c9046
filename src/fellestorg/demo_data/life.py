"""A lot's life: its needs decided one after another by the real engine, and what becomes of each.

Nothing is written here. The ceiling, the buyer's recent call-offs and the forecast that the engine looks at are kept
in memory exactly as the ledger will hold them.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fellestorg.agreements.models import Lot
from fellestorg.agreements.rules import forecast_exhaustion
from fellestorg.calloffs.facts import assemble
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.catalogues.models import DeliveryTerms, Item, PriceLine
from fellestorg.demo_data import agencies
from fellestorg.demo_data.clauses import options_of
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance, identifier
from fellestorg.demo_data.wishes import Wish, working_day_before
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.law import rule_book
from fellestorg.law.calendar import add_working_days, working_day_on_or_after
from fellestorg.organisations.models import Organisation
from fellestorg.values import decimal_text, kroner

_RECENT = timedelta(days=30)
_HALF_A_YEAR = 182
_WORTH_REGISTERING = Decimal(20_000)


@dataclass(frozen=True, slots=True)
class Made:
    """A need that was decided, whatever came of it."""

    at: datetime
    number: str
    wish: Wish
    facts: dict[str, Any]
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that happened to a call-off afterwards: ``approved``, ``declined``, ``cancelled`` or ``lapsed``."""

    at: datetime
    number: str
    what: str
    from_state: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What was drawn without Fellestorg: the opening balance, or one agency's orders elsewhere in a month."""

    at: datetime
    lot: str
    kind: str
    reference: str
    amount: Decimal
    buyer: Organisation | None
    on: date | None


Episode = Made | Moved | Registered


@dataclass
class _Recent:
    at: datetime
    number: str
    amount: Decimal
    categories: frozenset[str]
    stands: bool = True


@dataclass
class _Life:
    ground: Ground
    key: str
    end: datetime
    used: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    quantity: Decimal = Decimal(0)
    opened: bool = False
    months: dict[date, Decimal] = field(default_factory=dict)
    recent: dict[str, list[_Recent]] = field(default_factory=dict)
    ahead: list[tuple[datetime, str, Episode | tuple[str, Wish]]] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    prices: dict[str, list[PriceLine]] = field(default_factory=dict)
    values: dict[str, _Recent] = field(default_factory=dict)


def live(ground: Ground, key: str, wishes: list[tuple[str, Wish]], end: datetime) -> Iterator[Episode]:
    """Everything that happens on a lot before ``end``, in order. ``wishes`` are (call-off number, wish) of that lot."""
    life = _Life(ground, key, end)
    life.items = {item.number: item for item in ground.items[key]}
    for price in ground.prices[key]:
        life.prices.setdefault(price.item.number, []).append(price)
    life.ahead = [(wish.at, number, (number, wish)) for number, wish in wishes]
    life.ahead += [(when, "", Registered(when, key, "", "", Decimal(0), None, None)) for when in _registrations(life)]
    heapq.heapify(life.ahead)
    while life.ahead:
        when, number, what = heapq.heappop(life.ahead)
        if isinstance(what, Registered):
            yield from _register(life, when)
        elif isinstance(what, Moved):
            _move(life, what)
            yield what
        elif isinstance(what, tuple):
            yield _decide(life, number, what[1])


def need_of(wish: Wish, number: str, lot: Lot) -> Need:
    """The need as the buyer would have stated it."""
    return Need(
        request_id=str(identifier("request", number)),
        buyer=wish.buyer,
        agreement=lot.agreement.key,
        lot=lot.key,
        lines=tuple(NeedLine(item, Decimal(quantity)) for item, quantity in wish.lines),
        amount=wish.amount,
        category=wish.category,
        deliver_by=add_working_days(wish.at.date(), chance("deliver", number).randint(5, 20)),
        buyer_reference=f"Bestilling {int(number[-6:]) % 9000 + 1000}",
    )


def _decide(life: _Life, number: str, wish: Wish) -> Made:
    ground, day = life.ground, wish.at.date()
    lot = ground.lots[life.key]
    need = need_of(wish, number, lot)
    items = {line.item: life.items[line.item] for line in need.lines}
    facts = assemble(
        need,
        lot,
        day=day,
        buyer=ground.organisations[wish.buyer],
        participation=ground.participations.get((lot.agreement.key, wish.buyer)),
        policy=ground.policies[life.key],
        items=items,
        positions=ground.positions[life.key],
        prices={
            (price.supplier_id, price.item_id): price
            for item in items
            for price in life.prices[item]
            if _valid(price, day)
        },
        terms={terms.supplier_id: terms for terms in ground.terms[life.key] if _valid(terms, day)},
        ceiling=_ceiling(life, day),
        recent=_recent(life, wish, frozenset(item.category for item in items.values())),
        limit=ground.staff[wish.buyer, "buyer"][1].budget_limit,
        options=options_of(ground, life.key, wish.buyer),
    ).facts
    made = Made(wish.at, number, wish, facts, decide(facts))
    _take_in(life, made)
    return made


def _valid(row: PriceLine | DeliveryTerms, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _ceiling(life: _Life, day: date) -> dict[str, Any]:
    lot = life.ground.lots[life.key]
    spent = forecast_exhaustion(sorted(life.months.items()), life.used + life.reserved, lot.max_value, day)
    return {
        "limit": kroner(lot.max_value),
        "used": kroner(life.used),
        "reserved": kroner(life.reserved),
        "max_quantity": None,
        "quantity_used": decimal_text(life.quantity),
        "exhausted_on": spent.isoformat() if spent else None,
    }


def _recent(life: _Life, wish: Wish, categories: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"number": one.number, "date": clock.local_day(one.at).isoformat(), "amount": kroner(one.amount)}
        for one in life.recent.get(wish.buyer, [])
        if one.stands
        and one.at > wish.at - _RECENT
        and (not categories or not one.categories or one.categories & categories)
    ]


def _take_in(life: _Life, made: Made) -> None:
    """Let a decided need draw or hold what it should, and settle what becomes of it later."""
    outcome = made.answer["outcome"]
    if outcome == "refused":
        return
    value = Decimal(made.answer["contract_value"])
    one = _Recent(made.at, made.number, value, frozenset(line["category"] for line in made.facts["need"]["lines"]))
    life.values[made.number] = one
    if outcome == "direct":
        _draw(life, made.at, value)
    if outcome == "needs_approval":
        life.reserved += value
    if outcome != "mini_competition":
        life.quantity += sum(quantity for _, quantity in made.wish.lines)
        life.recent.setdefault(made.wish.buyer, []).append(one)
    for later in _fate(made, outcome):
        if later.at < life.end:
            heapq.heappush(life.ahead, (later.at, f"{made.number}{later.what}", later))


def _fate(made: Made, outcome: str) -> Iterator[Moved]:
    """What happens to a call-off afterwards: by its story where it has one, else by chance."""
    draw = chance("fate", made.number)
    fate, drawn, day = made.wish.fate, draw.randrange(100), made.at.date()
    soon = at(add_working_days(day, draw.randint(1, 4)), draw.randint(8, 15), draw.randrange(60))
    if outcome == "needs_approval":
        if fate == "waits":
            return
        if fate == "lapses" or (not fate and drawn < 4):
            held_to = add_working_days(day, rule_book().rule("BDM", on=day).count("hold_working_days"))
            yield Moved(at(held_to + timedelta(days=1), 6), made.number, "lapsed", "awaiting_approval")
        elif fate == "is_declined" or (not fate and drawn < 8):
            yield Moved(soon, made.number, "declined", "awaiting_approval")
        else:
            yield Moved(soon, made.number, "approved", "awaiting_approval")
    elif fate == "is_cancelled" or (not fate and drawn < 2):
        state = "mini_competition" if outcome == "mini_competition" else "committed"
        yield Moved(soon, made.number, "cancelled", state)


def _move(life: _Life, moved: Moved) -> None:
    one = life.values[moved.number]
    if moved.what == "approved":
        life.reserved -= one.amount
        _draw(life, moved.at, one.amount)
        return
    one.stands = False
    if moved.from_state == "awaiting_approval":
        life.reserved -= one.amount
    elif moved.from_state == "committed":
        _draw(life, moved.at, -one.amount)


def _draw(life: _Life, when: datetime, amount: Decimal) -> None:
    life.used += amount
    month = clock.local_day(when).replace(day=1)
    life.months[month] = life.months.get(month, Decimal(0)) + amount


def _registrations(life: _Life) -> Iterator[datetime]:
    """When what was ordered elsewhere is registered: early in each month, and the day before the end."""
    month = life.ground.lots[life.key].agreement.starts.replace(day=1)
    last = at(working_day_before(_until(life)), 7, 40)
    while True:
        month = (month + timedelta(days=32)).replace(day=1)
        when = at(working_day_on_or_after(month + timedelta(days=4)), 7, 40)
        if when >= last:
            break
        yield when
    if last.date() > life.ground.lots[life.key].agreement.starts:
        yield last


def _until(life: _Life) -> date:
    """The demo's day, or the day after the agreement ended where that came first."""
    return min(life.end.date(), life.ground.lots[life.key].agreement.ends + timedelta(days=1))


def _register(life: _Life, when: datetime) -> Iterator[Registered]:
    """Bring the lot up to where it should be by now: first as an opening balance, then agency by agency."""
    lot, data = life.ground.lots[life.key], life.ground.data[life.key]
    elapsed, lasted = (when.date() - lot.agreement.starts).days, (_until(life) - lot.agreement.starts).days
    share = Decimal(data.drawn) * elapsed / max(lasted, _HALF_A_YEAR)
    lacking = (lot.max_value * share - life.used - life.reserved).quantize(Decimal(1))
    if lacking < _WORTH_REGISTERING:
        return
    if not life.opened:
        life.opened = True
        life.used += lacking
        yield Registered(when, life.key, "opening", "oppstart", lacking, None, None)
        return
    for buyer, part in _shared_out(life, when.date(), lacking):
        _draw(life, when, part)
        reference = f"nettbutikk-{when.date().isoformat()}-{buyer.number}"
        yield Registered(when, life.key, "elsewhere", reference, part, buyer, when.date() - timedelta(days=1))


def _shared_out(life: _Life, day: date, amount: Decimal) -> list[tuple[Organisation, Decimal]]:
    draw = chance("elsewhere", life.key, day)
    agreement = life.ground.lots[life.key].agreement.key
    large = [
        body
        for body in life.ground.organisations.values()
        if body.fictional and (body.employees or 0) > 150 and (agreement, body.number) in life.ground.participations
        and body.kind == Organisation.Kind.AGENCY and body.number != agencies.LATE_AGENCY
    ]  # fmt: skip
    buyers = draw.sample(large, 4)
    part = (amount / len(buyers)).quantize(Decimal(100))
    return [*((buyer, part) for buyer in buyers[:-1]), (buyers[-1], amount - part * (len(buyers) - 1))]
