"""``fellestorg audit``: verify the event log, or seal it and print the head to keep elsewhere."""

from __future__ import annotations

import argparse
import json

from fellestorg.kernel import audit as log
from fellestorg.kernel import root_heads
from fellestorg.kernel.events import RootHead
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser


def audit(argv: list[str]) -> int:
    """``audit verify [--head SEQ:HASH] [--json]``: 0 where everything is as it was written, 1 where anything is not.

    Without ``--head`` it is the last one in the head file that stands beside the database.

    ``audit head [--json]`` seals what has happened since last time and prints the root head.
    Raises BadInput (exit 2) for a head of another shape.
    """
    words = _parser().parse_args(argv)
    if words.verb == "head":
        head = root_heads.seal()
        print(json.dumps({"head": str(head)}) if words.json else head)
        return 0
    found = log.verify(_head(words.head))
    if words.json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        print(_as_text(found))
    return 1 if found.faults else 0


def _as_json(found: log.Verification) -> dict[str, object]:
    return {
        "intact": not found.faults,
        "head": str(found.head),
        "events": found.events,
        "seals": found.seals,
        "covered_rows": found.covered_rows,
        "faults": [
            {"table": fault.table, "row": fault.row, "code": fault.code, "text": fault.text} for fault in found.faults
        ],
    }


def _as_text(found: log.Verification) -> str:
    lines = [
        f"events {found.events}, links of the root chain {found.seals}, protected rows {found.covered_rows}",
        f"root head {found.head}",
    ]
    lines += [f"FAULT {fault.table} {fault.row}: {fault.code}: {fault.text}" for fault in found.faults]
    lines.append("everything is as it was written" if not found.faults else f"{len(found.faults)} faults found")
    return "\n".join(lines)


def _head(text: str | None) -> RootHead | None:
    if text is None:
        return root_heads.last_kept()
    try:
        return RootHead.parse(text)
    except ValueError as error:
        raise BadInput.of("--head", "not_a_head", str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg audit", description="Verify the event log.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify|head")
    verify = verbs.add_parser("verify", help="walk the whole log and every protected row", allow_abbrev=False)
    verify.add_argument("--head", metavar="SEQ:HASH", help="a root head kept elsewhere (default: the head file's)")
    verify.add_argument("--json", action="store_true")
    head = verbs.add_parser("head", help="seal what has happened and print the root head", allow_abbrev=False)
    head.add_argument("--json", action="store_true")
    return parser
