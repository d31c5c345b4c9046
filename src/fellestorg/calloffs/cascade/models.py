"""The offers of a call-off that asks its suppliers in turn."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from fellestorg.organisations.models import Organisation, Person


class RankedOffer(models.Model):
    """One supplier's turn. What it is offered is frozen when the call-off is made; what comes of it is filled in once.

    ``order`` is the engine's order (lines, price-line versions, parts), ``answer_by`` the last instant of an answer.
    The database lets one be open at a time, one be accepted, and no answer be later than ``answer_by``.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        TIMED_OUT = "timed_out"
        PASSED = "passed"
        WITHDRAWN = "withdrawn"

    class Reason(models.TextChoices):
        CAPACITY = "capacity"
        DELIVERY_TIME = "delivery_time"
        SOLD_OUT = "sold_out"
        PLACE = "place"
        OTHER = "other"

    id = models.BigAutoField(primary_key=True)
    call_off = models.ForeignKey("calloffs.CallOff", models.PROTECT, related_name="ranked_offers")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="ranked_offers")
    turn = models.PositiveSmallIntegerField(help_text="1 is asked first")
    rank = models.PositiveSmallIntegerField(help_text="the supplier's rank in the lot")
    hours = models.PositiveSmallIntegerField(help_text="working hours to answer")
    contract_value = models.DecimalField(max_digits=18, decimal_places=2, help_text="without VAT")
    net_price = models.DecimalField(max_digits=18, decimal_places=2, help_text="with handling and carbon")
    order = models.JSONField(help_text="the engine's order, with price-line ids and amounts as decimal strings")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    opened_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason_code = models.CharField(max_length=20, blank=True, help_text="of a decline, or why the turn was passed")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["call_off", "turn"]
        constraints = [
            models.UniqueConstraint(fields=["call_off", "turn"], name="offer_turn_once"),
            models.UniqueConstraint(fields=["call_off", "supplier"], name="offered_once"),
            models.UniqueConstraint(fields=["call_off"], condition=Q(state="open"), name="one_offer_open_at_a_time"),
            models.UniqueConstraint(fields=["call_off"], condition=Q(state="accepted"), name="one_offer_accepted"),
            models.CheckConstraint(
                condition=~Q(state__in=["open", "accepted", "declined", "timed_out"])
                | Q(opened_at__isnull=False, answer_by__gt=F("opened_at")),
                name="offer_asked_with_a_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"])
                | Q(closed_at__isnull=False, closed_at__lte=F("answer_by"), answered_by__isnull=False),
                name="offer_answered_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="timed_out") | Q(closed_at__isnull=False, closed_at__gt=F("answer_by")),
                name="offer_timed_out_after_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "passed"]) | ~Q(reason_code=""), name="offer_decline_has_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], name="offer_open_by_deadline", condition=Q(state="open")),
            models.Index(fields=["supplier", "-opened_at"], name="offer_by_supplier"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="offer_is_frozen",
                fields=[
                    "call_off",
                    "supplier",
                    "turn",
                    "rank",
                    "hours",
                    "contract_value",
                    "net_price",
                    "order",
                ],
            ),
            pgtrigger.Protect(name="offer_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="offer_is_answered_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["accepted", "declined", "timed_out", "passed", "withdrawn"]),
            ),
        ]

    @property
    def subject(self) -> str:
        """The key under which the event log tells of the call-off that this is a turn of."""
        return f"call_off:{self.call_off_id}"
