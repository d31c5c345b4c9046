"""``fellestorg travel cars``: rental cars in a file, ranked."""

from __future__ import annotations

import argparse
import json

from fellestorg.engines.commands import in_file, read_json
from fellestorg.engines.travel.rentals_wire import choice_json, choose_car_from
from fellestorg.values import BadInput


def cars(argv: list[str]) -> int:
    """``cars rank FILE [--json]``: the cars of a JSON file (``-``: standard input) in order for a rental.

    Exit 0; 1 where no car may be used; 2 for what cannot be read.
    """
    parser = argparse.ArgumentParser("fellestorg travel cars")
    verbs = parser.add_subparsers(dest="verb", required=True)
    rank = verbs.add_parser("rank", help="zero emission first, else under the cap, by net price or rank")
    rank.add_argument("file", metavar="FILE", help='{"rental", "terms", "cars"}; - reads standard input')
    rank.add_argument("--json", action="store_true", help="print the choice as JSON")
    words = parser.parse_args(argv)
    data = read_json(words.file)
    try:
        found = choose_car_from(data)
    except BadInput as error:
        raise in_file(words.file, error) from None
    answer = choice_json(found)
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print(answer["outcome"])
        for one in answer["cars"]:
            print(
                f"{one['place']:>3}. {one['name']:<36} {one['supplier']:<12} {one['net']:>10}  "
                f"{one['co2e_kg']:>8} kg  {one['way']}"
            )
        for passed in answer["passed"]:
            print(f"  -  {passed['car']:<36} {passed['code']}")
    return 0 if found.rows else 1
