"""Applications to a dynamic purchasing system, each with a clock of its own (DPS-5)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models.agreement import Lot
from fellestorg.organisations.models import Organisation, Person


class AdmissionApplication(models.Model):
    """A supplier asks to be admitted in some categories. One assesses it and another decides; ``due`` is the last day
    for the decision, and later only with a reason on file."""

    class State(models.TextChoices):
        RECEIVED = "received"
        ASSESSED = "assessed"
        ADMITTED = "admitted"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        # The system ended before the application was decided.
        LAPSED = "lapsed"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="applications")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    categories = ArrayField(models.CharField(max_length=60))
    regions = ArrayField(models.CharField(max_length=5), default=list, help_text="NUTS codes; empty: the whole country")
    evidence = models.TextField(help_text="how the supplier meets the selection criteria, in its own words")
    declared = models.BooleanField(help_text="that no ground for exclusion applies (ESPD)")
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due = models.DateField()
    extension_reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    proposed = models.CharField(max_length=10, blank=True, help_text="admitted or refused, as assessed")
    assessment = models.TextField(blank=True)
    assessed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "supplier"],
                condition=Q(state__in=("received", "assessed")),
                name="one_open_application",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("assessed_by")), name="application_decided_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("assessed", "admitted", "refused")) | ~Q(assessment=""),
                name="application_assessed_with_reasons",
            ),
        ]

    @property
    def subject(self) -> str:
        """The key under which the event log tells of this application."""
        return f"application:{self.pk}"
