"""Index values brought in from outside, and the price regulations that were decided by them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.models.items import PriceLine
from fellestorg.kernel.models import append_only


class IndexValue(models.Model):
    """A month's value of a price index, as imported. It wins over what comes with the product."""

    id = models.BigAutoField(primary_key=True)
    series = models.CharField(max_length=30)
    month = models.DateField(help_text="first day of the month")
    value = models.DecimalField(max_digits=12, decimal_places=4)
    source = models.CharField(max_length=300)
    imported_by = models.CharField(max_length=200)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["series", "month"]
        constraints = [
            models.UniqueConstraint(fields=["series", "month"], name="index_value_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1) & Q(value__gt=0), name="index_value_of_a_month"),
        ]


class PriceRegulation(models.Model):
    """A decided regulation of a lot's fixed prices, with all that it rests on, so that it can be explained for ever.

    ``year`` is the year of the regulation day it uses, and no lot has two of one year. ``factor`` is rounded for
    display; exactly it is ``value / base_value``, or ``1 + max_rise`` where ``capped``.
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="regulations")
    year = models.PositiveSmallIntegerField()
    takes_effect = models.DateField()
    series = models.CharField(max_length=30)
    base_month = models.DateField()
    base_value = models.DecimalField(max_digits=12, decimal_places=4)
    month = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=4)
    index_source = models.CharField(max_length=300)
    index_verified = models.BooleanField()
    max_rise = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    capped = models.BooleanField()
    factor = models.DecimalField(max_digits=14, decimal_places=8)
    price_decimals = models.PositiveSmallIntegerField()
    fees = models.JSONField(default=list, help_text='[{"supplier", "fee", "before", "after"}]; empty where none')
    effect = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="kroner a year at the last 12 months' volume"
    )
    clause_source = models.CharField(max_length=300)
    reason = models.TextField(blank=True)
    proposed_by = models.CharField(max_length=200)
    approved_by = models.CharField(max_length=200)
    noticed_at = models.DateTimeField(help_text="when agencies and suppliers were told")

    class Meta:
        ordering = ["lot", "-takes_effect"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "year"], name="regulated_once_a_year"),
        ]
        triggers = append_only()


class RegulatedLine(models.Model):
    """The price line that a regulation closed, and the one it added in its place."""

    id = models.BigAutoField(primary_key=True)
    regulation = models.ForeignKey(PriceRegulation, models.PROTECT, related_name="lines")
    before = models.OneToOneField(PriceLine, models.PROTECT, related_name="+")
    after = models.OneToOneField(PriceLine, models.PROTECT, related_name="+")
