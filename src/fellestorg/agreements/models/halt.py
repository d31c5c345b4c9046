"""That an agreement is cancelled, or delayed until further notice: why, who has the matter, and when it may come."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models.agreement import FrameworkAgreement
from fellestorg.kernel.sql import DateRange


class AgreementHalt(models.Model):
    """From a day, nobody can call off under an agreement: its competition was cancelled, or its start is delayed.

    A delay ends on ``ended_on``, the last day it counted; a cancellation never does: what comes instead is another
    agreement. ``expected`` is when a delayed agreement is expected to begin; without it the delay is indefinite.
    """

    class Kind(models.TextChoices):
        CANCELLED = "cancelled"
        DELAYED = "delayed"

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="halts")
    kind = models.CharField(max_length=12, choices=Kind)
    since = models.DateField()
    ended_on = models.DateField(null=True)
    reason_nb = models.TextField()
    reason_nn = models.TextField()
    reason_en = models.TextField()
    responsible = models.CharField(max_length=200, help_text="who has the matter now: a body or a role, never a person")
    expected = models.DateField(null=True)
    source = models.CharField(max_length=300, help_text="where it was announced")
    registered_by = models.CharField(max_length=200)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["agreement", "since"]
        constraints = [
            ExclusionConstraint(
                name="one_halt_at_a_time",
                expressions=[
                    ("agreement", RangeOperators.EQUAL),
                    (DateRange("since", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(kind="cancelled") | Q(ended_on=None, expected=None), name="cancelled_for_good"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("since")), name="halt_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(reason_nb="") & ~Q(source=""), name="halt_says_why"),
        ]

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.ended_on is None or day <= self.ended_on)
