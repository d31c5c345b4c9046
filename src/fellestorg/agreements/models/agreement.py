"""Framework agreements, their lots, suppliers, participants and call-off policies."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q

from fellestorg.kernel.models import append_only
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation, Person

# Four calendar years always hold one leap day (until 2100), so 48 months are 1,461 days. The law's own number is FA-1.
FORTY_EIGHT_MONTHS = timedelta(days=1461)


class FrameworkAgreement(models.Model):
    """A joint framework agreement: who owns it, how long it lasts and what it is called."""

    class Instrument(models.TextChoices):
        FRAMEWORK = "framework"
        DYNAMIC_PURCHASING_SYSTEM = "dps"
        TERMS_PACKAGE = "terms"

    id = models.BigAutoField(primary_key=True)
    key = models.SlugField(max_length=60, unique=True)
    instrument = models.CharField(
        max_length=12, choices=Instrument, default=Instrument.FRAMEWORK, db_default=Instrument.FRAMEWORK
    )
    title_nb = models.CharField(max_length=200)
    title_nn = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    summary_nb = models.TextField(blank=True)
    summary_nn = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    category = models.CharField(max_length=60, help_text="category key, e.g. ict or office")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="owned_agreements")
    manager = models.ForeignKey(Person, models.PROTECT, related_name="managed_agreements")
    starts = models.DateField()
    ends = models.DateField(help_text="last day of the period in force now, exercised extensions included")
    latest_end = models.DateField(help_text="last day if every extension option is used")
    long_duration_reason = models.TextField(blank=True, help_text="why it may last over 48 months (FA-1)")
    ruleset_date = models.DateField(help_text="the date of the notice; it chooses the version of the law")
    source = models.CharField(max_length=300, blank=True)
    predecessors = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="successors", help_text="what it took over from"
    )

    class Meta:
        ordering = ["title_nb"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=models.F("starts")) & Q(latest_end__gte=models.F("ends")),
                name="agreement_ends_after_it_starts",
            ),
            # FA-1: 48 months, options included, unless a reason is on record.
            models.CheckConstraint(
                condition=~Q(long_duration_reason="")
                | Q(
                    latest_end__lt=models.ExpressionWrapper(
                        models.F("starts") + FORTY_EIGHT_MONTHS, output_field=models.DateTimeField()
                    )
                ),
                name="over_48_months_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class ExtensionOption(models.Model):
    """A right to extend an agreement, and whether it was used."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.CASCADE, related_name="extensions")
    starts = models.DateField()
    ends = models.DateField()
    exercised_on = models.DateField(null=True)

    class Meta:
        ordering = ["starts"]


class Lot(models.Model):
    """A part of an agreement with suppliers, a policy and a ceiling of its own."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="lots")
    key = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title_nb = models.CharField(max_length=200)
    title_nn = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    scope_nb = models.TextField(help_text="what may be bought, in words")
    scope_nn = models.TextField()
    scope_en = models.TextField()
    cpv = ArrayField(models.CharField(max_length=8), help_text="main CPV code first")
    regions = ArrayField(models.CharField(max_length=5), default=list, help_text="NUTS codes; empty: the whole country")
    categories = ArrayField(models.CharField(max_length=60), help_text="item categories that lie inside the lot")
    max_value = models.DecimalField(max_digits=18, decimal_places=2, help_text="kroner without VAT (FA-3)")
    max_quantity = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    estimated_value = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    actuals_from = models.CharField(
        max_length=20, default="elsewhere", help_text="the one source of actuals that draws on the ceiling (design 2.4)"
    )

    class Meta:
        ordering = ["agreement", "number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "key"], name="lot_key_once"),
            models.UniqueConstraint(fields=["agreement", "number"], name="lot_number_once"),
            models.CheckConstraint(condition=Q(max_value__gt=0), name="lot_has_a_maximum_value"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.key}/{self.key}"


class SupplierPosition(models.Model):
    """A supplier's place in a lot for a period: its rank, and whether it is suspended."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="positions")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="positions")
    rank = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    suspended_from = models.DateField(null=True)
    suspended_to = models.DateField(null=True)
    suspension_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["lot", "rank"]
        constraints = [
            ExclusionConstraint(
                name="one_supplier_a_rank",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("rank", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="one_rank_a_supplier",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(suspended_from=None) | ~Q(suspension_reason=""), name="suspension_has_a_reason"
            ),
        ]


class Participation(models.Model):
    """That an organisation may call off under an agreement, from when and on what ground (FA-2)."""

    class Ground(models.TextChoices):
        OBLIGATORY = "obligatory"
        OPT_IN = "opt_in"
        LATER = "later"

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="participations")
    ground = models.CharField(max_length=16, choices=Ground)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    note = models.CharField(max_length=300, blank=True)
    own_contract_to = models.DateField(
        null=True, blank=True, help_text="last day of a contract of its own that it waits for; not an opt-out"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(own_contract_to=None) | Q(own_contract_to__lt=models.F("valid_from")),
                name="joins_after_its_own_contract",
            ),
            ExclusionConstraint(
                name="participates_once_at_a_time",
                expressions=[
                    ("agreement", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class PolicyVersion(models.Model):
    """A lot's call-off policy as it stands from a day until the next version. Never changed; a new one is added.

    ``document`` is the policy language of :mod:`fellestorg.engines.policy`.
    """

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="policies")
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    document = models.JSONField()
    source = models.CharField(max_length=300, help_text="where the framework announced it")

    class Meta:
        ordering = ["lot", "version"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "version"], name="policy_version_once"),
            models.UniqueConstraint(fields=["lot", "valid_from"], name="policy_one_a_day"),
        ]
        triggers = append_only()
