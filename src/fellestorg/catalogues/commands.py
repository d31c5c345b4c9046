"""``fellestorg catalogue``: a supplier's price list brought in, with row errors and a summary; and items found."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.catalogues.actions import import_prices
from fellestorg.catalogues.intake.templates import template
from fellestorg.catalogues.rules import COLUMNS
from fellestorg.catalogues.search.commands import add_search, search
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import any_number
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser


def catalogue(argv: list[str]) -> int:
    """``catalogue import FILE --agreement KEY --supplier ORG [--lot KEY] [--from DATE] [--replace] [--preview] [--json]``
    and ``catalogue export [--format xlsx|csv] [--out FILE]``, an empty price list with headings and notes.

    Answers ``{"read", "accepted", "rejected": [{"row", "field", "code", "text"}], "changes": {"new", "changed",
    "unchanged"}}`` (and ``removed`` where prices go out); exit 2, and nothing written, when any row is rejected. Raises
    BadInput for what it cannot find.
    """
    words = _parser().parse_args(argv)
    if words.verb == "search":
        return search(words)
    if words.verb == "export":
        return _export(words.format, words.out)
    file = Path(words.file)
    try:
        file.open("rb").close()
    except OSError as error:
        raise BadInput.of(words.file, "no_file", error.strerror or str(error)) from None
    agreement = FrameworkAgreement.objects.select_related("owner", "manager").filter(key=words.agreement).first()
    if agreement is None:
        raise BadInput.of("--agreement", "unknown_agreement", f"there is no agreement {words.agreement!r}")
    lot = Lot.objects.filter(agreement=agreement, key=words.lot).first() if words.lot else None
    if words.lot and lot is None:
        raise BadInput.of("--lot", "unknown_lot", f"agreement {words.agreement!r} has no lot {words.lot!r}")
    supplier = Organisation.objects.filter(number=any_number(words.supplier, "--supplier")).first()
    if supplier is None:
        raise BadInput.of("--supplier", "unknown_supplier", f"there is no organisation {words.supplier}")
    try:
        day = day_in(words.start) if words.start else None
    except RowError as error:
        raise BadInput.of("--from", error.code, error.text) from None
    done = import_prices(
        file,
        agreement,
        lot,
        supplier,
        actor=OPERATOR,
        now=clock.now(),
        valid_from=day,
        preview=words.preview,
        replaces=words.replace,
    )
    if words.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in done.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}")
        print(
            f"lest {done.read}, godtatt {done.accepted}, avvist {done.faults}; "
            f"nye {done.new}, endret {done.changed}, utgår {done.removed}, uendret {done.unchanged}"
        )
    return 2 if done.rejected else 0


def _export(kind: str, out: str | None) -> int:
    path = Path(out or f"prisliste.{kind}")
    try:
        path.write_bytes(template(kind))
    except OSError as error:
        raise BadInput.of(str(path), "not_written", error.strerror or str(error)) from None
    print(path)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg catalogue", description="Price lists.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="import|search")
    importing = verbs.add_parser(
        "import",
        help="bring in a supplier's price list (CSV, XLSX or Peppol Catalogue 3)",
        epilog=f"columns: {', '.join(COLUMNS)}; needed: item and unit_price, or list_price with discount_rate",
        allow_abbrev=False,
    )
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--agreement", required=True, metavar="KEY")
    importing.add_argument("--supplier", required=True, metavar="ORG")
    importing.add_argument("--lot", metavar="KEY")
    importing.add_argument("--from", dest="start", metavar="DATE", help="first day the prices hold (default: today)")
    importing.add_argument("--replace", action="store_true", help="the file is the whole list: other prices go out")
    importing.add_argument("--preview", action="store_true", help="say what it would do and write nothing")
    importing.add_argument("--json", action="store_true")
    add_search(verbs)
    exporting = verbs.add_parser("export", help="an empty price list to fill in", allow_abbrev=False)
    exporting.add_argument("--format", choices=("xlsx", "csv"), default="xlsx")
    exporting.add_argument("--out", metavar="FILE", help="where to write it (default: prisliste.xlsx or prisliste.csv)")
    return parser
