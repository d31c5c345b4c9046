"""What an agency chooses when it joins, and how prices may be regulated."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from fellestorg.agreements.models.agreement import Lot
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class AssortmentOption(models.Model):
    """Categories of a lot that an agency may buy only when it has chosen them, such as toner or light sources."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="options")
    key = models.SlugField(max_length=60)
    name_nb = models.CharField(max_length=200)
    name_nn = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    categories = ArrayField(models.CharField(max_length=60), help_text="item categories that the option opens")
    source = models.CharField(max_length=300)
    valid_to = models.DateField(null=True, help_text="last day on which the goods must be chosen; empty: all its time")

    class Meta:
        ordering = ["lot", "key"]
        constraints = [models.UniqueConstraint(fields=["lot", "key"], name="option_key_once")]

    def __str__(self) -> str:
        return f"{self.lot}/{self.key}"


class OptionChoice(models.Model):
    """An agency's answer to an option, from a day to a day: chosen or declined. Without an answer it is not chosen.

    Kept when it ends, so that every day can be asked about.
    """

    id = models.BigAutoField(primary_key=True)
    option = models.ForeignKey(AssortmentOption, models.PROTECT, related_name="choices")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    chosen = models.BooleanField(default=True, db_default=True, help_text="false: declined")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    reason = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="why SI answered for the agency"
    )
    chosen_by = models.CharField(max_length=200, help_text="name of whoever chose for the agency")
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="option_chosen_once_at_a_time",
                expressions=[
                    ("option", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            )
        ]


class RegulationClause(models.Model):
    """How a lot's fixed prices may rise: once a year, by an index, with notice. Without one they may not rise."""

    lot = models.OneToOneField(Lot, models.PROTECT, primary_key=True, related_name="regulation")
    series = models.CharField(max_length=30, help_text="key of the index in law/indexes.toml, e.g. KPI")
    base_month = models.DateField(help_text="first day of the month whose index the first regulation counts from")
    first_on = models.DateField(help_text="first day on which prices may be regulated; then the same day every year")
    notice_days = models.PositiveSmallIntegerField(
        help_text="calendar days from notice to agencies until it takes effect"
    )
    max_rise = models.DecimalField(max_digits=6, decimal_places=5, null=True, help_text="rate; empty: as the index")
    price_decimals = models.PositiveSmallIntegerField(
        default=2, db_default=2, help_text="regulated unit prices are rounded half up to this many decimals"
    )
    delivery_fees = models.BooleanField(
        default=False, db_default=False, help_text="freight and small-order fees are regulated too"
    )
    reminded_for = models.DateField(null=True, help_text="the regulation day that the manager was last reminded of")
    source = models.CharField(max_length=300)
    valid_to = models.DateField(null=True, help_text="last day from which new prices may hold; empty: all its time")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(base_month__day=1), name="base_month_is_a_first_day"),
            models.CheckConstraint(condition=Q(price_decimals__lte=4), name="regulated_prices_fit_their_column"),
        ]
