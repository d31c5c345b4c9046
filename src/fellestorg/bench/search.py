"""``bench search``: the catalogue's own search beside Django's ``icontains`` over the same price lines, in one run.

Ours is the search the page does: standing of the agency, words, vocabulary, hits, count, and the first page of items by
net price. The peer gets the first page of price lines alone, by unit price. Reading all that the page shows of each item,
and facets, have lines of their own. Hits must be the same set of items wherever the peer can say the question.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fellestorg.bench import RESULTS, keep
from fellestorg.bench.goods import CATEGORIES, LOTS, SUPPLIERS, Asked, made_items, questions, supplier_number
from fellestorg.bench.timing import at, cpu_seconds, timed
from fellestorg.values import BadInput

DAY = date(2023, 11, 1)
_AGENCY = "200000008"
_PAGE = 25
#: Goals: ratio at the median, and the 95th percentile in milliseconds.
GOALS = {"words": (25, 100), "numbers": (25, 15)}
_GROUPS = {
    "words": ("two words", "part of a compound", "three words", "bent words", "typing error", "whole name"),
    "numbers": ("number", "number, other spelling", "beginning of a number", "item's number"),
}
# Changes when what is built does, so that an old database is not measured for a new one.
_BUILD = 3


def run(argv: list[str]) -> int:
    """Measure each size asked for; see ``--help``. Returns 1 where any hits differ from the peer's."""
    parser = argparse.ArgumentParser("fellestorg bench search", description=__doc__)
    parser.add_argument("--lines", type=int, action="append", help="price lines (default 1000000); may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=30, help="searches of each kind")
    parser.add_argument("--peer-each", type=int, default=8, help="searches of each kind that the peer gets too")
    parser.add_argument("--rebuild", action="store_true", help="build the database anew")
    parser.add_argument(
        "--quick", action="store_true", help="20,000 lines and few searches, to see that hits are equal"
    )
    options = parser.parse_args(argv)
    sizes = options.lines or [20_000 if options.quick else 1_000_000]
    if options.quick:
        options.each, options.peer_each = min(options.each, 4), min(options.peer_each, 2)
    if min(sizes) < 100 or options.each < 1 or options.peer_each < 1:
        raise BadInput.of("--lines", "too_few", "expected at least 100 lines, and one search of each kind")
    kept: dict[str, Any] = {}
    for lines in sizes:
        kept[str(lines)] = _one(lines, options.seed, options.each, options.peer_each, options.rebuild)
        _print(lines, kept[str(lines)])
    keep("search", kept)
    return 0 if all(figures["unequal"] == 0 for figures in kept.values()) else 1


def _one(lines: int, seed: int, each: int, peer_each: int, rebuild: bool) -> dict[str, Any]:
    folder = (RESULTS / f"search-{lines}-{seed}").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    before = dict(os.environ)
    os.environ["FELLESTORG_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    try:
        # A process of its own, so that settings are read for this database.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            figures: dict[str, Any] = pool.apply(_measure, (str(folder), lines, seed, each, peer_each, rebuild))
    finally:
        os.environ.clear()
        os.environ.update(before)
    return figures


def _measure(folder: str, lines: int, seed: int, each: int, peer_each: int, rebuild: bool) -> dict[str, Any]:
    from fellestorg import embedded

    note = Path(folder) / "built.json"
    built = json.loads(note.read_text()) if note.exists() else {}
    reused = built.get("build") == _BUILD and not rebuild
    if not reused and (Path(folder) / "postgres").exists():
        embedded.acquire(Path(folder))
        embedded.erase(Path(folder))
        Path(folder).mkdir(parents=True, exist_ok=True)
    from fellestorg.starting import prepare_database

    prepare_database(empty_allowed=True)
    if not reused:
        built = {"build": _BUILD, **build(lines, seed)}
        note.write_text(json.dumps(built))
    figures = compare(questions(lines, seed, each), peer_each)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    from django.db import connection

    connection.close()
    return {**figures, "built": built, "reused": reused, "memory_mib": memory}


def build(lines: int, seed: int) -> dict[str, Any]:
    """Fill an empty, migrated database, and say how long it took and how large the indexes became."""
    from django.db import connection

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        lots, suppliers = _frame()
        # No search reads it, and building it would take most of the time.
        cursor.execute("ALTER TABLE catalogues_priceline DROP CONSTRAINT one_price_at_a_time")
        with cursor.copy(
            "COPY catalogues_item (id, lot_id, number, name_nb, name_nn, name_en, category, unit, cpv,"
            " standard_assortment, used) FROM STDIN"
        ) as copy:
            for row in _item_rows(lines, seed, lots):
                copy.write_row(row)
        items = time.perf_counter() - begun
        with cursor.copy(
            "COPY catalogues_priceline (item_id, supplier_id, supplier_number, product_name, model, unit_price, tiers,"
            " vat_rate, ecolabel, gtin, valid_from) FROM STDIN"
        ) as copy:
            for row in _price_rows(lines, seed, suppliers):
                copy.write_row(row)
        loaded = time.perf_counter() - begun
        connection.commit()
        cursor.execute("VACUUM (ANALYZE) catalogues_item, catalogues_priceline, catalogues_word")
        cursor.execute("SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relname = ANY(%s)", [list(_INDEXES)])
        sizes = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM catalogues_item")
        count = cursor.fetchone()
    return {
        "lines": lines,
        "items": count[0] if count else 0,
        "items_seconds": round(items, 1),
        "build_seconds": round(time.perf_counter() - begun, 1),
        "loaded_seconds": round(loaded, 1),
        "index_mib": {name: round(sizes.get(name, 0) / 2**20, 1) for name in _INDEXES},
    }


_INDEXES = ("item_search", "item_by_code", "price_by_item", "price_by_code", "word_by_trigrams")


def _frame() -> tuple[list[int], list[int]]:
    """Owner, suppliers, agreements, lots with policies and positions; the keys of lots and suppliers."""
    from fellestorg.agreements.models import (
        CeilingBalance,
        FrameworkAgreement,
        Lot,
        Participation,
        PolicyVersion,
        SupplierPosition,
    )
    from fellestorg.organisations.models import Organisation, Person

    owner = Organisation.objects.create(number=_AGENCY, name="Benchmark", kind="agency", fictional=True)
    manager = Person.objects.create(username="benchmark", name="Benchmark", email="benchmark@demo.example")
    suppliers = [
        Organisation.objects.create(
            number=f"30000000{place:02}"[-9:], name=f"S{place}", kind="supplier", fictional=True
        ).pk
        for place in range(SUPPLIERS)
    ]
    lots: list[int] = []
    start = date(2023, 1, 1)
    for number in range(LOTS):
        agreement = FrameworkAgreement.objects.create(
            key=f"benchmark-{number}", title_nb="b", title_nn="b", title_en="b", category="office", owner=owner,
            manager=manager, starts=start, ends=date(2024, 12, 31), latest_end=date(2024, 12, 31), ruleset_date=start,
        )  # fmt: skip
        lot = Lot.objects.create(
            agreement=agreement, key="all", number=1, title_nb="l", title_nn="l", title_en="l", scope_nb="l",
            scope_nn="l", scope_en="l", cpv=["39000000"], categories=list(CATEGORIES), max_value=Decimal(10) ** 12,
        )  # fmt: skip
        CeilingBalance.objects.create(lot=lot)
        mechanism = "rank" if number % 2 else "lowest_net_price"
        PolicyVersion.objects.create(
            lot=lot, version=1, valid_from=start, source="benchmark",
            document={"steps": [{"when": {}, "mechanism": mechanism}], "tie_rule": "rank"},
        )  # fmt: skip
        for rank in range(6):
            supplier = suppliers[(number * 2 + rank) % SUPPLIERS]
            SupplierPosition.objects.create(lot=lot, supplier_id=supplier, rank=rank + 1, valid_from=start)
        Participation.objects.create(agreement=agreement, organisation=owner, ground="obligatory", valid_from=start)
        lots.append(lot.pk)
    return lots, suppliers


def _item_rows(lines: int, seed: int, lots: list[int]) -> Iterator[tuple[Any, ...]]:
    for key, item in enumerate(made_items(lines, seed), 1):
        yield (
            key, lots[item.lot], item.number, item.name_nb, item.name_nb, item.name_en, item.category, "EA", "39000000",
            item.standard, item.used,
        )  # fmt: skip


def _price_rows(lines: int, seed: int, suppliers: list[int]) -> Iterator[tuple[Any, ...]]:
    label = ("", "", "", "Svanemerket", "TCO Certified")
    for key, item in enumerate(made_items(lines, seed), 1):
        for place, price in item.prices:
            yield (
                key, suppliers[place], supplier_number(key, place), item.name_nb, "fixed", Decimal(price) / 100, "[]",
                Decimal("0.25"), label[(key + place) % 5], "", date(2023, 1, 1),
            )  # fmt: skip


def compare(asked: list[Asked], peer_each: int) -> dict[str, Any]:
    """Both sides on the same questions: times by kind in milliseconds, and how many hit sets differ."""
    from fellestorg.catalogues.policy import PriceSight
    from fellestorg.catalogues.search import Wanted, index
    from fellestorg.catalogues.search.port import MOST_COUNTED
    from fellestorg.catalogues.search.results import results
    from fellestorg.catalogues.search.standing import standing_of

    def ours(one: Asked) -> Any:
        wanted = Wanted(one.text, DAY, order="price", standing=standing_of(_AGENCY, DAY))
        return index().search(wanted, start=0, stop=_PAGE)

    def shown(one: Asked) -> float:
        wanted = Wanted(one.text, DAY, order="price", standing=standing_of(_AGENCY, DAY))
        hits = ours(one).hits
        return timed(lambda: results(hits, wanted, PriceSight(everybody=True)))

    kinds = list(dict.fromkeys(one.kind for one in asked))
    times: dict[str, dict[str, list[float]]] = {kind: {"ours": [], "peer": []} for kind in kinds}
    hits: dict[str, list[int]] = {kind: [] for kind in kinds}
    unequal: list[str] = []
    for one in asked:  # once each before any is timed: what is read from disk is read for both
        ours(one)
    cpu, counted = {"ours": 0.0, "peer": 0.0}, {"ours": 0, "peer": 0}
    begun = cpu_seconds()
    for one in asked:
        times[one.kind]["ours"].append(timed(lambda one=one: ours(one)))  # type: ignore[misc]
    cpu["ours"], counted["ours"] = cpu_seconds() - begun, len(asked)
    for one in asked:
        hits[one.kind].append(ours(one).total)
        taken = times[one.kind]["peer"]
        if not one.substrings or len(taken) >= peer_each:
            continue
        begun = cpu_seconds()
        taken.append(timed(lambda one=one: list(_peer(one).order_by("unit_price")[:_PAGE])))  # type: ignore[misc]
        cpu["peer"] += cpu_seconds() - begun
        counted["peer"] += 1
        found = index().search(Wanted(one.text, DAY), start=0, stop=MOST_COUNTED)
        theirs = set(_peer(one).values_list("item_id", flat=True))
        if not found.capped and {hit.id for hit in found.hits} != theirs:
            unequal.append(one.text)
    facets = sorted(timed(lambda one=one: index().facets(Wanted(one.text, DAY))) for one in asked)  # type: ignore[misc]
    read = sorted(shown(one) for one in asked)
    return {
        "kinds": {
            kind: {
                "searches": len(sides["ours"]),
                "hits": sorted(hits[kind])[len(hits[kind]) // 2],
                "p50_ms": at(sides["ours"], 0.5),
                "p95_ms": at(sides["ours"], 0.95),
                "peer_searches": len(sides["peer"]),
                "peer_p50_ms": at(sides["peer"], 0.5),
                "peer_p95_ms": at(sides["peer"], 0.95),
            }
            for kind, sides in times.items()
        },
        "groups": {
            name: _group([times[kind] for kind in kinds if kind in members]) for name, members in _GROUPS.items()
        },
        "cpu_ms": {side: round(cpu[side] / max(counted[side], 1) * 1000, 2) for side in cpu},
        "facets_p50_ms": at(facets, 0.5),
        "facets_p95_ms": at(facets, 0.95),
        "shown_p50_ms": at(read, 0.5),
        "shown_p95_ms": at(read, 0.95),
        "unequal": len(unequal),
        "unequal_texts": unequal[:20],
    }


def _peer(one: Asked) -> Any:
    """The price lines of the day that hold every substring, as a Django developer would ask first."""
    from django.db.models import Q

    from fellestorg.catalogues.models import PriceLine

    lines = PriceLine.objects.filter(Q(valid_to=None) | Q(valid_to__gte=DAY), valid_from__lte=DAY)
    field = "supplier_number__icontains" if "number" in one.kind else "product_name__icontains"
    for substring in one.substrings:
        lines = lines.filter(**{field: substring})
    return lines


def _group(sides: list[dict[str, list[float]]]) -> dict[str, float]:
    mine = [one for side in sides for one in side["ours"]]
    # The ratio compares kinds that both answered.
    shared = [one for side in sides if side["peer"] for one in side["ours"]]
    theirs = [one for side in sides for one in side["peer"]]
    ratio = round(at(theirs, 0.5) / max(at(shared, 0.5), 1e-6), 1)
    return {"p50_ms": at(mine, 0.5), "p95_ms": at(mine, 0.95), "peer_p50_ms": at(theirs, 0.5), "ratio_p50": ratio}


def _print(lines: int, figures: dict[str, Any]) -> None:
    built = figures["built"]
    how = "database of an earlier run, built" if figures["reused"] else "database built"
    sizes = ", ".join(f"{name} {size} MiB" for name, size in built["index_mib"].items())
    print(f"search, {lines} price lines of {built['items']} items; {how} in {built['build_seconds']} s; {sizes}")
    print(f"  {'kind':24} {'hits':>6} {'ours p50':>9} {'p95':>8}   {'icontains p50':>13} {'p95':>8} ms   (sample)")
    for kind, one in figures["kinds"].items():
        peer = (
            f"{one['peer_p50_ms']:13.1f} {one['peer_p95_ms']:8.1f}" if one["peer_searches"] else f"{'-':>13} {'-':>8}"
        )
        sample = f"({one['peer_searches']} of {one['searches']})" if one["peer_searches"] else "(cannot say it)"
        print(f"  {kind:24} {one['hits']:6} {one['p50_ms']:9.2f} {one['p95_ms']:8.2f}   {peer} ms   {sample}")
    for name, (ratio, most) in GOALS.items():
        one = figures["groups"][name]
        print(
            f"  {name}: {one['ratio_p50']:.1f} x icontains at p50 (goal {ratio}), p95 {one['p95_ms']:.1f} ms (goal {most})"
        )
    ours, peer = figures["cpu_ms"]["ours"], figures["cpu_ms"]["peer"]
    print(f"  CPU of client and server, a search: ours {ours} ms, icontains {peer} ms: {peer / max(ours, 0.01):.1f} x")
    print(f"  all the page shows of its items: p50 {figures['shown_p50_ms']} ms, p95 {figures['shown_p95_ms']} ms more")
    print(f"  facets with counts: p50 {figures['facets_p50_ms']} ms, p95 {figures['facets_p95_ms']} ms")
    print(f"  peak memory of the client {figures['memory_mib']} MiB")
    equal = (
        "equal wherever the peer can say the question" if not figures["unequal"] else f"{figures['unequal']} UNEQUAL"
    )
    print(f"  hits: {equal}")
    for text in figures["unequal_texts"]:
        print(f"    {text}")
