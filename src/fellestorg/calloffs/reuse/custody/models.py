"""The steps of a pick-up, from the desk to the certificate."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation


class CustodyStep(models.Model):
    """One step that the equipment of a pick-up took. ``reference`` is the number of the pick-up: the settlement's, or the
    service order's. Who is a role, never a name: only whoever registered it, a user here, has one. Never changed: a
    correction is a row of its own that stands in the place of the one it ``corrects``."""

    class Step(models.TextChoices):
        COLLECTED = "collected"
        SECURED = "secured"
        HANDED_OVER = "handed_over"
        RECEIVED = "received"
        ERASED = "erased"
        RESOLD = "resold"
        RECYCLED = "recycled"

    class Role(models.TextChoices):
        EMPLOYEE = "employee"
        ICT_SUPPORT = "ict_support"
        FACILITIES = "facilities"
        DRIVER = "driver"
        RECEPTION = "reception"
        ERASURE = "erasure"
        SALES = "sales"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="custody_steps")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="custody_steps")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60)
    step = models.CharField(max_length=12, choices=Step)
    happened_at = models.DateTimeField()
    role = models.CharField(max_length=12, choices=Role)
    place = models.CharField(max_length=200)
    units = models.PositiveIntegerField(null=True)
    certificate = models.CharField(max_length=200, blank=True, help_text="of erasure or destruction")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    registered_by_key = models.CharField(max_length=80)
    registered_by = models.CharField(max_length=200)
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "agency", "reference", "step"], condition=Q(corrects=None), name="custody_step_once"
            ),
            models.CheckConstraint(
                condition=~Q(step="erased") | ~Q(certificate=""), name="custody_erased_with_certificate"
            ),
        ]
        indexes = [models.Index(fields=["lot", "agency", "reference"], name="custody_by_chain")]
        triggers = append_only()
