"""``bench flights``: a million tickets settled against the agreement, beside a dictionary loop and a query per ticket.

Each ticket gets what it saved, what the best agreement fare of its route, class and day would have spared, and whether it
was bought outside an agreement that was there. The peers have their dictionaries and tables ready before the clock
starts; ours prepares its own within it. Ours are the functions that the pages about savings use
(``engines/travel/fares.py``). Peers run a sample and are extrapolated; sums must be equal to the øre.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fellestorg.bench import keep
from fellestorg.engines.travel.fares import (
    NONE,
    Discount,
    Expected,
    Rates,
    Tickets,
    expected_net,
    fare_book,
    net_ore,
    rate_table,
    settle,
)
from fellestorg.engines.travel.flights import FARE_CLASSES
from fellestorg.values import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GOAL_LOOP, GOAL_ORM = 40, 1000
_ROUTES, _AREAS, _SUPPLIERS, _DAYS = 327, 629, 7, 365
_FIRST = date(2023, 1, 1)


@dataclass(frozen=True, slots=True)
class World:
    """Generated routes: who delivers where at what discount, the fares of a year, and the tickets bought."""

    discounts: tuple[Discount, ...]
    rates: Rates
    fares: NDArray[np.int32]
    tickets: Tickets


@dataclass(frozen=True, slots=True)
class Sums:
    """What tickets come to, in øre, and how many were outside."""

    saved: int
    potential: int
    outside: int


def run(argv: list[str]) -> int:
    """Measure all, print the ratios, keep the figures. Returns 1 where any sum or order differs."""
    parser = argparse.ArgumentParser("fellestorg bench flights", description=__doc__)
    parser.add_argument("--tickets", type=float, default=1e6, help="how many (default 1e6)")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=7, help="how often each is run, in turn; medians are shown")
    parser.add_argument("--sample", type=int, default=100_000, help="tickets that the loop gets")
    parser.add_argument(
        "--queries", type=int, default=500, help="tickets that get a query each; 0: leave that peer out"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a small run without a database, to see that sums are equal"
    )
    options = parser.parse_args(argv)
    if options.quick:
        options.tickets, options.rounds, options.sample, options.queries = 20_000, 1, 5_000, 0
    count = int(options.tickets)
    if count < 1 or options.rounds < 1 or options.sample < 1 or options.queries < 0:
        raise BadInput.of("--tickets", "too_few", "expected at least one ticket, one round and a sample of one")
    world = make_world(count, options.seed)
    sample = min(options.sample, count)
    # In turn, so that a machine whose speed drifts drifts for both; each round has its own ratio.
    rounds = [(_timed(lambda: settled_sums(world, count)), looped(world, sample)) for _ in range(options.rounds)]
    seconds = statistics.median(ours[0] for ours, _loop in rounds)
    loop_seconds = statistics.median(loop[0] for _ours, loop in rounds) * count / sample
    ratios = sorted(loop[0] * count / sample / ours[0] for ours, loop in rounds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    ranking = [_timed(lambda: expected_net(world.rates, world.fares, _DAYS - 1)) for _ in range(options.rounds)]
    figures: dict[str, Any] = {
        "tickets": count,
        "seed": options.seed,
        "ours_seconds": seconds,
        "ranking_seconds": statistics.median(one for one, _ranked in ranking),
        "loop_sample": sample,
        "loop_seconds": loop_seconds,
        "loop_ratio": statistics.median(ratios),
        "loop_ratios": ratios,
        "peak_memory_mib": memory,
        "sums": {name: getattr(rounds[0][0][1], name) for name in ("saved", "potential", "outside")},
        "sums_equal": all(loop[1] == settled_sums(world, sample) for _ours, loop in rounds),
        "order_equal": plainly_ranked(world) == ranking[0][1],
        **_against_percentage(world, ranking[0][1]),
    }
    if options.queries:
        queries = min(options.queries, count)
        each, sums = _in_own_database(world, queries)
        figures |= {
            "orm_sample": queries,
            "orm_seconds": each * count,
            "orm_ratio": each * count / seconds,
            "orm_sums_equal": sums == settled_sums(world, queries),
        }
    _print(figures)
    keep("flights", figures)
    return 0 if all(figures.get(name, True) for name in ("sums_equal", "order_equal", "orm_sums_equal")) else 1


def make_world(count: int, seed: int) -> World:
    """Routes, discounts (3 to 40 per cent, about 10 in the middle), a year of fares and ``count`` tickets, by the seed."""
    import numpy as np

    draw = np.random.default_rng(seed)
    on_route = np.ones(_ROUTES, np.int64)
    while on_route.sum() < _AREAS:
        one_more = int(draw.integers(_ROUTES))
        on_route[one_more] = min(3, on_route[one_more] + 1)
    level = draw.uniform(0.8, 1.3, _SUPPLIERS)
    discounts = []
    for route in range(_ROUTES):
        for supplier in map(int, draw.choice(_SUPPLIERS, int(on_route[route]), replace=False)):
            rate = int(np.clip(300 + draw.gamma(2.0, 350.0), 300, 4000))
            discounts += [Discount(route, supplier, one, 0, _DAYS - 1, rate) for one in range(len(FARE_CLASSES))]
    shape = (_ROUTES, _SUPPLIERS, len(FARE_CLASSES), _DAYS)
    base = draw.uniform(60_000, 900_000, _ROUTES)[:, None, None, None] * level[None, :, None, None]
    classes = np.array([0.7, 1.0, 1.65, 2.9])[None, None, :, None]
    fares = (base * classes * draw.uniform(0.7, 1.4, shape)).astype(np.int32)
    places = [draw.integers(size, size=count, dtype=np.int16) for size in shape]
    published = fares[tuple(places)]
    tickets = Tickets(places[0], places[1], places[2], places[3], published)
    return World(tuple(discounts), rate_table(shape, discounts), fares, tickets)


def settled_sums(world: World, count: int) -> Sums:
    """Ours, over the first ``count`` tickets: the book made, every ticket priced and settled, and added up."""
    import numpy as np

    all_of = world.tickets
    bought = Tickets(
        all_of.route[:count],
        all_of.supplier[:count],
        all_of.fare_class[:count],
        all_of.day[:count],
        all_of.published[:count],
    )
    done = settle(bought, fare_book(world.rates, world.fares))
    return Sums(*(int(one.sum(dtype=np.int64)) for one in (done.saved, done.potential, done.outside)))


def looped(world: World, count: int) -> tuple[float, Sums]:
    """The plain way: dictionaries and a loop, one ticket at a time. CPU seconds of the loop alone."""
    rows = _rows(world, count)
    discounts = {(one.route, one.supplier, one.fare_class): one.rate for one in world.discounts}
    on_route: dict[int, list[int]] = {}
    for one in world.discounts:
        if one.fare_class == 0:
            on_route.setdefault(one.route, []).append(one.supplier)
    fares = {
        (route, other, fare_class, day): int(world.fares[route, other, fare_class, day])
        for route, _supplier, fare_class, day, _published in rows
        for other in on_route[route]
    }
    saved = potential = outside = 0
    begun = time.process_time()
    for route, supplier, fare_class, day, published in rows:
        rate = discounts.get((route, supplier, fare_class))
        paid = published if rate is None else (published * (10_000 - rate) + 5_000) // 10_000
        saved += published - paid
        best = None
        for other in on_route[route]:
            fare = fares[route, other, fare_class, day]
            net = (fare * (10_000 - discounts[route, other, fare_class]) + 5_000) // 10_000
            if best is None or net < best:
                best = net
        if best is not None and paid > best:
            potential += paid - best
        if rate is None and best is not None:
            outside += 1
    return time.process_time() - begun, Sums(saved, potential, outside)


def queried(world: World, count: int) -> tuple[float, Sums]:
    """The usual way of a web application: a query for each ticket. Reads the discounts of its route, class and day; the
    fares stand ready in memory. CPU seconds of this side alone, the database's own not counted."""
    from fellestorg.travel.models import FareDiscount

    rows = _rows(world, count)
    routes, suppliers = _laid(world)
    saved = potential = outside = 0
    begun = time.process_time()
    for route, supplier, fare_class, day, published in rows:
        on = _FIRST + timedelta(days=day)
        found = FareDiscount.objects.filter(
            route_id=routes[route], fare_class=FARE_CLASSES[fare_class], valid_from__lte=on, valid_to__gte=on
        )
        rates = {suppliers[one.supplier_id]: int(one.rate * 10_000) for one in found}
        paid = net_ore(published, rates.get(supplier, 0))
        saved += published - paid
        offers = [net_ore(int(world.fares[route, one, fare_class, day]), rate) for one, rate in rates.items()]
        potential += max(0, paid - min(offers)) if offers else 0
        outside += supplier not in rates and bool(rates)
    return time.process_time() - begun, Sums(saved, potential, outside)


def plainly_ranked(world: World) -> list[tuple[Expected, ...]]:
    """The order by expected net price worked out with plain numbers, one fare at a time, for a few routes; the others as
    ours has them, so that the whole can be compared."""
    found = expected_net(world.rates, world.fares, _DAYS - 1)
    for route in range(0, _ROUTES, 60):
        suppliers = sorted({one.supplier for one in world.discounts if one.route == route})
        rows = []
        for supplier in suppliers:
            net = published = Fraction()
            for fare_class in range(len(FARE_CLASSES)):
                rate = int(world.rates.on(_DAYS - 1)[route, supplier, fare_class])
                seen = [int(one) for one in world.fares[route, supplier, fare_class].tolist() if one != NONE]
                # All classes weigh the same here: each was seen every day from everybody.
                net += Fraction(sum(net_ore(one, rate) for one in seen), len(seen)) / len(FARE_CLASSES)
                published += Fraction(sum(seen), len(seen)) / len(FARE_CLASSES)
            rows.append(Expected(supplier, net, published, len(FARE_CLASSES) * _DAYS))
        found[route] = tuple(sorted(rows, key=lambda row: (row.net, row.supplier)))
    return found


def _against_percentage(world: World, ranked: list[tuple[Expected, ...]]) -> dict[str, int]:
    """On how many routes with several suppliers the highest discount is not the lowest expected price."""
    several = [(route, rows) for route, rows in enumerate(ranked) if len(rows) > 1]
    other = [
        route
        for route, rows in several
        if max(rows, key=lambda row: int(world.rates.on(0)[route, row.supplier, 0])).supplier != rows[0].supplier
    ]
    return {"routes": len(ranked), "routes_with_several": len(several), "percentage_would_choose_another": len(other)}


def _rows(world: World, count: int) -> list[tuple[int, int, int, int, int]]:
    bought = world.tickets
    columns = (bought.route, bought.supplier, bought.fare_class, bought.day, bought.published)
    return list(zip(*(column[:count].tolist() for column in columns), strict=True))


def _laid(world: World) -> tuple[list[int], dict[int, int]]:
    """The world's routes and discounts as rows of the database; the routes' keys, and each supplier's place by its key."""
    from fellestorg.agreements.models import FrameworkAgreement, Lot
    from fellestorg.organisations.models import Organisation, Person
    from fellestorg.travel.models import FareDiscount, Route

    owner = Organisation.objects.create(number="200000008", name="Benchmark", kind="agency", fictional=True)
    manager = Person.objects.create(username="benchmark", name="Benchmark", email="benchmark@demo.example")
    last = _FIRST + timedelta(days=_DAYS - 1)
    agreement = FrameworkAgreement.objects.create(
        key="benchmark", title_nb="b", title_nn="b", title_en="b", category="travel", owner=owner, manager=manager,
        starts=_FIRST, ends=last, latest_end=last, ruleset_date=_FIRST,
    )  # fmt: skip
    lot = Lot.objects.create(
        agreement=agreement, key="fly", number=1, title_nb="l", title_nn="l", title_en="l", scope_nb="l", scope_nn="l",
        scope_en="l", cpv=["60400000"], categories=["flight"], max_value=Decimal(10) ** 12,
    )  # fmt: skip
    suppliers = Organisation.objects.bulk_create(
        Organisation(number=f"3{one:08}", name=f"Airline {one}", kind="supplier", fictional=True)
        for one in range(_SUPPLIERS)
    )
    routes = Route.objects.bulk_create(
        Route(lot=lot, origin=f"A{_letters(one)}", destination=f"B{_letters(one)}") for one in range(_ROUTES)
    )
    FareDiscount.objects.bulk_create(
        FareDiscount(
            route=routes[one.route],
            supplier=suppliers[one.supplier],
            fare_class=FARE_CLASSES[one.fare_class],
            rate=Decimal(one.rate) / 10_000,
            valid_from=_FIRST,
            valid_to=last,
            source="benchmark",
        )
        for one in world.discounts
    )
    return [one.pk for one in routes], {one.pk: place for place, one in enumerate(suppliers)}


def _letters(number: int) -> str:
    return f"{chr(65 + number // 26)}{chr(65 + number % 26)}"


def _in_own_database(world: World, queries: int) -> tuple[float, Sums]:
    """CPU seconds a ticket of the query peer, and its sums, in a process and a throw-away database of its own."""
    folder, before = Path(tempfile.mkdtemp(prefix="fellestorg-bench-")), dict(os.environ)
    os.environ["FELLESTORG_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    try:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, sums = pool.apply(_query_peer, (world, queries))
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
    return seconds / queries, sums


def _query_peer(world: World, queries: int) -> tuple[float, Sums]:
    from django.db import connection

    from fellestorg import embedded
    from fellestorg.starting import prepare_database

    prepare_database(empty_allowed=True)
    measured = queried(world, queries)
    connection.close()
    embedded.erase(embedded.default_data_dir())
    return measured


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def _print(figures: dict[str, Any]) -> None:
    count = figures["tickets"]
    print(f"flights, {count} tickets over {_ROUTES} routes and {_AREAS} agreement areas, seed {figures['seed']}")
    print(f"  ours         {figures['ours_seconds']:10.3f} CPU s   peak memory {figures['peak_memory_mib']} MiB")
    loop = f"extrapolated from {figures['loop_sample']}" if figures["loop_sample"] < count else "all of them"
    print(f"  dict loop    {figures['loop_seconds']:10.3f} CPU s   {loop}")
    if "orm_seconds" in figures:
        told = f"extrapolated from {figures['orm_sample']}, the database's own time not counted"
        print(f"  query each   {figures['orm_seconds']:10.1f} CPU s   {told}")
    spread = (
        f"{figures['loop_ratios'][0]:.1f} to {figures['loop_ratios'][-1]:.1f} over {len(figures['loop_ratios'])} rounds"
    )
    print(f"  ratio        {figures['loop_ratio']:10.1f} x the loop ({spread}; goal: at least {GOAL_LOOP})")
    if "orm_ratio" in figures:
        print(f"               {figures['orm_ratio']:10.0f} x a query a ticket (goal: at least {GOAL_ORM})")
    several, other = figures["routes_with_several"], figures["percentage_would_choose_another"]
    print(f"  ranking      {figures['ranking_seconds']:10.3f} CPU s   expected net price of every route over a year")
    print(f"               on {other} of {several} routes the highest percentage is not the cheapest")
    sums = figures["sums"]
    kroner = [f"{Decimal(sums[name]) / 100:.2f}" for name in ("saved", "potential")]
    print(f"  saved {kroner[0]} kr, could have saved {kroner[1]} kr more, {sums['outside']} tickets outside")
    equal = all(figures.get(name, True) for name in ("sums_equal", "order_equal", "orm_sums_equal"))
    print(f"  sums         {'equal to the øre, and the order is the same' if equal else 'UNEQUAL'}")
