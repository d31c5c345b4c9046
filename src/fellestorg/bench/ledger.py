"""``bench ledger``: commitments per second on the ceiling ledger, sixteen writers on one lot beside a hundred lots.

A commitment is what a call-off does to the ledger: lock the lot's balance, post the entry, record the event that covers
it, commit durably. The server is a throw-away one with fsync on. One lot is a queue by design; a hundred are not.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import shutil
import statistics
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fellestorg import embedded
from fellestorg.bench import keep

_AMOUNT = Decimal("100.00")
# Each writer's first commitments fill its connection's caches; they are in the sums and not in the times.
_WARM_UP = 10


def run(argv: list[str]) -> int:
    """Measure both, print both and the ratio. Returns 1 where a ledger does not add up to what was committed."""
    parser = argparse.ArgumentParser("fellestorg bench ledger")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--lots", type=int, default=100)
    parser.add_argument("--commits", type=int, default=1000, help="commitments in each run")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each is run, in turn; medians are shown")
    parser.add_argument("--quick", action="store_true", help="a small run, to see that the sums are right")
    options = parser.parse_args(argv)
    if options.quick:
        options.writers, options.lots, options.commits, options.rounds = 2, 10, 20, 1
    folder = Path(tempfile.mkdtemp(prefix="fellestorg-bench-"))
    before = dict(os.environ)
    os.environ["FELLESTORG_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    context = multiprocessing.get_context("spawn")
    start, ready = context.Event(), context.Semaphore(0)
    try:
        with context.Pool(options.writers, _begin, (start, ready)) as pool:
            pool.apply(_prepare, (options.lots,))
            # In turn, so that a machine whose speed drifts drifts for both; each round has its own ratio.
            rounds = [
                tuple(
                    _measure(pool, options.writers, lots, options.commits, start, ready) for lots in (1, options.lots)
                )
                for _ in range(options.rounds)
            ]
            committed = sum(side["commits"] for sides in rounds for side in sides)
            right = pool.apply(_adds_up, (int(committed),))
            pool.close()
            pool.join()
        embedded.erase(folder)
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
    ratios = sorted(many["per_second"] / one["per_second"] for one, many in rounds)
    ratio = statistics.median(ratios)
    one, many = (
        {name: statistics.median(run[name] for run in side) for name in side[0]} for side in zip(*rounds, strict=True)
    )
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"ledger, {options.writers} writers, {options.commits} commitments a run, fsync on")
    for name, run_of in (("one lot", one), (f"{options.lots} lots", many)):
        speed, p50, p95 = run_of["per_second"], run_of["p50_ms"], run_of["p95_ms"]
        print(f"  {name:10} {speed:8.1f} commits/s   p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")
    spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f} over {len(ratios)} rounds"
    print(f"  ratio      {ratio:8.2f}   ({spread}; goal: at least 2)   peak memory of a writer {memory} MiB")
    print(f"  sums       {'equal: every commitment is in the ledger once' if right else 'UNEQUAL'}")
    keep(
        "ledger",
        {
            "writers": options.writers,
            "one_lot": one,
            "many_lots": many,
            "ratio": ratio,
            "ratios": ratios,
            "sums_equal": right,
        },
    )
    return 0 if right else 1


def _measure(pool: Any, writers: int, lots: int, commits: int, start: Any, ready: Any) -> dict[str, float]:
    """One run, in which every writer is ready before the first begins to be timed."""
    each = -(-commits // writers)
    shares = [share for number in range(writers) if (share := min(each, commits - number * each)) > 0]
    start.clear()
    # A writer that waits for the start takes no second share, so that each has one process.
    written = pool.starmap_async(_write, [(number, share, lots) for number, share in enumerate(shares)], chunksize=1)
    for _ in shares:
        while not ready.acquire(timeout=1):
            if written.ready():
                written.get()
    begun = time.perf_counter()
    start.set()
    times = sorted(one for part in written.get() for one in part)
    seconds = time.perf_counter() - begun
    return {
        "commits": len(times) + len(shares) * _WARM_UP,
        "per_second": len(times) / seconds,
        "p50_ms": times[len(times) // 2] * 1000,
        "p95_ms": times[int(len(times) * 0.95)] * 1000,
    }


_signals: dict[str, Any] = {}


def _begin(start: Any, ready: Any) -> None:
    _signals.update(start=start, ready=ready)


def _write(number: int, count: int, lots: int) -> list[float]:
    _connect()
    from django.db import transaction

    from fellestorg.agreements import ledger
    from fellestorg.agreements.ledger import Posting
    from fellestorg.agreements.models import Lot
    from fellestorg.agreements.rules import Entry
    from fellestorg.kernel import clock, events
    from fellestorg.kernel.actors import SYSTEM
    from fellestorg.kernel.events import Happening

    rows = list(Lot.objects.select_related("agreement").order_by("id")[:lots])
    draw = random.Random(number)  # noqa: S311 (it draws lots to buy under, not secrets)
    times: list[float] = []
    for turn in range(-_WARM_UP, count):
        if turn == 0:
            times.clear()
            _signals["ready"].release()
            _signals["start"].wait()
        # Drawn, as buyers come: writers that went round the lots in step would queue behind one another.
        lot = draw.choice(rows)
        begun = time.perf_counter()
        with transaction.atomic():
            balance = ledger.lock(lot)
            at = clock.now()
            reference = f"{lots}-{number}-{turn}"
            posted = ledger.write(lot, balance, [Posting(Entry("commit", _AMOUNT), reference, at)])
            events.record(Happening(f"lot:{lot}", "bench", reference, SYSTEM, at, {}, posted.entries))
        times.append(time.perf_counter() - begun)
    return times


def _connect() -> None:
    from fellestorg.starting import prepare_database

    prepare_database(empty_allowed=True)


def _prepare(lots: int) -> None:
    _connect()
    from fellestorg.agreements.models import CeilingBalance, FrameworkAgreement, Lot
    from fellestorg.organisations.models import Organisation, Person

    owner = Organisation.objects.create(number="200000008", name="Benchmark", kind="agency", fictional=True)
    manager = Person.objects.create(username="benchmark", name="Benchmark", email="benchmark@demo.example")
    starts = date(2023, 1, 1)
    agreement = FrameworkAgreement.objects.create(
        key="benchmark", title_nb="b", title_nn="b", title_en="b", category="ict", owner=owner, manager=manager,
        starts=starts, ends=starts + timedelta(365), latest_end=starts + timedelta(365), ruleset_date=starts,
    )  # fmt: skip
    rows = Lot.objects.bulk_create(
        Lot(
            agreement=agreement, key=f"l{number}", number=number, title_nb="l", title_nn="l", title_en="l",
            scope_nb="l", scope_nn="l", scope_en="l", cpv=["30213100"], categories=["pc"], max_value=Decimal(10) ** 12,
        )
        for number in range(1, lots + 1)
    )  # fmt: skip
    CeilingBalance.objects.bulk_create(CeilingBalance(lot=lot) for lot in rows)


def _adds_up(commits: int) -> bool:
    from django.db.models import Sum

    from fellestorg.agreements.models import CeilingBalance, CeilingEntry
    from fellestorg.kernel import audit, events

    wanted = commits * _AMOUNT
    ledger = CeilingEntry.objects.aggregate(total=Sum("amount"))["total"]
    balances = CeilingBalance.objects.aggregate(total=Sum("used"))["total"]
    return bool(ledger == balances == wanted and not audit.verify(events.seal()).faults)
