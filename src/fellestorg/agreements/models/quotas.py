"""How a lot's buyers are shared between its suppliers: the shares that were announced, and who is assigned to whom."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models.agreement import Lot
from fellestorg.kernel.models import StoredFile
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class QuotaShare(models.Model):
    """How much of a lot a supplier is to have, from ``low`` to ``high`` (shares of one), measured one way."""

    class Measure(models.TextChoices):
        EMPLOYEES = "employees"
        VALUE = "value"
        SUBSCRIPTIONS = "subscriptions"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="quota_shares")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    measure = models.CharField(max_length=16, choices=Measure)
    low = models.DecimalField(max_digits=6, decimal_places=5)
    high = models.DecimalField(max_digits=6, decimal_places=5)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=300, help_text="where the framework announced it")

    class Meta:
        ordering = ["lot", "-high", "supplier"]
        constraints = [
            ExclusionConstraint(
                name="one_share_a_supplier",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(low__gte=0) & Q(low__lte=F("high")) & Q(high__lte=1), name="share_from_low_to_high"
            ),
        ]


class SupplierAssignment(models.Model):
    """That an agency buys from one of the lot's suppliers, from a day to a day, and how far its own call-off agreement
    with that supplier ("avropsavtale") has come."""

    class Contract(models.TextChoices):
        MISSING = "missing"
        SENT = "sent"
        SIGNED = "signed"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assignments")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    contract = models.CharField(max_length=8, choices=Contract, default=Contract.MISSING)
    contract_on = models.DateField(null=True, help_text="the day it was sent or signed")
    contract_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["lot", "organisation", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="assigned_to_one_supplier",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(contract="missing") | ~Q(contract_on=None), name="call_off_agreement_has_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(contract="signed") | ~Q(contract_file=None), name="signed_agreement_is_on_file"
            ),
        ]
