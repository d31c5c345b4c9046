"""Items that can be bought under a lot, and each supplier's dated prices and delivery terms for them."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.liabilities import LIABILITIES
from fellestorg.catalogues.models.price_terms import price_fits_its_model
from fellestorg.catalogues.models.vectors import catalogue_vector, code_of
from fellestorg.catalogues.models.vocabulary import vocabulary_triggers
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class Item(models.Model):
    """Something that can be called off under a lot, the same whoever delivers it."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="items")
    number = models.CharField(max_length=60, help_text="the number buyers use, e.g. PC-14-STD")
    name_nb = models.CharField(max_length=200)
    name_nn = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    category = models.CharField(max_length=60)
    unit = models.CharField(max_length=3, default="EA", help_text="UN/ECE recommendation 20, e.g. EA, PK, BX")
    cpv = models.CharField(max_length=8)
    standard_assortment = models.BooleanField()
    used = models.BooleanField(default=False, db_default=False, help_text="second-hand or reconditioned")
    description = models.TextField(blank=True, default="", db_default="")
    liability = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        choices=[(code, code) for code in LIABILITIES],
        help_text="a means of payment: who answers for what is charged",
    )
    search = models.GeneratedField(expression=catalogue_vector(), output_field=SearchVectorField(), db_persist=True)
    code = models.GeneratedField(
        expression=code_of("number"), output_field=models.CharField(max_length=60), db_persist=True
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["lot", "number"], name="item_number_once_a_lot")]
        indexes = [
            GinIndex(fields=["search"], name="item_search"),
            models.Index(fields=["number", "id"], name="item_by_number"),
            models.Index(OpClass(F("code"), name="text_pattern_ops"), name="item_by_code"),
        ]
        triggers = vocabulary_triggers()

    def __str__(self) -> str:
        return self.number


class PriceLine(models.Model):
    """One supplier's price for one item from a day to a day. A new price closes the old row and adds another.

    The unit price is what one unit commits the buyer to. It is fixed, or a list price less a discount rate, or follows from
    the ``terms`` of another model (:mod:`fellestorg.engines.pricemodels`); ``tiers`` lower it for larger quantities.
    Prices are kroner without VAT. ``co2e_kg`` empty means not stated: it is then estimated, never zero.
    """

    class Model(models.TextChoices):
        FIXED = "fixed"
        LIST_MINUS_DISCOUNT = "list_minus_discount"
        MARKUP = "markup"
        DYNAMIC = "dynamic"
        TRANSACTION_FEE = "transaction_fee"
        FEE_AND_BONUS = "fee_and_bonus"
        HOURLY = "hourly"
        RENT = "rent"
        LEASE = "lease"
        AS_A_SERVICE = "as_a_service"
        REVENUE_SHARE = "revenue_share"

    id = models.BigAutoField(primary_key=True)
    # Its index holds what search reads of every line, so that it reads nothing else.
    item = models.ForeignKey(Item, models.PROTECT, related_name="prices", db_index=False)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    supplier_number = models.CharField(max_length=60)
    product_name = models.CharField(max_length=200)
    model = models.CharField(max_length=20, choices=Model)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4, help_text="after any discount, without VAT")
    list_price = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    discount_rate = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    terms = models.JSONField(default=dict, db_default={}, help_text="what the model needs besides the unit price")
    tiers = models.JSONField(default=list, help_text='[{"from": "100", "unit_price": "11.90"}]')
    vat_rate = models.DecimalField(max_digits=4, decimal_places=3)
    co2e_kg = models.DecimalField(max_digits=12, decimal_places=4, null=True, help_text="kg CO2e per unit")
    ecolabel = models.CharField(max_length=60, blank=True)
    gtin = models.CharField(max_length=14, blank=True, default="", db_default="")
    energy_class = models.CharField(max_length=4, blank=True, default="", db_default="", help_text="A to G")
    visual_grade = models.CharField(
        max_length=1, blank=True, default="", db_default="", help_text="used units: A (as new), B or C"
    )
    erasure_proof = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="used units: how stored data was erased, and by what proof",
    )
    updates_until = models.DateField(null=True, help_text="used units: last day of security updates from the maker")
    properties = models.JSONField(default=dict, db_default={}, help_text="other item properties, name to value")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_price_at_a_time",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_is_not_negative"),
            price_fits_its_model(),
        ]
        indexes = [
            models.Index(fields=["supplier", "supplier_number"], name="price_by_supplier_number"),
            models.Index(
                fields=["item"],
                include=["supplier", "valid_from", "valid_to", "unit_price", "ecolabel"],
                name="price_by_item",
            ),
            models.Index(OpClass(code_of("supplier_number"), name="text_pattern_ops"), name="price_by_code"),
            models.Index(OpClass(F("gtin"), name="text_pattern_ops"), condition=~Q(gtin=""), name="price_by_gtin"),
        ]


class DeliveryTerms(models.Model):
    """What a supplier charges around the goods under a lot, from a day to a day. Kroner without VAT.

    The fields mean what ``fellestorg netprice`` means by them.
    """

    class Mode(models.TextChoices):
        ROAD = "road"
        ZERO_EMISSION = "zero_emission"
        PICK_UP = "pick_up"
        DIGITAL = "digital"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="delivery_terms")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    min_order = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    small_order_fee = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    freight = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    free_freight_from = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    spend_discounts = models.JSONField(default=list, help_text='[{"from": "10000", "rate": "0.02"}]')
    mode = models.CharField(max_length=16, choices=Mode, default=Mode.ROAD)
    lead_days = models.PositiveSmallIntegerField(help_text="working days from order to delivery")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_set_of_terms_at_a_time",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            )
        ]
