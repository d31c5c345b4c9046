"""Reads about coverage: the cases somebody may see, and how far a lot has come towards its cap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.coverage.models import CoverageCase
from fellestorg.calloffs.coverage.policy import REGISTRARS, SEES_ALL
from fellestorg.calloffs.coverage.units import SupplierUnits, expected_from, units_of
from fellestorg.calloffs.facts import policy_on
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Cap:
    """A lot with a secondary supplier: its units, its share, the most it may have and how many more that is."""

    lot: Lot
    measure: str
    max_share: Decimal
    rows: tuple[SupplierUnits, ...]
    secondary: SupplierUnits | None
    expected: date | None

    @property
    def total(self) -> Decimal:
        return sum((one.units for one in self.rows), Decimal(0))

    @property
    def share(self) -> Decimal:
        if self.secondary is None or not self.total:
            return Decimal(0)
        return (self.secondary.units / self.total).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)

    @property
    def room(self) -> int:
        """How many more units the secondary may get: each adds to its own and to the total."""
        if self.secondary is None or self.max_share >= 1:
            return 0
        return max(int((self.max_share * self.total - self.secondary.units) / (1 - self.max_share)), 0)


def visible_to(actor: Actor) -> QuerySet[CoverageCase]:
    """The cases an actor may see: the own agency's; all of them for SI's managers and auditors."""
    rows = CoverageCase.objects.select_related("lot__agreement__owner", "lot__agreement__manager", "buyer")
    if actor.has(*SEES_ALL):
        return rows
    return rows.filter(buyer__number__in=actor.organisations(*REGISTRARS))


def case_choices(actor: Actor) -> list[tuple[str, str]]:
    """The documented cases that somebody may call off on now: (id, place)."""
    rows = CoverageCase.objects.filter(
        buyer__number__in=actor.organisations(*REGISTRARS), state=CoverageCase.State.DOCUMENTED
    )
    return [(str(key), f"{key}: {place}") for key, place in rows.order_by("place", "id").values_list("id", "place")]


def caps(at: datetime) -> list[Cap]:
    """Every lot whose policy has a secondary supplier, as it stands."""
    day = clock.local_day(at)
    lots = Lot.objects.filter(policies__document__steps__contains=[{"mechanism": "secondary"}])
    found = (cap_of(lot, at) for lot in lots.select_related("agreement").distinct() if lot.agreement.ends >= day)
    return [one for one in found if one is not None]


def cap_of(lot: Lot, at: datetime) -> Cap | None:
    """How a lot stands against its cap; None where its policy has no secondary supplier."""
    day = clock.local_day(at)
    steps = policy_on(lot, day).document["steps"]
    step = next((one for one in steps if one["mechanism"] == "secondary"), None)
    if step is None:
        return None
    rows = tuple(units_of(lot, at, step["measure"]))
    place = lot.positions.filter(rank=step["rank"]).select_related("supplier").order_by("-valid_from").first()
    number = place.supplier.number if place else ""
    secondary = next((one for one in rows if one.supplier == number), None)
    return Cap(lot, step["measure"], Decimal(step["max_share"]), rows, secondary, expected_from(lot, day).get(number))
