"""Reads the JSON that the travel commands take, naming everything wrong with it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from fellestorg.values import BadInput, Problem, exact

ZERO = Decimal(0)
T = TypeVar("T")


class Reader:
    """Reads on after a problem, so that all of them are named; what it returns then is never used."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def record(
        self, value: object, where: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> dict[str, Any]:
        """An object with these fields and no others."""
        if not isinstance(value, dict):
            self.problem(where, "not_an_object", f"expected an object, found {value!r:.60}")
            return {}
        prefix = f"{where}." if where else ""
        for name in value.keys() - {*required, *optional}:
            known = ", ".join((*required, *optional))
            self.problem(f"{prefix}{name}", "unknown_field", f"unknown field {name!r}; expected {known}")
        for name in required:
            if name not in value:
                self.problem(f"{prefix}{name}", "missing_field", f"the field {name!r} is missing")
        return value

    def records(self, value: object, where: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """A list, each of its members read by ``read``; None is an empty one."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(where, "not_a_list", f"expected a list, found {value!r:.60}")
            return ()
        return tuple(read(one, f"{where}[{at}]") for at, one in enumerate(value))

    def text(self, record: Mapping[str, Any], name: str, where: str, empty: str = "") -> str:
        value = record.get(name, empty)
        if not isinstance(value, str) or len(value) > 300:
            self.problem(f"{where}.{name}", "not_a_text", f"expected a text, found {value!r:.60}")
            return empty
        return value

    def one_of(self, record: Mapping[str, Any], name: str, where: str, known: Sequence[str], empty: str = "") -> str:
        value = record.get(name, empty)
        if name in record and value not in known:
            self.problem(f"{where}.{name}", "unknown", f"expected one of {', '.join(known)}, found {value!r:.60}")
        return value if isinstance(value, str) else empty

    def amount(
        self,
        record: Mapping[str, Any],
        name: str,
        where: str,
        *,
        empty: Decimal = ZERO,
        least: Decimal | None = ZERO,
        most: Decimal | None = None,
    ) -> Decimal:
        """A decimal string from ``least`` to ``most``."""
        if name not in record:
            return empty
        try:
            value = exact(record[name], f"{where}.{name}", minimum=least)
        except BadInput as error:
            self.problems += error.problems
            return empty
        if most is not None and value > most:
            self.problem(f"{where}.{name}", "too_large", f"expected at most {most}, found {value}")
        return value

    def amount_or_none(self, record: Mapping[str, Any], name: str, where: str) -> Decimal | None:
        return None if record.get(name) is None else self.amount(record, name, where)

    def count(self, record: Mapping[str, Any], name: str, where: str, most: int, least: int = 1) -> int:
        value = record.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.problem(f"{where}.{name}", "not_a_count", f"expected {least} to {most}, found {value!r:.60}")
            return least
        return value

    def truth(self, record: Mapping[str, Any], name: str, where: str, empty: bool) -> bool:
        value = record.get(name, empty)
        if not isinstance(value, bool):
            self.problem(f"{where}.{name}", "not_a_truth", f"expected true or false, found {value!r:.60}")
            return empty
        return value

    def day(self, record: Mapping[str, Any], name: str, where: str) -> date:
        return self.day_or_none(record, name, where) or date.min

    def day_or_none(self, record: Mapping[str, Any], name: str, where: str) -> date | None:
        value = record.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.problem(f"{where}.{name}", "not_a_date", f"expected a date such as 2023-11-06, found {value!r:.60}")
            return None

    def unique(self, keys: Sequence[str], where: str, field: str) -> None:
        for at, key in enumerate(keys):
            if key in keys[:at]:
                self.problem(f"{where}[{at}].{field}", "duplicate", f"{key} stands more than once")

    def problem(self, where: str, code: str, text: str) -> None:
        self.problems.append(Problem(where, code, text))
