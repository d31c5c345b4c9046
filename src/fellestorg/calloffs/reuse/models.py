"""Settlements of equipment handed in for reuse, a row for each kind of unit."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models import Lot
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation


class ReuseSettlement(models.Model):
    """One kind of unit in one settlement between supplier and agency. Kroner without VAT. Never changed: a correction is a
    row of its own that stands in the place of the one it ``corrects``.

    ``paid_back`` is the agency's share of what the units were resold for. It is money back, a benefit: it never lowers what
    the ledger has drawn for the service orders. ``co2e_kg`` is what reuse saved by the factor of the day.
    """

    class Kind(models.TextChoices):
        PC = "pc"
        PHONE = "phone"
        SCREEN = "screen"
        OTHER = "other"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="reuse_settlements")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="reuse_settlements")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60, help_text="the supplier's number of the settlement")
    call_off = models.CharField(max_length=30, blank=True, help_text="the service order it belongs to")
    kind = models.CharField(max_length=8, choices=Kind)
    picked_up_on = models.DateField()
    wiped_on = models.DateField(help_text="the day of the certificate of erasure or destruction")
    settled_on = models.DateField()
    certificate = models.CharField(max_length=200, help_text="of erasure or destruction")
    received = models.PositiveIntegerField()
    wiped = models.PositiveIntegerField(help_text="of those received; the others hold no data")
    resold = models.PositiveIntegerField()
    recycled = models.PositiveIntegerField()
    fees = models.DecimalField(max_digits=14, decimal_places=2)
    resale = models.DecimalField(max_digits=14, decimal_places=2, help_text="what the units were resold for")
    return_rate = models.DecimalField(max_digits=6, decimal_places=5, help_text="the agency's share, by the price list")
    paid_back = models.DecimalField(max_digits=14, decimal_places=2)
    co2e_kg = models.DecimalField(max_digits=14, decimal_places=3)
    factor_version = models.CharField(max_length=10, help_text="the first day of the factors that were used")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    registered_by = models.CharField(max_length=200)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["-settled_on", "reference", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "reference", "kind"], condition=Q(corrects=None), name="reuse_settled_once"
            ),
            models.CheckConstraint(
                condition=Q(received=F("resold") + F("recycled")) & Q(wiped__lte=F("received")),
                name="reuse_units_add_up",
            ),
            models.CheckConstraint(
                condition=Q(picked_up_on__lte=F("wiped_on")) & Q(wiped_on__lte=F("settled_on")),
                name="reuse_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(fees__gte=0, resale__gte=0, paid_back__gte=0) & Q(paid_back__lte=F("resale")),
                name="reuse_amounts_are_possible",
            ),
        ]
        indexes = [models.Index(fields=["lot", "settled_on"], name="reuse_by_lot")]
        triggers = append_only()
