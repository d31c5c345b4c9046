"""Reads about admissions to a dynamic purchasing system."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from fellestorg.agreements.models import Admission, AdmissionSuspension, Lot
from fellestorg.organisations.models import Insolvency


def admissions_on(lot: Lot, day: date, *, suspended: bool = False) -> QuerySet[Admission]:
    """Everybody admitted on a day, in every category; those insolvent since are left out, and so are those who are
    suspended that day, unless they are asked for (``suspended``)."""
    insolvent = Insolvency.objects.filter(withdrawn_at=None, since__lte=day).values("organisation")
    rows = Admission.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), lot=lot, valid_from__lte=day)
    rows = rows.exclude(supplier__in=insolvent).select_related("supplier")
    if not suspended:
        rows = rows.exclude(supplier__in=suspensions_on(lot, day).values("supplier"))
    return rows.order_by("category", "supplier__sort_name", "supplier__number")


def suspensions_on(lot: Lot, day: date) -> QuerySet[AdmissionSuspension]:
    """The suspensions that hold on a day."""
    rows = AdmissionSuspension.objects.filter(Q(until=None) | Q(until__gte=day), lot=lot, since__lte=day)
    return rows.select_related("supplier").order_by("supplier__sort_name")


def admitted_on(lot: Lot, day: date, *, category: str, region: str) -> list[Admission]:
    """Those admitted in a category who deliver in a region (a NUTS code; a code holds everything under it)."""
    return [
        one
        for one in admissions_on(lot, day).filter(category=category)
        if not one.regions or any(region.startswith(code) for code in one.regions)
    ]
