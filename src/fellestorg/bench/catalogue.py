"""``bench catalogue``: a Peppol catalogue from file to database, beside a tree and ``update_or_create``; and price changes.

Each side runs in a process of its own. CPU seconds are the process's and, where a database is used, also those of all its
server's processes. What is timed as ours is the product's own code; only an unequal answer fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from fellestorg.bench import keep
from fellestorg.bench.catalogue_file import write_catalogue
from fellestorg.bench.catalogue_peers import Sums, by_iterparse, by_tree, save_each, sums_of
from fellestorg.values import BadInput

Alone = Callable[..., Any]
PEERS = ("tree", "iterparse", "ours")
_DAY = date(2023, 11, 1)
_COMPARED = (
    "item__number", "item__name_nb", "item__description", "item__unit", "item__cpv", "item__used", "supplier_number",
    "product_name", "unit_price", "tiers", "vat_rate", "co2e_kg", "ecolabel", "gtin", "energy_class", "visual_grade",
    "erasure_proof", "updates_until", "properties", "valid_from", "valid_to", "terms", "item__code", "item__search",
)  # fmt: skip


def run(argv: list[str]) -> int:
    """Run the benchmark; see ``--help``. Returns 1 where any answer was unequal."""
    parser = argparse.ArgumentParser("fellestorg bench catalogue", description="Catalogue intake beside its peers.")
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=",".join(PEERS), help="some of: %(default)s (ours always runs)")
    parser.add_argument("--sample", type=int, default=2000, help="lines that update_or_create really saves")
    parser.add_argument("--prices", type=int, default=1_000_000, help="prices on each side of the price comparison")
    parser.add_argument("--quick", action="store_true", help="a small run, to see that the answers are equal")
    options = parser.parse_args(argv)
    if options.quick:
        options.lines, options.sample, options.prices = 300, 60, 3000
    wanted = [peer for peer in PEERS if peer in options.peers.split(",") or peer == "ours"]
    if unknown := set(options.peers.split(",")) - set(PEERS):
        raise BadInput.of("--peers", "unknown_peer", f"expected some of {', '.join(PEERS)}, found {min(unknown)!r}")
    folder = Path(tempfile.mkdtemp(prefix="fellestorg-bench-"))
    try:
        path = folder / "catalogue.xml"
        write_catalogue(path, options.lines, options.seed)
        size = path.stat().st_size / 1e6
        print(f"catalogue, {options.lines} lines, {size:.0f} MB, seed {options.seed}")
        figures: dict[str, Any] = {"lines": options.lines, "mb": round(size, 1), "seed": options.seed}
        with _apart(options.quick) as alone:
            equal = _parsing(alone, wanted, path, figures)
            equal &= _comparing(alone, options.prices, figures)
        equal &= _storing(folder, path, options, figures)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures["equal"] = equal
    print(f"kept in {keep('catalogue', figures)}; {'all answers equal' if equal else 'ANSWERS ARE UNEQUAL'}")
    return 0 if equal else 1


def _parsing(alone: Alone, peers: list[str], path: Path, figures: dict[str, Any]) -> bool:
    sides = {peer: alone(_parse, peer, path) for peer in peers}
    ours = sides["ours"]
    print("\nfile to columns          CPU s      MB   x ours CPU   x ours MB   lines")
    for peer, side in sides.items():
        ratio, memory = side["cpu"] / ours["cpu"], side["mb"] / ours["mb"]
        rows = side["sums"]["id"][0]
        print(f"  {peer:20} {side['cpu']:8.2f} {side['mb']:7.0f} {ratio:12.2f} {memory:11.2f} {rows:7}")
    equal = all(side["sums"] == ours["sums"] for side in sides.values())
    nulls = ", ".join(f"{name} {one[1]}" for name, one in ours["sums"].items() if one[1])
    print(f"  columns {'equal in rows, nulls and checksums' if equal else 'UNEQUAL'}; nulls: {nulls or 'none'}")
    figures["parse"] = {peer: {**side, "cpu": round(side["cpu"], 3)} for peer, side in sides.items()}
    return equal


def _parse(peer: str, path: Path) -> dict[str, Any]:
    _plain_settings()
    if peer != "ours":
        started = time.process_time()
        lines = by_tree(path) if peer == "tree" else by_iterparse(path)
        return {"cpu": time.process_time() - started, "mb": _peak(), "sums": sums_of(lines)}
    import polars  # noqa: F401 (loading it is not parsing)
    import xml2arrow  # noqa: F401

    from fellestorg.catalogues.intake.peppol import open_catalogue

    sums, cpu, started = Sums(), 0.0, time.process_time()
    with open_catalogue(path) as (_header, stretches):
        for stretch in stretches:
            cpu += time.process_time() - started
            for frame in (stretch.lines, stretch.prices, stretch.properties, stretch.classes, stretch.labels):
                for name in frame.columns:
                    if name != "line":
                        sums.add(name, frame.get_column(name))
            started = time.process_time()
    return {"cpu": cpu + time.process_time() - started, "mb": _peak(), "sums": sums.columns}


def _storing(folder: Path, path: Path, options: Any, figures: dict[str, Any]) -> bool:
    before = dict(os.environ)
    os.environ["FELLESTORG_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    try:
        with _apart(options.quick) as alone:
            alone(_prepare)
            # The plain way first, into empty tables: the small indexes are its advantage.
            plain = alone(_save_plainly, path, options.sample)
            ours = alone(_import, path)
            again = alone(_import, path)
            equal: bool = ours["counts"] == [options.lines, 0, 0] and again["counts"] == [0, 0, options.lines]
            columns = alone(_same_rows, options.sample)
            equal &= bool(columns)
            alone(_stop)
    finally:
        os.environ.clear()
        os.environ.update(before)
    share = options.lines / plain["saved"]
    whole = plain["parse"] + (plain["client"] + plain["server"]) * share
    print("\nfile to database         CPU s  of which server  wall s      MB   x ours CPU   x ours wall")
    label = f"tree, update_or_create{'' if share == 1 else '*'}"
    wall = plain["parse"] + plain["wall"] * share
    rows = ((label, whole, plain["server"] * share, wall, plain["mb"]), *(
        (name, side["client"] + side["server"], side["server"], side["wall"], side["mb"])
        for name, side in (("ours, first load", ours), ("ours, same file again", again))
    ))  # fmt: skip
    mine = ours["client"] + ours["server"]
    for name, cpu, server, lasted, memory in rows:
        ratios = f"{cpu / mine:12.2f} {lasted / ours['wall']:13.2f}"
        print(f"  {name:22} {cpu:8.2f} {server:13.2f} {lasted:9.2f} {memory:7.0f} {ratios}")
    if share != 1:
        print(
            f"  * {plain['saved']} lines really saved, extrapolated to {options.lines}; its tree is of the whole file"
        )
    nulls = ", ".join(f"{name} {one[1]}" for name, one in columns.items() if one[1])
    print(
        f"  rows {'equal' if equal else 'UNEQUAL'}: {plain['saved']} lines, column by column; nulls: {nulls or 'none'}"
    )
    figures["database"] = {
        "plain": {**plain, "extrapolated_cpu": whole},
        "ours": ours,
        "again": again,
        "columns": columns,
        "ratio": whole / mine,
        "ratio_wall": wall / ours["wall"],
    }
    return equal


def _prepare() -> None:
    _connect()
    from fellestorg.agreements.models import FrameworkAgreement, Lot, SupplierPosition
    from fellestorg.organisations.models import Organisation, Person

    owner = Organisation.objects.create(number="200000008", name="Benchmark", kind="agency", fictional=True)
    supplier = Organisation.objects.create(number="200000016", name="Supplier", kind="supplier", fictional=True)
    manager = Person.objects.create(username="benchmark", name="Benchmark", email="benchmark@demo.example")
    for key in ("plain", "ours"):
        agreement = FrameworkAgreement.objects.create(
            key=key, title_nb="b", title_nn="b", title_en="b", category="ict", owner=owner, manager=manager,
            starts=_DAY, ends=_DAY, latest_end=_DAY, ruleset_date=_DAY,
        )  # fmt: skip
        lot = Lot.objects.create(
            agreement=agreement, key="l", number=1, title_nb="l", title_nn="l", title_en="l", scope_nb="l", scope_nn="l",
            scope_en="l", cpv=["30213100"], categories=["pc"], max_value=10**12,
        )  # fmt: skip
        SupplierPosition.objects.create(lot=lot, supplier=supplier, rank=1, valid_from=_DAY)


def _save_plainly(path: Path, sample: int) -> dict[str, Any]:
    _connect()
    from django.db import transaction

    lot, supplier = _world("plain")
    started = time.process_time()
    lines = by_tree(path)
    parse, mb = time.process_time() - started, _peak()
    started, server, begun = time.process_time(), _server_seconds(), time.perf_counter()
    with transaction.atomic():
        saved = save_each(lines[:sample], lot, supplier, "pc", _DAY)
    wall, client = time.perf_counter() - begun, time.process_time() - started
    server = _server_seconds() - server
    return {"parse": parse, "client": client, "server": server, "wall": wall, "mb": mb, "saved": saved}


def _import(path: Path) -> dict[str, Any]:
    _connect()
    import polars  # noqa: F401
    import xml2arrow  # noqa: F401

    from fellestorg.catalogues.actions import import_prices
    from fellestorg.kernel import clock
    from fellestorg.kernel.actors import OPERATOR

    lot, supplier = _world("ours")
    started, server, begun = time.process_time(), _server_seconds(), time.perf_counter()
    done = import_prices(path, lot.agreement, lot, supplier, actor=OPERATOR, now=clock.now(), valid_from=_DAY)
    wall, client = time.perf_counter() - begun, time.process_time() - started
    if done.rejected:
        raise AssertionError(f"the benchmark's own file is refused: {done.rejected[0]}")
    counts = [done.new, done.changed, done.unchanged]
    server = _server_seconds() - server
    return {"client": client, "server": server, "wall": wall, "mb": _peak(), "counts": counts}


def _same_rows(sample: int) -> dict[str, list[int]]:
    """Rows, nulls and a checksum of each column where both ways have written the same, row by row; else nothing. What the
    database makes itself, words for the search and the looked-up number, is compared too."""
    _connect()
    from fellestorg.catalogues.models import PriceLine

    sides = []
    for key in ("plain", "ours"):
        rows = PriceLine.objects.filter(item__lot__agreement__key=key).order_by("item__number")
        found = list(rows.values_list(*_COMPARED)[:sample])
        # The mark of the lot differs, as the lots do.
        sides.append([(*row[:-1], re.sub(r"'§lot\d+'", "", row[-1])) for row in found])
    sums = Sums()
    for name, column in zip(_COMPARED, zip(*sides[0], strict=True), strict=True):
        sums.add(name, (None if value is None else str(value) for value in column))
    return sums.columns if sides[0] == sides[1] else {}


def _comparing(alone: Alone, prices: int, figures: dict[str, Any]) -> bool:
    loop, ours = alone(_compare_by_dictionary, prices), alone(_compare, prices)
    equal = bool(loop["found"] == ours["found"])
    ratio = loop["cpu"] / ours["cpu"]
    print(f"\nprice changes, {prices} x {prices}      CPU s      MB   x ours CPU")
    print(f"  dictionary and loop    {loop['cpu']:8.2f} {loop['mb']:7.0f} {ratio:12.2f}")
    print(f"  ours                   {ours['cpu']:8.2f} {ours['mb']:7.0f} {1:12.2f}")
    print(f"  findings {'equal' if equal else 'UNEQUAL'}: new, changed, gone, checksum of changes {ours['found']}")
    figures["changes"] = {"loop": loop, "ours": ours, "ratio": ratio}
    return equal


def _prices(count: int) -> tuple[Any, Any]:
    """Two price lists: in the second 3 % have changed, 1 % are new and 1 % are gone."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(5)
    numbers = np.arange(count)
    old = draw.integers(10_000, 100_000_000, count)
    factor = np.where(draw.random(count) < 0.03, draw.integers(90, 120, count), 100)
    new = old * factor // 100
    gone = draw.random(count) < 0.01
    more = np.arange(count, count + int(gone.sum()))
    before = pl.DataFrame({"item_id": numbers, "unit_price": old})
    return before, pl.DataFrame(
        {"item_id": np.concatenate([numbers[~gone], more]), "unit_price": np.concatenate([new[~gone], more + 10_000])}
    )


def _compare(count: int) -> dict[str, Any]:
    _plain_settings()
    from fellestorg.catalogues.intake.changes import price_changes

    before, after = _prices(count)
    started = time.process_time()
    changes = price_changes(before, after)
    cpu = time.process_time() - started
    kinds = changes.get_column("kind")
    counts = [int((kinds == kind).sum()) for kind in ("new", "changed", "removed")]
    return {"cpu": cpu, "mb": _peak(), "found": [*counts, int(changes.get_column("change").drop_nulls().sum())]}


def _compare_by_dictionary(count: int) -> dict[str, Any]:
    before, after = (frame.rows() for frame in _prices(count))
    started = time.process_time()
    old = dict(before)
    new = changed = total = 0
    seen = set()
    for number, price in after:
        seen.add(number)
        was = old.get(number)
        if was is None:
            new += 1
        elif was != price:
            changed += 1
            total += ((price - was) * 10**6 * 2 + was) // (was * 2)
    removed = sum(number not in seen for number in old)
    return {"cpu": time.process_time() - started, "mb": _peak(), "found": [new, changed, removed, total]}


@contextmanager
def _apart(quick: bool) -> Iterator[Alone]:
    """Does some work in a fresh process of its own and returns what it returns, so that memory is nobody else's. A quick
    run, which asks for equality alone, uses one process for all."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=None if quick else 1) as pool:
        yield lambda work, *given: pool.apply(work, given)


def _plain_settings() -> None:
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)


def _connect() -> None:
    from fellestorg.starting import prepare_database

    prepare_database(empty_allowed=True)


def _world(key: str) -> tuple[Any, Any]:
    from fellestorg.agreements.models import Lot
    from fellestorg.organisations.models import Organisation

    lot = Lot.objects.select_related("agreement__owner", "agreement__manager").get(agreement__key=key)
    return lot, Organisation.objects.get(number="200000016")


def _stop() -> None:
    from fellestorg import embedded

    embedded.erase(embedded.default_data_dir())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _server_seconds() -> float:
    """CPU seconds so far of the database server: all its processes, also those that have ended (what builds indexes beside
    the one that serves us)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (ours,) = cursor.fetchone()
    server = _figures_of(ours)[0]
    ticks = sum(_figures_of(server)[1:])
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent, own, system, *_ended = _figures_of(int(folder.name))
        except OSError:
            continue
        ticks += own + system if parent == server else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _figures_of(process: int) -> tuple[int, ...]:
    """A process's parent, its clock ticks in its own code and in the system, and the same of its children that have ended."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return tuple(int(words[at]) for at in (1, 11, 12, 13, 14))
