"""Reads about getting started: one agency's own, a supplier's, and how far everybody has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from fellestorg.agreements.getting_started.policy import AGENCY, SEES_ALL
from fellestorg.agreements.models import (
    Admission,
    AgencySetup,
    FrameworkAgreement,
    Participation,
    ShopAccess,
    SupplierPosition,
    SupplierSetup,
)
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, RoleGrant

S = SupplierSetup.State


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a call-off says where the buyer has not said anything; empty texts say nothing."""

    delivery_address: str = ""
    buyer_reference: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one agency has come with one supplier. ``state`` is ``missing`` where nothing has been sent."""

    agency: str
    agency_name: str
    supplier: str
    supplier_name: str
    state: str
    customer_number: str
    access_requested: int
    access_granted: int
    sent_at: datetime | None
    answered_at: datetime | None


def defaults_for(agreement: FrameworkAgreement, agency: str) -> Defaults:
    """Delivery address and reference that the agency (its number) has said once for all under an agreement."""
    found = AgencySetup.objects.filter(agreement=agreement, organisation__number=agency)
    row = found.values_list("delivery_address", "buyer_reference").first()
    return Defaults(*row) if row else Defaults()


def own_setup(agreement: FrameworkAgreement, agency: str) -> AgencySetup | None:
    """The agency's setup under an agreement, with everything that was told each supplier."""
    access = Prefetch("suppliers__access", ShopAccess.objects.order_by("name", "email"))
    found = AgencySetup.objects.select_related("organisation", "agreement").prefetch_related(
        "suppliers__supplier", "suppliers__answered_by", access
    )
    return found.filter(agreement=agreement, organisation__number=agency).first()


def suppliers_of(agreement: FrameworkAgreement, day: date) -> list[Organisation]:
    """The suppliers with a place in an agreement on a day or later, and those admitted to a purchasing system, each once."""
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    positions = SupplierPosition.objects.filter(running, lot__agreement=agreement)
    admissions = Admission.objects.filter(running, lot__agreement=agreement)
    standing = Q(positions__in=positions) | Q(admissions__in=admissions)
    return list(Organisation.objects.filter(standing).distinct())


def agencies_of(agreement: FrameworkAgreement, actor: Actor, day: date) -> list[Organisation]:
    """The actor's own agencies that are in an agreement, now or later."""
    in_it = Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agreement=agreement)
    own = Organisation.objects.filter(number__in=actor.organisations(*AGENCY), participations__in=in_it)
    return list(own.distinct())


def for_supplier(actor: Actor) -> QuerySet[SupplierSetup]:
    """What has been sent to the suppliers that the actor answers for, what waits first."""
    found = SupplierSetup.objects.select_related("setup__organisation", "setup__agreement", "supplier", "answered_by")
    own = found.filter(supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER), revision__gt=0)
    return own.order_by("-sent_at", "-pk")


def waiting_for(actor: Actor) -> QuerySet[SupplierSetup]:
    """What waits for this supplier's answer, oldest first."""
    return for_supplier(actor).filter(state=S.SENT).order_by("sent_at", "pk")


def sees_all(actor: Actor) -> bool:
    """SI and auditors see how far every agency has come."""
    return actor.has(*SEES_ALL)


def progress(agreement: FrameworkAgreement, day: date) -> list[Progress]:
    """Every agency in the agreement with every supplier of it, whether anything was sent or not."""
    suppliers = suppliers_of(agreement, day)
    in_it = Participation.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), agreement=agreement, valid_from__lte=day
    )
    agencies = Organisation.objects.filter(participations__in=in_it).distinct().order_by("sort_name")
    rows = SupplierSetup.objects.filter(setup__agreement=agreement).prefetch_related("access")
    parts = {(one.setup.organisation_id, one.supplier_id): one for one in rows.select_related("setup")}
    return [
        _progress(agency, supplier, parts.get((agency.pk, supplier.pk)))
        for agency in agencies
        for supplier in suppliers
    ]


def _progress(agency: Organisation, supplier: Organisation, part: SupplierSetup | None) -> Progress:
    access = list(part.access.all()) if part else []
    return Progress(
        agency.number,
        agency.name,
        supplier.number,
        supplier.name,
        part.state if part else "missing",
        part.customer_number if part else "",
        len(access),
        sum(one.granted_at is not None for one in access),
        part.sent_at if part else None,
        part.answered_at if part else None,
    )
