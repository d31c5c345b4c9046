"""The net price on the wire: reads a basket, naming everything wrong with it, and writes an answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from fellestorg.engines.netprice.answer import Alone, Answer, Cover
from fellestorg.engines.netprice.basket import (
    PARTS,
    ZERO,
    Basket,
    Costs,
    Limits,
    NeedLine,
    Offer,
    SpendDiscount,
    Supplier,
    Tier,
)
from fellestorg.engines.netprice.pricing import EXACT, Parts
from fellestorg.values import BadInput, Problem, exact, quote

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_REASONS = {
    "nothing_offered": "no supplier offers any line of the need",
    "max_suppliers": "no set of suppliers within limits.max_suppliers offers every line",
    "not_found": "no cover within the limits was found in the time given",
}


def parse_basket(data: object) -> Basket:
    """Read the wire shape of a basket. Raises ``BadInput`` with every problem found, each with its path.

    Unknown fields are refused by name; ``null`` in an optional field is the same as leaving it out.
    """
    reader = _Reader()
    basket = reader.basket(data)
    BadInput.raise_if(reader.problems)
    return basket


def answer_json(answer: Answer) -> dict[str, Any]:
    """The wire shape of an answer: amounts as decimal strings to the øre, half up; the bound never rounded up."""
    written: dict[str, Any] = {
        "currency": answer.basket.currency,
        "decides": list(answer.basket.decides),
        "single": [alone_json(row) for row in answer.single],
        "best": _cover_json(answer.best) if answer.best else None,
        "uncovered": list(answer.uncovered),
        "rules": [rule.as_json() for rule in answer.rules],
    }
    if answer.best is None:
        written["refused"] = {"code": answer.reason, "text": _REASONS[answer.reason]}
    return written


def parts_json(parts: Parts) -> dict[str, str]:
    """Each part to the øre. The discount is positive and is subtracted."""
    return {name: _ore(getattr(parts, name)) for name in PARTS}


def alone_json(row: Alone) -> dict[str, Any]:
    """One supplier priced alone, in the wire shape of ``single``."""
    return {
        "supplier": row.supplier,
        "rank": row.rank,
        "net": _ore(row.parts.net) if row.parts else None,
        "deciding": _ore(row.deciding) if row.deciding is not None else None,
        "parts": parts_json(row.parts) if row.parts else None,
        "missing": list(row.missing),
        "estimated": list(row.estimated),
    }


def _cover_json(cover: Cover) -> dict[str, Any]:
    return {
        "net": _ore(cover.parts.net),
        "deciding": _ore(cover.deciding),
        "assignment": cover.assignment,
        "parts": parts_json(cover.parts),
        "suppliers": {
            supplier: {
                "net": _ore(parts.net),
                "lines": [line for line, who in cover.assignment.items() if who == supplier],
                "parts": parts_json(parts),
            }
            for supplier, parts in cover.orders.items()
        },
        "estimated": list(cover.estimated),
        "proved": cover.proved,
        "bound": _ore(cover.bound) if cover.proved else _ore_down(cover.bound),
        "ties": list(cover.ties),
        "ties_complete": cover.ties_complete,
        "method": cover.method,
    }


def _ore(amount: Decimal) -> str:
    with localcontext(EXACT) as context:
        context.clear_traps()
        return str(quote(amount) + ZERO)  # adding zero turns "-0.00" into "0.00"


def _ore_down(amount: Decimal) -> str:
    with localcontext(EXACT) as context:
        context.clear_traps()
        return str(amount.quantize(Decimal("0.01"), rounding=ROUND_FLOOR))


def _or_empty(value: object) -> object:
    return {} if value is None else value


class _Reader:
    """Reads on after a problem, so that all of them are named at once; what it returns then is never used."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def basket(self, data: object) -> Basket:
        record = self.record(data, "", ("need", "suppliers"), ("costs", "limits", "decides", "currency"))
        need = tuple(
            self.need_line(item, f"need[{at}]") for at, item in enumerate(self.items(record, "need", "need", least=1))
        )
        self.unique([line.id for line in need], "need", "id")
        lines = {line.id for line in need}
        suppliers = tuple(
            self.supplier(item, f"suppliers[{at}]", lines)
            for at, item in enumerate(self.items(record, "suppliers", "suppliers"))
        )
        self.unique([supplier.id for supplier in suppliers], "suppliers", "id")
        costs = self.record(_or_empty(record.get("costs")), "costs", (), ("order_handling", "carbon_per_kg"))
        limits = self.record(_or_empty(record.get("limits")), "limits", (), ("max_suppliers",))
        costs_read = Costs(self.amount(costs, "order_handling", "costs"), self.amount(costs, "carbon_per_kg", "costs"))
        limits_read = Limits(self.max_suppliers(limits.get("max_suppliers")))
        decides, currency = self.decides(record.get("decides")), self.currency(record.get("currency"))
        if self.problems:
            return Basket((), ())
        return Basket(need, suppliers, costs_read, limits_read, decides, currency)

    def need_line(self, item: object, where: str) -> NeedLine:
        record = self.record(item, where, ("id", "quantity"), ())
        quantity = self.amount(record, "quantity", where)
        if "quantity" in record and quantity <= 0 and not self.said(f"{where}.quantity"):
            self.problem(f"{where}.quantity", "too_small", f"expected more than 0, found {record['quantity']}")
        return NeedLine(self.name(record, "id", where), quantity)

    def supplier(self, item: object, where: str, lines: set[str]) -> Supplier:
        record = self.record(
            item,
            where,
            ("id", "offers"),
            ("min_order", "small_order_fee", "freight", "free_freight_from", "spend_discounts"),
        )
        offers = tuple(
            self.offer(offer, f"{where}.offers[{at}]", lines)
            for at, offer in enumerate(self.items(record, "offers", f"{where}.offers"))
        )
        self.unique([offer.line for offer in offers], f"{where}.offers", "line")
        discounts = tuple(
            self.discount(step, f"{where}.spend_discounts[{at}]")
            for at, step in enumerate(self.items(record, "spend_discounts", f"{where}.spend_discounts"))
        )
        self.unique([step.from_goods for step in discounts], f"{where}.spend_discounts", "from")
        free_from = record.get("free_freight_from")
        return Supplier(
            id=self.name(record, "id", where),
            offers=offers,
            min_order=self.amount(record, "min_order", where),
            small_order_fee=self.amount(record, "small_order_fee", where),
            freight=self.amount(record, "freight", where),
            free_freight_from=None if free_from is None else self.amount(record, "free_freight_from", where),
            spend_discounts=discounts,
        )

    def offer(self, item: object, where: str, lines: set[str]) -> Offer:
        record = self.record(item, where, ("line", "unit_price"), ("tiers", "co2e_kg"))
        line = self.name(record, "line", where)
        if line and line not in lines:
            self.problem(f"{where}.line", "unknown_line", f"expected the id of a line in need, found {line!r}")
        tiers = tuple(
            self.tier(tier, f"{where}.tiers[{at}]")
            for at, tier in enumerate(self.items(record, "tiers", f"{where}.tiers"))
        )
        self.unique([tier.from_quantity for tier in tiers], f"{where}.tiers", "from")
        carbon = None if record.get("co2e_kg") is None else self.amount(record, "co2e_kg", where)
        return Offer(line, self.amount(record, "unit_price", where), tiers, carbon)

    def tier(self, item: object, where: str) -> Tier:
        record = self.record(item, where, ("from", "unit_price"), ())
        return Tier(self.amount(record, "from", where), self.amount(record, "unit_price", where))

    def discount(self, item: object, where: str) -> SpendDiscount:
        record = self.record(item, where, ("from", "rate"), ())
        rate = self.amount(record, "rate", where)
        if rate > 1:
            self.problem(f"{where}.rate", "too_large", f"expected a share from 0 to 1, found {record['rate']}")
        return SpendDiscount(self.amount(record, "from", where), rate)

    def max_suppliers(self, value: object) -> int | None:
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.problem("limits.max_suppliers", "not_a_count", f"expected a whole number from 1, found {value!r}")
            return None
        return value

    def decides(self, value: object) -> tuple[str, ...]:
        if value is None:
            return PARTS
        if not isinstance(value, list) or not value:
            self.problem("decides", "not_a_list", f"expected a list with some of {', '.join(PARTS)}, found {value!r}")
            return PARTS
        for at, part in enumerate(value):
            if part not in PARTS:
                self.problem(f"decides[{at}]", "unknown_part", f"expected one of {', '.join(PARTS)}, found {part!r}")
            elif part in value[:at]:
                self.problem(f"decides[{at}]", "duplicate", f"{part!r} is named twice")
        return tuple(part for part in PARTS if part in value)

    def currency(self, value: object) -> str:
        if value is None:
            return "NOK"
        if not isinstance(value, str) or not _CURRENCY.match(value):
            self.problem("currency", "not_a_currency", f'expected three letters such as "NOK", found {value!r}')
            return "NOK"
        return value

    # -- what every field is read by --------------------------------------------------------------------------

    def record(
        self, value: object, where: str, required: tuple[str, ...], optional: tuple[str, ...]
    ) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.problem(where, "not_an_object", f"expected an object, found {value!r:.60}")
            return {}
        prefix = f"{where}." if where else ""
        for name in value:
            if name not in required and name not in optional:
                known = ", ".join((*required, *optional))
                self.problem(f"{prefix}{name}", "unknown_field", f"unknown field {name!r}; expected {known}")
        for name in required:
            if name not in value:
                self.problem(f"{prefix}{name}", "missing_field", f"the field {name!r} is missing")
        return value

    def items(self, record: Mapping[str, Any], name: str, where: str, *, least: int = 0) -> list[object]:
        value = record.get(name)
        if value is None and name not in ("need", "suppliers", "offers"):
            return []
        if name not in record:
            return []
        if not isinstance(value, list):
            self.problem(where, "not_a_list", f"expected a list, found {value!r:.60}")
            return []
        if len(value) < least:
            self.problem(where, "empty", f"expected at least {least} entry, found none")
        return value

    def name(self, record: Mapping[str, Any], field: str, where: str) -> str:
        value = record.get(field)
        if field not in record:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.problem(f"{where}.{field}", "not_a_name", f"expected a text that is not empty, found {value!r:.60}")
            return ""
        return value

    def amount(self, record: Mapping[str, Any], field: str, where: str) -> Decimal:
        required = field in ("quantity", "unit_price", "from", "rate")
        if field not in record or (record[field] is None and not required):
            return ZERO
        try:
            return exact(record[field], f"{where}.{field}", minimum=ZERO)
        except BadInput as error:
            self.problems += error.problems
            return ZERO

    def unique(self, values: list[Any], where: str, field: str) -> None:
        seen: set[Any] = set()
        for at, value in enumerate(values):
            path = f"{where}[{at}].{field}"
            if value == "" or self.said(path):
                continue  # not read, so it says nothing about the others
            if value in seen:
                self.problem(path, "duplicate", f"{value} stands more than once")
            seen.add(value)

    def said(self, where: str) -> bool:
        return any(problem.where == where for problem in self.problems)

    def problem(self, where: str, code: str, text: str) -> None:
        self.problems.append(Problem(where, code, text))
