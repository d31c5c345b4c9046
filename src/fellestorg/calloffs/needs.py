"""A need as a buyer states it, and its wire shape (``fellestorg calloff``). Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from fellestorg.engines.policy import UNAVAILABLE
from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput, Problem, exact

_FIELDS = frozenset(
    [
        "request_id",
        "buyer",
        "agreement",
        "lot",
        "date",
        "lines",
        "text",
        "amount",
        "category",
        "facts",
        "deliver_to",
        "deliver_by",
        "buyer_reference",
    ]
)
ROUTE = re.compile(r"[A-Z]{3}-[A-Z]{3}")
_FACTS = frozenset({"coverage_case", "changed_terms", "terms", "route", "location", "unavailable"})


@dataclass(frozen=True, slots=True)
class NeedLine:
    """An item number and how many of it."""

    item: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A supplier that cannot take the need, and why (one of ``engines.policy.UNAVAILABLE``)."""

    supplier: str
    reason: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What a need states for the call-off policies that ask for it; each is empty where nothing is stated.

    ``coverage_case`` is the id of a documented case of missing coverage. ``terms`` are terms wanted that the framework
    has not fixed (a mini-competition fixes them, FA-9; what changes the framework is ``Need.changed_terms``, FA-6).
    ``route`` is two airports ("OSL-TOS") and ``location`` a place's key. ``unavailable`` are suppliers that a table puts
    first, but that cannot take this need.
    """

    coverage_case: str = ""
    terms: tuple[str, ...] = ()
    route: str = ""
    location: str = ""
    unavailable: tuple[Unavailable, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed. Either ``lines``, or ``text`` to search with, or an ``amount`` (kroner without VAT) in a ``category``.

    ``changed_terms`` lists what the buyer wants otherwise than the framework says (FA-6). ``on`` is for planning only.
    """

    request_id: str
    buyer: str
    agreement: str = ""
    lot: str = ""
    on: date | None = None
    lines: tuple[NeedLine, ...] = ()
    text: str = ""
    amount: Decimal | None = None
    category: str = ""
    changed_terms: tuple[str, ...] = ()
    deliver_to: str = ""
    deliver_by: date | None = None
    buyer_reference: str = ""
    stated: Stated = Stated()

    def within(self, agreement: str, lot: str) -> Need:
        """The same need, placed in a lot."""
        return replace(self, agreement=agreement, lot=lot)


def parse_need(data: object, *, dated: bool) -> Need:
    """Read a need from its wire shape. ``dated`` allows ``date``, which belongs to planning alone.

    Raises BadInput with every problem found, each with its path.
    """
    if not isinstance(data, dict):
        raise BadInput.of("", "not_an_object", "expected an object with buyer and lines, text or amount")
    problems = [
        Problem(str(name), "unknown_field", "there is no such field in a need") for name in data.keys() - _FIELDS
    ]
    if "date" in data and not dated:
        problems.append(Problem("date", "not_here", "a commitment uses the clock; date belongs to plan alone"))

    def read(name: str, reader: Callable[[Any, str], Any], empty: Any) -> Any:
        if data.get(name) is None:
            return empty
        try:
            return reader(data[name], name)
        except BadInput as error:
            problems.extend(error.problems)
            return empty

    buyer = read("buyer", _number, "")
    if not buyer and "buyer" not in {problem.where for problem in problems}:
        problems.append(Problem("buyer", "missing", "expected the buyer's organisation number"))
    facts = {} if data.get("facts") is None else data["facts"]
    if not isinstance(facts, dict):
        problems.append(Problem("facts", "not_an_object", "expected an object"))
        facts = {}
    problems += [Problem(f"facts.{name}", "unknown_field", "there is no such fact") for name in facts.keys() - _FACTS]
    need = Need(
        request_id=read("request_id", _text(80), ""),
        buyer=buyer,
        agreement=read("agreement", _text(60), ""),
        lot=read("lot", _text(60), ""),
        on=read("date", _day, None),
        lines=read("lines", _lines, ()),
        text=read("text", _text(500), ""),
        amount=read("amount", _amount, None),
        category=read("category", _text(60), ""),
        changed_terms=_facts_read(facts, "changed_terms", _texts, (), problems),
        deliver_to=read("deliver_to", _text(300), ""),
        deliver_by=read("deliver_by", _day, None),
        buyer_reference=read("buyer_reference", _text(100), ""),
        stated=Stated(
            _facts_read(facts, "coverage_case", _text(60), "", problems),
            _facts_read(facts, "terms", _texts, (), problems),
            _facts_read(facts, "route", _route, "", problems),
            _facts_read(facts, "location", _text(60), "", problems),
            _facts_read(facts, "unavailable", _unavailable, (), problems),
        ),
    )
    stated = [name for name, given in (("lines", need.lines), ("text", need.text), ("amount", need.amount)) if given]
    if not problems and len(stated) != 1:
        found = " and ".join(stated) or "none of them"
        problems.append(Problem("lines", "one_of", f"expected one of lines, text and amount, found {found}"))
    if need.amount is not None and not need.category and not need.lot:
        problems.append(Problem("category", "missing", "an amount needs a category, or an agreement and lot"))
    if need.lot and not need.agreement:
        problems.append(Problem("agreement", "missing", "a lot is named together with its agreement"))
    BadInput.raise_if(problems)
    return need


def _number(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise BadInput.of(where, "organisation_number", f"expected nine digits as a string, found {value!r}")
    return clean_number(value, where)


def _text(longest: int) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise BadInput.of(where, "not_a_text", f"expected a text of at most {longest} characters")
        if "\x00" in value:
            raise BadInput.of(where, "not_a_text", "a text cannot hold the zero character")
        return value.strip()

    return read


def _day(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadInput.of(where, "not_a_date", f"expected a date such as 2023-06-01, found {value!r}") from None


def _amount(value: Any, where: str) -> Decimal:
    amount = exact(value, where, minimum=Decimal("0.01"))
    if amount >= Decimal(10) ** 15:
        raise BadInput.of(where, "too_large", "expected less than 1 000 000 000 000 000 kroner")
    return amount


def _lines(value: Any, where: str) -> tuple[NeedLine, ...]:
    if not isinstance(value, list) or not value:
        raise BadInput.of(where, "not_a_list", "expected a list of lines with item and quantity")
    if len(value) > 2000:
        raise BadInput.of(where, "too_many", f"expected at most 2000 lines, found {len(value)}")
    problems: list[Problem] = []
    lines: list[NeedLine] = []
    for index, raw in enumerate(value):
        at = f"{where}[{index}]"
        if not isinstance(raw, dict):
            problems.append(Problem(at, "not_an_object", "expected an object with item and quantity"))
            continue
        problems += [
            Problem(f"{at}.{name}", "unknown_field", "there is no such field in a line")
            for name in raw.keys() - {"item", "quantity"}
        ]
        try:
            item = _text(60)(raw.get("item"), f"{at}.item")
            quantity = _quantity(raw.get("quantity"), f"{at}.quantity")
        except BadInput as error:
            problems += error.problems
            continue
        if not item:
            problems.append(Problem(f"{at}.item", "missing", "expected an item number"))
        lines.append(NeedLine(item, quantity))
    BadInput.raise_if(problems)
    return tuple(lines)


def _quantity(value: Any, where: str) -> Decimal:
    quantity = exact(value, where)
    if quantity <= 0 or quantity > 10_000_000 or quantity != quantity.quantize(Decimal("0.0001")):
        raise BadInput.of(
            where, "not_a_quantity", f"expected a quantity above 0 with at most 4 decimals, found {value}"
        )
    return quantity


def _facts_read(
    facts: dict[str, Any], name: str, reader: Callable[[Any, str], Any], empty: Any, problems: list[Problem]
) -> Any:
    if facts.get(name) is None:
        return empty
    try:
        return reader(facts[name], f"facts.{name}")
    except BadInput as error:
        problems.extend(error.problems)
        return empty


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > 100:
        raise BadInput.of(where, "not_a_list", "expected a list of at most 100 texts")
    try:
        return tuple(filter(None, (_text(500)(one, where) for one in value)))
    except BadInput as error:
        raise BadInput.of(where, "not_a_list", f"expected a list of texts: {error.problems[0].text}") from None


def _route(value: Any, where: str) -> str:
    """Two airports by their IATA codes, in capital letters."""
    route = _text(7)(value, where).upper()
    if not ROUTE.fullmatch(route):
        raise BadInput.of(where, "not_a_route", f"expected two airports such as OSL-TOS, found {value!r}")
    return route


def _unavailable(value: Any, where: str) -> tuple[Unavailable, ...]:
    if not isinstance(value, list) or len(value) > 100:
        raise BadInput.of(where, "not_a_list", "expected a list of suppliers with a reason")
    problems: list[Problem] = []
    found: list[Unavailable] = []
    for index, raw in enumerate(value):
        at = f"{where}[{index}]"
        if not isinstance(raw, dict) or raw.keys() != {"supplier", "reason"}:
            problems.append(Problem(at, "not_an_object", "expected an object with supplier and reason"))
            continue
        try:
            found.append(Unavailable(_number(raw["supplier"], f"{at}.supplier"), raw["reason"]))
        except BadInput as error:
            problems += error.problems
        if raw["reason"] not in UNAVAILABLE:
            problems.append(Problem(f"{at}.reason", "unknown", f"expected one of {', '.join(UNAVAILABLE)}"))
    BadInput.raise_if(problems)
    return tuple(found)
