"""``bench lifecycle``: many cases compared over time beside a plain Decimal loop; every figure must be equal.

Timed whole, from the wire's objects to its answer: reading and checking, computing, ranking, writing. Once as one file of
all cases, once as comparisons of four cases that each have a rate of their own. The peer sums the months one by one and
reads without checking.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from fellestorg.bench import keep
from fellestorg.engines.lifecycle import answer_json, compare, parse_comparison

_FULL, _QUICK = 10_000, 200
_TOGETHER = 4


def run(argv: list[str]) -> int:
    """Run the benchmark; see ``--help``. Returns 1 if any figure or rank differs from the peer's."""
    parser = argparse.ArgumentParser("fellestorg bench lifecycle", description="Cases over time beside a plain loop.")
    parser.add_argument("--cases", type=int, help=f"how many cases; default {_FULL}")
    parser.add_argument("--quick", action="store_true", help=f"{_QUICK} cases")
    arguments = parser.parse_args(argv)
    count = arguments.cases or (_QUICK if arguments.quick else _FULL)
    cases = make_cases(count)
    figures: dict[str, Any] = {"cases": count}
    wrong = 0
    for name, files in (("one file", [_file(cases, "0.04")]), ("comparisons of four", _small_files(cases))):
        started = time.process_time()
        ours = [answer_json(compare(parse_comparison(one))) for one in files]
        seconds = time.process_time() - started
        started = time.process_time()
        theirs = [plain(one) for one in files]
        plain_seconds = time.process_time() - started
        differ = sum(a != b for mine, other in zip(ours, theirs, strict=True) for a, b in _pairs(mine, other))
        wrong += differ
        ratio = plain_seconds / max(seconds, 1e-9)
        figures[name] = {
            "cpu_seconds": round(seconds, 3),
            "plain_cpu_seconds": round(plain_seconds, 3),
            "plain_ratio": round(ratio, 1),
            "cases_per_second": round(count / max(seconds, 1e-9)),
            "differ": differ,
        }
        print(f"{name}: {count} cases in {seconds:.3f} CPU s; plain loop {plain_seconds:.3f} s, {ratio:.1f} x ours")
    figures["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 10), 1)
    path = keep("lifecycle", figures)
    verdict = f"{wrong} FIGURES DIFFER" if wrong else "all figures and ranks equal to the øre"
    print(f"peak memory {figures['peak_memory_mb']} MB; {verdict}; kept in {path}")
    return 1 if wrong else 0


def make_cases(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Cases as a buyer would state them: bought with repairs and a residual value, or paid by the month."""
    chance = random.Random(seed)  # noqa: S311 - an example, no secret
    made = []
    for at in range(count):
        price = chance.randint(2_000, 20_000)
        case: dict[str, Any] = {"id": f"c{at}", "co2e_kg": str(chance.randint(10, 400))}
        if chance.random() < 0.5:
            repair = {"at": str(Decimal(chance.randint(4, 15)) / 4), "amount": f"{chance.randint(200, 2_000)}.50"}
            residual = {"at": "4", "amount": f"-{price // chance.randint(4, 12)}"}
            case["flows"] = [{"at": "0", "amount": str(price)}, repair, residual]
        else:
            case["monthly"] = str(Decimal(price) / 40)
        made.append(case)
    return made


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """The same answer by a plain loop in sixty digits: no checks, no factor kept, every month on its own."""
    rows = []
    with localcontext(prec=60):
        rate, years = Decimal(data["rate"]), Decimal(data["years"])
        monthly_factor = (1 + rate) ** (Decimal(1) / 12)
        per_year = rate / (1 - (1 + rate) ** -years) if rate else 1 / years
        for case in data["cases"]:
            value = Decimal(0)
            for flow in case.get("flows", []):
                value += Decimal(flow["amount"]) / (1 + rate) ** Decimal(flow["at"])
            monthly, grown = Decimal(case.get("monthly", "0")), Decimal(1)
            for _ in range(int(years * 12)):
                grown *= monthly_factor
                value += monthly / grown
            carbon = Decimal(case["co2e_kg"]) * Decimal(data["carbon_per_kg"])
            rows.append((case["id"], *map(_ore, (value, carbon, value + carbon, value * per_year))))
    ranks: dict[Decimal, int] = {}
    for rank, total in enumerate(sorted(row[3] for row in rows), start=1):
        ranks.setdefault(total, rank)
    names = ("present_value", "carbon", "total", "per_year")
    return {
        "cases": [
            {"id": row[0], "rank": ranks[row[3]], **dict(zip(names, map(str, row[1:]), strict=True))} for row in rows
        ]
    }


def _ore(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _file(cases: Sequence[dict[str, Any]], rate: str) -> dict[str, Any]:
    return {"rate": rate, "years": "4", "carbon_per_kg": "1.50", "cases": list(cases)}


def _small_files(cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        _file(cases[at : at + _TOGETHER], str(Decimal(at % 900) / 10_000)) for at in range(0, len(cases), _TOGETHER)
    ]


def _pairs(mine: dict[str, Any], other: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    return list(zip(mine["cases"], other["cases"], strict=True))
