"""Air routes: who delivers on them, at what discount, and the fares that were seen."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from fellestorg.agreements.models import Lot
from fellestorg.kernel.sql import DateRange
from fellestorg.organisations.models import Organisation

MOST_SUPPLIERS = 3
"""The framework's own limit: no route has more suppliers at a time."""


class Airline(models.Model):
    """An airline's code on tickets, and the supplier that answers for it. One supplier may have several (AF and KL)."""

    code = models.CharField(max_length=2, primary_key=True, help_text="IATA designator, e.g. SK")
    name = models.CharField(max_length=80)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="airlines")

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(code__regex="^[A-Z0-9]{2}$"), name="airline_has_a_code")]

    def __str__(self) -> str:
        return self.code


class Route(models.Model):
    """Two airports that a lot covers. It holds in both directions: the agreement names the pair once."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="routes")
    origin = models.CharField(max_length=3, help_text="IATA code, as the agreement writes the pair")
    destination = models.CharField(max_length=3)

    class Meta:
        ordering = ["lot", "origin", "destination"]
        constraints = [
            models.UniqueConstraint(
                "lot", Least("origin", "destination"), Greatest("origin", "destination"), name="route_once_in_a_lot"
            ),
            models.CheckConstraint(
                condition=Q(origin__regex="^[A-Z]{3}$")
                & Q(destination__regex="^[A-Z]{3}$")
                & ~Q(origin=F("destination")),
                name="route_joins_two_airports",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """``OSL-TOS``: how needs and offers name it, whichever way somebody flies."""
        return f"{self.origin}-{self.destination}"


class RouteArea(models.Model):
    """That a supplier delivers on a route for a period, in a rank among at most three.

    ``basis`` says what the rank rests on: expected net price over observed fares. A new ranking closes the rows and adds
    new ones. A supplier that stops flying before that is closed from a day, with the reason.
    """

    id = models.BigAutoField(primary_key=True)
    route = models.ForeignKey(Route, models.PROTECT, related_name="areas")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="route_areas")
    rank = models.PositiveSmallIntegerField()
    basis = models.JSONField(default=dict, help_text='{"expected", "classes", "fares", "from", "to"}; empty: not known')
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    closed_from = models.DateField(null=True)
    closed_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["route", "rank", "valid_from"]
        constraints = [
            # One supplier a rank and three ranks: at most three suppliers on a route on any day.
            models.CheckConstraint(condition=Q(rank__range=(1, MOST_SUPPLIERS)), name="three_suppliers_a_route"),
            ExclusionConstraint(
                name="one_area_a_rank",
                expressions=[
                    ("route", RangeOperators.EQUAL),
                    ("rank", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="one_area_a_supplier",
                expressions=[
                    ("route", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(closed_from=None) | ~Q(closed_reason=""), name="closed_route_has_a_reason"
            ),
        ]


class FareDiscount(models.Model):
    """What a supplier takes off the published fare of a class on a route, for a period."""

    id = models.BigAutoField(primary_key=True)
    route = models.ForeignKey(Route, models.PROTECT, related_name="discounts")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="fare_discounts")
    fare_class = models.CharField(max_length=12)
    rate = models.DecimalField(max_digits=5, decimal_places=4, help_text="share of the published fare, 0.12 for 12 %")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["route", "supplier", "fare_class", "valid_from"]
        constraints = [
            models.CheckConstraint(condition=Q(rate__gte=0) & Q(rate__lt=1), name="discount_is_a_share"),
            ExclusionConstraint(
                name="one_discount_a_class",
                expressions=[
                    ("route", RangeOperators.EQUAL),
                    ("supplier", RangeOperators.EQUAL),
                    ("fare_class", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class PublishedFare(models.Model):
    """A fare as an airline published it, seen on a day. Rankings rest on these; each keeps what it rested on."""

    id = models.BigAutoField(primary_key=True)
    route = models.ForeignKey(Route, models.PROTECT, related_name="fares")
    airline = models.ForeignKey(Airline, models.PROTECT, related_name="+")
    fare_class = models.CharField(max_length=12)
    amount = models.DecimalField(max_digits=12, decimal_places=2, help_text="kroner without VAT, one way")
    seen_on = models.DateField()
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["route", "seen_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="published_fare_is_positive"),
            models.UniqueConstraint(
                fields=["route", "airline", "fare_class", "seen_on", "source"], name="fare_seen_once"
            ),
        ]
