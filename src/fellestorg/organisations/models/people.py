"""Agencies, municipalities and suppliers; the people in them and the roles they hold."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Left, Lower

from fellestorg.kernel.sql import DateRange, SortKey
from fellestorg.organisations.rules import FOREIGN_NUMBER, LONGEST_NUMBER, NORWAY, NORWEGIAN_NUMBER, check_number


class Organisation(models.Model):
    """A legal entity with a Norwegian organisation number; or a supplier with the number of its own country's register."""

    class Kind(models.TextChoices):
        AGENCY = "agency"
        MUNICIPALITY = "municipality"
        COUNTY = "county"
        SUPPLIER = "supplier"

    class Form(models.TextChoices):
        BOKMAAL = "nb"
        NYNORSK = "nn"

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(max_length=2, default=NORWAY, help_text="ISO 3166-1")
    number = models.CharField(
        max_length=LONGEST_NUMBER,
        unique=True,
        validators=[check_number],
        help_text="nine digits, or the country and its register's number as DE-HRB12345",
    )
    name = models.CharField(max_length=200)
    name_nn = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    sort_name = SortKey("name")
    kind = models.CharField(max_length=16, choices=Kind)
    ministry = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=5, blank=True, help_text="NUTS 3 code, e.g. NO081")
    employees = models.PositiveIntegerField(null=True)
    language_form = models.CharField(max_length=2, choices=Form, default=Form.BOKMAAL)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    listed = models.BooleanField(default=True, help_text="in the public directory; not before a firm is verified")
    fictional = models.BooleanField(default=False, help_text="invented for the demo; its number is invented too")

    class Meta:
        ordering = ["sort_name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(country=NORWAY, number__regex=NORWEGIAN_NUMBER)
                | ~models.Q(country=NORWAY)
                & models.Q(country=Left("number", 2), kind="supplier", number__regex=FOREIGN_NUMBER),
                name="number_of_its_country",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who signs in. The house keeps a name, an e-mail address and roles; never a national identity number."""

    id = models.BigAutoField(primary_key=True)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField()
    language = models.CharField(max_length=2, default="nb")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["username"]
        constraints = [models.UniqueConstraint(Lower("username"), name="username_once_whatever_the_case")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"person:{self.pk}"


class RoleGrant(models.Model):
    """A role that a person holds in an organisation for a period, with budget authority where the role has one.

    A deputy holds a grant of their own, naming whom they stand in for.
    """

    class Role(models.TextChoices):
        BUYER = "buyer"
        APPROVER = "approver"
        LOCAL_AGREEMENT_MANAGER = "local_agreement_manager"
        AGREEMENT_MANAGER = "agreement_manager"
        SI_ADMIN = "si_admin"
        SUPPLIER = "supplier"
        AUDITOR = "auditor"
        PROJECT_LEAD = "project_lead"

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=32, choices=Role)
    budget_limit = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, help_text="kroner without VAT; empty: no limit of its own"
    )
    deputy_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="deputies")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="grant_ends_after_it_starts",
            ),
            ExclusionConstraint(
                name="role_held_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
