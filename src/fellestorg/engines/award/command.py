"""``fellestorg award FILE``: read a problem, find the lowest total, print the answer."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from fellestorg.engines.award.answer import solve
from fellestorg.engines.award.problem import Progress
from fellestorg.engines.award.wire import answer_json, read_problem
from fellestorg.engines.commands import columns, in_file, read_json
from fellestorg.values import BadInput

_SET_ASIDE = {
    "too_many_lots": "has more lots than one bidder may get",
    "above_reserves": "costs more than leaving its lots uncovered",
    "dearer": "costs more than the same bidder's",
}


def award(argv: list[str]) -> int:
    """``fellestorg award FILE [--json]``: the lowest total over all permitted combinations (``-`` reads standard input).

    Returns 0 when there is an award, 1 when there is none and the answer says why. Raises ``BadInput``.
    """
    parser = argparse.ArgumentParser(
        prog="fellestorg award", description="Award lots to package tenders at the lowest total, within the limits."
    )
    parser.add_argument("file", metavar="FILE", help="lots, tenders and limits as JSON; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument(
        "--time-limit", type=_seconds, default=60.0, metavar="SECONDS", help="for a problem that needs solvers (60)"
    )
    arguments = parser.parse_args(argv)
    data = read_json(arguments.file)
    try:
        problem = read_problem(data)
    except BadInput as error:
        raise in_file(arguments.file, error) from None
    answer = solve(
        problem,
        deadline_seconds=arguments.time_limit,
        progress=_show_progress if sys.stderr.isatty() else None,
    )
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    written = answer_json(answer)
    print(json.dumps(written, ensure_ascii=False, indent=2) if arguments.json else _table(written))
    return 0 if answer.awarded is not None else 1


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise ValueError(f"expected more than 0 and at most a day, found {text}")
    return seconds


def _show_progress(now: Progress) -> None:
    at_least = "" if now.bound is None else f", at least {now.bound}"
    text = f"{now.seconds:.0f} s: {now.total or 'none yet'}{at_least}"
    print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def _table(written: dict[str, Any]) -> str:
    refused = written.get("refused")
    if refused is not None:
        out = [f"No award: {refused['text']}."]
        if refused["lots"]:
            out.append(f"Lots: {', '.join(refused['lots'])}")
        if refused["loosen"]:
            out.append(f"Possible without the limit {' or without '.join(refused['loosen'])}.")
    else:
        rows = [["tender", "bidder", "price", "lots"]]
        rows += [[one["tender"], one["bidder"], one["price"], ", ".join(one["lots"])] for one in written["awards"]]
        proof = "proved lowest" if written["proved"] else f"not proved: nothing can cost less than {written['bound']}"
        out = [f"Lowest total: {written['total']} kroner without VAT ({proof})", *columns(rows)]
        if written["uncovered"]:
            out.append(f"Left uncovered: {', '.join(written['uncovered'])}")
        if written["ties"]:
            more = "" if written["ties_complete"] else " or more"
            out.append(f"{len(written['ties'])}{more} other awards cost the same; the documents' own rule must choose:")
            out += ["  " + ", ".join(tie) for tie in written["ties"]]
        if not written["proved"]:
            out.append(f"Gap {written['gap'] or 'unknown'}: give it more time before you decide.")
        elif not written["ties_complete"] and not written["ties"]:
            out.append("Whether other awards cost the same is not settled: give it more time.")
    if written["lot_by_lot_total"] is not None:
        out.append(f"Each lot by itself, without the limits: {written['lot_by_lot_total']}")
    out += [
        f"{one['tender']} {_SET_ASIDE[one['reason']]}{' ' + ', '.join(one['by']) if one['by'] else ''}."
        for one in written["set_aside"]
    ]
    out += ["", "Rules: " + ", ".join(f"{rule['id']} ({rule['source']})" for rule in written["rules"])]
    return "\n".join(out)
