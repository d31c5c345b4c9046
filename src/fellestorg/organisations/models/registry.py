"""What the Central Coordinating Register (Enhetsregisteret) says of organisations, as it was last heard."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.organisations.models.people import Organisation


class RegisteredUnit(models.Model):
    """A unit as the register last told of it: asked for by number, or read from its file of all units."""

    class Source(models.TextChoices):
        API = "api"
        FILE = "file"

    number = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=300)
    facts = models.JSONField(help_text="organisations/registry/units.py: Unit")
    source = models.CharField(max_length=4, choices=Source)
    as_of = models.DateTimeField()


class RegistryChange(models.Model):
    """Something the register says of an organisation now that it did not say before."""

    class Kind(models.TextChoices):
        BANKRUPTCY = "bankruptcy"
        DISSOLUTION = "dissolution"
        COMPULSORY = "compulsory"
        NAME = "name"
        DELETION = "deletion"

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="registry_changes")
    kind = models.CharField(max_length=12, choices=Kind)
    on = models.DateField(help_text="the register's day for it, else the day it was heard")
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    update_id = models.BigIntegerField(null=True, help_text="in the register's feed of changes")
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["-noted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "on", "after"], name="registry_change_told_once")
        ]


class RegistryFeed(models.Model):
    """How far the register's feed of changes has been read. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    last_id = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, help_text="why the last question failed; empty: it did not")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_registry_feed")]
