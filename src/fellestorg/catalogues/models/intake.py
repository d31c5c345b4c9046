"""Price lists that were sent in: what each said, how it compared with the prices of the day, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.catalogues.models.items import Item, PriceLine
from fellestorg.organisations.models import Organisation, Person


class PriceListSubmission(models.Model):
    """A price list that a supplier, or the agreement manager for it, has sent in for an agreement or one of its lots."""

    class State(models.TextChoices):
        PROPOSED = "proposed"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        SENT_BACK = "sent_back"
        WITHDRAWN = "withdrawn"

    class Format(models.TextChoices):
        CSV = "csv"
        XLSX = "xlsx"
        PEPPOL = "peppol"

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="price_lists")
    lot = models.ForeignKey(
        Lot, models.PROTECT, null=True, related_name="+", help_text="empty: all the supplier's lots"
    )
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=8, choices=Format)
    replaces = models.BooleanField(help_text="the file is the whole price list: what it does not name goes out")
    columns = models.JSONField(default=list, help_text="the columns that the file had; others keep what a price says")
    contract = models.CharField(max_length=200, blank=True, help_text="the contract the file itself refers to")
    valid_from = models.DateField(
        help_text="first day the prices are to hold; the day of acceptance where that is later"
    )
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_by_name = models.CharField(max_length=200)
    sent_by_supplier = models.BooleanField()
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    basis = models.CharField(max_length=80, help_text="the day and the prices it was compared with, as a digest")
    read = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    over_regulation = models.PositiveIntegerField(
        help_text="lines that rise more than the agreement's regulation allows"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="accepted", sent_by_supplier=True) | ~Q(decided_by=models.F("sent_by")),
                name="price_list_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None) | (~Q(state="proposed") & ~Q(decided_at=None)),
                name="price_list_decided_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["agreement", "-id"], name="price_list_by_agreement")]


class SubmittedLine(models.Model):
    """One line of a price list, read and compared. Written by the hundred thousand in one COPY and never changed.

    The references are numbers without constraints of their own: they were looked up in the transaction that wrote the
    line, and acceptance compares the whole list anew before it uses them. ``removed`` lines are prices that go out.
    """

    class Kind(models.TextChoices):
        NEW = "new"
        CHANGED = "changed"
        REMOVED = "removed"
        UNCHANGED = "unchanged"

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(PriceListSubmission, models.CASCADE, related_name="lines", db_constraint=False)
    row = models.PositiveIntegerField(null=True, help_text="the line in the file")
    kind = models.CharField(max_length=9, choices=Kind)
    lot = models.ForeignKey(Lot, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    item = models.ForeignKey(Item, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False)
    before = models.ForeignKey(
        PriceLine, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    number = models.CharField(max_length=60)
    name_nb = models.CharField(max_length=200)
    name_nn = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    description = models.TextField()
    category = models.CharField(max_length=60)
    unit = models.CharField(max_length=3)
    cpv = models.CharField(max_length=8)
    standard_assortment = models.BooleanField()
    used = models.BooleanField()
    supplier_number = models.CharField(max_length=60)
    product_name = models.CharField(max_length=200)
    model = models.CharField(max_length=20)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    list_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    discount_rate = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    terms = models.JSONField(default=dict, db_default={})
    tiers = models.JSONField()
    vat_rate = models.DecimalField(max_digits=4, decimal_places=3)
    co2e_kg = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    ecolabel = models.CharField(max_length=60)
    gtin = models.CharField(max_length=14)
    energy_class = models.CharField(max_length=4)
    visual_grade = models.CharField(max_length=1)
    erasure_proof = models.CharField(max_length=200)
    updates_until = models.DateField(null=True)
    properties = models.JSONField()
    valid_from = models.DateField(help_text="first day of the price; of a removed line, the first day without it")
    valid_to = models.DateField(null=True)
    old_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    change = models.DecimalField(max_digits=16, decimal_places=6, null=True, help_text="share of the old price")
    allowed_rise = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    over_regulation = models.BooleanField()
