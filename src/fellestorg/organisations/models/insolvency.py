"""That a supplier is insolvent: from which day, how it is known, and who said so."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.organisations.models.people import Organisation


class Insolvency(models.Model):
    """A supplier's insolvency as SI recorded it. One that was recorded wrongly is taken back, with a reason, and stays."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="insolvencies")
    since = models.DateField(help_text="the day of the court's decision")
    source = models.CharField(max_length=300, help_text="where it is announced")
    recorded_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(withdrawn_at=None), name="insolvent_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""), name="insolvency_withdrawn_with_a_reason"
            ),
        ]
