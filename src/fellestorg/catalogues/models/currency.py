"""Exchange rates brought in from outside, what a lot's agreement says of them, and the adjustments decided by them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.models.items import PriceLine
from fellestorg.kernel.models import append_only

_CODE = r"^[A-Z]{3}$"


class ExchangeRate(models.Model):
    """What one unit of a currency cost in kroner on a day, as published by the source."""

    id = models.BigAutoField(primary_key=True)
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    day = models.DateField()
    rate = models.DecimalField(max_digits=16, decimal_places=8, help_text="kroner for one unit")
    source = models.CharField(max_length=300)
    imported_by = models.CharField(max_length=200)
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["currency", "day"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="exchange_rate_once_a_day"),
            models.CheckConstraint(
                condition=Q(rate__gt=0) & Q(currency__regex=_CODE), name="exchange_rate_of_a_currency"
            ),
        ]


class CurrencyClause(models.Model):
    """What a lot's agreement says of exchange rates. A lot without one has prices that no exchange rate moves.

    The adjustment is ``share`` of how far the rate has moved, up or down, once it has moved by ``threshold`` or more.
    """

    lot = models.OneToOneField(Lot, models.PROTECT, primary_key=True, related_name="currency_clause")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    base_day = models.DateField(help_text="the day whose rate the first adjustment is counted from")
    share = models.DecimalField(
        max_digits=5, decimal_places=4, help_text="how much of the price is exposed; 0.6 is 60 %"
    )
    threshold = models.DecimalField(
        max_digits=5, decimal_places=4, help_text="the least movement that counts; 0.05 is 5 %"
    )
    first_on = models.DateField(help_text="first day that prices may be adjusted")
    months_between = models.PositiveSmallIntegerField(
        help_text="at least so many months from one adjustment to the next"
    )
    notice_days = models.PositiveSmallIntegerField(help_text="calendar days before an adjustment takes effect")
    price_decimals = models.PositiveSmallIntegerField(default=2)
    source = models.CharField(max_length=300)
    valid_to = models.DateField(null=True, help_text="the last day an adjusted price may begin")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1) & Q(threshold__gte=0, threshold__lt=1),
                name="currency_clause_share_and_threshold",
            ),
            models.CheckConstraint(condition=Q(currency__regex=_CODE), name="currency_clause_of_a_currency"),
        ]


class CurrencyAdjustment(models.Model):
    """A decided adjustment of a lot's fixed prices, with all that it rests on, so that it can be explained for ever.

    ``factor`` is rounded for display; exactly it is ``1 + share * (rate / base_rate - 1)``.
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="currency_adjustments")
    takes_effect = models.DateField()
    currency = models.CharField(max_length=3)
    base_day = models.DateField()
    base_rate = models.DecimalField(max_digits=16, decimal_places=8)
    day = models.DateField()
    rate = models.DecimalField(max_digits=16, decimal_places=8)
    rate_source = models.CharField(max_length=300)
    share = models.DecimalField(max_digits=5, decimal_places=4)
    threshold = models.DecimalField(max_digits=5, decimal_places=4)
    factor = models.DecimalField(max_digits=14, decimal_places=8)
    effect = models.DecimalField(
        max_digits=18, decimal_places=2, help_text="kroner a year at the last 12 months' volume"
    )
    clause_source = models.CharField(max_length=300)
    reason = models.TextField()
    proposed_by = models.CharField(max_length=200)
    approved_by = models.CharField(max_length=200)
    noticed_at = models.DateTimeField(help_text="when agencies and suppliers were told")

    class Meta:
        ordering = ["lot", "-takes_effect"]
        constraints = [models.UniqueConstraint(fields=["lot", "takes_effect"], name="adjusted_once_a_day")]
        triggers = append_only()


class AdjustedLine(models.Model):
    """The price line that an adjustment closed, and the one it added in its place."""

    id = models.BigAutoField(primary_key=True)
    adjustment = models.ForeignKey(CurrencyAdjustment, models.PROTECT, related_name="lines")
    before = models.OneToOneField(PriceLine, models.PROTECT, related_name="+")
    after = models.OneToOneField(PriceLine, models.PROTECT, related_name="+")
