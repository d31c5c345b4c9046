"""What a supplier declares of how long a thing lasts: lifetime, spare parts, chemicals, and which new one it was once.

They are item properties of a price line, so that a price list of any kind can bring them: ``lifetime_years``,
``spare_parts_years``, ``chemicals_declaration`` and ``reconditioned_of`` (the number of the new item).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fellestorg.values import quote

NAMES = ("lifetime_years", "spare_parts_years", "chemicals_declaration", "reconditioned_of")
_NAMES = frozenset(NAMES)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of one price line; ``None`` or an empty text where nothing is."""

    lifetime_years: int | None = None
    spare_parts_years: int | None = None
    chemicals: str = ""
    reconditioned_of: str = ""

    def per_year(self, price: Decimal | None) -> Decimal | None:
        """Kroner for each year of life, to the øre; None where lifetime or price is not known."""
        if price is None or not self.lifetime_years:
            return None
        return quote(price / self.lifetime_years)


def declared_of(properties: Mapping[str, Any]) -> Declared | None:
    """Read a price line's properties; None where they declare nothing of this."""
    if _NAMES.isdisjoint(properties) or not any(properties.get(name) for name in NAMES):
        return None
    return Declared(
        _years(properties.get("lifetime_years")),
        _years(properties.get("spare_parts_years")),
        str(properties.get("chemicals_declaration", ""))[:300],
        str(properties.get("reconditioned_of", ""))[:60],
    )


def _years(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and 0 < int(text) <= 100 else None
