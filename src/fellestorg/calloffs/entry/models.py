"""What buyers have said they need, and whether an agreement covered it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.organisations.models import Organisation


class StatedNeed(models.Model):
    """A need that an agency stated, as it was answered last that day. Nothing is kept of who asked.

    ``reason`` says why it is not covered, or not wholly; see :mod:`fellestorg.calloffs.entry.finding`. ``agreement`` is the
    one that was pointed to, covering or not.
    """

    class Coverage(models.TextChoices):
        COVERED = "covered"
        PARTLY = "partly"
        NOT_COVERED = "not_covered"

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="stated_needs")
    day = models.DateField()
    text = models.CharField(max_length=500, help_text="as it was written; a category's name where one was chosen")
    category = models.CharField(max_length=60, blank=True)
    coverage = models.CharField(max_length=12, choices=Coverage)
    reason = models.CharField(max_length=24, blank=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, null=True, related_name="stated_needs")
    stated_at = models.DateTimeField()

    class Meta:
        ordering = ["-stated_at", "-id"]
        constraints = [
            # Asking again the same day is the same need.
            models.UniqueConstraint(fields=["agency", "day", "text"], name="need_stated_once_a_day"),
            models.CheckConstraint(
                condition=Q(coverage="covered", reason="") | (~Q(coverage="covered") & ~Q(reason="")),
                name="uncovered_need_has_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["day", "coverage"], name="stated_need_by_day")]
