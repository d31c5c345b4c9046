"""Benchmarks beside their peers: ``fellestorg bench [NAME] [OPTIONS]``.

Every benchmark prints both sides, the ratio, peak memory and whether the answers were equal, and keeps its figures as
JSON under ``var/bench``. Ratios compare CPU seconds. Only an unequal or non-optimal answer fails; speed never does.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Where each benchmark's ``run(argv) -> int`` lives, and what it measures.
BENCHES = {
    "award": ("fellestorg.bench.award", "lots, package tenders and limits: proved awards, beside HiGHS and lot by lot"),
    "catalogue": (
        "fellestorg.bench.catalogue",
        "a Peppol catalogue into the database, beside a tree and update_or_create",
    ),
    "closing-hour": (
        "fellestorg.bench.closing_hour",
        "thousands of suppliers deliver sealed tenders in the last five minutes",
    ),
    "flights": (
        "fellestorg.bench.flights",
        "a million tickets settled against the agreement, beside a loop and a query a ticket",
    ),
    "marketplace-search": (
        "fellestorg.bench.marketplace_search",
        "questions with four facets over 100,000 services, beside the ORM's ILIKE",
    ),
    "netprice": ("fellestorg.bench.netprice", "baskets at the lowest net price, beside HiGHS, CP-SAT and a plain loop"),
    "ledger": ("fellestorg.bench.ledger", "commitments per second: sixteen writers on one lot beside a hundred lots"),
    "lifecycle": ("fellestorg.bench.lifecycle", "buying, renting and leasing over time, beside a plain loop"),
    "policy": ("fellestorg.bench.policy", "route decisions with their trace, beside an if-chain written by hand"),
    "robust": ("fellestorg.bench.robust", "winners over a million draws of the weights, beside plain Python"),
    "search": ("fellestorg.bench.search", "searches over a million price lines, beside Django's icontains"),
}
RESULTS = Path("var") / "bench"


def main(argv: list[str]) -> int:
    """Run the named benchmark, or every one with its own defaults. Returns 1 if any answer was wrong."""
    if argv and argv[0] in ("-h", "--help"):
        print(_usage())
        return 0
    if argv and not argv[0].startswith("-"):
        name, *rest = argv
        if name not in BENCHES:
            print(f"fellestorg bench: there is no benchmark {name!r}\n\n{_usage()}", file=sys.stderr)
            return 2
        return _run(name, rest)
    return max(_run(name, argv) for name in BENCHES)


def keep(name: str, figures: Mapping[str, Any]) -> Path:
    """Write a benchmark's figures to ``var/bench/NAME.json`` under the current folder and return the path."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _run(name: str, argv: list[str]) -> int:
    code: int = importlib.import_module(BENCHES[name][0]).run(argv)
    return code


def _usage() -> str:
    lines = [f"  {name:<10}  {what}" for name, (_, what) in BENCHES.items()]
    return "\n".join(["usage: fellestorg bench [NAME] [--quick] [OPTIONS]", "", *lines])
