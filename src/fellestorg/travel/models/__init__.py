"""The data of travel, by subject, one file each."""

from fellestorg.travel.models.bookings import (
    Booking,
    BookingIntake,
    BookingSource,
    Channel,
    HandOver,
    Mode,
    RejectedRow,
    TravelAgencyChannel,
)
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
    "Booking",
    "BookingIntake",
    "BookingSource",
    "Channel",
    "FareDiscount",
    "HandOver",
    "Mode",
    "PublishedFare",
    "RejectedRow",
    "Route",
    "RouteArea",
    "TravelAgencyChannel",
]
