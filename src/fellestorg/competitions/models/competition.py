"""A competition: what is to be bought, by which procedure, who answers for it, and where it stands."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.law.procedures import stages
from fellestorg.organisations.models import Organisation, Person


class Competition(models.Model):
    """One competition. ``stage`` moves only through ``competitions.procedures.move``, by the table of its procedure;
    whether a deadline has passed is asked of the clock, never stored."""

    class Language(models.TextChoices):
        BOKMAL = "nb"
        NYNORSK = "nn"
        ENGLISH = "en"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=20, unique=True, help_text="e.g. K-2023-00012")
    procedure = models.CharField(max_length=40, help_text="a key of law/procedures.toml")
    stage = models.CharField(max_length=20, default="preparing")
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=Language, help_text="of the documents and the tenders")
    description = models.TextField(blank=True)
    cpv = ArrayField(models.CharField(max_length=8), default=list, help_text="main CPV code first")
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="competitions")
    lead = models.ForeignKey(Person, models.PROTECT, related_name="+")
    under = models.ForeignKey(
        Lot, models.PROTECT, null=True, related_name="competitions", help_text="the lot it is held under (mini, DPS)"
    )
    result = models.ForeignKey(
        FrameworkAgreement, models.PROTECT, null=True, related_name="competitions", help_text="what it concluded"
    )
    origin = models.CharField(
        max_length=120, blank=True, help_text="the subject it was started from, e.g. a call-off's (call_off:…)"
    )
    estimated_value = models.DecimalField(max_digits=18, decimal_places=2, null=True, help_text="kroner without VAT")
    maximum_value = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="kroner without VAT (FA-3)"
    )
    created_at = models.DateTimeField()
    # The day of the notice or the invitation chooses the version of the law.
    notice_date = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    questions_until = models.DateTimeField(null=True)
    requests_until = models.DateTimeField(null=True, help_text="requests to participate, in procedures that have them")
    tenders_until = models.DateTimeField(null=True)
    validity_until = models.DateField(null=True, help_text="how long tenders bind (D-7)")
    deadline_reason = models.TextField(blank=True, help_text="why a deadline is shorter than the rule's, where it is")
    voluntary_standstill = models.BooleanField(default=False, help_text="FA-11, DPS-11: where the law asks none")
    opened_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True, help_text="when the letters went out to all")
    standstill_until = models.DateField(null=True, help_text="last day of the standstill period (D-4)")
    concluded_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_reason = models.TextField(blank=True)
    # Why the step that is being taken is taken; asked by a guard, kept in the step's event.
    given_reason = ""

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=stages()), name="competition_stage_is_known"),
            models.CheckConstraint(
                condition=~Q(stage="cancelled") | ~Q(cancelled_reason=""), name="competition_cancelled_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(tenders_until=None) | Q(tenders_until__gt=models.F("published_at")),
                name="tender_deadline_follows_the_notice",
            ),
        ]
        indexes = [models.Index(fields=["stage", "-created_at"], name="competition_by_stage")]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """The key under which the event log tells of this competition."""
        return f"competition:{self.number}"

    @property
    def stream(self) -> str:
        """The stream of the event log that its events are chained in."""
        return f"competition:{self.number}"


class CompetitionLot(models.Model):
    """A part of a competition that is awarded by itself. A competition that is not divided has one."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="lots")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    estimated_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    maximum_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    winners = models.PositiveSmallIntegerField(default=1, help_text="how many suppliers are awarded it, ranked")
    limits = models.JSONField(default=dict, help_text="limits of an award over lots; see engines/award")

    class Meta:
        ordering = ["competition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "key"], name="competition_lot_key_once"),
            models.UniqueConstraint(fields=["competition", "number"], name="competition_lot_number_once"),
        ]


class TeamMember(models.Model):
    """Somebody with a task in a competition. Evaluators and openers declare that they are impartial first."""

    class Task(models.TextChoices):
        LEAD = "lead"
        EVALUATOR = "evaluator"
        OPENER = "opener"
        LAWYER = "lawyer"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="team")
    person = models.ForeignKey(Person, models.PROTECT, related_name="competition_tasks")
    task = models.CharField(max_length=12, choices=Task)
    added_at = models.DateTimeField()
    declared_at = models.DateTimeField(null=True, help_text="when they declared themselves impartial")
    declaration = models.TextField(blank=True, help_text="what they declared, ties to tenderers included")
    stepped_back_at = models.DateTimeField(null=True, help_text="they have a conflict of interest, or left")

    class Meta:
        ordering = ["competition", "task", "id"]
        constraints = [models.UniqueConstraint(fields=["competition", "person", "task"], name="one_task_once")]


class Invitee(models.Model):
    """A supplier that may tender where not everybody may: by the policy, by admission, or chosen among candidates."""

    class Basis(models.TextChoices):
        POLICY = "policy"
        ADMITTED = "admitted"
        SELECTED = "selected"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="invitees")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="competition_invitations")
    basis = models.CharField(max_length=10, choices=Basis)
    invited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["competition", "supplier"]
        constraints = [models.UniqueConstraint(fields=["competition", "supplier"], name="invited_to_compete_once")]
