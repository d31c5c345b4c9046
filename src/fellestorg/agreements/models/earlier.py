"""Agreements from before Fellestorg's own registers: what sources tell of them, and what nobody knows."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models.agreement import FrameworkAgreement


class EarlierAgreement(models.Model):
    """An agreement that was, by sources. Nobody calls off under it and it has no ceiling; lists of earlier days show it.

    ``shown_from`` and ``shown_to`` are the days on which it is shown, and ``days`` says what is known of its own days.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.SlugField(max_length=60, unique=True)
    title_nb = models.CharField(max_length=200)
    title_nn = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    category = models.CharField(max_length=40)
    shown_from = models.DateField()
    shown_to = models.DateField()
    days_nb = models.CharField(max_length=300)
    days_nn = models.CharField(max_length=300)
    days_en = models.CharField(max_length=300)
    known_nb = models.TextField(help_text="suppliers, call-off, results: what the source tells")
    known_nn = models.TextField()
    known_en = models.TextField()
    unknown_nb = models.TextField(blank=True, help_text="what no source that we have tells")
    unknown_nn = models.TextField(blank=True)
    unknown_en = models.TextField(blank=True)
    source = models.CharField(max_length=300)
    verified = models.BooleanField(default=False, help_text="read in its primary source")
    followed_by = models.ForeignKey(FrameworkAgreement, models.PROTECT, null=True, related_name="earlier")

    class Meta:
        ordering = ["shown_from", "key"]
        constraints = [
            models.CheckConstraint(condition=Q(shown_from__lte=F("shown_to")), name="earlier_agreement_days_in_order"),
            models.CheckConstraint(condition=~Q(source=""), name="earlier_agreement_has_a_source"),
        ]
