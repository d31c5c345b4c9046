"""``fellestorg reuse``: settlements of equipment handed in, brought in and shown."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from fellestorg.agreements import directory
from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.actions import bring_in
from fellestorg.calloffs.reuse.queries import figures, settlements, settles
from fellestorg.calloffs.reuse.rules import COLUMNS, REQUIRED
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.ui.formats import money, number
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser

_SUMS = ("received", "wiped", "resold", "recycled", "fees", "resale", "paid_back", "net", "co2e_kg")


def reuse(argv: list[str]) -> int:
    """``reuse import AGREEMENT LOT FILE`` or ``reuse show AGREEMENT LOT``; both with ``--json``.

    Import answers ``{"read", "accepted", "rejected", "changes"}``; exit 2, and nothing written, when a row is rejected.
    The same file again changes nothing; another figure corrects, and the old row stays.
    """
    words = _parser().parse_args(argv)
    lot = directory.find_lot(words.agreement, words.lot)
    if lot is None or not settles(lot):
        raise BadInput.of("lot", "unknown_lot", f"there is no lot for reuse {words.agreement}/{words.lot}")
    return _import(words, lot) if words.verb == "import" else _show(words, lot)


def _import(words: argparse.Namespace, lot: Lot) -> int:
    try:
        content = Path(words.file).read_bytes()
    except OSError as error:
        raise BadInput.of(words.file, "no_file", error.strerror or str(error)) from None
    done = bring_in(content, lot, actor=OPERATOR, now=clock.now())
    if words.json:
        _tell(done.as_json())
    else:
        for problem in done.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}")
        accepted = 0 if done.rejected else done.read
        print(
            f"lest {done.read}, godtatt {accepted}, avvist {len(done.rejected)}; "
            f"nye {done.new}, rettet {done.corrected}, uendret {done.unchanged}"
        )
    return 2 if done.rejected else 0


def _show(words: argparse.Namespace, lot: Lot) -> int:
    found = figures(settlements(lot, OPERATOR))
    if words.json:
        _tell({"agreement": words.agreement, "lot": words.lot, "sums": {name: getattr(found, name) for name in _SUMS}})
        return 0
    print(f"mottatt {number(found.received)}, solgt videre {number(found.resold)}, gjenvunnet {number(found.recycled)}")
    print(
        f"gebyrer {money(found.fees)}, betalt tilbake {money(found.paid_back)}; spart {number(found.co2e_kg)} kg CO2e"
    )
    return 0


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(plain(answer), ensure_ascii=False, indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="fellestorg reuse", description="Settlements of equipment handed in.", allow_abbrev=False
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|show")
    headings = ", ".join(names[0] for names in COLUMNS.values())
    needed = ", ".join(COLUMNS[name][0] for name in REQUIRED)
    importing = verbs.add_parser(
        "import",
        help="bring in a supplier's settlements (CSV or XLSX)",
        epilog=f"columns: {headings}; needed: {needed}",
        allow_abbrev=False,
    )
    show = verbs.add_parser("show", help="what came back and what it saved", allow_abbrev=False)
    for one in (importing, show):
        one.add_argument("agreement", metavar="AGREEMENT")
        one.add_argument("lot", metavar="LOT")
        one.add_argument("--json", action="store_true")
    importing.add_argument("file", metavar="FILE")
    return parser
