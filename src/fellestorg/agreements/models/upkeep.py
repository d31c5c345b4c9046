"""Keeping admissions to a purchasing system true: declarations renewed on request, and suspensions with a way back."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from fellestorg.agreements.models.agreement import Lot
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation, Person


class DeclarationRequest(models.Model):
    """An admitted supplier is asked to declare anew that no ground for exclusion applies (DPS-9). ``due`` is the last day
    for the answer; an answer that cannot declare it says what has changed instead."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="declaration_requests")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="declaration_requests")
    reason = models.TextField(help_text="why it is asked")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_from = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    declared = models.BooleanField(null=True, help_text="that no ground for exclusion applies, as answered")
    changes = models.TextField(blank=True, help_text="what has changed, in the supplier's words")

    class Meta:
        ordering = ["due", "supplier__sort_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "supplier"], condition=Q(answered_at=None), name="one_open_declaration_request"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, declared=None) | Q(answered_at__isnull=False, declared__isnull=False),
                name="declaration_answered_or_not",
            ),
            models.CheckConstraint(condition=~Q(declared=False) | ~Q(changes=""), name="no_declaration_says_why"),
        ]


class AdmissionSuspension(models.Model):
    """A supplier that is admitted and not invited for the time being, with the reason. ``until`` is the last day."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="admission_suspensions")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="admission_suspensions")
    since = models.DateField()
    until = models.DateField(null=True)
    reason = models.TextField()
    lifted_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["lot", "since", "id"]
        constraints = [
            ExclusionConstraint(
                name="suspended_once_at_a_time",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("since", "until"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="suspended_with_a_reason"),
        ]
