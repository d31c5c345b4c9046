"""Suppliers admitted to a dynamic purchasing system: no rank, no limit on their number, each from a day of its own."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models

from fellestorg.agreements.models.agreement import Lot
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class Admission(models.Model):
    """That a supplier is admitted in a category of a dynamic purchasing system. All who are, are invited (DPS-7)."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="admissions")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="admissions")
    category = models.CharField(max_length=60, help_text="an item category of the lot")
    regions = ArrayField(models.CharField(max_length=5), default=list, help_text="NUTS codes; empty: the whole country")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=300, help_text="the decision to admit it")

    class Meta:
        ordering = ["lot", "category", "valid_from", "supplier"]
        constraints = [
            ExclusionConstraint(
                name="admitted_once_at_a_time",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    ("category", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
