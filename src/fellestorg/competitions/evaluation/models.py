"""What is said about the tenders, once, in rows that are never changed: a new opinion is a new row with its reason."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.competitions.models.competition import Competition, CompetitionLot
from fellestorg.competitions.models.criteria import AwardCriterion, QualificationRequirement
from fellestorg.kernel.models import DecisionRecord, append_only
from fellestorg.organisations.models import Organisation, Person


class QualificationDecision(models.Model):
    """Whether a tenderer meets a requirement. The newest row of a tenderer and requirement holds."""

    class Outcome(models.TextChoices):
        MET = "met"
        NOT_MET = "not_met"
        # The evidence is awaited; the competition does not go on before it is met or not.
        AWAITED = "awaited"

    id = models.BigAutoField(primary_key=True)
    requirement = models.ForeignKey(QualificationRequirement, models.PROTECT, related_name="decisions")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="met") | ~Q(reason=""), name="unmet_requirement_has_a_reason"),
        ]
        triggers = append_only()


class Score(models.Model):
    """Points for a tender in a lot on a criterion: an evaluator's own, or (without evaluator) what they agreed on.

    The newest row of each holds; a change says why (E-7).
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(CompetitionLot, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(AwardCriterion, models.PROTECT, related_name="scores")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    evaluator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="empty: consensus")
    points = models.DecimalField(max_digits=7, decimal_places=4)
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="score_has_a_reason"),
            models.CheckConstraint(condition=Q(points__gte=0), name="score_is_not_negative"),
            # Nobody scores in another's name.
            models.CheckConstraint(
                condition=Q(evaluator=None) | Q(evaluator=models.F("made_by")), name="own_score_by_oneself"
            ),
        ]
        indexes = [models.Index(fields=["lot", "criterion", "supplier"], name="score_by_cell")]
        triggers = append_only()


class QualityClosing(models.Model):
    """That a lot's quality is agreed on and closed, so that prices may be seen (E-6), or that it was opened again and
    why. The newest row holds; who had seen prices by then is in the log."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(CompetitionLot, models.PROTECT, related_name="closings")
    closed = models.BooleanField()
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(closed=True) | ~Q(reason=""), name="opened_again_with_a_reason")
        ]
        triggers = append_only()


class Clarification(models.Model):
    """A question to one tenderer about its tender, and the answer beside it. The tender itself never changes (E-8)."""

    class Kind(models.TextChoices):
        CLARIFICATION = "clarification"
        EVIDENCE = "evidence"
        LOW_PRICE = "low_price"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="clarifications")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    assessment = models.TextField(blank=True, help_text="what the team made of the answer")
    assessed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="clarification_answer_and_its_time",
            )
        ]


class Rejection(models.Model):
    """That a tender is taken out, on a ground of ``law/rejection.toml``, and that it was taken in again (R4)."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="rejections")
    lot = models.ForeignKey(CompetitionLot, models.PROTECT, null=True, related_name="+", help_text="empty: all lots")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rejected = models.BooleanField(default=True, help_text="false: taken in again")
    ground = models.CharField(max_length=40, help_text="a rule id, e.g. REJECT-UNMET")
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="rejection_has_a_reason")]
        triggers = append_only()


class Ranking(models.Model):
    """A lot ranked by the plan fixed before opening. ``decision`` keeps the exact request and answer, so that
    ``fellestorg evaluate`` on the request gives the same again; a change of scores or tenders makes a new one."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(CompetitionLot, models.PROTECT, related_name="rankings")
    version = models.PositiveSmallIntegerField()
    decision = models.OneToOneField(DecisionRecord, models.PROTECT, related_name="ranking")
    without = models.JSONField(
        default=list, help_text="numbers of the suppliers taken out, and why the rest may differ"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["lot", "-version"]
        constraints = [models.UniqueConstraint(fields=["lot", "version"], name="ranking_version_once")]
        triggers = append_only()
