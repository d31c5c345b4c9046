"""``fellestorg deadline``: a legal deadline, with its count and its rules. Needs no database."""

from __future__ import annotations

import argparse
import json
from datetime import date

from fellestorg.law.deadlines import Deadline, compute_deadline, kinds
from fellestorg.law.load import rule_book
from fellestorg.law.rules import LANGUAGES
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser

_WEEKDAYS = {
    "nb": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "nn": ("måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "sundag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_WORDS = {
    "count": {"nb": "Slik er dagene talt", "nn": "Slik er dagane talde", "en": "How the days were counted"},
    "rules": {"nb": "Regler", "nn": "Reglar", "en": "Rules"},
    "moved": {"nb": "flyttet", "nn": "flytta", "en": "moved"},
    "skipped": {"nb": "telles ikke", "nn": "tel ikkje", "en": "not counted"},
    "due": {"nb": "fristen", "nn": "fristen", "en": "the deadline"},
    "since": {"nb": "i kraft fra", "nn": "i kraft frå", "en": "in force from"},
    "unverified": {"nb": "ikke verifisert", "nn": "ikkje verifisert", "en": "not verified"},
}


def deadline(argv: list[str]) -> int:
    """``RULE --from DATE [--at DATE] [--lang nb|nn|en] [--json]``: print the deadline and answer 0.

    Raises ``BadInput`` (exit 2) for an unknown rule, naming the known ones, and for a bad date, naming its option.
    """
    words = _parser().parse_args(argv)
    start = _day("--from", words.start)
    answer = compute_deadline(words.rule, start, law_on=_day("--at", words.at) if words.at is not None else None)
    print(json.dumps(answer.as_json(), ensure_ascii=False, indent=2) if words.json else as_table(answer, words.lang))
    return 0


def as_table(answer: Deadline, language: str) -> str:
    """The deadline for a reader: first the answer, then the count, then the rules in plain words."""
    kind = kinds()[answer.name]
    rows = [
        (kind.words["from"][language], answer.start),
        (kind.words["due"][language], answer.due),
        (kind.words["after"][language], answer.first_day_after),
    ]
    width = max(len(label) for label, _ in rows)
    lines = [f"{label:<{width}}  {_long(day, language)}" for label, day in rows]
    lines += ["", f"{_WORDS['count'][language]}:"]
    for entry in answer.counted:
        notes = [f"{_WORDS['moved'][language]}: {entry.moved.name[language]}"] if entry.moved else []
        notes += [f"{_WORDS['skipped'][language]}: {entry.skipped.name[language]}"] if entry.skipped else []
        notes += [_WORDS["due"][language]] if entry.day == answer.due else []
        number = "" if entry.count is None else str(entry.count)
        lines.append(f"  {number:>3}  {_long(entry.day, language):<21}  {'; '.join(notes)}".rstrip())
    lines += ["", f"{_WORDS['rules'][language]}:"]
    for ref in answer.rules:
        rule = rule_book().rule(ref.id, date.fromisoformat(ref.version))
        doubt = "" if ref.verified else f" ({_WORDS['unverified'][language]})"
        lines.append(f"  {ref.id}: {rule.title[language]}, {_WORDS['since'][language]} {ref.version}{doubt}")
        lines += [f"    {rule.text[language]}", f"    {ref.source}"]
    return "\n".join(lines)


def _long(day: date, language: str) -> str:
    return f"{day.isoformat()} {_WEEKDAYS[language][day.weekday()]}"


def _day(option: str, text: str) -> date:
    """Only the plain form counts: ``20260323`` and week dates are refused, because nobody reads them for sure."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise BadInput.of(option, "not_a_date", f"expected a date such as 2026-03-23, found {text!r}")
    return day


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="fellestorg deadline",
        description="Compute a legal deadline and show the count.",
        epilog="rules: " + ", ".join(kinds()),
        allow_abbrev=False,
    )
    parser.add_argument("rule", metavar="RULE")
    parser.add_argument("--from", dest="start", metavar="DATE", required=True, help="the day of the event (2026-03-23)")
    parser.add_argument("--at", metavar="DATE", help="use the law of this day (default: the day of the event)")
    parser.add_argument("--lang", choices=LANGUAGES, default="nb", help="language of the table (default: nb)")
    parser.add_argument("--json", action="store_true", help="print JSON; its reasons are in English")
    return parser
