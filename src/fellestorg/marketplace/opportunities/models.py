"""What is told of before it is a competition, and who wants to be told of what firms can compete for."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.models import Competition
from fellestorg.organisations.models import Organisation, Person


class AdvanceNotice(models.Model):
    """A competition that is planned, or something the market is asked about before it is decided. Public from the moment
    it is there until its day has passed, its competition is published or it is withdrawn."""

    class Kind(models.TextChoices):
        PLANNED = "planned"
        CONSULTATION = "consultation"

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, help_text="of title and text")
    text = models.TextField()
    cpv = ArrayField(models.CharField(max_length=8), default=list, help_text="main CPV code first")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="advance_notices")
    agreement = models.ForeignKey(
        FrameworkAgreement,
        models.PROTECT,
        null=True,
        related_name="advance_notices",
        help_text="what it may take over from",
    )
    competition = models.ForeignKey(
        Competition, models.SET_NULL, null=True, related_name="advance_notices", help_text="what it became"
    )
    estimated_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, help_text="kroner without VAT")
    expected_on = models.DateField(null=True, help_text="about when the competition is to be published")
    answer_until = models.DateTimeField(null=True, help_text="a consultation's")
    contact = models.EmailField(help_text="an office's address, not a person's")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    changes = models.PositiveIntegerField(default=0)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="planned", expected_on__isnull=False)
                | Q(kind="consultation", answer_until__isnull=False),
                name="advance_notice_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""), name="advance_notice_withdrawn_with_a_reason"
            ),
        ]

    @property
    def subject(self) -> str:
        """The key under which the event log tells of it, and the stream it is chained in."""
        return f"advance_notice:{self.pk}"


class OpportunitySubscription(models.Model):
    """A choice of opportunities that somebody is told of by e-mail: one of the house's people, or an address that was
    confirmed. Deleted when it is stopped, the address with it."""

    class Frequency(models.TextChoices):
        DAILY = "daily"
        WEEKLY = "weekly"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="opportunity_subscriptions")
    email = models.EmailField(blank=True, help_text="of somebody who is not among the house's people")
    language = models.CharField(max_length=2)
    query = models.CharField(max_length=600, blank=True, help_text="the address' parameters, as on the page")
    frequency = models.CharField(max_length=6, choices=Frequency)
    since = models.DateTimeField()
    looked_on = models.DateField(help_text="the day it was last gone through")
    told = models.JSONField(help_text="opportunity -> the deadline that was told; of those that are still open")

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, email="") | (Q(person=None) & ~Q(email="")),
                name="subscription_of_a_person_or_an_address",
            ),
            models.UniqueConstraint(
                fields=["person", "query"], condition=Q(person__isnull=False), name="subscribed_once_by_a_person"
            ),
            models.UniqueConstraint(
                fields=["email", "query"], condition=~Q(email=""), name="subscribed_once_by_an_address"
            ),
        ]
