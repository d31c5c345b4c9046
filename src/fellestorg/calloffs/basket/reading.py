"""Reading what somebody pasted from a spreadsheet or uploaded, and finding the items it means.

An item may be called by its number, the supplier's number, its GTIN or its exact name in any language. What cannot be
read or found is named line by line and kept, so that nothing is lost.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from fellestorg.calloffs.basket.contents import quantity_in
from fellestorg.calloffs.forms import is_quantity_heading, norwegian_decimal
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.kernel.sheets import read_sheet
from fellestorg.values import BadInput, Problem

COLUMNS: Mapping[str, Sequence[str]] = {
    "item": ("varenummer", "varenr", "varenr.", "vare", "artikkel", "artikkelnummer", "item number"),
    "supplier_number": ("leverandørens varenummer", "leverandørnummer", "deres varenr."),
    "gtin": ("ean", "strekkode"),
    "name": ("navn", "namn", "varenavn", "produktnavn", "produkt", "beskrivelse"),
    "quantity": ("antall", "antal", "mengde", "kvantum", "stk", "ant", "ant.", "qty"),
}
_MOST_LINES = 2000
_LONGEST = 200
_NUMBER = re.compile(r"\d+(\.\d+)?\Z")


@dataclass(frozen=True, slots=True)
class Written:
    """One line as somebody wrote it: its number in the text or file, what it calls the item, and the quantity's text."""

    number: int
    called: tuple[str, ...]
    quantity: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """What could be read, by item number, and what could not: the problems, and the lines themselves to correct."""

    quantities: Mapping[str, Decimal]
    problems: tuple[Problem, ...]
    unread: str


def pasted(text: str) -> list[Written]:
    """The lines of a text: an item and a quantity, with tab, semicolon, comma or space between. A first line that only
    heads the columns is passed over."""
    text = text.replace("\x00", " ")
    found: list[Written] = []
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw.strip():
            continue
        cells = _cells(raw)
        if not found and _heads(raw, cells):
            continue
        found.append(Written(number, (cells[0],) if cells[0] else (), cells[1] if len(cells) > 1 else "", raw.strip()))
    return found


def _heads(raw: str, cells: list[str]) -> bool:
    """Whether a first line heads the columns: some cell says quantity, and none is one."""
    named = any(is_quantity_heading(cell) for cell in re.split(r"[\t;,]", raw)[1:])
    return named and not (len(cells) > 1 and _is_number(cells[1]))


def uploaded(content: bytes) -> list[Written]:
    """The rows of a CSV file or a workbook with a heading. Raises BadInput where the file as a whole cannot be read."""
    found = []
    for row in read_sheet(content, COLUMNS, ("quantity",)):
        called = tuple(row.cells[name] for name in ("item", "supplier_number", "gtin", "name") if row.cells.get(name))
        text = "\t".join([*called[:1], row.cells["quantity"]])
        found.append(Written(row.number, called, row.cells["quantity"], text))
    return found


def recognise(written: Sequence[Written], day: date) -> Read:
    """Find the items that lines speak of, among those that somebody prices on a day."""
    known = _known((name for one in written for name in one.called), day)
    quantities: dict[str, Decimal] = {}
    problems: list[Problem] = []
    unread: list[str] = []
    for place, one in enumerate(written):
        where = _("linje {number}").format(number=one.number)
        try:
            if place >= _MOST_LINES:
                raise BadInput.of(where, "too_many", _("det er for mange linjer; ta høyst 2000 om gangen"))
            item, quantity = _item(one, known, where), _quantity(one, where)
        except BadInput as error:
            problems += error.problems
            unread.append(one.text)
            continue
        quantities[item] = quantities.get(item, Decimal(0)) + quantity
    return Read(quantities, tuple(problems), "\n".join(unread))


def _item(one: Written, known: Mapping[str, frozenset[str]], where: str) -> str:
    if not one.called:
        raise BadInput.of(where, "no_item", _("varenummeret mangler"))
    found: frozenset[str] = frozenset()
    for name in one.called:
        found = known.get(name.casefold(), frozenset())
        if len(found) == 1:
            return next(iter(found))
        if found:
            break
    called = one.called[0][:60]
    if found:
        text = _("«{called}» kan være flere varer: {items}. Skriv varenummeret.")
        raise BadInput.of(where, "ambiguous", text.format(called=called, items=", ".join(sorted(found)[:5])))
    text = _("ingen avtale har «{called}» i dag, verken som varenummer, leverandørens nummer, GTIN eller navn")
    raise BadInput.of(where, "unknown_item", text.format(called=called))


def _quantity(one: Written, where: str) -> Decimal:
    if not one.quantity.strip():
        raise BadInput.of(where, "no_quantity", _("antallet mangler"))
    try:
        return quantity_in(one.quantity)
    except BadInput:
        text = _("«{found}» er ikke et antall over 0 med høyst fire desimaler")
        raise BadInput.of(where, "unreadable_quantity", text.format(found=one.quantity[:40])) from None


def _known(called: Iterable[str], day: date) -> dict[str, frozenset[str]]:
    """Item numbers by what the lines call them, in lower case: a number first, then the supplier's, GTIN and names.

    Only items that somebody prices on the day; an item number under two agreements is one item to the buyer.
    """
    names = sorted({name.casefold() for name in called if 0 < len(name) <= _LONGEST})
    valid = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    known: dict[str, set[str]] = {}
    priced = PriceLine.objects.filter(valid)
    numbers = Item.objects.annotate(lower=Lower("number")).filter(lower__in=names, prices__in=priced)
    for lower, number in numbers.values_list("lower", "number").distinct():
        known.setdefault(lower, set()).add(number)
    for field in ("supplier_number", "gtin"):
        left = [name for name in names if name not in known]
        if left:
            rows = priced.annotate(lower=Lower(field)).filter(lower__in=left).values_list("lower", "item__number")
            for lower, number in rows.distinct():
                known.setdefault(lower, set()).add(number)
    left = [name for name in names if name not in known]
    for field in ("name_nb", "name_nn", "name_en") if left else ():
        items = Item.objects.annotate(lower=Lower(field)).filter(lower__in=left, prices__in=priced)
        for lower, number in items.values_list("lower", "number").distinct():
            known.setdefault(lower, set()).add(number)
    return {name: frozenset(found) for name, found in known.items()}


def _cells(raw: str) -> list[str]:
    """A line's item and quantity. Tab or semicolon divides where there is one, wherever the quantity then stands. A comma
    stands in names and numbers too: it divides only before a quantity at the end; else the last space does."""
    for mark in ("\t", ";"):
        if mark in raw:
            first, *rest = [cell.strip() for cell in next(csv.reader(io.StringIO(raw), delimiter=mark))]
            filled = [cell for cell in rest if cell]
            return [first, next((cell for cell in filled if _is_number(cell)), filled[0] if filled else "")]
    head, _space, tail = raw.strip().rpartition(" ")
    if head and _is_number(tail) and not head.rstrip().endswith(","):
        return [head.strip(), tail]
    name, comma, quantity = raw.rpartition(",")
    if comma:
        return [name.strip().strip('"'), quantity.strip()]
    return [head.strip(), tail] if head else [tail]


def _is_number(text: str) -> bool:
    return _NUMBER.match(norwegian_decimal(text)) is not None
