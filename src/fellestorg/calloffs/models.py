"""Call-offs: from the need to the order, with the decision that says why."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from fellestorg.agreements.models import Lot, PolicyVersion
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.kernel.models import DecisionRecord, StoredFile
from fellestorg.organisations.models import Organisation, Person


class CallOff(models.Model):
    """One need, decided. ``decision`` is what was decided at the moment of pressing the button, and on what facts."""

    class State(models.TextChoices):
        AWAITING_APPROVAL = "awaiting_approval"
        COMMITTED = "committed"
        MINI_COMPETITION = "mini_competition"
        DPS_INVITATION = "dps_invitation"
        OFFERED = "offered"
        NO_SUPPLIER = "no_supplier"
        REFUSED_APPROVAL = "refused_approval"
        LAPSED = "lapsed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.CharField(max_length=20, unique=True)
    request_id = models.CharField(max_length=80)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="call_offs")
    requested_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="call_offs")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    decision = models.OneToOneField(DecisionRecord, models.PROTECT, related_name="call_off")
    state = models.CharField(max_length=20, choices=State)
    title = models.CharField(max_length=200)
    contract_value = models.DecimalField(
        max_digits=18, decimal_places=2, help_text="what the ledger draws, without VAT"
    )
    net_price = models.DecimalField(max_digits=18, decimal_places=2, help_text="with handling and carbon")
    co2e_kg = models.DecimalField(max_digits=18, decimal_places=4)
    co2e_estimated = models.BooleanField()
    deliver_to = models.CharField(max_length=300)
    deliver_by = models.DateField(null=True)
    buyer_reference = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    reserve_until = models.DateField(null=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["buyer", "request_id"], name="request_makes_one_call_off"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(closed_reason=""), name="cancellation_has_a_reason"
            ),
            # A second person approves: never the one who asked.
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("requested_by")), name="approved_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "-made_at"], name="call_off_by_lot"),
            models.Index(fields=["buyer", "-made_at"], name="call_off_by_buyer"),
            models.Index(fields=["state"], name="call_off_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def subject(self) -> str:
        """The key under which the event log tells of this call-off."""
        return f"call_off:{self.pk}"


class Order(models.Model):
    """What one supplier is asked to deliver under a call-off."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    call_off = models.ForeignKey(CallOff, models.PROTECT, related_name="orders")
    number = models.CharField(max_length=24, unique=True)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="orders")
    contract_value = models.DecimalField(max_digits=18, decimal_places=2)
    parts = models.JSONField(help_text="goods, discount, fees, freight, handling, carbon as decimal strings")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]


class OrderLine(models.Model):
    """One line of an order, tied to the price line (the version) that it was priced from."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    price_line = models.ForeignKey(PriceLine, models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    vat_rate = models.DecimalField(max_digits=4, decimal_places=3)
    co2e_kg = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    class Meta:
        ordering = ["id"]


class Invitation(models.Model):
    """A supplier to be invited to the mini-competition that a call-off leads to (FA-10: all who can perform)."""

    id = models.BigAutoField(primary_key=True)
    call_off = models.ForeignKey(CallOff, models.PROTECT, related_name="invitations")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call_off", "supplier"], name="invited_once")]


class Document(models.Model):
    """A file that belongs to a call-off: its protocol, an order."""

    id = models.BigAutoField(primary_key=True)
    call_off = models.ForeignKey(CallOff, models.PROTECT, related_name="documents")
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="documents")
    file = models.OneToOneField(StoredFile, models.PROTECT)
    kind = models.CharField(max_length=20)


class ShoppingList(models.Model):
    """A basket that an agency's buyers keep under a name and share. ``waiting``: it is to be ordered, by whoever comes
    first; ``taken_by`` is who put it in a basket then."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    waiting = models.BooleanField(default=False)
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("organisation", Lower("name"), name="one_shopping_list_of_a_name"),
            models.CheckConstraint(condition=~Q(name=""), name="shopping_list_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The key under which the event log tells of this list."""
        return f"shopping_list:{self.pk}"


class ShoppingListLine(models.Model):
    """An item number and how many. The number and not the item: lists outlive agreements."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(ShoppingList, models.CASCADE, related_name="lines")
    item = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["list", "item"], name="item_once_in_a_shopping_list"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shopping_list_quantity_above_zero"),
        ]


# Django finds models from here; the sub-room keeps its own.
from fellestorg.calloffs.cascade.models import RankedOffer  # noqa: E402, F401
from fellestorg.calloffs.coverage.models import CoverageCase, UnitCount  # noqa: E402, F401
from fellestorg.calloffs.entry.models import StatedNeed  # noqa: E402, F401
from fellestorg.calloffs.reuse.custody.models import CustodyStep  # noqa: E402, F401
from fellestorg.calloffs.reuse.models import ReuseSettlement  # noqa: E402, F401
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine, RoutineDecision  # noqa: E402, F401
