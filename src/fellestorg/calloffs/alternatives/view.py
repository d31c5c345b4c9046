"""The comparison over time as pages show it: rows, charts, and the sentences that say which is cheapest and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.engines.alternatives import PARTS, Difference, Weighed, difference
from fellestorg.ui.charts import LineChart, Series, StackedBarChart
from fellestorg.ui.formats import money, number

WAY_NAMES = {
    "new": gettext_lazy("Kjøpe ny"),
    "used": gettext_lazy("Kjøpe brukt"),
    "rent": gettext_lazy("Leie"),
    "lease": gettext_lazy("Lease"),
    "as_a_service": gettext_lazy("Som tjeneste"),
}
PART_NAMES = {
    "device": gettext_lazy("kjøp minus restverdi"),
    "monthly": gettext_lazy("månedsbetaling"),
    "repair": gettext_lazy("reparasjon"),
    "carbon": gettext_lazy("karbon"),
}
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class RowShown:
    """A way in the result's table, kroner a year."""

    name: str
    rank: int
    per_year: Decimal
    parts: tuple[tuple[str, Decimal], ...]
    present_value: Decimal
    co2e_kg: Decimal


@dataclass(frozen=True, slots=True)
class ComparisonShown:
    """Everything the result shows. ``rests_on`` is empty where there is only one way."""

    title: str
    rests_on: str
    turns_at: str
    rows: tuple[RowShown, ...]
    per_year: StackedBarChart
    over_time: LineChart


def comparison_shown(weighed: Sequence[Weighed], years: Decimal) -> ComparisonShown:
    """The result in the active language. ``weighed`` is never empty."""
    first, told = weighed[0], difference(weighed)
    cheapest = _("{way} er billigst: {amount} i året.").format(
        way=WAY_NAMES[first.way.id], amount=_kr(first.outcome.total_per_year)
    )
    tie = told is not None and told.per_year == 0
    if tie and told is not None:
        cheapest = _("{first} og {second} koster like mye: {amount} i året.").format(
            first=WAY_NAMES[told.first],
            second=str(WAY_NAMES[told.second]).lower(),
            amount=_kr(first.outcome.total_per_year),
        )
    return ComparisonShown(
        cheapest,
        _rests_on(told) if told else "",
        _turns_at(told) if told and not tie else "",
        tuple(_row(one, years) for one in weighed),
        _per_year(weighed),
        _over_time(weighed, years),
    )


def comparison_json(weighed: Sequence[Weighed]) -> dict[str, Any]:
    """The same as plain data; amounts with øre, as the ``lifecycle`` command gives them, and the parts a year."""
    told = difference(weighed)
    return {
        "cases": [
            {
                "id": one.way.id,
                "rank": one.outcome.rank,
                "present_value": one.outcome.present_value,
                "carbon": one.outcome.carbon,
                "total": one.outcome.total,
                "per_year": one.outcome.per_year,
                "total_per_year": one.outcome.total_per_year,
                "parts_per_year": dict(one.parts),
            }
            for one in weighed
        ],
        "difference": None
        if told is None
        else {
            "first": told.first,
            "second": told.second,
            "per_year": told.per_year,
            "because": dict(told.because),
            "against": dict(told.against),
        },
    }


def _rests_on(told: Difference) -> str:
    said = _("Det er {amount} mindre i året enn {second}.").format(
        amount=_kr(told.per_year), second=str(WAY_NAMES[told.second]).lower()
    )
    if told.because:
        said += " " + _("Forskjellen kommer av {parts}.").format(parts=_listed(told.because))
    if told.against:
        said += " " + _("Dette trekker andre veien: {parts}.").format(parts=_listed(told.against))
    return said


def _turns_at(told: Difference) -> str:
    return _("Svaret snur hvis {first} blir mer enn {amount} dyrere i året enn antatt.").format(
        first=str(WAY_NAMES[told.first]).lower(), amount=_kr(told.per_year)
    )


def _listed(parts: Sequence[tuple[str, Decimal]]) -> str:
    return ", ".join(f"{PART_NAMES[name]} ({_kr(kroner)})" for name, kroner in parts)


def _row(one: Weighed, years: Decimal) -> RowShown:
    kilos = one.way.co2e_kg * years / one.way.lifetime
    return RowShown(
        str(WAY_NAMES[one.way.id]),
        one.outcome.rank,
        one.outcome.total_per_year,
        tuple((str(PART_NAMES[name]), one.parts[name]) for name in PARTS),
        one.outcome.present_value,
        kilos,
    )


def _per_year(weighed: Sequence[Weighed]) -> StackedBarChart:
    return StackedBarChart(
        _("Kostnad per år"),
        tuple(WAY_NAMES[one.way.id] for one in weighed),
        tuple(
            Series(PART_NAMES[name], tuple(max(one.parts[name], _ZERO) for one in weighed))
            for name in PARTS
            if any(one.parts[name] for one in weighed)
        ),
        unit="kr",
        places=0,
        label_heading=_("Måte"),
    )


def _over_time(weighed: Sequence[Weighed], years: Decimal) -> LineChart:
    stops = len(weighed[0].course)
    labels = [number(Decimal(year)) for year in range(stops)]
    if years != int(years):
        labels[-1] = number(years)
    return LineChart(
        _("Betalt hittil, i dagens verdi"),
        tuple(_("år {number}").format(number=label) for label in labels),
        tuple(Series(WAY_NAMES[one.way.id], one.course) for one in weighed),
        unit="kr",
        places=0,
        label_heading=_("Etter"),
    )


def _kr(amount: Decimal) -> str:
    return money(amount, 0)
