"""``fellestorg ceiling``: what is left under each lot; registering and correcting what was drawn elsewhere or before."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.queries import CeilingView, ceilings
from fellestorg.agreements.registering.actions import problems_in, register, taken_references
from fellestorg.agreements.registering.correcting import correct, find_fact
from fellestorg.agreements.registering.facts import FACT_KINDS, Effect, Preview, preview
from fellestorg.agreements.registering.sheets import COLUMNS, REQUIRED, ReadFacts, by_line, facts_in, read_facts
from fellestorg.agreements.words import flag_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, SheetRow, decimal_in
from fellestorg.law import rule_book
from fellestorg.values import BadInput, Problem, kroner
from fellestorg.values.arguments import ArgumentParser


def ceiling(argv: list[str]) -> int:
    """``ceiling show [AGREEMENT [LOT]] [--json]`` or ``ceiling register FILE [--preview] [--json]`` (or one fact by
    options), or ``ceiling correct AGREEMENT LOT REFERENCE (--all | --amount KRONER) --reason TEXT [--json]``.

    Raises BadInput (exit 2) for an unknown agreement or lot. A file with any bad row answers 2, names every row and
    field, and nothing of it is written.
    """
    words = _parser().parse_args(argv)
    match words.verb:
        case "show":
            return _show(words.agreement, words.lot, words.json)
        case "correct":
            return _correct(words)
    return _register(words)


def _register(words: argparse.Namespace) -> int:
    found = read_facts(_content(words.file)) if words.file else _from_options(words)
    problems = list(found.problems)
    if not problems:
        # With the rows' own faults out of the way: what is wrong with them together, and with what is on record.
        wrong = problems_in(found.facts, clock.today()) or taken_references(found.facts)
        problems = [by_line(problem, found.lines) for problem in wrong]
    shown = preview(found.facts) if not problems else None
    if shown is not None and not words.preview:
        try:
            register(found.facts, actor=OPERATOR, now=clock.now())
        except BadInput as error:
            problems = [by_line(problem, found.lines) for problem in error.problems]
    written = 0 if problems or words.preview else found.read
    answer = {
        "read": found.read,
        "accepted": 0 if problems else found.read,
        "rejected": [problem.as_json() for problem in problems],
        "changes": {"registered": written},
        "warnings": _warnings(shown, found.lines) if shown is not None else [],
        "lots": [_effect_json(effect) for effect in shown.effects] if shown is not None else [],
    }
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return 2 if problems else 0
    for problem in problems:
        print(f"linje {problem.row}: {problem.field}: {problem.text}")
    for warning in _warnings(shown, found.lines) if shown is not None else []:
        print(f"linje {warning['row']}: OBS {warning['code']}: {warning['text']}")
    for effect in shown.effects if shown is not None else ():
        print(
            f"{effect.lot}: brukt {kroner(effect.before)} -> {kroner(effect.after)} av {kroner(effect.lot.max_value)}"
            f"{', OVER TAKET' if effect.breaks else ''}"
        )
    print(f"lest {found.read}, godtatt {answer['accepted']}, avvist {len(problems)}, skrevet {written}")
    return 2 if problems else 0


def _correct(words: argparse.Namespace) -> int:
    lot = _lot(words.agreement, words.lot, "lot")
    kind, reference = find_fact(lot, words.reference, words.kind)
    try:
        amount = decimal_in(words.amount, places=2) if words.amount else None
        quantity = decimal_in(words.quantity) if words.quantity else None
    except RowError as error:
        raise BadInput.of("--amount, --quantity", error.code, error.text) from None
    if words.all == (amount is not None or quantity is not None):
        raise BadInput.of("--amount", "amount_or_all", "expected --all, or --amount and/or --quantity")
    posted = correct(
        lot, kind, reference, words.reason, amount=amount, quantity=quantity, actor=OPERATOR, now=clock.now()
    )
    entry = posted.entries[0]
    answer = {
        "agreement": words.agreement,
        "lot": words.lot,
        "kind": kind,
        "reference": reference,
        "taken_back": kroner(entry.amount),
        "quantity": plain(-entry.quantity),
        "used_after": kroner(entry.used_after),
        "entry": entry.pk,
    }
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(f"{lot} {reference}: tatt tilbake {answer['taken_back']} kr; brukt er nå {answer['used_after']} kr")
    return 0


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BadInput.of(path, "no_file", error.strerror or str(error)) from None


def _warnings(shown: Preview, lines: Sequence[int]) -> list[dict[str, Any]]:
    """What somebody should look at, though it is recorded all the same."""
    found = []
    for line, flags, alike in zip(lines, shown.flags, shown.alike, strict=True):
        found += [{"row": line, "code": flag, "text": flag_name(flag)} for flag in flags]
        if alike:
            text = _("samme kjøper, beløp og dag som %(references)s") % {"references": ", ".join(alike[:5])}
            found.append({"row": line, "code": "alike", "text": text})
    return found


def _effect_json(effect: Effect) -> dict[str, Any]:
    return {
        "agreement": effect.lot.agreement.key,
        "lot": effect.lot.key,
        "facts": effect.facts,
        "before": kroner(effect.before),
        "after": kroner(effect.after),
        "limit": kroner(effect.lot.max_value),
        "crossed": list(effect.crossed),
        "breached": effect.breaks,
    }


def _lot(agreement: str, key: str, where: str) -> Lot:
    rows = Lot.objects.select_related("agreement__owner", "agreement__manager")
    lot = rows.filter(agreement__key=agreement, key=key).first()
    if lot is None:
        raise BadInput.of(where, "unknown_lot", f"there is no lot {agreement}/{key}")
    return lot


def _from_options(words: argparse.Namespace) -> ReadFacts:
    missing = [name for name in REQUIRED if not getattr(words, name)]
    BadInput.raise_if(Problem(f"--{name}", "missing", "expected, or a file with many") for name in missing)
    read = facts_in([SheetRow(0, {name: getattr(words, name) for name in COLUMNS})])
    BadInput.raise_if(Problem(f"--{one.field}", one.code, one.text) for one in read.problems)
    return read


def _show(agreement: str | None, lot: str | None, as_json: bool) -> int:
    today = clock.today()
    rows = ceilings(today, agreement=agreement, lot=lot)
    if agreement and not rows:
        wanted = f"{agreement}/{lot}" if lot else agreement
        raise BadInput.of("lot" if lot else "agreement", "unknown", f"there is no lot {wanted!r}")
    if as_json:
        refs = [rule_book().rule(rule, today).ref.as_json() for rule in ("FA-3", "LEDGER")]
        print(json.dumps({"lots": [_as_json(row) for row in rows], "rules": refs}, ensure_ascii=False, indent=2))
        return 0
    width = max((len(f"{row.agreement} {row.lot}") for row in rows), default=0)
    for row in rows:
        spent = f", brukt opp {row.exhausted_on}" if row.exhausted_on else ""
        print(
            f"{row.agreement + ' ' + row.lot:<{width}}  tak {kroner(row.limit):>16}  brukt {kroner(row.used):>16}  "
            f"holdt av {kroner(row.reserved):>14}  igjen {kroner(row.left):>16}  {row.share * 100:.1f} %{spent}"
        )
    return 0


def _as_json(row: CeilingView) -> dict[str, Any]:
    return {
        "agreement": row.agreement,
        "lot": row.lot,
        "limit": kroner(row.limit),
        "used": kroner(row.used),
        "reserved": kroner(row.reserved),
        "left": kroner(row.left),
        "share": plain(row.share),
        "breached": row.breached,
        "exhausted_on": plain(row.exhausted_on),
    }


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg ceiling", description="The ceiling of each lot.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="show|register|correct")
    show = verbs.add_parser("show", help="limit, used, reserved, left and the day it is spent", allow_abbrev=False)
    show.add_argument("agreement", nargs="?", metavar="AGREEMENT")
    show.add_argument("lot", nargs="?", metavar="LOT")
    show.add_argument("--json", action="store_true")
    register = verbs.add_parser(
        "register",
        help="opening balances and call-offs made elsewhere",
        epilog=f"columns: {', '.join(COLUMNS)}; needed: {', '.join(REQUIRED)}; kind is opening or elsewhere (default)",
        allow_abbrev=False,
    )
    register.add_argument("file", nargs="?", metavar="FILE.csv|FILE.xlsx")
    for name in COLUMNS:
        register.add_argument(f"--{name}", default="")
    register.add_argument("--preview", action="store_true", help="show what it would do; write nothing")
    register.add_argument("--json", action="store_true")
    taking = verbs.add_parser("correct", help="take back all or part of a wrong registration", allow_abbrev=False)
    for name in ("agreement", "lot", "reference"):
        taking.add_argument(name, metavar=name.upper())
    taking.add_argument("--kind", choices=FACT_KINDS, default="", help="where both have the reference")
    taking.add_argument("--amount", default="", help="kroner to take back")
    taking.add_argument("--quantity", default="", help="units to take back")
    taking.add_argument("--all", action="store_true", help="everything that stands")
    taking.add_argument("--reason", required=True)
    taking.add_argument("--json", action="store_true")
    return parser
