"""Cases of moderation: what is being decided, who has it, and every step on the way."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.kernel.models import append_only
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.organisations.models import Person


class ModerationCase(models.Model):
    """A version to be published or refused, or a public one that may have to go. One open case of a version at a time.

    ``first`` and ``second`` are those who decided: a listing's first publication, and every removal, takes two.
    """

    class Kind(models.TextChoices):
        PUBLICATION = "publication"
        REMOVAL = "removal"

    class State(models.TextChoices):
        OPEN = "open"
        HEARING = "hearing"
        RECOMMENDED = "recommended"
        CLOSED = "closed"

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ListingVersion, models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    handler = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(
        max_length=12, blank=True, help_text="publish, refuse, remove or keep: recommended or decided"
    )
    reason = models.CharField(max_length=40, blank=True, help_text="a code of reasons.toml")
    text = models.TextField(blank=True, help_text="the reason in the handler's words; the firm and the public read it")
    answer_by = models.DateTimeField(null=True, help_text="until when the firm may be heard")
    answer = models.TextField(blank=True, help_text="what the firm said")
    answered_at = models.DateTimeField(null=True)
    first = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind"], condition=~Q(state="closed"), name="one_open_moderation_case"
            ),
            models.CheckConstraint(
                condition=Q(second=None) | (Q(first__isnull=False) & ~Q(second=F("first"))),
                name="moderation_decided_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["refuse", "remove"]) | ~Q(reason=""), name="moderation_refusal_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False, first__isnull=False),
                name="moderation_closed_by_somebody",
            ),
        ]

    @property
    def reference(self) -> str:
        """What the case is called in letters and logs."""
        return f"M-{self.pk:05}"


class ModerationStep(models.Model):
    """What was done in a case. Only added to."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ModerationCase, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        triggers = append_only()
