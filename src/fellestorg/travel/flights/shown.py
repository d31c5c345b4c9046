"""View models of routes and offers: finished texts and figures for templates, and rows for CSV and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.catalogues.policy import PriceSight
from fellestorg.engines.travel.flights import Ranked
from fellestorg.travel.flights.airports import airport_name
from fellestorg.travel.flights.queries import AreaRow, RouteRow
from fellestorg.travel.flights.savings import RouteSaving
from fellestorg.travel.flights.words import CABINS, STATUS_TONES, STATUSES, class_name, rates_text, reason_text
from fellestorg.ui.charts import BarChart, Point
from fellestorg.values import kroner, quote


@dataclass(frozen=True, slots=True)
class AreaShown:
    """A supplier on a route. ``rates`` is empty for whoever may not see prices."""

    one: AreaRow
    rates: str


@dataclass(frozen=True, slots=True)
class RouteShown:
    """A route in a list or at the top of its page."""

    row: RouteRow
    title: str
    status: str
    tone: str
    areas: tuple[AreaShown, ...]


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer in the ranked list."""

    one: Ranked
    supplier: str
    fare_class: str
    cabin: str
    reasons: str


def route_shown(row: RouteRow, sight: PriceSight) -> RouteShown:
    """A route for a reader: discounts only where they may be seen."""
    areas = tuple(AreaShown(one, rates_text(one.rates) if sight.of(one.supplier) else "") for one in row.areas)
    return RouteShown(row, route_title(row), str(STATUSES[row.status]), STATUS_TONES[row.status], areas)


def route_title(row: RouteRow) -> str:
    """``Oslo Gardermoen (OSL) – Tromsø Langnes (TOS)``."""
    return f"{airport_name(row.origin)} – {airport_name(row.destination)}"


def route_json(row: RouteRow, *, prices: bool | PriceSight) -> dict[str, Any]:
    """A route as data; discounts and expected prices only of those whose prices may be seen."""
    return {
        "route": row.code,
        "from": row.origin,
        "to": row.destination,
        "km": row.km,
        "domestic": row.domestic,
        "status": row.status,
        "suppliers": [
            {
                "rank": one.rank,
                "supplier": one.supplier,
                "name": one.name,
                "closed_from": one.closed_from,
                "closed_reason": one.closed_reason or None,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                **(
                    {"discounts": one.rates, "expected_net": kroner(one.expected) if one.expected else None}
                    if (prices if isinstance(prices, bool) else prices.of(one.supplier))
                    else {}
                ),
            }
            for one in row.areas
        ],
    }


def offers_shown(ranked: Sequence[Ranked], names: dict[str, str]) -> list[OfferShown]:
    """Ranked offers, ready for a table."""
    return [
        OfferShown(
            one,
            names.get(one.supplier, one.offer.airline),
            class_name(one.offer.fare_class),
            str(CABINS[one.offer.cabin]),
            "; ".join(reason_text(reason) for reason in one.reasons),
        )
        for one in ranked
    ]


def expected_chart(saving: RouteSaving) -> BarChart | None:
    """What a ticket is expected to cost with each supplier of a route; None where nothing is known."""
    points = tuple(
        Point(one.name, quote(saving.expected[one.supplier].expected))
        for one in saving.row.areas
        if one.supplier in saving.expected
    )
    if not points:
        return None
    return BarChart(_("Forventet nettopris for en billett"), points, unit="kr", places=0, label_heading=_("Flyselskap"))


def savings_chart(found: Sequence[RouteSaving], most: int = 12) -> BarChart:
    """The routes where a ticket is expected to save most, by the first supplier that flies."""
    known = [(one.row.code, one.first.saved) for one in found if one.first is not None]
    top = sorted(known, key=lambda pair: (-pair[1], pair[0]))[:most]
    return BarChart(
        _("Forventet besparelse for en billett, de største"),
        tuple(Point(code, quote(max(saved, Decimal(0)))) for code, saved in top),
        unit="kr",
        places=0,
        label_heading=_("Rute"),
    )
