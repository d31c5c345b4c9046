"""``bench marketplace-search``: the search across everything public beside the ORM's ``ILIKE``, over generated services.

Ours is what the page asks: the question, four facets chosen, how many there are, the first page, and every facet's counts.
The peer says the same with ``icontains``, ``overlap`` and one counted query for each of the four facets. Hits and counts
must be the same.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fellestorg.bench import RESULTS, keep
from fellestorg.bench.timing import at, cpu_seconds, timed
from fellestorg.values import BadInput

#: Goals: the 95th percentile in milliseconds, and the ratio at the median.
GOALS = (50, 20)
_NOW = datetime(2023, 11, 1, 9, tzinfo=UTC)
_PAGE = 20
_WORDS = 4000
# The four that are chosen from, with how many codes each has; who offers it is counted besides.
_FACETS: Mapping[str, int] = {"category": 15, "data_location": 12, "support_hours": 6, "encryption": 4}
_FIRMS = 400
_BUILD = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in both tongues: ``all_of`` and ``none_of`` are substrings, ``any_of`` too where there are some."""

    kind: str
    text: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    none_of: tuple[str, ...]
    chosen: Mapping[str, tuple[str, ...]]


def run(argv: list[str]) -> int:
    """Measure; see ``--help``. Returns 1 where hits or counts differ from the peer's."""
    parser = argparse.ArgumentParser("fellestorg bench marketplace-search", description=__doc__)
    parser.add_argument("--listings", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=40, help="questions of each kind")
    parser.add_argument("--peer-each", type=int, default=5, help="questions of each kind that the peer gets too")
    parser.add_argument("--rebuild", action="store_true", help="build the database anew")
    parser.add_argument("--quick", action="store_true", help="2,000 services, to see that the answers are equal")
    options = parser.parse_args(argv)
    if options.quick:
        options.listings, options.each, options.peer_each = 2000, 3, 3
    if options.listings < 100 or options.each < 1 or options.peer_each < 1:
        raise BadInput.of("--listings", "too_few", "expected at least 100 services, and one question of each kind")
    folder = (RESULTS / f"marketplace-{options.listings}-{options.seed}").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    before = dict(os.environ)
    os.environ["FELLESTORG_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    try:
        # A process of its own, so that settings are read for this database.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            words = (str(folder), options.listings, options.seed, options.each, options.peer_each, options.rebuild)
            figures: dict[str, Any] = pool.apply(_measure, words)
    finally:
        os.environ.clear()
        os.environ.update(before)
    _print(options.listings, figures)
    keep("marketplace-search", figures)
    return 0 if figures["unequal"] == 0 else 1


def _measure(folder: str, listings: int, seed: int, each: int, peer_each: int, rebuild: bool) -> dict[str, Any]:
    from fellestorg import embedded

    note = Path(folder) / "built.json"
    reused = note.exists() and json.loads(note.read_text()).get("build") == _BUILD and not rebuild
    if not reused and (Path(folder) / "postgres").exists():
        embedded.acquire(Path(folder))
        embedded.erase(Path(folder))
        Path(folder).mkdir(parents=True, exist_ok=True)
    from fellestorg.starting import prepare_database

    prepare_database(empty_allowed=True)
    begun = time.perf_counter()
    if not reused:
        build(listings, seed)
        note.write_text(json.dumps({"build": _BUILD}))
    figures = compare(questions(listings, seed, each), peer_each)
    from django.db import connection

    connection.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**figures, "build_seconds": round(time.perf_counter() - begun, 1), "memory_mib": memory}


def build(listings: int, seed: int) -> None:
    """Fill an empty, migrated database with generated services."""
    from django.db import connection

    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY marketplace_searchentry (kind, key, audience, titles, leads, title, lead, text, address, facets, at,"
            " first_seen_at, name) FROM STDIN"
        ) as copy:
            for number, (title, lead, text, facets) in enumerate(made(listings, seed)):
                titles, leads = (json.dumps({"nb": one}) for one in (title, lead))
                marks = ["§type:service", "§for:all", *facets]
                copy.write_row(
                    ("service", f"s{number}", "all", titles, leads, title, lead, text, f"/s/{number}", marks, _NOW, _NOW,
                     title)
                )  # fmt: skip
        connection.commit()
        cursor.execute(
            "VACUUM (ANALYZE) marketplace_searchentry, marketplace_searchindex, marketplace_searchmark, catalogues_word"
        )


def vocabulary(seed: int) -> list[str]:
    """Invented words, none inside another, so that a substring and a word are the same."""
    chance = random.Random(seed)  # noqa: S311  generated data, no secret
    found: dict[str, None] = {}
    while len(found) < _WORDS:
        parts = [chance.choice("bdfghjklmnprstv") + chance.choice("aeiouyø") for _place in range(3)]
        found["".join(parts) + chance.choice("kmpvd") + chance.choice("uy") + chance.choice("lkp")] = None
    return list(found)


def made(listings: int, seed: int) -> Iterator[tuple[str, str, str, list[str]]]:
    """Title, lead, text and facets of each service. Words are as unevenly common as in a language."""
    words, chance = vocabulary(seed), random.Random(seed + 1)  # noqa: S311
    weights = [1 / (place + 200) for place in range(len(words))]
    for _number in range(listings):
        drawn = chance.choices(words, weights, k=90)
        facets = [
            f"§{facet}:{chance.randrange(size)}" for facet, size in _FACETS.items() for _more in range(1 + (size == 4))
        ]
        facets.append(f"§firm:{chance.randrange(_FIRMS)}")
        yield " ".join(drawn[:4]), " ".join(drawn[4:20]), " ".join(drawn[20:]), sorted(set(facets))


def questions(listings: int, seed: int, each: int) -> list[Asked]:
    """The questions, the same for the same numbers; every one with four facets chosen."""
    words, chance = vocabulary(seed), random.Random(seed + 2)  # noqa: S311
    texts = [text for _title, _lead, text, _facets in made(min(listings, 400), seed)]
    asked = []
    for _number in range(each):
        common, middle, rare = (words[chance.randrange(*span)] for span in ((0, 20), (20, 300), (300, 2000)))
        first, second = chance.choice(texts).split()[:2]
        # The word that stands alone is one that every seventh service has.
        for kind, text, all_of, any_of, none_of in (
            ("one common word", common, (common,), (), ()),
            ("two words", f"{common} {middle}", (common, middle), (), ()),
            ("phrase", f'"{first} {second}"', (f"{first} {second}",), (), ()),
            ("without", f"{middle} -{common}", (middle,), (), (common,)),
            ("either", f"{rare} OR {middle}", (), (rare, middle), ()),
        ):
            chosen = {
                facet: tuple(str(code) for code in sorted(chance.sample(range(size), max(1, size // 3))))
                for facet, size in _FACETS.items()
            }
            asked.append(Asked(kind, text, all_of, any_of, none_of, chosen))
    return asked


def compare(asked: list[Asked], peer_each: int) -> dict[str, Any]:
    """Both sides on the same questions: times by kind in milliseconds, and how many answers differ."""
    from fellestorg.kernel.actors import ANONYMOUS
    from fellestorg.marketplace.search.queries import Wanted, search

    def ours(one: Asked) -> Any:
        return search(Wanted(one.text, one.chosen), ANONYMOUS, _NOW, stop=_PAGE)

    times: dict[str, dict[str, list[float]]] = {one.kind: {"ours": [], "peer": []} for one in asked}
    hits: dict[str, list[int]] = {one.kind: [] for one in asked}
    unequal: list[str] = []
    for one in asked:  # once each before any is timed: what is read from disk is read for both
        ours(one)
    spent, counted = {"ours": 0.0, "peer": 0.0}, {"ours": len(asked), "peer": 0}
    begun = cpu_seconds()
    for one in asked:
        times[one.kind]["ours"].append(timed(lambda one=one: ours(one)))  # type: ignore[misc]
    spent["ours"] = cpu_seconds() - begun
    for one in asked:
        found = ours(one)
        hits[one.kind].append(found.total)
        if len(times[one.kind]["peer"]) >= peer_each:
            continue
        begun = cpu_seconds()
        started = time.perf_counter()
        total, counts = _peer(one)
        times[one.kind]["peer"].append((time.perf_counter() - started) * 1000)
        spent["peer"] += cpu_seconds() - begun
        counted["peer"] += 1
        mine = {facet: dict(found.counts.get(facet, {})) for facet in _FACETS}
        if total != found.total or counts != mine:
            unequal.append(one.text)
    mine_all = [one for sides in times.values() for one in sides["ours"]]
    return {
        "kinds": {
            kind: {
                "hits": sorted(hits[kind])[len(hits[kind]) // 2],
                "p50_ms": at(sides["ours"], 0.5),
                "p95_ms": at(sides["ours"], 0.95),
                "peer_p50_ms": at(sides["peer"], 0.5),
            }
            for kind, sides in times.items()
        },
        "p50_ms": at(mine_all, 0.5),
        "p95_ms": at(mine_all, 0.95),
        "peer_p50_ms": at([one for sides in times.values() for one in sides["peer"]], 0.5),
        "cpu_ms": {side: round(spent[side] / max(counted[side], 1) * 1000, 1) for side in spent},
        "unequal": len(unequal),
        "unequal_texts": unequal[:10],
    }


def _peer(one: Asked) -> tuple[int, dict[str, dict[str, int]]]:
    """Total, first page and counts as a Django developer would ask first."""
    from django.db.models import Count, F, Func, Q, TextField

    from fellestorg.marketplace.models import SearchEntry

    def holds(text: str) -> Any:
        return Q(title__icontains=text) | Q(lead__icontains=text) | Q(text__icontains=text)

    rows = SearchEntry.objects.filter(audience="all")
    for text in one.all_of:
        rows = rows.filter(holds(text))
    if one.any_of:
        either = Q()
        for text in one.any_of:
            either |= holds(text)
        rows = rows.filter(either)
    for text in one.none_of:
        rows = rows.exclude(holds(text))

    def narrowed(but: str = "") -> Any:
        found = rows
        for facet, codes in one.chosen.items():
            if facet != but:
                found = found.filter(facets__overlap=[f"§{facet}:{code}" for code in codes])
        return found

    total = narrowed().count()
    list(narrowed().order_by("name", "id").values("key", "titles", "leads", "facets")[:_PAGE])
    counts: dict[str, dict[str, int]] = {}
    for facet in _FACETS:
        code = Func(F("facets"), function="unnest", output_field=TextField())
        found = narrowed(facet).annotate(code=code).values("code").annotate(n=Count("id")).order_by()
        mark = f"§{facet}:"
        counts[facet] = {row["code"].removeprefix(mark): row["n"] for row in found if row["code"].startswith(mark)}
    return total, counts


def _print(listings: int, figures: dict[str, Any]) -> None:
    print(f"marketplace search, {listings} services, four facets chosen and all counts")
    print("  kind                    hits  ours p50      p95   ILIKE p50 ms")
    for kind, row in figures["kinds"].items():
        print(f"  {kind:20} {row['hits']:7} {row['p50_ms']:9} {row['p95_ms']:8} {row['peer_p50_ms']:11}")
    ratio = figures["peer_p50_ms"] / max(figures["p50_ms"], 1e-6)
    print(f"  all: p50 {figures['p50_ms']} ms, p95 {figures['p95_ms']} ms (goal {GOALS[0]}), {ratio:.1f} x ILIKE at p50"
          f" (goal {GOALS[1]})")  # fmt: skip
    cpu = figures["cpu_ms"]
    print(
        f"  CPU of client and server: ours {cpu['ours']} ms, peer {cpu['peer']} ms, {cpu['peer'] / cpu['ours']:.1f} x"
    )
    print(
        f"  memory of the client {figures['memory_mib']} MiB; {figures['unequal']} unequal {figures['unequal_texts']}"
    )
