"""Rental cars: what each supplier has in a region, what it asks, and what it costs to deliver a car elsewhere."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.engines.travel.rentals import CAR_CLASSES, FUELS
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation


class RentalCar(models.Model):
    """A kind of car that a supplier rents out in a lot's region, as it declares it. ``co2_g_km`` is by the test cycle."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="rental_cars")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="rental_cars")
    key = models.SlugField(max_length=80)
    name = models.CharField(max_length=120)
    car_class = models.CharField(max_length=10, choices=[(one, one) for one in CAR_CLASSES])
    fuel = models.CharField(max_length=8, choices=[(one, one) for one in FUELS])
    litres_100km = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    kwh_100km = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    co2_g_km = models.PositiveSmallIntegerField()
    range_km = models.PositiveSmallIntegerField(null=True, help_text="on a charge")

    class Meta:
        ordering = ["lot", "car_class", "key"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "key"], name="rental_car_once_in_a_lot"),
            models.CheckConstraint(
                condition=Q(fuel="electric", litres_100km=0, co2_g_km=0, kwh_100km__gt=0)
                | ~Q(fuel="electric") & Q(litres_100km__gt=0),
                name="rental_car_runs_on_something",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class RentalPrice(models.Model):
    """What a car costs by the day, the week and the month (30 days), kroner without VAT, for a stretch of days."""

    id = models.BigAutoField(primary_key=True)
    car = models.ForeignKey(RentalCar, models.PROTECT, related_name="prices")
    day = models.DecimalField(max_digits=10, decimal_places=2)
    week = models.DecimalField(max_digits=10, decimal_places=2)
    month = models.DecimalField(max_digits=10, decimal_places=2)
    km_included = models.PositiveSmallIntegerField(null=True, help_text="a day; empty: as far as one likes")
    extra_km = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["car", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(day__gt=0, week__gt=0, month__gt=0, extra_km__gte=0), name="rental_prices_are_above_zero"
            ),
            ExclusionConstraint(
                name="one_rental_price_a_day",
                expressions=[
                    ("car", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class OneWayFee(models.Model):
    """What a supplier takes for a car fetched in a region and delivered in another (empty: elsewhere in the same)."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="one_way_fees")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="one_way_fees")
    to = models.CharField(max_length=60, blank=True, help_text="the key of the other region's lot")
    fee = models.DecimalField(max_digits=10, decimal_places=2)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["lot", "supplier", "to", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(fee__gte=0), name="one_way_fee_is_not_negative"),
            ExclusionConstraint(
                name="one_one_way_fee_a_day",
                expressions=[
                    ("lot", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    ("to", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
