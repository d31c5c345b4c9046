"""Coverage cases that agencies document, and the subscriptions that suppliers had before Fellestorg counted them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models import Lot
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation


class CoverageCase(models.Model):
    """A place where the first-ranked supplier does not cover. Its files are kept under ``subject``.

    The agency documents it; SI's agreement manager decides whether it is documented. Only then may the second-ranked
    supplier be called on for it.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted"
        DOCUMENTED = "documented"
        REJECTED = "rejected"
        CLOSED = "closed"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="coverage_cases")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="coverage_cases")
    place = models.CharField(max_length=200, help_text="address or place where it fails, never a person's home")
    failed_from = models.DateField(help_text="first day it was observed")
    failed_to = models.DateField(null=True, help_text="last day it was observed; empty: it goes on")
    tried = models.TextField(help_text="what was tried with the first-ranked supplier")
    state = models.CharField(max_length=12, choices=State, default=State.SUBMITTED)
    registered_by_key = models.CharField(max_length=60)
    registered_by = models.CharField(max_length=200)
    registered_at = models.DateTimeField()
    decided_by_key = models.CharField(max_length=60, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-registered_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(failed_to=None) | Q(failed_to__gte=F("failed_from")), name="coverage_fails_from_day_to_day"
            ),
            models.CheckConstraint(
                condition=Q(state="submitted") | (~Q(decided_by_key="") & ~Q(decided_at=None)),
                name="coverage_case_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decided_by_key=F("registered_by_key")), name="coverage_case_decided_by_another"
            ),
        ]
        indexes = [models.Index(fields=["lot", "state"], name="coverage_case_by_state")]

    @property
    def subject(self) -> str:
        """The key under which the event log and the files tell of this case."""
        return f"coverage_case:{self.pk}"


class UnitCount(models.Model):
    """How many units (subscriptions) a supplier had in a lot at the end of a day, as it reported them. What is called
    off after that day is counted on top; the newest count holds. Never changed; a correction is a newer count."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="unit_counts")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    counted_on = models.DateField()
    units = models.PositiveIntegerField()
    source = models.CharField(max_length=300)
    registered_by = models.CharField(max_length=200)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["lot", "supplier", "-counted_on", "-id"]
        triggers = append_only()
