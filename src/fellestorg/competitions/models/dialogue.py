"""Between notice and deadline: what suppliers ask, what everybody is answered, who is told, and deadlines moved for all."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.competitions.models.competition import Competition
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation, Person


class SupplierQuestion(models.Model):
    """What a supplier asked. Who asked is kept for the audit and shown to nobody but itself and the auditors."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="asked")
    number = models.PositiveSmallIntegerField()
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["competition", "number"]
        constraints = [models.UniqueConstraint(fields=["competition", "number"], name="supplier_question_number_once")]
        triggers = append_only()


class PublishedAnswer(models.Model):
    """A question as everybody reads it, and its answer. A correction is the next version of the same number. Without
    ``asked`` it is information that the buyer gives by itself."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    asked = models.ForeignKey(SupplierQuestion, models.PROTECT, null=True, related_name="answers")
    question = models.TextField(help_text="as published: without what tells who asked")
    answer = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "number", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "number", "version"], name="published_answer_version_once")
        ]
        triggers = append_only()


class DeadlineChange(models.Model):
    """A deadline moved later, for everybody, with its reason."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="deadline_changes")
    field = models.CharField(max_length=20)
    before = models.DateTimeField()
    after = models.DateTimeField()
    reason = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "changed_at"]
        constraints = [
            models.CheckConstraint(condition=Q(after__gt=F("before")), name="deadline_never_moves_earlier"),
            models.CheckConstraint(condition=~Q(reason=""), name="deadline_moves_with_a_reason"),
        ]
        triggers = append_only()


class Follower(models.Model):
    """Somebody at a supplier who wants to be told of answers, changes and new deadlines."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["competition", "since"]
        constraints = [models.UniqueConstraint(fields=["competition", "person"], name="followed_once")]
