"""``fellestorg competition``: content, points, declarations and evaluations to and from another tendering tool."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.interchange import (
    answering,
    declared,
    espd_reading,
    espd_writing,
    exporting,
    reading,
    scores,
    workbook,
    writing,
)
from fellestorg.competitions.interchange.words import FIRM_SIZES
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.kernel import clock
from fellestorg.kernel.http import plain
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused
from fellestorg.values.arguments import ArgumentParser

_OUT = ("json", "xlsx", "espd", "scores", "scores-xlsx", "evaluation", "espd-response")
_IN = ("content", "scores", "agreed", "espd")


def competition(argv: list[str]) -> int:
    """``competition export NUMBER [--form FORM] [--lot LOT] [-o FILE]`` or ``competition import NUMBER FILE --as USERNAME
    [--form FORM] [--lot LOT] [--preview] [--json]``.

    ``evaluation`` is what ``fellestorg evaluate`` reads, ``espd-response`` what a supplier declared with its request to
    participate or its tender. Exit 1 where a rule or somebody's role says no, 2 for what cannot be read; then nothing is
    written.
    """
    words = _parser().parse_args(argv)
    found = Competition.objects.select_related("buyer", "lead").filter(number=words.number).first()
    if found is None:
        raise BadInput.of("NUMBER", "unknown", f"there is no competition {words.number!r}")
    return _export(found, words) if words.verb == "export" else _import(found, words)


def _export(found: Competition, words: argparse.Namespace) -> int:
    content = _content(found, words)
    if words.output:
        Path(words.output).write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    return 0


def _content(found: Competition, words: argparse.Namespace) -> bytes:
    match words.form:
        case "json":
            return _json(exporting.document_of(found))
        case "xlsx":
            return workbook.workbook(exporting.content_of(found))
        case "espd":
            return espd_writing.request_xml(found, now=clock.now())
        case "espd-response":
            return _declared(found, words)
    lot = _lot(found, words.lot)
    match words.form:
        case "scores":
            return _json(scores.document_of(lot, None))
        case "scores-xlsx":
            return scores.workbook(scores.scores_of(lot, None))
    newest = queries.newest_ranking(lot)
    if newest is None:
        raise BadInput.of("--form", "no_ranking", f"lot {lot.key} has not been ranked")
    return _json(newest.decision.facts)


def _declared(found: Competition, words: argparse.Namespace) -> bytes:
    if not declared.is_opened(found):
        raise Refused("not_opened", "what suppliers declared has not been opened")
    lot = _lot(found, words.lot).key if words.lot else ""
    content = declared.espd_of(found, words.supplier, lot=lot, size=words.size, now=clock.now())
    if content is None:
        raise BadInput.of("--supplier", "unknown_supplier", f"{words.supplier!r} has declared nothing that stands")
    return content


def _import(found: Competition, words: argparse.Namespace) -> int:
    person = Person.objects.filter(username=words.username, active=True).first()
    if person is None:
        raise BadInput.of("--as", "unknown_person", f"there is nobody with username {words.username!r}")
    now = clock.now()
    how: dict[str, Any] = {"actor": actor_for(person, clock.local_day(now))}
    try:
        given = Path(words.file).read_bytes()
    except OSError as error:
        raise BadInput.of("FILE", "unreadable", str(error)) from None
    answer: dict[str, Any]
    if words.form == "content":
        content = reading.read(given)
        changes = writing.compare(found, content)
        answer = {
            one.section: {"new": one.new, "changed": one.changed, "same": one.same, "gone": one.gone} for one in changes
        }
        if not words.preview:
            writing.take_in(found, content, now=now, **how)
    elif words.form == "espd":
        answers = espd_reading.read_response(given)
        rows = answering.proposed(found, answers)
        answering.supplier_of(found, answers)
        answer = {"decisions": {one.requirement.key: str(one.outcome) for one in rows}}
        if not words.preview:
            answer["new"] = answering.take_in(found, answers, person=person, **how)
    else:
        lot = _lot(found, words.lot)
        points = scores.read(given, lot)
        answer = {"read": len(points)}
        if not words.preview:
            agreed = words.form == "agreed"
            answer["new"] = scores.take_in(lot, points, agreed=agreed, person=person, **how)
    answer["written"] = not words.preview
    _say(answer, as_json=words.json)
    return 0


def _say(answer: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for name, value in answer.items():
        told = ", ".join(f"{key} {one}" for key, one in value.items()) if isinstance(value, dict) else value
        print(f"{name}: {told}")


def _lot(found: Competition, key: str) -> CompetitionLot:
    lots = list(found.lots.select_related("competition"))
    chosen = [one for one in lots if one.key == key] if key else lots
    if len(chosen) != 1:
        raise BadInput.of("--lot", "unknown_lot", f"expected one of {', '.join(one.key for one in lots)}")
    return chosen[0]


def _json(data: Any) -> bytes:
    return (json.dumps(plain(data), ensure_ascii=False, indent=1) + "\n").encode()


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg competition", description="A competition to and from another tool.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    out = verbs.add_parser("export", help="write it as a file")
    out.add_argument("--form", choices=_OUT, default="json", help="default: json")
    out.add_argument("--supplier", default="", help="whose response (espd-response), by organisation number")
    out.add_argument("--size", choices=tuple(FIRM_SIZES), default="", help="the supplier's size (espd-response)")
    out.add_argument("-o", "--output", help="the file; default: standard output")
    into = verbs.add_parser("import", help="take a file in; nothing is written when anything in it is wrong")
    into.add_argument("--form", choices=_IN, default="content", help="default: content")
    into.add_argument("--as", dest="username", required=True, help="who takes it in, by username")
    into.add_argument("--preview", action="store_true", help="say what would change, and write nothing")
    into.add_argument("--json", action="store_true")
    for one in (out, into):
        one.add_argument("number", metavar="NUMBER", help="the competition, e.g. K-2023-00001")
        one.add_argument("--lot", default="", help="the lot's key, where there are several")
    into.add_argument("file", metavar="FILE")
    return parser
