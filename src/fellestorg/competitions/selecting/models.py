"""Procedures in two stages: how the field is reduced, the requests to participate, the points given to candidates, who was
selected, and the letters that told them. What came in and what was said is only added to."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from fellestorg.competitions.models.competition import Competition
from fellestorg.competitions.tenders.models import before_the_deadline
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation, Person


class SelectionRules(models.Model):
    """What the notice says of how many go on, and how they are chosen among those who qualify."""

    class Method(models.TextChoices):
        WEIGHTED = "weighted"
        RANKED = "ranked"

    competition = models.OneToOneField(Competition, models.CASCADE, primary_key=True, related_name="selection_rules")
    minimum = models.PositiveSmallIntegerField(help_text="no fewer are invited, where so many qualify")
    maximum = models.PositiveSmallIntegerField(null=True, help_text="empty: all who qualify are invited")
    method = models.CharField(max_length=8, choices=Method, default=Method.WEIGHTED)
    rounds = models.BooleanField(default=False, help_text="fewer may go on from round to round")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minimum__gte=1), name="somebody_is_invited"),
            models.CheckConstraint(
                condition=Q(maximum=None) | Q(maximum__gte=models.F("minimum")), name="most_is_not_below_least"
            ),
        ]


class SelectionCriterion(models.Model):
    """An objective criterion for who goes on, published with the notice. ``weight`` is a share of 1; in a ranked method
    the order decides and no criterion weighs."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="selection_criteria")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="how it is judged: what gives 0 points and what gives 10")
    weight = models.DecimalField(max_digits=6, decimal_places=5, null=True)

    class Meta:
        ordering = ["competition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "key"], name="selection_criterion_key_once"),
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gte=0, weight__lte=1), name="selection_weight_is_a_share"
            ),
        ]


class ParticipationRequest(models.Model):
    """A request to participate as received, under the installation's tender key until the deadline has passed. The newest
    of a supplier stands, unless it says ``withdrawn``. ``received_at`` is the database's own clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="requests")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="participation_requests")
    version = models.PositiveSmallIntegerField()
    withdrawn = models.BooleanField(default=False)
    receipt = models.CharField(max_length=20, unique=True, help_text="drawn, so that it tells nothing of the others")
    sha256 = models.CharField(max_length=64, help_text="of the content before encryption")
    sealed = models.BinaryField()
    received_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "supplier", "version"], name="request_version_once")
        ]
        triggers = [
            *append_only(),
            before_the_deadline("requests_until", ("published",), "request_before_the_deadline"),
        ]


class RequestFile(models.Model):
    """Evidence that came with a request, under the same key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    request = models.ForeignKey(ParticipationRequest, models.PROTECT, related_name="files")
    requirement = models.CharField(max_length=60, help_text="key of the requirement it proves")
    sealed = models.BinaryField()

    class Meta:
        ordering = ["request", "requirement"]
        triggers = append_only()


class CandidatePoints(models.Model):
    """Points given to a candidate on a selection criterion, or to a solution on an award criterion in a round of the
    dialogue. The newest row of a cell holds; a change says why."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="candidate_points")
    round = models.PositiveSmallIntegerField(default=0, help_text="0: the selection; else the round of the dialogue")
    criterion = models.CharField(max_length=60, help_text="the criterion's key")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=7, decimal_places=4)
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="candidate_points_have_a_reason"),
            models.CheckConstraint(condition=Q(points__gte=0, points__lte=10), name="candidate_points_are_0_to_10"),
        ]
        triggers = append_only()


class Selection(models.Model):
    """Who was selected: the table it rests on, and the rules it followed. A change of what it rests on asks for a new."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="selections")
    version = models.PositiveSmallIntegerField()
    facts = models.JSONField(help_text="rules, criteria, candidates and their points")
    placed = models.JSONField(help_text="[{supplier, place, total, selected}], the best first")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "-version"]
        constraints = [models.UniqueConstraint(fields=["competition", "version"], name="selection_version_once")]
        triggers = append_only()


class CandidateLetter(models.Model):
    """What one candidate was told, with the reasons. ``facts`` are what its text was made of."""

    class Outcome(models.TextChoices):
        INVITED = "invited"
        NOT_SELECTED = "not_selected"
        REJECTED = "rejected"
        NOT_CONTINUED = "not_continued"
        REVISE = "revise"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="candidate_letters")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="candidate_letters")
    outcome = models.CharField(max_length=14, choices=Outcome)
    language = models.CharField(max_length=2)
    facts = models.JSONField()
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        triggers = append_only()
