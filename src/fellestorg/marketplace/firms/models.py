"""A firm in the marketplace and the people who act for it there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.organisations.models import Organisation, Person


class Firm(models.Model):
    """A firm that has registered. Nothing of it is public before SI has verified it."""

    class State(models.TextChoices):
        PENDING = "pending"
        VERIFIED = "verified"
        REFUSED = "refused"
        TAKEN_DOWN = "taken_down"
        WITHDRAWN = "withdrawn"

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1; a country of the EEA")
    registry_number = models.CharField(max_length=40, help_text="in the country's business register")
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, related_name="firm", help_text="every Norwegian firm's own row"
    )
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["country", "registry_number"], name="firm_registered_once"),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False), name="firm_verified_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(country="NO") | Q(organisation__isnull=False), name="norwegian_firm_is_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FirmMember(models.Model):
    """Somebody who acts for a firm in the marketplace, as long as ``ended_at`` is empty."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator"
        EDITOR = "editor"
        READER = "reader"

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="firm_memberships")
    role = models.CharField(max_length=14, choices=Role)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "person"], condition=Q(ended_at=None), name="member_of_a_firm_once_at_a_time"
            )
        ]
