"""Keys by which other systems ask in an agency's name. No key stands here, only its digest."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.organisations.models.people import Organisation, Person


class ApiToken(models.Model):
    """A key for a system of the organisation's own, or of one that works for it: for one purpose, for a time, until it is
    revoked."""

    class Scope(models.TextChoices):
        FLIGHT_OFFERS = "flight_offers"
        LISTINGS = "listings"

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="api_tokens")
    scope = models.CharField(max_length=20, choices=Scope)
    used_by = models.CharField(max_length=120, help_text="whose system it is for, such as the travel agency's")
    name = models.CharField(max_length=12, unique=True, help_text="the open part of the key, by which it is known")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the whole key")
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="api_tokens")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="api_token_expires_after_it_is_made"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_token_revoked_by_somebody",
            ),
        ]
