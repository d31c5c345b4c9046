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
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="firm")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False), name="firm_verified_at_a_time"
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
