"""An agency's routine for reuse, version by version, and what has been decided about each."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation, Person, RoleGrant


class ReuseRoutine(models.Model):
    """One version of an agency's routine under a reuse agreement, as somebody set it out. It is in use from the day it is
    adopted until the next one is. The owner is a role in the agency or one of its people. Never changed."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="reuse_routines")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="reuse_routines")
    version = models.PositiveIntegerField()
    owner_role = models.CharField(max_length=32, choices=RoleGrant.Role, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    proposed_by_key = models.CharField(max_length=80)
    proposed_by = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["agency", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency", "version"], name="reuse_routine_version_once"),
            models.CheckConstraint(
                condition=(Q(owner_role="") & Q(owner__isnull=False)) | (~Q(owner_role="") & Q(owner__isnull=True)),
                name="reuse_routine_has_one_owner",
            ),
        ]
        triggers = append_only()


class RoutineDecision(models.Model):
    """What was decided about a version: adopted by a second person, confirmed for another year, or (by the system) that a
    confirmation was called for. ``day`` is the day of the decision; for a reminder, the day the confirmation was due."""

    class Kind(models.TextChoices):
        ADOPTED = "adopted"
        CONFIRMED = "confirmed"
        REMINDED = "reminded"

    id = models.BigAutoField(primary_key=True)
    routine = models.ForeignKey(ReuseRoutine, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=9, choices=Kind)
    day = models.DateField()
    by_key = models.CharField(max_length=80)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["routine"], condition=Q(kind="adopted"), name="reuse_routine_adopted_once"),
            models.UniqueConstraint(
                fields=["routine", "day"], condition=Q(kind="reminded"), name="reuse_routine_reminded_once"
            ),
        ]
        triggers = append_only()
