"""What tenderers must meet, answer and price, and how the answers are scored. One definition of a question gives the
form, its validation and the comparison table."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fellestorg.competitions.models.competition import Competition, CompetitionLot
from fellestorg.kernel.models import append_only
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.organisations.models import Person


class QualificationRequirement(models.Model):
    """What a supplier must be, to be considered: passed, failed or judged, on the evidence named."""

    class Kind(models.TextChoices):
        PASS_FAIL = "pass_fail"  # noqa: S105 (no password)
        DISCRETIONARY = "discretionary"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="requirements")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    evidence = models.TextField(blank=True, help_text="what proves it, in words")
    ground = models.CharField(
        max_length=60, blank=True, help_text="code of the ESPD's exclusion ground or selection criterion"
    )

    class Meta:
        ordering = ["competition", "number"]
        constraints = [models.UniqueConstraint(fields=["competition", "key"], name="requirement_key_once")]

    @property
    def excludes(self) -> bool:
        """Whether it is a ground for exclusion, which a supplier says does not concern it; the rest it says that it meets."""
        return any(one.code == self.ground for one in exclusion_grounds())


class AwardCriterion(models.Model):
    """What decides among the tenders. ``weight`` is a share of 1 (E-1); ``max_value`` is what full points are worth in
    kroner under priced quality."""

    class Kind(models.TextChoices):
        PRICE = "price"
        POINTS = "points"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="how it is judged: the reference for 0 and for full points")
    weight = models.DecimalField(max_digits=6, decimal_places=5)
    weight_from = models.DecimalField(
        max_digits=6, decimal_places=5, null=True, help_text="the range, where the weight is published as one (E-2)"
    )
    weight_to = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    max_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    environment = models.BooleanField(default=False, help_text="counts towards the environment rule (ENV)")
    minimum_points = models.DecimalField(
        max_digits=6, decimal_places=3, null=True, help_text="a floor below which a tender fails"
    )
    innovation = models.BooleanField(default=False, help_text="rewards what goes beyond the requirements")
    minimum = models.TextField(
        blank=True, help_text="what every tender must meet, where an innovation criterion begins"
    )
    measured_by = models.TextField(blank=True, help_text="how what goes beyond the minimum is measured")

    class Meta:
        ordering = ["competition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "key"], name="criterion_key_once"),
            models.CheckConstraint(
                condition=Q(innovation=False) | Q(kind="points"), name="innovation_is_rewarded_with_points"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0) & Q(weight__lte=1), name="weight_is_a_share"),
            models.CheckConstraint(
                condition=Q(weight_from=None, weight_to=None)
                | Q(weight_from__gte=0, weight_from__lte=models.F("weight"), weight_to__gte=models.F("weight"))
                & Q(weight_to__lte=1),
                name="weight_lies_in_its_range",
            ),
        ]


class Question(models.Model):
    """One typed question to tenderers. ``options``, ``minimum``, ``maximum`` and ``unit`` bound the answer."""

    class Kind(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        MONEY = "money"
        YES_NO = "yes_no"
        CHOICE = "choice"
        DATE = "date"
        FILE = "file"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="questions")
    lot = models.ForeignKey(
        CompetitionLot, models.CASCADE, null=True, related_name="questions", help_text="empty: all lots"
    )
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField()
    help = models.TextField(blank=True)
    required = models.BooleanField(default=True)
    must = models.BooleanField(default=False, help_text="a requirement of the specification: no means rejection")
    criterion = models.ForeignKey(AwardCriterion, models.CASCADE, null=True, related_name="questions")
    requirement = models.ForeignKey(QualificationRequirement, models.CASCADE, null=True, related_name="questions")
    options = ArrayField(models.CharField(max_length=200), default=list)
    minimum = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    maximum = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    unit = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["competition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "key"], name="question_key_once"),
            # Prices belong in the price sheet, where evaluators of quality do not see them (E-6).
            models.CheckConstraint(condition=Q(criterion=None) | Q(requirement=None), name="question_has_one_purpose"),
        ]


class PriceSheetLine(models.Model):
    """One thing to price in a lot: the quantity makes it comparable, ``max_unit_price`` is an agreement's ceiling."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(CompetitionLot, models.CASCADE, related_name="price_lines")
    key = models.SlugField(max_length=60)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    unit = models.CharField(max_length=40)
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    max_unit_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    class Meta:
        ordering = ["lot", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "key"], name="price_sheet_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="price_sheet_quantity_above_zero"),
        ]


class EvaluationPlan(models.Model):
    """How tenders will be scored, fixed before opening (R3). A change is a new version; ``digest`` covers model, scale,
    parameters, weights, tie rule and reference prices."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="plans")
    version = models.PositiveSmallIntegerField()
    model = models.CharField(max_length=40, help_text="a model of engines/evaluation")
    scale = models.DecimalField(max_digits=6, decimal_places=2)
    parameters = models.JSONField(default=dict)
    criteria = models.JSONField(help_text="the criteria as they were when it was fixed, in the shape of `evaluate`")
    tie_break = ArrayField(models.CharField(max_length=60), default=list)
    reason = models.TextField(blank=True, help_text="why this model, where it needs a reason (R1)")
    rehearsal = models.JSONField(default=dict, help_text="what the project lead saw when choosing, kept")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "-version"]
        constraints = [models.UniqueConstraint(fields=["competition", "version"], name="evaluation_plan_version_once")]
        triggers = append_only()
