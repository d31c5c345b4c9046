"""Which values of an index count: imported ones where there are any, otherwise those that come with the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fellestorg.catalogues.models import IndexValue
from fellestorg.catalogues.regulation.rules import latest_published
from fellestorg.kernel.models import Installation
from fellestorg.law.indexes import price_index


@dataclass(frozen=True, slots=True)
class IndexInUse:
    """A series as it is used. Imported and built-in values are never mixed: they may count from different years.

    ``usable`` is false where the values are made up and the installation is a real one: then nothing rests on them.
    """

    key: str
    name: Mapping[str, str]
    values: Mapping[date, Decimal]
    source: str
    verified: bool
    imported: bool
    published_on_day: int
    usable: bool

    def latest(self, day: date) -> date | None:
        """The newest month whose value is published on a day."""
        return latest_published(self.values, self.published_on_day, day)


def index_in_use(key: str) -> IndexInUse:
    """A series by its key. Raises BadInput where there is none."""
    series = price_index(key)
    rows = list(IndexValue.objects.filter(series=series.key).order_by("month"))
    if not rows:
        usable = series.verified or not Installation.objects.filter(kind=Installation.Kind.REAL).exists()
        return IndexInUse(
            series.key,
            series.name,
            series.values,
            series.source,
            series.verified,
            False,
            series.published_on_day,
            usable,
        )
    values = {row.month: row.value for row in rows}
    sources = "; ".join(dict.fromkeys(row.source for row in rows))
    return IndexInUse(series.key, series.name, values, sources[:300], True, True, series.published_on_day, True)
