"""What the agencies' rental cars emit: by agency, class and fuel, from the bookings that travel agencies report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Q, Sum

from fellestorg.engines.travel.rentals import ZERO_EMISSION
from fellestorg.kernel.actors import Actor
from fellestorg.travel.bookings import queries as bookings
from fellestorg.travel.bookings.queries import Filters
from fellestorg.travel.models import Mode, RentalCar


@dataclass(frozen=True, slots=True)
class Line:
    """An agency's rentals of one class and fuel. ``without``: those that nobody told enough of to reckon."""

    agency: str
    agency_name: str
    car_class: str
    fuel: str
    rentals: int
    days: int
    km: int
    kg: Decimal
    without: int

    @property
    def kg_km(self) -> Decimal | None:
        """Kilograms a kilometre; None where no distance is known."""
        return self.kg / self.km if self.km else None


@dataclass(frozen=True, slots=True)
class Report:
    """The lines, and what they come to."""

    lines: tuple[Line, ...]
    sources: tuple[tuple[str, str, bool], ...]
    """The rules behind the figures: rule and version, source, verified."""

    @property
    def rentals(self) -> int:
        return sum(one.rentals for one in self.lines)

    @property
    def km(self) -> int:
        return sum(one.km for one in self.lines)

    @property
    def kg(self) -> Decimal:
        return sum((one.kg for one in self.lines), Decimal(0))

    @property
    def without(self) -> int:
        return sum(one.without for one in self.lines)

    @property
    def zero_share(self) -> Decimal | None:
        """The share of the rentals with a zero-emission car."""
        zero = sum(one.rentals for one in self.lines if one.fuel in ZERO_EMISSION)
        return Decimal(zero) / self.rentals if self.rentals else None


def report(actor: Actor, year: int | None, agency: str) -> Report:
    """The rentals somebody may see, of a year and an agency where they are named."""
    rows = bookings.found(actor, Filters(year=year, agency=agency, mode=Mode.CAR)).order_by()
    keys = ("agency__number", "agency__name", "fare_class", "fuel")
    grouped = rows.values_list(*keys).annotate(
        Count("id"), Sum("days"), Sum("km"), Sum("co2e_kg"), without=Count("id", filter=Q(co2e_kg=None))
    )
    classes = dict(RentalCar.objects.order_by().values_list("key", "car_class").distinct())
    found: dict[tuple[str, str, str], Line] = {}
    for number, name, group, fuel, rentals, days, km, kg, without in grouped:
        # A booking says which car; the report counts its class. What is none of ours stands as it was told.
        line = Line(
            number, name, classes.get(group, group), fuel, rentals, days or 0, km or 0, kg or Decimal(0), without
        )
        key = (number, line.car_class, fuel)
        found[key] = _together(found[key], line) if key in found else line
    lines = sorted(found.values(), key=lambda one: (one.agency_name, one.car_class, one.fuel))
    sources = rows.exclude(co2_rule="").values_list("co2_rule", "co2_source", "co2_verified").distinct()
    return Report(tuple(lines), tuple(sorted(sources)))


def _together(one: Line, other: Line) -> Line:
    sums = {name: getattr(one, name) + getattr(other, name) for name in ("rentals", "days", "km", "kg", "without")}
    return replace(one, **sums)


def by_fuel(lines: Sequence[Line]) -> dict[str, tuple[int, Decimal]]:
    """Rentals and kilograms by fuel, most rentals first."""
    found: dict[str, tuple[int, Decimal]] = {}
    for one in lines:
        count, kg = found.get(one.fuel, (0, Decimal(0)))
        found[one.fuel] = count + one.rentals, kg + one.kg
    return dict(sorted(found.items(), key=lambda pair: (-pair[1][0], pair[0])))
