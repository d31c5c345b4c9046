"""What an agreement manager keeps: contacts, news, the framework document, and changes that wait for a second person."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models.agreement import FrameworkAgreement, Lot
from fellestorg.organisations.models import Organisation


class Contact(models.Model):
    """Whom to reach about an agreement, by role. Names here are people at work, never private addresses."""

    class Role(models.TextChoices):
        AGREEMENT_MANAGER = "agreement_manager"
        SALES = "sales"
        ORDERS = "orders"
        SUPPORT = "support"
        DEVIATIONS = "deviations"

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.CASCADE, related_name="contacts")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    role = models.CharField(max_length=24, choices=Role)
    name = models.CharField(max_length=200, help_text="a person or a function, e.g. Kundesenter")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["organisation", "role", "name"]
        constraints = [
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="contact_can_be_reached"),
        ]


class NewsItem(models.Model):
    """A piece of news about an agreement. Published at once; taken back, not removed."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.CASCADE, related_name="news")
    title_nb = models.CharField(max_length=200)
    title_nn = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    body_nb = models.TextField()
    body_nn = models.TextField()
    body_en = models.TextField()
    author = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-published_at", "-id"]


class FrameworkDocument(models.Model):
    """One version of the framework document: SI's guideline on how the agreement is to be used.

    ``sections`` is a list of ``{"key", "heading": {"nb", "nn", "en"}, "body": {"nb", "nn", "en"}}`` in reading order.
    A draft may be changed; a published version never is: the next one is added.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="documents")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State)
    sections = models.JSONField()
    valid_from = models.DateField(null=True)
    written_by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["agreement", "version"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "version"], name="document_version_once"),
            models.UniqueConstraint(fields=["agreement"], condition=Q(state="draft"), name="one_draft_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(published_at=None) & ~Q(valid_from=None)), name="published_has_a_day"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="published"),
            )
        ]


class ChangeProposal(models.Model):
    """A change where money or law is at stake. One person proposes it, another decides (four eyes).

    ``payload`` is what the change needs, by ``kind``; it is carried out by the registered action when it is approved.
    People are kept by key and name, as the event log keeps them.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="proposals")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="proposals")
    kind = models.CharField(max_length=40)
    payload = models.JSONField()
    reason = models.TextField(help_text="why it is proposed")
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    proposed_by_key = models.CharField(max_length=60)
    proposed_by = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    decided_by_key = models.CharField(max_length=60, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | ~Q(decided_by_key=F("proposed_by_key")), name="approved_by_another"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | (~Q(decided_by_key="") & ~Q(decided_at=None)),
                name="decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "agreement"], name="proposal_by_state")]
