"""``fellestorg currency``: exchange rates, and what an adjustment by them would do."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.currency.actions import propose_adjustment
from fellestorg.catalogues.currency.pages import preview_json
from fellestorg.catalogues.currency.preview import CurrencyPreview, preview
from fellestorg.catalogues.currency.rates import DEFAULT_SOURCE, import_rates
from fellestorg.catalogues.models import ExchangeRate
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.ui.formats import money, share
from fellestorg.values import BadInput, decimal_text, kroner
from fellestorg.values.arguments import ArgumentParser


def currency(argv: list[str]) -> int:
    """``currency import FILE``, ``show CURRENCY``, ``preview`` or ``propose AGREEMENT LOT --on DATE``; all with ``--json``.

    Exit 1 where the day is not lawful or the rate has not moved enough; 2, and nothing written, where something cannot be
    read. A proposal waits for another person, who decides it on the page about changes.
    """
    words = _parser().parse_args(argv)
    match words.verb:
        case "import":
            return _import(words)
        case "show":
            return _show(words.currency.upper(), words.json)
    return _adjust(words)


def _import(words: argparse.Namespace) -> int:
    try:
        content = Path(words.file).read_bytes()
    except OSError as error:
        raise BadInput.of(words.file, "no_file", error.strerror or str(error)) from None
    done = import_rates(content, currency=words.currency, source=words.source, actor=OPERATOR, now=clock.now())
    if words.json:
        _tell(done.as_json())
    else:
        for problem in done.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}")
        print(
            f"lest {done.read}, godtatt {done.accepted}, avvist {len(done.rejected)}; "
            f"nye {done.new}, endret {done.changed}, uendret {done.unchanged}"
        )
    return 2 if done.rejected else 0


def _show(code: str, as_json: bool) -> int:
    rows = list(ExchangeRate.objects.filter(currency=code).order_by("day"))
    if not rows:
        raise BadInput.of("currency", "unknown_currency", f"no rates of {code[:20]!r} are brought in")
    if as_json:
        _tell({"currency": code, "rates": [{"day": one.day, "rate": one.rate, "source": one.source} for one in rows]})
    else:
        for one in rows:
            print(f"{one.day}  {decimal_text(one.rate):>12}  {one.source}")
    return 0


def _adjust(words: argparse.Namespace) -> int:
    rows = Lot.objects.select_related("agreement__owner", "agreement__manager")
    lot = rows.filter(agreement__key=words.agreement, key=words.lot).first()
    if lot is None:
        raise BadInput.of("lot", "unknown_lot", f"there is no lot {words.agreement}/{words.lot}")
    on = _day(words.on)
    found = preview(lot, on, now=clock.now())
    answer = preview_json(found)
    if words.verb == "propose":
        made = propose_adjustment(lot, on, words.reason, actor=OPERATOR, now=clock.now())
        answer = {"proposal": made.pk, "state": made.state, **answer}
    if words.json:
        _tell(answer)
        return 0
    _print(found)
    if words.verb == "propose":
        print(f"foreslått som endring {answer['proposal']}; en annen må godkjenne den på /avtaler/endringer")
    return 0


def _print(found: CurrencyPreview) -> None:
    print(
        f"{found.lot}: {share(found.change, 2)} fra {found.on}; {found.clause.currency} {found.base_day} "
        f"{decimal_text(found.base_rate)} -> {found.day} {decimal_text(found.rate)} ({share(found.moved, 2)}); "
        f"kilde: {found.source}"
    )
    for one in found.lines:
        odd = f"  {', '.join(one.oddities)}" if one.oddities else ""
        print(f"{one.item}  {one.supplier}  {kroner(one.before):>12} -> {kroner(one.after):>12}{odd}")
    print(f"{len(found.lines)} priser; i året {money(found.effect)} for virksomhetene")


def _day(text: str) -> date:
    try:
        return day_in(text)
    except RowError as error:
        raise BadInput.of("--on", error.code, error.text) from None


def _tell(answer: dict[str, Any]) -> None:
    print(json.dumps(plain(answer), ensure_ascii=False, indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg currency", description="Exchange rates.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|show|preview|propose")
    importing = verbs.add_parser("import", help="bring in the central bank's rates (CSV or XLSX)", allow_abbrev=False)
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--currency", default="", metavar="CODE", help="where the file has no such column")
    importing.add_argument("--source", default=DEFAULT_SOURCE, help="where the file is from")
    importing.add_argument("--json", action="store_true")
    show = verbs.add_parser("show", help="the rates of a currency, and where they are from", allow_abbrev=False)
    show.add_argument("currency", metavar="CODE")
    show.add_argument("--json", action="store_true")
    for verb, text in (("preview", "every price before and after"), ("propose", "put it before another person")):
        one = verbs.add_parser(verb, help=text, allow_abbrev=False)
        one.add_argument("agreement", metavar="AGREEMENT")
        one.add_argument("lot", metavar="LOT")
        one.add_argument("--on", required=True, metavar="DATE", help="first day of the new prices")
        if verb == "propose":
            one.add_argument("--reason", required=True, help="why, for whoever decides")
        one.add_argument("--json", action="store_true")
    return parser
