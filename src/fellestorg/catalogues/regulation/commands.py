"""``fellestorg index`` and ``fellestorg regulation``: index values, and what a regulation would do."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.regulation.actions import propose_regulation
from fellestorg.catalogues.regulation.importing import COLUMNS, DEFAULT_SOURCE, REQUIRED, import_index
from fellestorg.catalogues.regulation.index import index_in_use
from fellestorg.catalogues.regulation.pages import preview_json
from fellestorg.catalogues.regulation.preview import Preview, preview
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.law.indexes import price_index
from fellestorg.ui.formats import money, number, share
from fellestorg.values import BadInput, decimal_text, kroner
from fellestorg.values.arguments import ArgumentParser


def index(argv: list[str]) -> int:
    """``index import FILE.csv [--series KEY] [--source TEXT] [--json]`` or ``index show KEY [--json]``.

    Import answers ``{"read", "accepted", "rejected", "changes"}``; exit 2, and nothing written, when a row is rejected.
    """
    words = _index_parser().parse_args(argv)
    return _show(words.series, words.json) if words.verb == "show" else _import(words)


def regulation(argv: list[str]) -> int:
    """``regulation preview|propose AGREEMENT LOT --on DATE [--reason TEXT] [--json]``.

    Exit 1 where the day is not lawful (the text names the first lawful one), 2 for what cannot be read. A proposal waits
    for another person, who decides it on the page about changes.
    """
    words = _regulation_parser().parse_args(argv)
    rows = Lot.objects.select_related("agreement__owner", "agreement__manager")
    lot = rows.filter(agreement__key=words.agreement, key=words.lot).first()
    if lot is None:
        raise BadInput.of("lot", "unknown_lot", f"there is no lot {words.agreement}/{words.lot}")
    try:
        on = day_in(words.on)
    except RowError as error:
        raise BadInput.of("--on", error.code, error.text) from None
    found = preview(lot, on, now=clock.now())
    answer = preview_json(found)
    if words.verb == "propose":
        made = propose_regulation(lot, on, words.reason, actor=OPERATOR, now=clock.now())
        answer = {"proposal": made.pk, "state": made.state, **answer}
    if words.json:
        print(json.dumps(plain(answer), ensure_ascii=False, indent=2))
        return 0
    _print(found)
    if words.verb == "propose":
        print(f"foreslått som endring {answer['proposal']}; en annen må godkjenne den på /avtaler/endringer")
    return 0


def _print(found: Preview) -> None:
    basis = found.basis
    unverified = "" if basis.verified else " (ikke verifisert)"
    print(f"{found.lot}: {share(basis.factor.rate, 2)} fra {found.on}")
    print(
        f"{basis.series} {_month(basis.base_month)} {number(basis.base_value)} -> "
        f"{_month(basis.month)} {number(basis.value)}{unverified}; kilde: {basis.source}"
    )
    if basis.factor.capped:
        print(f"holdt nede av avtalens grense på {share(basis.max_rise or 0, 2)}")
    width = max((len(one.item) for one in found.lines), default=0)
    for one in found.lines:
        odd = f"  {', '.join(one.oddities)}" if one.oddities else ""
        print(
            f"{one.item:<{width}}  {one.supplier}  {kroner(one.before):>12} -> {kroner(one.after):>12}  "
            f"{share(one.rate, 2):>9}{odd}"
        )
    print(
        f"{len(found.lines)} priser endres, {found.odd} å se nærmere på; i året {money(found.effect)} for virksomhetene"
    )


def _show(key: str, as_json: bool) -> int:
    found, today = index_in_use(key), clock.today()
    published = price_index(key).published
    rows = [(month, value, published(month) <= today) for month, value in sorted(found.values.items())]
    if as_json:
        answer = {
            "series": found.key,
            "source": found.source,
            "verified": found.verified,
            "imported": found.imported,
            "values": [{"month": month, "value": value, "published": known} for month, value, known in rows],
        }
        print(json.dumps(plain(answer), ensure_ascii=False, indent=2))
        return 0
    print(f"{found.key}: {found.source}{'' if found.verified else ' (ikke verifisert)'}")
    for month, value, known in rows:
        print(f"{_month(month)}  {decimal_text(value):>8}{'' if known else '  ikke offentliggjort ennå'}")
    return 0


def _import(words: argparse.Namespace) -> int:
    try:
        content = Path(words.file).read_bytes()
    except OSError as error:
        raise BadInput.of(words.file, "no_file", error.strerror or str(error)) from None
    done = import_index(content, series=words.series, source=words.source, actor=OPERATOR, now=clock.now())
    if words.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in done.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}")
        print(
            f"lest {done.read}, godtatt {done.accepted}, avvist {len(done.rejected)}; "
            f"nye {done.new}, endret {done.changed}, uendret {done.unchanged}"
        )
    return 2 if done.rejected else 0


def _month(month: date) -> str:
    return f"{month.year}M{month.month:02d}"


def _index_parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg index", description="Price indexes.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|show")
    importing = verbs.add_parser(
        "import",
        help="bring in the statistics bureau's values (CSV of SSB table 03013)",
        epilog=f"columns: {', '.join(COLUMNS)}; needed: {', '.join(REQUIRED)}, and series or --series",
        allow_abbrev=False,
    )
    importing.add_argument("file", metavar="FILE.csv")
    importing.add_argument("--series", default="", metavar="KEY", help="the series, where the file has no such column")
    importing.add_argument("--source", default=DEFAULT_SOURCE, help="where the file is from")
    importing.add_argument("--json", action="store_true")
    show = verbs.add_parser("show", help="the values in use, and where they are from", allow_abbrev=False)
    show.add_argument("series", metavar="KEY")
    show.add_argument("--json", action="store_true")
    return parser


def _regulation_parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg regulation", description="Regulation of fixed prices.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="preview|propose")
    for verb, text in (
        ("preview", "every price before and after"),
        ("propose", "put it before another person to decide"),
    ):
        one = verbs.add_parser(verb, help=text, allow_abbrev=False)
        one.add_argument("agreement", metavar="AGREEMENT")
        one.add_argument("lot", metavar="LOT")
        one.add_argument("--on", required=True, metavar="DATE", help="first day of the new prices")
        one.add_argument("--json", action="store_true")
        if verb == "propose":
            one.add_argument("--reason", default="", help="why it is proposed")
    return parser
