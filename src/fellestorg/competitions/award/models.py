"""The award and what follows: decision, letters, standstill, complaints, access, debriefs, and what was concluded."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.competitions.models.competition import Competition, CompetitionLot
from fellestorg.kernel.models import DecisionRecord, StoredFile, append_only
from fellestorg.organisations.models import Organisation, Person


class AwardDecision(models.Model):
    """Who is awarded each lot, from which rankings, and until when the standstill lasts. A reversal makes a new one."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="awards")
    version = models.PositiveSmallIntegerField()
    winners = models.JSONField(help_text="{lot key: [supplier's number, in rank]}")
    rankings = models.JSONField(help_text="{lot key: id of the ranking's decision record}")
    combination = models.ForeignKey(
        DecisionRecord, models.PROTECT, null=True, related_name="+", help_text="the award over lots, where limits bind"
    )
    standstill_until = models.DateField(null=True, help_text="last day (D-4); empty: none is asked and none was chosen")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, help_text="why, where it follows a reversal")

    class Meta:
        ordering = ["competition", "-version"]
        constraints = [models.UniqueConstraint(fields=["competition", "version"], name="award_version_once")]
        triggers = append_only()


class AwardLetter(models.Model):
    """The notification to one tenderer (E-11), sent to all at the same moment. ``facts`` are what its text was made of."""

    class Outcome(models.TextChoices):
        WON = "won"
        LOST = "lost"
        REJECTED = "rejected"
        CANCELLED = "cancelled"

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(AwardDecision, models.PROTECT, null=True, related_name="letters")
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="letters")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="award_letters")
    outcome = models.CharField(max_length=10, choices=Outcome)
    language = models.CharField(max_length=2)
    facts = models.JSONField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["award", "supplier"], name="one_letter_a_tenderer"),
            models.CheckConstraint(
                condition=Q(award__isnull=False) | Q(outcome="cancelled"), name="letter_tells_of_an_award_or_its_end"
            ),
        ]
        triggers = append_only()


class Complaint(models.Model):
    """A complaint about the competition, and the answer. One that waits stops the contract where the law says so."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        DISMISSED = "dismissed"
        UPHELD = "upheld"
        WITHDRAWN = "withdrawn"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="complaints")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    body = models.CharField(max_length=20, help_text="to whom: buyer, kofa or court")
    text = models.TextField()
    received_at = models.DateTimeField()
    registered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="waiting") | ~Q(answer=""), name="complaint_ended_with_an_answer"
            )
        ]


class AccessRequest(models.Model):
    """Somebody asks to see a tender or the protocol (O-1). Before the choice it may be refused by § 23; after it, only
    trade secrets are held back, case by case."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        GIVEN = "given"
        PARTLY = "partly"
        REFUSED = "refused"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="access_requests")
    about = models.CharField(max_length=20, help_text="protocol, tender or evaluation")
    supplier = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", help_text="whose tender, where it is about one"
    )
    asked_by = models.CharField(
        max_length=200, help_text="an organisation or 'the public'; never a private person's name"
    )
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.WAITING)
    reason = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="the paragraph a refusal rests on")
    redacted = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=("partly", "refused")) | (~Q(reason="") & ~Q(source="")),
                name="access_held_back_with_reason_and_source",
            )
        ]


class DebriefSlot(models.Model):
    """A time at which a tenderer may meet the team after the award; who takes it first has it."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="debriefs")
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=30)
    supplier = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["competition", "at"], name="one_debrief_at_a_time")]


class ConcludedContract(models.Model):
    """That a lot's contract was concluded with a supplier, and what it became: positions of an agreement, or a call-off."""

    id = models.BigAutoField(primary_key=True)
    award = models.ForeignKey(AwardDecision, models.PROTECT, related_name="contracts")
    lot = models.ForeignKey(CompetitionLot, models.PROTECT, related_name="contracts")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=2, help_text="the tender's evaluated price, without VAT")
    signed_at = models.DateTimeField()
    became = models.CharField(max_length=120, help_text="the subject it became, e.g. lot:… or call_off:…")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["award", "lot", "supplier"], name="contract_concluded_once")]
        triggers = append_only()


class CombinationRun(models.Model):
    """A computation of the award over lots that somebody asked for: how far it has come, and what it came to.

    At most one is under way in a competition. ``total`` and ``bound`` are in kroner, the best found so far and what
    nothing can be below.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        REFUSED = "refused"

    class Step(models.TextChoices):
        AWARD = "award"
        LIMITS = "limits"
        CUTS = "cuts"

    UNDER_WAY = (State.WAITING, State.RUNNING)

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="combination_runs")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    step = models.CharField(max_length=10, choices=Step, default=Step.AWARD)
    seconds = models.PositiveIntegerField(default=0)
    total = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    bound = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    decision = models.ForeignKey(DecisionRecord, models.PROTECT, null=True, related_name="+")
    refusal = models.JSONField(
        default=dict, help_text="why it was not finished: the reason's code and what its words name"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["competition"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_combination_under_way",
            )
        ]
