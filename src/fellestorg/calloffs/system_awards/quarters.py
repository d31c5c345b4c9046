"""Quarters of a year, and by when a grouped notice is due. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from fellestorg.law.deadlines import Deadline, compute_deadline

_TEXT = re.compile(r"(\d{4})-k([1-4])\Z")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter; ``number`` is 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-k{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> date:
        """The first day of the next quarter."""
        return date(self.year + self.number // 4, 3 * self.number % 12 + 1, 1)

    @property
    def last(self) -> date:
        return self.following - timedelta(days=1)

    def notice_due(self) -> Deadline:
        """The last day for the grouped notice (FA-12)."""
        return compute_deadline("dps_award_notice", self.last)


def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str) -> Quarter | None:
    """``2023-k3`` as a quarter; None for anything else."""
    found = _TEXT.match(text)
    if found is None or not 1900 <= int(found[1]) <= 2200:
        return None
    return Quarter(int(found[1]), int(found[2]))
