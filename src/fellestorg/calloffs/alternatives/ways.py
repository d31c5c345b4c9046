"""Buying, renting, leasing, as a service, new against used, for one item: what price lists say of each way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.engines.alternatives import Way
from fellestorg.engines.comparable import can_replace
from fellestorg.engines.pricemodels import BY_THE_MONTH
from fellestorg.values import BadInput, Problem, exact

#: The ways that are compared, in the order they stand in the form.
WAYS = ("new", "used", "rent", "lease", "as_a_service")
FIELDS = ("price", "monthly", "residual", "repair", "lifetime", "co2e_kg")
DEFAULT_YEARS = Decimal(4)
_MOST = {"lifetime": Decimal(100)}


@dataclass(frozen=True, slots=True)
class FromPrices:
    """A way as the cheapest price line gives it: the cells of the form, and whose price it is."""

    cells: Mapping[str, str]
    supplier: str
    item: str
    lifetime_known: bool


def ways_priced(item: Item, day: date) -> dict[str, FromPrices]:
    """The cheapest price of each way on a day, for the item or another of its lot that can stand in for it.

    A reconditioned unit that its supplier declares to be one of this item counts as used.
    """
    kind = item.name_nb.partition(",")[0]
    others = Item.objects.filter(lot_id=item.lot_id, unit=item.unit, name_nb__startswith=kind)
    related = {one.pk: one for one in others if one.pk == item.pk or _stands_in(item, one)}
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    lines = PriceLine.objects.filter(valid, item__in=related, valid_from__lte=day).select_related("supplier")
    best: dict[str, PriceLine] = {}
    for line in lines:
        way = line.model if line.model in BY_THE_MONTH else ("used" if related[line.item_id].used else "new")
        if line.model in ("list_minus_discount", "fixed", "markup", "dynamic", *BY_THE_MONTH) and (
            way not in best or _cost(line) < _cost(best[way])
        ):
            best[way] = line
    highest = max((line.co2e_kg for line in best.values() if line.co2e_kg is not None), default=Decimal(0))
    return {way: _cells(best[way], related[best[way].item_id], highest) for way in WAYS if way in best}


def read_ways(rows: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[list[Way], list[Problem]]:
    """The ways somebody filled in, and everything that cannot be read. A row with neither price nor monthly price is left
    out."""
    ways: list[Way] = []
    problems: list[Problem] = []
    for code, cells in rows:
        if not cells.get("price") and not cells.get("monthly"):
            continue
        values: dict[str, Decimal] = {}
        for name in FIELDS:
            text = cells.get(name, "")
            if not text:
                continue
            try:
                values[name] = number_in(text, f"{code}.{name}", most=_MOST.get(name, Decimal(10) ** 9))
            except BadInput as error:
                problems += error.problems
        if values.get("lifetime") == 0:
            problems.append(Problem(f"{code}.lifetime", "too_small", "expected more than 0"))
        if values.get("residual", Decimal(0)) > values.get("price", Decimal(0)):
            problems.append(Problem(f"{code}.residual", "too_large", "expected at most the price"))
        ways.append(Way(code, **values))
    return ways, problems


def number_in(text: str, where: str, *, most: Decimal) -> Decimal:
    """A number as people write it (``1 250,50``), from 0 to ``most``. Raises BadInput."""
    plain = "".join(text.split()).replace("\u00a0", "").replace(",", ".")
    value = exact(plain, where, minimum=Decimal(0))
    if value > most:
        raise BadInput.of(where, "too_large", f"expected at most {most}, found {text}")
    return value


def _stands_in(item: Item, other: Item) -> bool:
    plain = other.name_nb.partition(", rehabilitert")[0]
    return can_replace(item.name_nb, other.name_nb) or (other.used and plain == item.name_nb)


def _cost(line: PriceLine) -> Decimal:
    terms: dict[str, Any] = line.terms
    return Decimal(terms["monthly"]) if line.model in BY_THE_MONTH else Decimal(line.unit_price)


def _cells(line: PriceLine, item: Item, highest: Decimal) -> FromPrices:
    declared: dict[str, Any] = line.properties
    years = str(declared.get("lifetime_years", ""))
    monthly = line.terms["monthly"] if line.model in BY_THE_MONTH else ""
    cells = {
        "price": "" if monthly else f"{line.unit_price.normalize():f}",
        "monthly": monthly,
        "lifetime": years if years.isdecimal() and int(years) else "",
        # Not stated counts as the highest that anybody states, so that silence never pays.
        "co2e_kg": f"{(highest if line.co2e_kg is None else line.co2e_kg).normalize():f}",
    }
    return FromPrices(cells, line.supplier.name, item.number, bool(cells["lifetime"]))
