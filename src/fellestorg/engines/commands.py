"""Commands that compute without a database: read a file, call one engine, print the answer."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from fellestorg.engines import lifecycle as over_time
from fellestorg.engines.netprice import PARTS, answer_json, parse_basket, solve
from fellestorg.values import BadInput, Problem, decimal_text


def netprice(argv: list[str]) -> int:
    """``fellestorg netprice FILE [--json]``: cover a basket at the lowest net price (``-`` reads standard input).

    Returns 0 when there is a cover, 1 when there is none and the answer says why. Raises ``BadInput``.
    """
    parser = argparse.ArgumentParser(prog="fellestorg netprice", description="Cover a basket at the lowest net price.")
    parser.add_argument("file", metavar="FILE", help="the basket as JSON; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument(
        "--time-limit",
        type=_seconds,
        default=20.0,
        metavar="SECONDS",
        help="for a basket that needs a solver (20)",
    )
    arguments = parser.parse_args(argv)
    data = read_json(arguments.file)
    try:
        basket = parse_basket(data)
    except BadInput as error:
        raise in_file(arguments.file, error) from None
    answer = solve(basket, time_limit=arguments.time_limit)
    written = answer_json(answer)
    print(json.dumps(written, ensure_ascii=False, indent=2) if arguments.json else _table(written))
    return 0 if answer.best is not None else 1


def lifecycle(argv: list[str]) -> int:
    """``fellestorg lifecycle FILE [--json]``: ways to meet one need, compared over time (``-`` reads standard input).

    Returns 0. Raises ``BadInput``.
    """
    parser = argparse.ArgumentParser(
        prog="fellestorg lifecycle", description="Buy, rent, lease, new or used over time."
    )
    parser.add_argument("file", metavar="FILE", help="rate, years and cases as JSON; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    arguments = parser.parse_args(argv)
    data = read_json(arguments.file)
    try:
        comparison = over_time.parse_comparison(data)
    except BadInput as error:
        raise in_file(arguments.file, error) from None
    outcomes = over_time.compare(comparison)
    if arguments.json:
        print(json.dumps(over_time.answer_json(outcomes), ensure_ascii=False, indent=2))
        return 0
    rows = [["case", "rank", "present value", "carbon", "total", "per year", ""]]
    for one in sorted(outcomes, key=lambda one: one.rank):
        amounts = (one.present_value, one.carbon, one.total, one.per_year)
        rows.append([one.id, str(one.rank), *map(str, amounts), ""])
    years, rate = decimal_text(comparison.years), decimal_text(comparison.rate * 100)
    print(f"Over {years} years at {rate} % a year, kroner without VAT", *columns(rows), sep="\n")
    print("Ranked by total = present value + carbon; per year is the present value spread evenly.")
    return 0


def read_json(name: str) -> object:
    """Read a JSON file, or standard input for ``-``. Raises ``BadInput`` with file, line and column.

    A field that stands twice in one object is refused: the reader cannot know which was meant.
    """
    shown = "standard input" if name == "-" else name
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_no_field_twice)
    except OSError as error:
        raise BadInput.of(shown, "unreadable", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadInput.of(shown, "not_utf8", f"expected UTF-8, found byte {error.start} to be something else") from None
    except json.JSONDecodeError as error:
        raise BadInput.of(f"{shown}:{error.lineno}:{error.colno}", "not_json", f"expected JSON: {error.msg}") from None
    except (RecursionError, ValueError) as error:
        raise BadInput.of(shown, "not_json", f"expected JSON: {error}") from None


def in_file(name: str, error: BadInput) -> BadInput:
    """The same problems, each with the file it was found in before its path."""
    shown = "standard input" if name == "-" else name
    return BadInput(*(Problem(f"{shown}: {p.where}" if p.where else shown, p.code, p.text) for p in error.problems))


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise ValueError(f"expected more than 0 and at most a day, found {text}")
    return seconds


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} stands twice in one object")
    return record


def _table(written: dict[str, Any]) -> str:
    """The answer for people: every supplier alone, then the best cover with its parts and who delivers what."""
    titles = {name: name.replace("_", " ") for name in PARTS}
    rows = [["supplier", "rank", "net", *titles.values(), "remarks"]]
    for row in written["single"]:
        parts = row["parts"] or {}
        remarks = [f"lacks {', '.join(row['missing'])}"] if row["missing"] else []
        if row["estimated"]:
            remarks.append(f"carbon estimated for {', '.join(row['estimated'])}")
        rows.append(
            [
                row["supplier"],
                str(row["rank"] or "-"),
                row["net"] or "-",
                *(parts.get(name, "-") for name in PARTS),
                "; ".join(remarks),
            ]
        )
    out = [f"Each supplier alone ({written['currency']} without VAT)", *columns(rows)]
    if set(written["decides"]) != set(PARTS):
        out.append(f"Ranked by {', '.join(titles[name] for name in written['decides'])} only.")
    best = written["best"]
    if best is None:
        out += ["", f"No cover: {written['refused']['text']}."]
    else:
        proof = "proved lowest" if best["proved"] else f"not proved: nothing can cost less than {best['bound']}"
        rows = [["supplier", "net", *titles.values(), "delivers"]]
        for supplier, order in best["suppliers"].items():
            rows.append([supplier, order["net"], *(order["parts"][name] for name in PARTS), ", ".join(order["lines"])])
        rows.append(["together", best["net"], *(best["parts"][name] for name in PARTS), ""])
        out += ["", f"Best cover: {best['net']} ({proof})", *columns(rows)]
        if best["estimated"]:
            out.append(f"Carbon is estimated for {', '.join(best['estimated'])}.")
        if best["ties"]:
            count = len(best["ties"])
            more = "" if best["ties_complete"] else " or more"
            cost = "cover costs" if count == 1 and not more else "covers cost"
            out.append(f"{count}{more} other {cost} the same:")
            out += ["  " + ", ".join(f"{line} {who}" for line, who in tie.items()) for tie in best["ties"]]
    if written["uncovered"]:
        out.append(f"Offered by nobody: {', '.join(written['uncovered'])}")
    out += ["", "Rules: " + ", ".join(f"{rule['id']} ({rule['source']})" for rule in written["rules"])]
    return "\n".join(out)


def columns(rows: list[list[str]]) -> list[str]:
    """A table's lines, aligned: the first and last columns to the left, the amounts between them to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    last = len(widths) - 1
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if at in (0, last) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
