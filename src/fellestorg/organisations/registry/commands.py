"""``fellestorg registry``: what Enhetsregisteret says of organisations."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from fellestorg.kernel import clock
from fellestorg.organisations.models import RegistryChange
from fellestorg.organisations.registry import looking, watching
from fellestorg.organisations.registry.client import RegistryDownError
from fellestorg.organisations.rules import clean_number
from fellestorg.values import Refused
from fellestorg.values.arguments import ArgumentParser


def registry(argv: list[str]) -> int:
    """``registry lookup NUMBER [--json]``, ``registry import FILE [--json]`` or ``registry changes [--json]``.

    ``lookup`` exits 1 where the register knows no such number, or it is deleted. ``changes`` reads the feed now and tells
    what was new.
    """
    words = _parser().parse_args(argv)
    return {"lookup": _lookup, "import": _import, "changes": _changes}[words.verb](words)


def _lookup(words: argparse.Namespace) -> int:
    number = clean_number(words.number, "NUMBER")
    answer = looking.look_up(number, clock.now())
    unit = answer.unit
    if words.json:
        told = {"number": number, "source": answer.source, "unit": unit.as_json() if unit else None}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif unit is not None:
        for key, value in unit.as_json().items():
            if value not in ("", None, False):
                print(f"{key:<14} {value}")
    elif answer.asked:
        print(f"the register knows no unit {number}", file=sys.stderr)
    else:
        print("nobody was asked: set FELLESTORG_BRREG_URL, or read the register's file with import", file=sys.stderr)
    return 0 if unit is not None and not unit.deleted else 1


def _import(words: argparse.Namespace) -> int:
    count, noted = watching.import_file(Path(words.file), clock.now())
    if words.json:
        print(json.dumps({"units": count, "changes": [_told(one) for one in noted]}, ensure_ascii=False, indent=2))
    else:
        print(f"{count} units read")
        _print(noted)
    return 0


def _changes(words: argparse.Namespace) -> int:
    if looking.registry() is None:
        raise Refused("not_set_up", "no address of the register is set up: FELLESTORG_BRREG_URL")
    try:
        noted = watching.read_changes(clock.now())
    except RegistryDownError as error:
        raise Refused("registry_down", f"the register did not answer: {error}") from None
    if words.json:
        print(json.dumps([_told(one) for one in noted], ensure_ascii=False, indent=2))
    else:
        _print(noted)
        print(f"{len(noted)} new")
    return 0


def _told(row: RegistryChange) -> dict[str, Any]:
    return {
        "organisation": row.organisation.number,
        "kind": row.kind,
        "on": row.on.isoformat(),
        "before": row.before,
        "after": row.after,
    }


def _print(noted: list[RegistryChange]) -> None:
    for row in noted:
        print(f"{row.on}  {row.organisation.number}  {row.kind:<12} {row.organisation.name}  {row.after}".rstrip())


def _parser() -> ArgumentParser:
    parser = ArgumentParser("fellestorg registry", description="What Enhetsregisteret says of organisations.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    looking = verbs.add_parser("lookup", help="one unit by its number")
    looking.add_argument("number", metavar="NUMBER")
    looking.add_argument("--json", action="store_true")
    importing = verbs.add_parser("import", help="read the register's file of all units (JSON or CSV, gzipped or not)")
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--json", action="store_true")
    changing = verbs.add_parser("changes", help="read the feed of changes now")
    changing.add_argument("--json", action="store_true")
    return parser
