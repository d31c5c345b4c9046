"""Price indexes that come with the product: a value a month, when each is published, and whether anybody has checked it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from fellestorg.law.load import read_table
from fellestorg.law.rules import LANGUAGES
from fellestorg.values import BadInput


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """A series. ``values`` by the first day of the month; ``verified`` is false where they are not the statistics
    bureau's own; ``published_on_day`` is the day of the next month on which a month's value is known."""

    key: str
    name: Mapping[str, str]
    source: str
    verified: bool
    reference: str
    published_on_day: int
    also_called: tuple[str, ...]
    values: Mapping[date, Decimal]

    def published(self, month: date) -> date:
        """The day from which a month's value is known."""
        return next_month(month).replace(day=self.published_on_day)


def price_index(key: str) -> PriceIndex:
    """A series by its key, or by another name it goes under. Raises BadInput (``unknown_index``) naming those there are."""
    wanted = " ".join(key.split()).casefold()
    for series in price_indexes().values():
        if wanted in (series.key.casefold(), *(name.casefold() for name in series.also_called)):
            return series
    raise BadInput.of("series", "unknown_index", f"there is no index {key!r}; known are {', '.join(price_indexes())}")


@cache
def price_indexes() -> Mapping[str, PriceIndex]:
    """Every series by its key, read once from ``indexes.toml``."""
    return MappingProxyType({key: _series(key, row) for key, row in read_table("indexes").items()})


def next_month(month: date) -> date:
    """The first day of the month after the one a day lies in."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _series(key: str, row: Mapping[str, object]) -> PriceIndex:
    name, years, also = row["name"], row["values"], row["also_called"]
    assert isinstance(name, dict) and isinstance(years, dict) and isinstance(also, list)
    return PriceIndex(
        key,
        MappingProxyType({language: name[language] for language in LANGUAGES}),
        str(row["source"]),
        row["verified"] is True,
        str(row["reference"]),
        int(str(row["published_on_day"])),
        tuple(map(str, also)),
        MappingProxyType(
            {
                date(int(year), month, 1): Decimal(value)
                for year, row in years.items()
                for month, value in enumerate(row, 1)
            }
        ),
    )
