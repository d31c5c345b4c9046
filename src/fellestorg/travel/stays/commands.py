"""``fellestorg travel hotels``: hotels in a file, ranked."""

from __future__ import annotations

import argparse
import json

from fellestorg.engines.commands import in_file, read_json
from fellestorg.engines.travel.stays_wire import rank_stays_from, ranking_json
from fellestorg.values import BadInput


def hotels(argv: list[str]) -> int:
    """``hotels rank FILE [--json]``: the hotels of a JSON file (``-``: standard input) in order for a stay.

    Exit 0; 1 where no hotel can be ranked; 2 for what cannot be read.
    """
    parser = argparse.ArgumentParser("fellestorg travel hotels")
    verbs = parser.add_subparsers(dest="verb", required=True)
    rank = verbs.add_parser("rank", help="rank hotels by net price, distance and ecolabel")
    rank.add_argument("file", metavar="FILE", help='{"stay", "terms", "hotels", "offers"}; - reads standard input')
    rank.add_argument("--json", action="store_true", help="print the ranking as JSON")
    words = parser.parse_args(argv)
    data = read_json(words.file)
    try:
        found = rank_stays_from(data)
    except BadInput as error:
        raise in_file(words.file, error) from None
    answer = ranking_json(found)
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for one in answer["hotels"]:
            check = f"  {one['check']['code']}" if one["check"] else ""
            print(
                f"{one['place']:>3}. {one['name']:<32} {one['net']:>10}  {one['km']:>5} km  "
                f"{one['compared']:>10}  {one['reason']}{check}"
            )
        for one in answer["passed"]:
            print(f"  -  {one['name']:<32} {one['code']}")
    return 0 if found.rows else 1
