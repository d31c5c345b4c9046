"""Reads about quotas: the shares in force, who is assigned to whom, and how the lot stands on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, When

from fellestorg.agreements.models import CeilingEntry, Lot, Participation, QuotaShare, SupplierAssignment
from fellestorg.agreements.quotas.rules import Buyer, Quota, Standing, standings, whole
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import Organisation

# Value is measured over the last twelve months, so that a share says how the agreement is used now.
_VALUE_DAYS = 365


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency that takes part, its weight in the quota's measure, and whom it is assigned to (empty: nobody).
    ``unweighted``: nothing is known of its weight, so it counts as zero. ``coming`` is a supplier from a later day."""

    number: str
    name: str
    weight: Decimal
    unweighted: bool
    supplier: str
    supplier_name: str
    assignment: int | None
    since: date | None
    until: date | None
    contract: str
    contract_on: date | None
    coming: str
    coming_from: date | None


@dataclass(frozen=True, slots=True)
class Balance:
    """A lot's quotas on a day. ``measure`` is empty where the lot has none."""

    measure: str
    rows: tuple[AgencyRow, ...]
    quotas: tuple[Quota, ...]
    buyers: tuple[Buyer, ...]
    standings: tuple[Standing, ...]
    names: dict[str, str]

    @property
    def unassigned(self) -> int:
        return sum(not one.supplier for one in self.rows)

    @property
    def total(self) -> Decimal:
        return sum((one.weight for one in self.rows), Decimal(0))

    @property
    def broken(self) -> bool:
        return any(one.state in ("over", "out_of_reach") for one in self.standings)


def shares_on(lot: Lot, day: date) -> list[QuotaShare]:
    """The quotas in force on a day, the largest first."""
    rows = QuotaShare.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), lot=lot, valid_from__lte=day)
    return list(rows.select_related("supplier").order_by("-high", "supplier__sort_name"))


def assignments_on(lot: Lot, day: date) -> QuerySet[SupplierAssignment]:
    """The assignments in force on a day."""
    rows = SupplierAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), lot=lot, valid_from__lte=day)
    return rows.select_related("organisation", "supplier")


def balance(lot: Lot, day: date) -> Balance:
    """How a lot's quotas stand on a day, over everybody who takes part then."""
    shares = shares_on(lot, day)
    measure = shares[0].measure if shares else ""
    running = Q(valid_to=None) | Q(valid_to__gte=day)
    takes_part = Participation.objects.filter(running, agreement=lot.agreement_id, valid_from__lte=day)
    agencies = list(Organisation.objects.filter(pk__in=takes_part.values("organisation")).order_by("sort_name"))
    now = {one.organisation_id: one for one in assignments_on(lot, day)}
    later = {
        one.organisation_id: one
        for one in SupplierAssignment.objects.filter(lot=lot, valid_from__gt=day)
        .select_related("supplier")
        .order_by("-valid_from")
    }
    weights = weights_of(lot, measure, agencies, day)
    rows = []
    for one in agencies:
        held, coming, weight = now.get(one.pk), later.get(one.pk), weights.get(one.pk)
        rows.append(
            AgencyRow(
                one.number,
                name_of(one),
                weight or Decimal(0),
                weight is None,
                held.supplier.number if held else "",
                held.supplier.name if held else "",
                held.pk if held else None,
                held.valid_from if held else None,
                held.valid_to if held else None,
                held.contract if held else "",
                held.contract_on if held else None,
                coming.supplier.name if coming else "",
                coming.valid_from if coming else None,
            )
        )
    quotas = tuple(Quota(one.supplier.number, one.low, one.high) for one in shares)
    counted = whole(one.weight for one in rows)
    buyers = tuple(Buyer(one.number, weight, one.supplier) for one, weight in zip(rows, counted, strict=True))
    names = {one.supplier.number: one.supplier.name for one in shares}
    names |= {one.supplier: one.supplier_name for one in rows if one.supplier}
    return Balance(measure, tuple(rows), quotas, buyers, standings(quotas, buyers), names)


def weights_of(lot: Lot, measure: str, agencies: Sequence[Organisation], day: date) -> dict[int, Decimal | None]:
    """Each agency's weight by id: employees, kroner drawn in the lot the last twelve months, or units drawn in all."""
    if measure in ("", QuotaShare.Measure.EMPLOYEES):
        return {one.pk: None if one.employees is None else Decimal(one.employees) for one in agencies}
    entries = CeilingEntry.objects.filter(lot=lot, buyer__in=[one.pk for one in agencies])
    if measure == QuotaShare.Measure.SUBSCRIPTIONS:
        drawn = entries.values("buyer").annotate(sum=Sum("quantity"))
    else:
        signed = Case(
            When(kind__in=("commit", "actual"), then=F("amount")),
            When(kind="release", of_reserve=False, then=-F("amount")),
            When(kind="correct", then=-F("amount")),
            default=Decimal(0),
            output_field=DecimalField(max_digits=18, decimal_places=2),
        )
        since = day - timedelta(days=_VALUE_DAYS)
        drawn = entries.filter(at__date__gt=since).values("buyer").annotate(sum=Sum(signed))
    found = {row["buyer"]: max(row["sum"] or Decimal(0), Decimal(0)) for row in drawn}
    return {one.pk: found.get(one.pk, Decimal(0)) for one in agencies}


def name_of(one: Organisation) -> str:
    """An organisation's name in the active language."""
    return in_language({"nb": one.name, "nn": one.name_nn, "en": one.name_en})
