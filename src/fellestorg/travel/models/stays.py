"""Hotels: the places of an agreement, the hotels there, their rates, what counts, and rates that were refused."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.engines.travel.stays import LRA, PERCENTAGE_OFF
from fellestorg.kernel.models import append_only
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class HotelPlace(models.Model):
    """A place that a lot covers, with the points one may be going to there; distances are measured to one of them."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="hotel_places")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=100)
    points = models.JSONField(help_text='[{"key", "name", "latitude", "longitude"}], the usual one first')
    outside_vat = models.BooleanField(default=False, help_text="Svalbard lies outside the VAT area")

    class Meta:
        ordering = ["lot", "name"]
        constraints = [models.UniqueConstraint(fields=["lot", "key"], name="hotel_place_once_in_a_lot")]

    def __str__(self) -> str:
        return self.key


class Hotel(models.Model):
    """A hotel on the agreement at a place. ``ecolabel`` counts to its last day."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey(HotelPlace, models.PROTECT, related_name="hotels")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="hotels")
    key = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    latitude = models.DecimalField(max_digits=8, decimal_places=5)
    longitude = models.DecimalField(max_digits=8, decimal_places=5)
    ecolabel = models.CharField(max_length=60, blank=True)
    ecolabel_to = models.DateField(null=True)

    class Meta:
        ordering = ["place", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ecolabel_to=None) | ~Q(ecolabel=""), name="last_day_of_an_ecolabel")
        ]

    def __str__(self) -> str:
        return self.key


class HotelRate(models.Model):
    """What a hotel asks for a kind of room in a stretch of days. A season is a stretch of its own.

    ``lra``: ``amount`` kroner a night with VAT, until the last room is taken. ``percentage_off``: ``discount``, a share
    off the price of the day.
    """

    class Room(models.TextChoices):
        STANDARD = "standard"
        SUPERIOR = "superior"

    id = models.BigAutoField(primary_key=True)
    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="rates")
    room = models.CharField(max_length=10, choices=Room)
    model = models.CharField(max_length=16, choices=[(LRA, LRA), (PERCENTAGE_OFF, PERCENTAGE_OFF)])
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, help_text="kroner a night with VAT")
    discount = models.DecimalField(max_digits=5, decimal_places=4, null=True, help_text="share, 0.12 for 12 %")
    breakfast = models.BooleanField(default=True)
    season = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["hotel", "room", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(model=LRA, discount=None, amount__gt=0)
                | Q(model=PERCENTAGE_OFF, amount=None, discount__gte=0, discount__lt=1),
                name="rate_is_fixed_or_a_discount",
            ),
            ExclusionConstraint(
                name="one_hotel_rate_a_night",
                expressions=[
                    ("hotel", RangeOperators.EQUAL),
                    ("room", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class TravelTerms(models.Model):
    """What counts when a lot's hotels or cars are put in order, from a day until the next version. Never changed.

    ``stay``: ``per_km``, ``free_km``, ``ecolabel_share``, ``breakfast_worth``. ``rental``: ``tolerance``, ``co2_cap``.
    """

    class Kind(models.TextChoices):
        STAY = "stay"
        RENTAL = "rental"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="travel_terms")
    kind = models.CharField(max_length=8, choices=Kind)
    valid_from = models.DateField()
    document = models.JSONField()
    source = models.CharField(max_length=300, help_text="where the framework says so")
    verified = models.BooleanField(default=False)

    class Meta:
        ordering = ["lot", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["lot", "valid_from"], name="travel_terms_one_a_day")]
        triggers = append_only()


class RateBreach(models.Model):
    """That a hotel did not give what it had agreed to somebody: reported to the agreement's manager and the hotel.

    Amounts are kroner a night with VAT; ``offered`` is empty where it offered nothing instead.
    """

    id = models.BigAutoField(primary_key=True)
    hotel = models.ForeignKey(Hotel, models.PROTECT, related_name="breaches")
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="rate_breaches")
    room = models.CharField(max_length=10, choices=HotelRate.Room)
    code = models.CharField(max_length=20, help_text="lra_refused, lra_broken or discount_short")
    arrival = models.DateField()
    nights = models.PositiveSmallIntegerField()
    asked_on = models.DateField()
    agreed = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    offered = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    note = models.CharField(max_length=1000, blank=True)
    reported_by_key = models.CharField(max_length=80)
    reported_by = models.CharField(max_length=200)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-reported_at", "-id"]
        triggers = append_only()


class BreachAnswer(models.Model):
    """What the hotel says to a report, once: it has put it right, it explains it, or it disagrees."""

    class Outcome(models.TextChoices):
        CORRECTED = "corrected"
        EXPLAINED = "explained"
        DISPUTED = "disputed"

    id = models.BigAutoField(primary_key=True)
    breach = models.OneToOneField(RateBreach, models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=10, choices=Outcome)
    text = models.CharField(max_length=1000)
    answered_by_key = models.CharField(max_length=80)
    answered_by = models.CharField(max_length=200)
    answered_at = models.DateTimeField()

    class Meta:
        triggers = append_only()
