"""The charts of the overview: what was paid on and off agreement, emissions by month, and how much is booked online."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.travel.bookings.measures import LEAKS
from fellestorg.travel.bookings.queries import Month
from fellestorg.travel.bookings.words import MODES
from fellestorg.ui.charts import LineChart, Series, StackedBarChart
from fellestorg.ui.formats import day


@dataclass(frozen=True, slots=True)
class Charts:
    """What the overview draws; None where there is nothing to draw."""

    spend: StackedBarChart
    carbon: StackedBarChart | None
    online: LineChart | None


def charts_of(by_reason: Mapping[tuple[str, str], Decimal], months: Sequence[Month]) -> Charts | None:
    """The charts, or None without bookings."""
    if not by_reason:
        return None
    return Charts(_spend(by_reason), _carbon(months), _online(months) if len(months) > 1 else None)


def _spend(by_reason: Mapping[tuple[str, str], Decimal]) -> StackedBarChart:
    others = {reason for _mode, reason in by_reason} - {"", *LEAKS}
    groups: tuple[tuple[str, Collection[str]], ...] = (
        (_("På avtalen"), ("",)),
        (_("Utenfor, selv om avtalen kunne brukes"), LEAKS),
        (_("Ingen avtale å bruke"), others),
    )
    modes = [mode for mode in MODES if any(one == mode for one, _reason in by_reason)]
    series = tuple(
        Series(
            name,
            tuple(sum((by_reason.get((mode, reason), Decimal(0)) for reason in reasons), Decimal(0)) for mode in modes),
        )
        for name, reasons in groups
    )
    title = _("Betalt, på og utenfor avtalene")
    return StackedBarChart(title, tuple(MODES[mode] for mode in modes), series, unit="kr", places=0)


def _carbon(months: Sequence[Month]) -> StackedBarChart | None:
    series = tuple(
        Series(name, tuple(getattr(month, f"{mode}_kg") for month in months))
        for mode, name in MODES.items()
        if any(getattr(month, f"{mode}_kg") for month in months)
    )
    if not series:
        return None
    labels = tuple(day(month.first, "month") for month in months)
    return StackedBarChart(_("Utslipp etter måned"), labels, series, unit="kg CO2e", places=0, label_heading=_("Måned"))


def _online(months: Sequence[Month]) -> LineChart:
    share = tuple(Decimal(month.online * 100) / month.bookings for month in months)
    labels = tuple(day(month.first, "month") for month in months)
    series = (Series(_("Bestilt på nett"), share),)
    return LineChart(_("Andel bestilt på nett"), labels, series, unit="%", places=0, label_heading=_("Måned"))
