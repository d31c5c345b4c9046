"""A tenderer's own ceilings: under an agreement nobody may tender above its agreed prices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from fellestorg.competitions.models import Competition, PriceSheetLine

# Competition and supplier's number -> price line's key -> the highest unit price; None where the source does not know.
Source = Callable[[Competition, str], Mapping[str, Decimal] | None]

_sources: list[Source] = []


def register_ceilings(source: Source) -> None:
    """Answer for the ceilings of a competition that is held under something the source knows."""
    _sources.append(source)


def under_ceilings(lines: Iterable[PriceSheetLine], competition: Competition, supplier: str) -> None:
    """Set the tenderer's own ceiling on each line of its form, where it is lower than the line's. Nothing is saved."""
    own: dict[str, Decimal] = {}
    for source in _sources:
        own.update(source(competition, supplier) or {})
    for line in lines:
        limits = [one for one in (line.max_unit_price, own.get(line.key)) if one is not None]
        line.max_unit_price = min(limits, default=None)
