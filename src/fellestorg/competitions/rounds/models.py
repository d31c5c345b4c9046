"""Rounds of negotiation or dialogue: who takes part and about what, and the minutes of each meeting. Only added to."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fellestorg.competitions.models.competition import Competition
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation, Person


class Round(models.Model):
    """A round with every supplier that is still in. ``about`` is told to all of them alike."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    about = models.TextField()
    participants = ArrayField(models.CharField(max_length=20), help_text="numbers of the suppliers")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "number"]
        constraints = [models.UniqueConstraint(fields=["competition", "number"], name="round_number_once")]
        triggers = append_only()


class RoundMinutes(models.Model):
    """The minutes of a meeting with one supplier in a round. A correction is the next version."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="minutes")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    met_on = models.DateField()
    present = models.TextField(help_text="who took part, from both sides")
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["round", "supplier", "-version"]
        constraints = [models.UniqueConstraint(fields=["round", "supplier", "version"], name="minutes_version_once")]
        triggers = append_only()
