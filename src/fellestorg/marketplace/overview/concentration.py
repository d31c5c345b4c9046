"""Supplier concentration: the shares of the largest (CR1, CR3, CR5) and the Herfindahl–Hirschman index (HHI)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib import resources

LOW, MODERATE, HIGH = "low", "moderate", "high"


@dataclass(frozen=True, slots=True)
class Concentration:
    """Shares of one, exact. ``hhi`` is the sum of the squared shares: 1/n where all are alike, 1 where there is one."""

    suppliers: int
    cr1: Fraction
    cr3: Fraction
    cr5: Fraction
    hhi: Fraction

    @property
    def points(self) -> int:
        """HHI as it is usually written, from 0 to 10 000."""
        return round(self.hhi * 10_000)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the index is read from ``valid_from`` on: thresholds on HHI times 10 000, and what is too few."""

    valid_from: date
    moderate_from: int
    high_from: int
    few_suppliers: int
    fewest_buyers: int
    source: Mapping[str, str]
    verified: bool

    def level(self, found: Concentration) -> str:
        """``low``, ``moderate`` or ``high``."""
        points = found.hhi * 10_000
        if points > self.high_from:
            return HIGH
        return MODERATE if points > self.moderate_from else LOW

    def too_few(self, found: Concentration) -> bool:
        """Whether there are so few suppliers that it deserves a warning."""
        return found.suppliers < self.few_suppliers


def concentration(amounts: Iterable[Decimal | int]) -> Concentration | None:
    """The concentration of what the suppliers have, in any unit. Those with nothing are left out; None where nobody has
    anything. Raises ValueError for a negative amount: it is no share of anything."""
    found = sorted((Fraction(amount) for amount in amounts if amount), reverse=True)
    if not found:
        return None
    if found[-1] < 0:
        raise ValueError("a share cannot be negative")
    whole = sum(found)
    shares = [amount / whole for amount in found]
    return Concentration(
        len(shares),
        shares[0],
        Fraction(sum(shares[:3])),
        Fraction(sum(shares[:5])),
        Fraction(sum(s * s for s in shares)),
    )


def reading_on(day: date) -> Reading:
    """How the index is read on a day; before the first reading, as the first says."""
    known = _readings()
    return next((one for one in reversed(known) if one.valid_from <= day), known[0])


@cache
def _readings() -> tuple[Reading, ...]:
    text = resources.files(__package__).joinpath("concentration.toml").read_text("utf-8")
    return tuple(sorted((Reading(**row) for row in tomllib.loads(text)["readings"]), key=lambda one: one.valid_from))
