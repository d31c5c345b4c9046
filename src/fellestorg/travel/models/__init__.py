"""The data of travel, by subject, one file each."""

from fellestorg.travel.models.flights import (
    MOST_SUPPLIERS,
    Airline,
    FareDiscount,
    PublishedFare,
    Route,
    RouteArea,
)

__all__ = [
    "MOST_SUPPLIERS",
    "Airline",
    "FareDiscount",
    "PublishedFare",
    "Route",
    "RouteArea",
]
