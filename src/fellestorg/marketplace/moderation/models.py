"""Cases of moderation: what is being decided, who has it, and every step on the way."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.kernel.models import append_only
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.organisations.models import Person


class ModerationCase(models.Model):
    """A version to be published or refused, a public one that may have to go, or a fault in it that somebody reported. One
    open case of each kind and version at a time, but for reports, which are about different claims.

    ``first`` and ``second`` are those who decided: a listing's first publication, and every removal, takes two.
    """

    class Kind(models.TextChoices):
        PUBLICATION = "publication"
        REMOVAL = "removal"
        REPORT = "report"

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
        max_length=12,
        blank=True,
        help_text="publish, refuse, remove, keep, or a report's outcome: recommended or decided",
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
                fields=["version", "kind"],
                condition=~Q(state="closed") & ~Q(kind="report"),
                name="one_open_moderation_case",
            ),
            models.CheckConstraint(
                condition=Q(second=None) | (Q(first__isnull=False) & ~Q(second=F("first"))),
                name="moderation_decided_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["refuse", "remove", "strike"]) | ~Q(reason=""),
                name="moderation_refusal_has_a_reason",
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
    """What was done in a case. Only added to. ``by`` is empty for what the public or the system did."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ModerationCase, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        triggers = append_only()


class ListingReport(models.Model):
    """What somebody, who needs no account, says is wrong with a listing. Its case has all that is done with it.

    Who reported is known only where they left an e-mail address, which is encrypted, never shown, and erased when the case
    is closed. ``sender`` is a digest for counting, another each day; ``token`` the digest of the secret link.
    """

    case = models.OneToOneField(ModerationCase, models.PROTECT, primary_key=True, related_name="report")
    about = models.CharField(max_length=80, help_text="a question's key, or texts or prices")
    text = models.TextField()
    sealed_email = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="nb")
    token = models.CharField(max_length=64, unique=True)
    sender = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sender"], name="report_by_sender")]


class Complaint(models.Model):
    """A firm's complaint over what was decided in a case. Handled by others than those who decided it; ``first`` and
    ``second`` decided the complaint, two of them where something becomes public that never was."""

    class State(models.TextChoices):
        RECEIVED = "received"
        RECOMMENDED = "recommended"
        FORWARDED = "forwarded"
        CLOSED = "closed"

    class Outcome(models.TextChoices):
        UPHELD = "upheld"
        ALTERED = "altered"
        DISMISSED = "dismissed"
        REJECTED = "rejected"

    case = models.OneToOneField(ModerationCase, models.PROTECT, primary_key=True, related_name="complaint")
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    complain_by = models.DateField(help_text="the last day of the period, as the decision's letter said")
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    reason = models.CharField(max_length=40, blank=True, help_text="a code of reasons.toml: the altered ground")
    grounds = models.TextField(blank=True, help_text="why; the firm reads it")
    first = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    forwarded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second=None) | (Q(first__isnull=False) & ~Q(second=F("first"))),
                name="complaint_decided_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | (Q(closed_at__isnull=False, first__isnull=False) & ~Q(outcome="") & ~Q(grounds="")),
                name="complaint_closed_with_grounds",
            ),
        ]


class CaseAccess(models.Model):
    """Somebody asks to see the documents of a case. What is held back has its reason and its ground."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        GIVEN = "given"
        PARTLY = "partly"
        REFUSED = "refused"

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(ModerationCase, models.PROTECT, related_name="access_requests")
    received_at = models.DateTimeField()
    sender = models.CharField(max_length=64)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    held_back = models.JSONField(default=list, help_text="numbers of the documents held back, when partly given")
    ground = models.CharField(max_length=40, blank=True, help_text="a code of journal.toml")
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=["partly", "refused"]) | (~Q(reason="") & ~Q(ground="")),
                name="case_access_held_back_with_ground",
            ),
        ]


class FreshnessNotice(models.Model):
    """That a firm has been told, once, how near an answer is to its last day, or that it has passed it."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ListingVersion, models.PROTECT, related_name="freshness_notices")
    question = models.CharField(max_length=80)
    ends_on = models.DateField()
    step = models.CharField(max_length=12, help_text="days before, as a number; or outdated, or hidden")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "question", "ends_on", "step"], name="freshness_told_once")
        ]
