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
from fellestorg.travel.models.rentals import OneWayFee, RentalCar, RentalPrice
from fellestorg.travel.models.stays import BreachAnswer, Hotel, HotelPlace, HotelRate, RateBreach, TravelTerms

__all__ = [
    "MOST_SUPPLIERS",
    "Airline",
    "Booking",
    "BookingIntake",
    "BookingSource",
    "BreachAnswer",
    "Channel",
    "FareDiscount",
    "HandOver",
    "Hotel",
    "HotelPlace",
    "HotelRate",
    "Mode",
    "OneWayFee",
    "PublishedFare",
    "RateBreach",
    "RejectedRow",
    "RentalCar",
    "RentalPrice",
    "Route",
    "RouteArea",
    "TravelAgencyChannel",
    "TravelTerms",
]
