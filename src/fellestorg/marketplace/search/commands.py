"""The command line: ``fellestorg search``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.marketplace.search import words
from fellestorg.marketplace.search.entries import Entry, Kind
from fellestorg.marketplace.search.facets import facets
from fellestorg.marketplace.search.indexing import write
from fellestorg.marketplace.search.models import SearchEntry
from fellestorg.marketplace.search.queries import ORDERS, Found, Wanted, search
from fellestorg.values import BadInput, Problem

_MOST_SERVICES, _MOST_QUERIES = 5000, 5000


def search_command(argv: list[str]) -> int:
    """``search TEXT``: what the public finds. ``search --cases FILE``: questions asked of the services in a file, and of
    nothing else; nothing of it is kept. Exit code 2 for a file that cannot be read."""
    parser = argparse.ArgumentParser("fellestorg search", description="Search across everything public.")
    parser.add_argument("text", nargs="?", default="")
    parser.add_argument(
        "--choose", action="append", default=[], metavar="FACET=CODE", help="may be given several times"
    )
    parser.add_argument("--order", choices=ORDERS, default="relevance")
    parser.add_argument("--first", type=int, default=20, help="how many hits to give")
    parser.add_argument("--cases", type=Path, metavar="FILE", help="services and questions as JSON; see the help page")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    if options.cases:
        print(json.dumps({"answers": _of_cases(_read(options.cases))}, ensure_ascii=False, indent=1))
        return 0
    chosen: dict[str, tuple[str, ...]] = {}
    for one in options.choose:
        facet, _equals, code = one.partition("=")
        chosen[facet] = (*chosen.get(facet, ()), code)
    problems = _unknown_facets("--choose", chosen)
    if problems:
        raise BadInput(*problems)
    found = search(Wanted(options.text, chosen, options.order), ANONYMOUS, clock.now(), stop=max(options.first, 0))
    if options.json:
        print(json.dumps(_answer(options.text, found), ensure_ascii=False, indent=1))
        return 0
    for note in found.notes:
        print(words.note_text(note))
    print(found.total)
    for hit in found.hits:
        print(f"{hit.kind}:{hit.key}  {''.join(piece.text for piece in hit.title)}")
    return 0


def _answer(text: str, found: Found) -> dict[str, Any]:
    hits = [
        {"kind": hit.kind, "key": hit.key, "title": "".join(piece.text for piece in hit.title), "address": hit.address}
        for hit in found.hits
    ]
    return {"text": text, "total": found.total, "hits": hits, "facets": found.counts, **words.told(found)}


def _of_cases(cases: Mapping[str, Any]) -> list[dict[str, Any]]:
    now = clock.now()
    entries = [
        Entry(one["key"], _by_language(one["title"]), "", now, _by_language(one.get("summary", "")), _texts(one),
              one.get("facets", {}))
        for one in cases["services"]
    ]  # fmt: skip
    answers = []
    with transaction.atomic():
        SearchEntry.objects.all().delete()
        write(Kind("service", "", 0, lambda _keys: entries, {}), None, now)
        for one in cases["queries"]:
            chosen = {facet: tuple(codes) for facet, codes in one.get("chosen", {}).items()}
            wanted = Wanted(one["text"], chosen, one.get("order", "relevance"))
            answers.append(_answer(one["text"], search(wanted, ANONYMOUS, now, stop=len(entries))))
        transaction.set_rollback(True)
    return answers


def _by_language(said: Any) -> dict[str, str]:
    return dict(said) if isinstance(said, dict) else {"nb": said}


def _texts(service: Mapping[str, Any]) -> list[str]:
    text = service.get("text", "")
    return [text] if isinstance(text, str) else list(text)


def _read(path: Path) -> dict[str, Any]:
    """The file, checked: every fault with its place."""
    try:
        cases = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput.of(str(path), "unreadable", f"expected a JSON file: {error}") from None
    problems: list[Problem] = []
    for name, most, check in (
        ("services", _MOST_SERVICES, _service_faults),
        ("queries", _MOST_QUERIES, _query_faults),
    ):
        rows = cases.get(name) if isinstance(cases, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or len(rows) > most:
            problems.append(Problem(name, "not_a_list", f"expected a list of at most {most} objects"))
            continue
        for number, row in enumerate(rows):
            problems += check(f"{name}[{number}]", row)
    if not problems and len({one["key"] for one in cases["services"]}) < len(cases["services"]):
        problems.append(Problem("services", "twice", "expected every key once"))
    if problems:
        raise BadInput(*problems)
    found: dict[str, Any] = cases
    return found


def _service_faults(place: str, row: Mapping[str, Any]) -> list[Problem]:
    faults = []
    if not isinstance(row.get("key"), str) or not 0 < len(row["key"]) <= 100:
        faults.append(Problem(f"{place}.key", "missing", "expected a text of at most 100 characters"))
    for name in ("title", "summary"):
        said = row.get(name, "" if name == "summary" else None)
        if not isinstance(said, str) and not (said and isinstance(said, dict) and _are_texts(said.values())):
            faults.append(Problem(f"{place}.{name}", "not_a_text", "expected a text, or one by language"))
        elif name == "title" and not said:
            faults.append(Problem(f"{place}.title", "missing", "expected a title"))
    text = row.get("text", "")
    if not isinstance(text, str) and not (isinstance(text, list) and _are_texts(text)):
        faults.append(Problem(f"{place}.text", "not_a_text", "expected a text, or a list of texts"))
    return faults + _facet_faults(f"{place}.facets", row.get("facets", {}))


def _query_faults(place: str, row: Mapping[str, Any]) -> list[Problem]:
    faults = []
    if not isinstance(row.get("text"), str):
        faults.append(Problem(f"{place}.text", "not_a_text", "expected a text"))
    if row.get("order", "relevance") not in ORDERS:
        faults.append(Problem(f"{place}.order", "unknown", f"expected one of {', '.join(ORDERS)}"))
    return faults + _facet_faults(f"{place}.chosen", row.get("chosen", {}))


def _facet_faults(place: str, given: Any) -> list[Problem]:
    if not isinstance(given, dict) or not all(isinstance(one, list) and _are_texts(one) for one in given.values()):
        return [Problem(place, "not_lists", "expected a list of codes for each facet")]
    return _unknown_facets(place, given)


def _unknown_facets(place: str, given: Mapping[str, Any]) -> list[Problem]:
    known = [facet.key for facet in facets()]
    return [
        Problem(f"{place}.{name}", "unknown_facet", f"expected one of {', '.join(known)}")
        for name in given
        if name not in known
    ]


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)
