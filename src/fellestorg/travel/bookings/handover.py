"""Where an agency books: its own travel agency, online first. Flights, hotels and cars show this beside what they found.

Which travel agency is whose is SI's assignment inside the quotas (``SupplierAssignment``); how one is reached and what a
booking costs there is dated data (``TravelAgencyChannel``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from fellestorg.agreements.models import SupplierAssignment
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.travel.models import Mode, TravelAgencyChannel

# What lots for travel agencies are for; whoever is assigned to an agency there is its travel agency.
TRAVEL_AGENCIES = "travel_booking"
BOOKERS = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)


@dataclass(frozen=True, slots=True)
class Reached:
    """How to book: the travel agency, its address online and telephone, and the fees (kroner without VAT, None where not
    known). ``online_address`` is empty where it can only be called."""

    agency: str
    agency_name: str
    travel_agency: str
    name: str
    online_address: str
    phone: str
    fee_online: Decimal | None
    fee_offline: Decimal | None
    source: str

    @property
    def saved_online(self) -> Decimal | None:
        """What booking online spares, compared with calling."""
        if self.fee_online is None or self.fee_offline is None:
            return None
        return self.fee_offline - self.fee_online


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a page that hands over. ``known`` is empty where nobody is signed in for an agency; ``unassigned`` are
    agencies that SI has not assigned to a travel agency yet."""

    mode: str
    place: str
    known: tuple[Reached, ...]
    unassigned: tuple[str, ...]
    signed_in: bool


def part(actor: Actor, mode: Mode, place: str, day: date) -> Part:
    """What a page about flights, hotels or cars shows of where to book, for the agencies that somebody books for."""
    agencies = actor.organisations(*BOOKERS)
    known = reached(agencies, day)
    without = Organisation.objects.filter(number__in=agencies - {one.agency for one in known})
    unassigned = tuple(without.exclude(kind=Organisation.Kind.SUPPLIER).values_list("name", flat=True))
    return Part(mode, place, known, unassigned, bool(agencies))


def reached(agencies: Collection[str], day: date) -> tuple[Reached, ...]:
    """The travel agency of each of these agencies (their numbers) on a day, where SI has assigned one that can be reached."""
    if not agencies:
        return ()
    current = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    assigned = SupplierAssignment.objects.filter(
        current, lot__categories__contains=[TRAVEL_AGENCIES], organisation__number__in=agencies
    ).select_related("organisation", "supplier")
    channels = {one.supplier_id: one for one in TravelAgencyChannel.objects.filter(current)}
    return tuple(
        Reached(
            one.organisation.number,
            one.organisation.name,
            one.supplier.number,
            one.supplier.name,
            channel.online_address,
            channel.phone,
            channel.fee_online,
            channel.fee_offline,
            channel.source,
        )
        for one in assigned
        if (channel := channels.get(one.supplier_id)) is not None
    )
