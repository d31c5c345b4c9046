"""What was booked: who reports it, each file that came in, each booking with what it was measured against; and hand-overs."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class Mode(models.TextChoices):
    AIR = "air"
    HOTEL = "hotel"
    CAR = "car"


class Channel(models.TextChoices):
    ONLINE = "online"
    OFFLINE = "offline"
    OUTSIDE = "outside"


class BookingSource(models.Model):
    """Who reports bookings: a travel agency, or a card company by way of an agency. References are unique within one."""

    class Kind(models.TextChoices):
        TRAVEL_AGENCY = "travel_agency"
        CARD = "card"
        BOOKING_TOOL = "booking_tool"

    id = models.BigAutoField(primary_key=True)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="+",
        help_text="the travel agency, or the agency whose cards they are",
    )
    headings = models.JSONField(
        default=dict, blank=True, help_text="its own column headings, in lower case, with the fields they stand for"
    )

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class BookingIntake(models.Model):
    """A file that came in. Its rows either became bookings or are rejected below: none is lost."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(BookingSource, models.PROTECT, related_name="intakes")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sent_by_name = models.CharField(max_length=200)
    sent_at = models.DateTimeField()
    dropped = models.JSONField(default=list, help_text="columns that were not read: [{column, code}]")
    read = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(read=F("new") + F("changed") + F("unchanged") + F("rejected")),
                name="no_row_of_a_file_is_lost",
            )
        ]


class RejectedRow(models.Model):
    """One thing wrong in one row of a file. The row's cells are not kept: they may hold what may not be stored."""

    id = models.BigAutoField(primary_key=True)
    intake = models.ForeignKey(BookingIntake, models.CASCADE, related_name="rejections")
    row = models.PositiveIntegerField(help_text="the line in the file")
    field = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40)
    text = models.TextField(help_text="in the language of whoever sent the file")
    texts = models.JSONField(default=dict, blank=True, help_text="the same in each language: {language: text}")

    class Meta:
        ordering = ["row", "id"]


class Booking(models.Model):
    """A journey, a stay or a rental as its source reports it, without the traveller; and what it was measured against.

    A source that reports a reference anew with something else adds a row; the one before is ``replaced_in`` that file.
    Amounts are kroner without VAT. ``expected`` is the agreement's price for what was booked, where it was on agreement;
    ``best`` the lowest agreement price for the same.
    """

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(BookingSource, models.PROTECT, related_name="bookings")
    intake = models.ForeignKey(BookingIntake, models.PROTECT, related_name="bookings")
    replaced_in = models.ForeignKey(BookingIntake, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text="of all that the source said of it")
    mode = models.CharField(max_length=5, choices=Mode)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="bookings")
    travel_agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=7, choices=Channel)
    booked_on = models.DateField()
    travelled_on = models.DateField()
    supplier = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    supplier_stated = models.CharField(max_length=120)
    place = models.CharField(max_length=60, help_text="a route as OSL-TOS, a location or a region")
    cabin = models.CharField(max_length=8, blank=True)
    fare_class = models.CharField(max_length=60, blank=True, help_text="fare class, room class or car group")
    nights = models.PositiveSmallIntegerField(null=True)
    days = models.PositiveSmallIntegerField(null=True)
    km = models.PositiveIntegerField(null=True, help_text="driven")
    fuel = models.CharField(max_length=8, blank=True)
    published = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    paid = models.DecimalField(max_digits=12, decimal_places=2)

    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20, blank=True, help_text="why it is off agreement; empty: it is on")
    expected = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    best = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    own_travel_agency = models.BooleanField(
        null=True, help_text="empty: not known whose travel agency is whose that day"
    )
    distance_km = models.PositiveIntegerField(null=True, help_text="in a straight line")
    co2e_kg = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    co2_factor = models.DecimalField(max_digits=9, decimal_places=5, null=True)
    co2_rule = models.CharField(max_length=40, blank=True, help_text="rule and version")
    co2_source = models.CharField(max_length=300, blank=True)
    co2_verified = models.BooleanField(default=False)
    co2_missing = models.CharField(max_length=20, blank=True, help_text="why there is no figure")

    class Meta:
        ordering = ["-travelled_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "reference"], condition=Q(replaced_in=None), name="booking_once_from_its_source"
            ),
            models.CheckConstraint(
                condition=Q(co2e_kg=None, co2_rule="") & ~Q(co2_missing="") | ~Q(co2e_kg=None) & ~Q(co2_rule=""),
                name="co2_with_its_rule_or_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "travelled_on"], name="booking_by_agency", condition=Q(replaced_in=None)),
            models.Index(fields=["travelled_on"], name="booking_by_day", condition=Q(replaced_in=None)),
        ]


class TravelAgencyChannel(models.Model):
    """How a travel agency is reached, from a day to a day, and what a booking costs there (kroner without VAT)."""

    id = models.BigAutoField(primary_key=True)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="booking_channels")
    online_address = models.URLField(max_length=300, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    fee_online = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    fee_offline = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    source = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_channel_at_a_time",
                expressions=[
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=~Q(online_address="") | ~Q(phone=""), name="travel_agency_is_reached_somehow"
            ),
        ]


class HandOver(models.Model):
    """That somebody at an agency went on to the travel agency to book. Counted without saying who."""

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    travel_agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    mode = models.CharField(max_length=5, choices=Mode)
    place = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=7, choices=[(Channel.ONLINE, "online"), (Channel.OFFLINE, "offline")])
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agency", "at"], name="hand_over_by_agency")]
