"""Who needed what, when: the needs that the history is made of, before anybody has decided anything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from math import isqrt

from fellestorg.agreements.models import Lot
from fellestorg.demo_data import agencies
from fellestorg.demo_data.clauses import may_buy
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.law.calendar import is_working_day
from fellestorg.organisations.models import Organisation

# How much falls on each lot. What the sum is over 100 is left out evenly.
SHARES = {"forbruk": 62, "mobil": 18, "pc": 15, "mac": 5, "telefoner": 4, "klienter": 4, "skjermer": 2}
# How much is bought in a month: little in July, much when the budget year ends.
_MONTHS = (90, 95, 105, 90, 95, 95, 40, 100, 110, 105, 115, 130)
# Agencies one can sign in to have a history worth looking at.
_LIVELY = {agencies.MAIN_AGENCY: 160, agencies.NYNORSK_AGENCY: 100, agencies.SPLITTING_AGENCY: 60}
_QUANTITIES = (1, 2, 2, 3, 4, 5, 5, 6, 8, 10, 10, 12, 15, 20, 25)
# Things that cost much or last long are bought by the few.
_BY_THE_FEW = ("TON-", "BOR-STIFT-", "BOR-HULL", "REN-MOPP", "REN-BOST", "LYS-PANE", "HYG-", "EMB-")
_FEW = (1, 1, 1, 2, 2, 3, 4)
_DEVICES = (1, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 8, 10, 10, 12, 15, 20, 25)


@dataclass(frozen=True, slots=True)
class Wish:
    """One need at an instant. ``fate`` fixes what becomes of it once decided, where the story needs that."""

    at: datetime
    lot: str
    buyer: str
    lines: tuple[tuple[str, int], ...] = ()
    amount: Decimal | None = None
    category: str = ""
    fate: str = ""


def wishes(ground: Ground, day: date, call_offs: int) -> list[Wish]:
    """The needs from the first agreement's start up to ``day``, in order of time; about ``call_offs`` of them."""
    planted = [one for one in _planted(day) if _in_force(ground.lots[one.lot], one.at.date())]
    began = sum(share for lot, share in SHARES.items() if ground.lots[lot].agreement.starts < day)
    # Before the consumables, which are most of it, there was less to call off.
    whole = min(max(began, 40), 100)
    made = [one for lot, share in SHARES.items() for one in _of_lot(ground, lot, day, call_offs * share // whole)]
    first = max(call_offs - len(planted), 0)
    kept = sorted(made, key=lambda one: (one.at, one.lot, one.buyer))
    # What is too much is taken evenly, so that few call-offs still cover the whole time.
    surplus = len(kept) - first
    dropped = {index * len(kept) // surplus for index in range(surplus)} if surplus > 0 else set()
    return sorted(
        [*planted, *(one for index, one in enumerate(kept) if index not in dropped)],
        key=lambda one: (one.at, one.lot, one.buyer),
    )


def _of_lot(ground: Ground, key: str, day: date, count: int) -> Iterator[Wish]:
    lot = ground.lots[key]
    days = [one for one in _days(lot.agreement.starts, day) if is_working_day(one) and _in_force(lot, one)]
    if not days:
        return
    # Taken into use over the first three months.
    weights = [_MONTHS[one.month - 1] * min(90, 20 + (one - lot.agreement.starts).days) // 90 + 1 for one in days]
    by_day = list(accumulate(weights))
    bodies = [one for one in ground.organisations.values() if (lot.agreement.key, one.number) in ground.participations]
    by_body = list(accumulate(_weight(one) for one in bodies))
    items = {item.number: item for item in ground.items[key]}
    for index in range(count):
        draw = chance("wish", key, index)
        on = draw.choices(days, cum_weights=by_day)[0]
        body = draw.choices(bodies, cum_weights=by_body)[0]
        if ground.participations[lot.agreement.key, body.number].valid_from > on:
            continue
        when = at(on, draw.choice((8, 8, 9, 9, 10, 10, 11, 12, 13, 13, 14, 15)), draw.randrange(60))
        when += timedelta(seconds=draw.randrange(60))
        lines = _LINES[key](draw, list(items), _scale(body))
        lines = tuple(one for one in lines if may_buy(ground, key, body.number, items[one[0]].category))
        if lines:
            yield Wish(when, key, body.number, lines)


def _in_force(lot: Lot, day: date) -> bool:
    return lot.agreement.starts <= day <= lot.agreement.ends


def _weight(body: Organisation) -> int:
    """Grows with a body's size, but slower: about its three-quarter power."""
    size = body.employees or 1
    # A municipality has agreements of its own for most of what it buys.
    root = isqrt(size if body.kind == Organisation.Kind.AGENCY else size // 8)
    return _LIVELY.get(body.number) or 10 + root * isqrt(root)


def _scale(body: Organisation) -> int:
    size = body.employees or 0
    return 1 + (size > 150) + (size > 600) + 2 * (size > 3000)


def _days(first: date, end: date) -> Iterator[date]:
    for offset in range((end - first).days):
        yield first + timedelta(days=offset)


def _consumables(draw: random.Random, items: list[str], scale: int) -> tuple[tuple[str, int], ...]:
    count = min(14, draw.choice((1, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 10, 12)))
    # People buy what lies together on the shelf: most lines come from one or two families.
    start = draw.randrange(len(items))
    near = [items[(start + offset) % len(items)] for offset in range(25)]
    picked = draw.sample(near, min(count, 10)) + draw.sample(items, max(count - 10, 0) + (count > 3))
    return tuple(
        (
            number,
            draw.choice(_FEW if number.startswith(_BY_THE_FEW) else _QUANTITIES) * draw.randint(1, (scale + 1) // 2),
        )
        for number in dict.fromkeys(picked)
    )


def _pcs(draw: random.Random, items: list[str], scale: int) -> tuple[tuple[str, int], ...]:
    drawn = draw.randrange(100)
    count = draw.choice(_DEVICES) * draw.randint(1, scale)
    if drawn < 14:
        special = [one for one in items if one.startswith(("PC-16", "PC-17", "PC-15-UTV", "PC-13-LETT-32", "PC-TAARN"))]
        return ((draw.choice(special), max(1, count // 2)),)
    if drawn < 34:
        extras = draw.sample(("TAST-STD", "MUS-STD", "HODE-STD", "LADER-65", "KAM-HD", "DOKK-USBC", "SEKK-15"), 3)
        return tuple((number, draw.choice(_DEVICES)) for number in extras)
    if drawn < 46:
        return ((draw.choice(("SKJERM-24-C", "SKJERM-27-D", "SKJERM-22-D", "SKJERM-34-F")), count),)
    machine = draw.choice(
        ("PC-14-STD", "PC-14-STD", "PC-14-STD", "PC-14-STD-32", "PC-13-LETT", "PC-15-STD", "PC-14-BRUKT", "PC-MINI-STD")
    )
    lines = [(machine, count)]
    if draw.random() < 0.5:
        lines.append(("DOKK-USBC", count))
    if draw.random() < 0.4:
        lines.append(("SKJERM-27-D", count))
    return tuple(lines)


def _macs(draw: random.Random, items: list[str], scale: int) -> tuple[tuple[str, int], ...]:
    count = draw.choice((1, 1, 1, 2, 2, 3, 4, 5)) * draw.randint(1, min(scale, 2))
    if draw.randrange(100) < 15:
        return ((draw.choice(("MAC-14-32", "MAC-16-32", "MAC-STUDIO")), count),)
    machine = draw.choice(("MAC-13-STD", "MAC-13-STD", "MAC-14-STD", "MAC-15-STD", "MAC-MINI"))
    extra = ((draw.choice(("MAC-TAST", "MAC-MUS", "MAC-LADER")), count),) if draw.random() < 0.4 else ()
    return ((machine, count), *extra)


def _phones(draw: random.Random, items: list[str], scale: int) -> tuple[tuple[str, int], ...]:
    count = draw.choice(_DEVICES) * draw.randint(1, scale)
    if draw.randrange(100) < 12:
        return ((draw.choice(("NB-10-STD", "NB-11-256", "NB-10-BRUKT-A")), max(1, count // 2)),)
    phone = draw.choice(
        (
            "TLF-STD",
            "TLF-STD",
            "TLF-STD",
            "TLF-STD-256",
            "TLF-ENKEL",
            "TLF-REP",
            "TLF-ROB",
            "TLF-BRUKT-A",
            "TLF-BRUKT-B",
            "TLF-TOPP",
        )
    )
    extras = (("DEKSEL-STD", count), ("GLASS-STD", count)) if draw.random() < 0.45 else ()
    return ((phone, count), *extras)


def _earlier_goods(draw: random.Random, items: list[str], scale: int) -> tuple[tuple[str, int], ...]:
    """Whatever stands in the lists of 2018, the first articles most."""
    item = items[min(draw.randrange(len(items)), draw.randrange(len(items)))]
    return ((item, draw.choice(_DEVICES) * draw.randint(1, scale)),)


_LINES = {
    "forbruk": _consumables,
    "pc": _pcs,
    "mac": _macs,
    "mobil": _phones,
    "telefoner": _earlier_goods,
    "klienter": _earlier_goods,
    "skjermer": _earlier_goods,
}


def _planted(day: date) -> Iterator[Wish]:
    """The cases that the demo tells stories about, all of them at invented agencies, counted back from the day."""

    def before(working_days: int, hour: int, minute: int) -> datetime:
        on = day
        for _ in range(working_days):
            on = working_day_before(on)
        return at(on, hour, minute)

    main, nynorsk = agencies.MAIN_AGENCY, agencies.NYNORSK_AGENCY
    # Four orders of 95,000 in twenty days, each under the limit of 250,000 and together far above it (FA-13).
    for back in (40, 35, 31, 27):
        yield Wish(
            before(back, 10, 12),
            "mobil",
            agencies.SPLITTING_AGENCY,
            amount=Decimal(95_000),
            category="phone",
            fate="stands",
        )
    yield Wish(before(33, 9, 41), "pc", main, (("PC-15-STD", 25),), fate="lapses")
    yield Wish(before(26, 13, 5), "pc", main, (("PC-14-4G", 22),), fate="is_declined")
    yield Wish(before(19, 10, 30), "pc", main, (("PC-14-STD", 24), ("DOKK-USBC", 24)), fate="is_approved")
    yield Wish(before(15, 14, 2), "mobil", main, (("TLF-STD", 12), ("DEKSEL-STD", 12)), fate="is_cancelled")
    yield Wish(before(12, 11, 20), "pc", main, (("PC-13-LETT-32", 25),), fate="stands")
    yield Wish(before(3, 9, 17), "pc", main, (("PC-14-STD", 20), ("SKJERM-27-D", 20)), fate="waits")
    yield Wish(before(1, 13, 48), "mobil", main, (("TLF-STD-256", 42),), fate="waits")
    yield Wish(before(2, 10, 5), "pc", nynorsk, (("PC-14-STD-32", 12),), fate="waits")
    # An agency with an agreement of its own is not in yet (FA-2).
    yield Wish(before(9, 12, 33), "pc", agencies.LATE_AGENCY, (("PC-14-STD", 10),))


def working_day_before(day: date) -> date:
    """The last working day before a day."""
    day -= timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
