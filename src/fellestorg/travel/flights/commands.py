"""``fellestorg travel flights`` and ``travel routes``: offers ranked, discounts proposed, routes shown."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from fellestorg.agreements.models import Lot
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.travel.flights.airlines import register_airline
from fellestorg.travel.flights.fares import import_fares
from fellestorg.travel.flights.importing import import_json, preview_discounts, propose_discounts
from fellestorg.travel.flights.offers import Answer, answer_json, answer_offers, parse_asked
from fellestorg.travel.flights.queries import flight_lots, new_flight_lot, route_rows
from fellestorg.travel.flights.shown import route_json
from fellestorg.travel.flights.words import reason_text
from fellestorg.travel.models import Airline
from fellestorg.ui.formats import money, share
from fellestorg.values import BadInput


def flights(argv: list[str]) -> int:
    """``flights rank FILE [--json]``: the offers of a JSON file (``-``: standard input), on the agreement first, by net
    price. Exit 0; 2 for what cannot be read."""
    parser = argparse.ArgumentParser("fellestorg travel flights")
    verbs = parser.add_subparsers(dest="verb", required=True)
    rank = verbs.add_parser("rank", help="rank offers of flights on one route")
    rank.add_argument("file", help='{"from", "to", "date", "offers": [{"airline", "class", "published", …}]}')
    rank.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    answer = answer_offers(parse_asked(_read_json(words.file), clock.today()))
    if words.json:
        print(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
    else:
        _print(answer)
    return 0


def routes(argv: list[str]) -> int:
    """``routes show [--day DATE] [--json]`` or ``routes import FILE --on DATE [--reason TEXT] [--dry-run] [--json]``.

    Import reads a sheet of discounts, shows what would change and proposes it; another person decides on the page about
    changes. Exit 2, and nothing written, when a row is rejected.
    """
    parser = argparse.ArgumentParser("fellestorg travel routes")
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("show", help="routes with their suppliers in rank")
    show.add_argument("--day", default="")
    imported = verbs.add_parser("import", help="propose the routes and discounts of a sheet")
    imported.add_argument("file", help="CSV or XLSX: route, airline, class, percent; place for who is new on a route")
    imported.add_argument("--on", required=True, help="the first day of the new discounts")
    imported.add_argument("--reason", default="")
    imported.add_argument("--dry-run", action="store_true", help="show what would change; propose nothing")
    for one in (show, imported):
        one.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    return _show(words) if words.verb == "show" else _import(words)


def fares(argv: list[str]) -> int:
    """``fares import FILE [--json]``: fares as airlines published them, with day and source. Exit 2, and nothing written,
    when a row is rejected."""
    parser = argparse.ArgumentParser("fellestorg travel fares")
    verbs = parser.add_subparsers(dest="verb", required=True)
    taken = verbs.add_parser("import", help="take in observed fares")
    taken.add_argument("file", help="CSV or XLSX: route, airline, class, published, seen_on, source")
    taken.add_argument("--json", action="store_true")
    words = parser.parse_args(argv)
    now = clock.now()
    done = import_fares(_lot(clock.local_day(now)), _content(words.file), actor=OPERATOR, now=now)
    if words.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in done.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}", file=sys.stderr)
        print(f"lest {done.read}, nye {done.new}, kjente {done.unchanged}, avvist {len(done.rejected)}")
    return 2 if done.rejected else 0


def airlines(argv: list[str]) -> int:
    """``airlines register CODE NUMBER [--name NAME]``: whose an airline's code is; or ``airlines show``."""
    parser = argparse.ArgumentParser("fellestorg travel airlines")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("show", help="every airline and its supplier")
    one = verbs.add_parser("register", help="say which supplier answers for an airline's code")
    one.add_argument("code", help="the code on tickets, for example SK")
    one.add_argument("supplier", help="the supplier's organisation number")
    one.add_argument("--name", default="")
    words = parser.parse_args(argv)
    if words.verb == "register":
        now = clock.now()
        lot = _lot(clock.local_day(now))
        register_airline(lot, words.code.upper(), words.supplier, words.name, actor=OPERATOR, now=now)
    for airline in Airline.objects.select_related("supplier"):
        print(f"{airline.code}  {airline.supplier.number}  {airline.name}")
    return 0


def _show(words: argparse.Namespace) -> int:
    day = _day(words.day, "--day") if words.day else clock.today()
    rows = route_rows(flight_lots(day), day)
    if words.json:
        print(json.dumps(plain({"day": day, "routes": [route_json(row, prices=True) for row in rows]}), indent=2))
        return 0
    for row in rows:
        names = "; ".join(f"{one.rank}. {one.name}{' (nedlagt)' if one.closed else ''}" for one in row.areas)
        print(f"{row.code}  {row.km:>6} km  {names}")
    return 0


def _import(words: argparse.Namespace) -> int:
    on, now = _day(words.on, "--on"), clock.now()
    lot, content = _lot(on), _content(words.file)
    found = preview_discounts(lot, content, on)
    answer = import_json(found)
    if not found.rejected and not words.dry_run:
        made = propose_discounts(found, words.reason, actor=OPERATOR, now=now)
        answer |= {"proposal": made.pk, "state": made.state}
    if words.json:
        print(json.dumps(plain(answer), ensure_ascii=False, indent=2))
    else:
        for problem in found.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}", file=sys.stderr)
        for area in found.areas:
            print(f"{area.route}  {area.airline}  ny på ruten, plass {area.rank}")
        for change in found.changes:
            before = share(change.before, 2) if change.before is not None else "–"
            print(
                f"{change.route}  {change.airline}  {change.fare_class:<9} {before:>9} -> {share(change.after, 2):>9}"
            )
        print(
            f"lest {found.read}, endres {len(found.changes)}, uendret {found.unchanged}, avvist {len(found.rejected)}"
        )
        if "proposal" in answer:
            print(f"foreslått som endring {answer['proposal']}; en annen må godkjenne den på /avtaler/endringer")
    return 2 if found.rejected else 0


def _print(answer: Answer) -> None:
    asked = answer.asked
    route = answer.route.code if answer.route is not None else "ingen avtale på ruten"
    print(f"{asked.origin}-{asked.destination}, {answer.km} km, {asked.bought}: {route}")
    for one in answer.ranked:
        place = f"{one.rank}." if one.rank is not None else "–"
        mark = "*" if one.highlighted else " "
        why = "; ".join(reason_text(reason) for reason in one.reasons)
        print(
            f"{place:>4}{mark} {one.offer.airline} {one.offer.flight:<8} {one.offer.fare_class:<9} "
            f"{money(one.net):>14}  {one.co2e_kg} kg  {why}"
        )
    print("* fremhevet")


def _read_json(name: str) -> object:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput.of(name, "no_file", str(getattr(error, "strerror", None) or error)) from None
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput.of(name, "not_json", f"expected JSON: {error}") from None


def _lot(day: date) -> Lot:
    """The lot of the agreement on flights that holds on a day; one without routes yet where no other does."""
    lot = flight_lots(day).first() or new_flight_lot(day)
    if lot is None:
        raise BadInput.of("--on", "no_agreement", f"no agreement on flights holds on {day}")
    return lot


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput.of(name, "no_file", error.strerror or str(error)) from None


def _day(text: str, where: str) -> date:
    try:
        return day_in(text)
    except RowError as error:
        raise BadInput.of(where, error.code, error.text) from None
