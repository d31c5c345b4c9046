"""Stretches of days. Both ends belong to the period; an open end is ``None``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start`` to ``end``, both days included. ``end`` is ``None`` while it lasts."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a period cannot end {self.end} before it starts {self.start}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether at least one day lies in both."""
        return (other.end is None or self.start <= other.end) and (self.end is None or other.start <= self.end)
