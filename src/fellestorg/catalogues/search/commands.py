"""``fellestorg catalogue search``: the same search as the page, in a terminal."""

from __future__ import annotations

import argparse
import json
from typing import Any

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search import Wanted, index
from fellestorg.catalogues.search.pages import answer_head, row_json
from fellestorg.catalogues.search.results import for_asker, results
from fellestorg.kernel import clock
from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput, decimal_text


def add_search(verbs: argparse._SubParsersAction[Any]) -> None:
    """The words of ``catalogue search``."""
    searching = verbs.add_parser("search", help="find items by words, numbers and filters", allow_abbrev=False)
    searching.add_argument("words", nargs="*", metavar="WORDS")
    searching.add_argument("--agreement", action="append", default=[], metavar="KEY")
    searching.add_argument("--category", action="append", default=[], metavar="CODE")
    searching.add_argument("--sort", choices=("relevance", "price", "number"), default="relevance")
    searching.add_argument("--buyer", metavar="ORG", help="the agency whose price is shown (default: any agency's)")
    searching.add_argument("--date", metavar="DATE", help="the day asked about (default: today)")
    searching.add_argument("--limit", type=int, default=25)
    searching.add_argument("--json", action="store_true")


def search(words: argparse.Namespace) -> int:
    """Print what is found; exit 0 also where nothing is. Raises BadInput for an unknown agreement, agency or day."""
    for key in words.agreement:
        if not FrameworkAgreement.objects.filter(key=key).exists():
            raise BadInput.of("--agreement", "unknown_agreement", f"there is no agreement {key!r}")
    agency = clean_number(words.buyer, "--buyer") if words.buyer else None
    if agency and not Organisation.objects.filter(number=agency).exists():
        raise BadInput.of("--buyer", "unknown_organisation", f"there is no organisation {words.buyer}")
    if words.limit < 1:
        raise BadInput.of("--limit", "not_a_count", "expected at least 1")
    try:
        day = day_in(words.date) if words.date else clock.today()
    except RowError as error:
        raise BadInput.of("--date", error.code, error.text) from None
    asked = Wanted(
        " ".join(words.words), day, agreement=tuple(words.agreement), category=tuple(words.category), order=words.sort
    )
    # Whoever is at the machine itself sees every price (catalogues.policy.price_sight).
    sight = PriceSight(True)
    wanted = for_asker(asked, sight, agency)
    found = index().search(wanted, start=0, stop=words.limit)
    rows = results(found.hits, wanted, sight)
    if words.json:
        answer = {**answer_head(found, wanted), "items": [row_json(row) for row in rows]}
        print(json.dumps(plain(answer), ensure_ascii=False, indent=2))
        return 0
    for written, word in found.corrected:
        print(f"viser treff for «{word}» (ingen varer har «{written}»)")
    if found.most_words:
        print(f"ingen varer har alle ordene; viser varer som har {found.most_words} av {found.words}")
    for row in rows:
        price = f"{decimal_text(row.price)} kr, {row.supplier_name}" if row.price is not None else "ingen pris"
        print(f"{row.number:20} {row.name}  [{row.agreement}/{row.lot}]  {price}")
    print(f"{len(rows)} av {'over ' if found.capped else ''}{found.total}")
    return 0
