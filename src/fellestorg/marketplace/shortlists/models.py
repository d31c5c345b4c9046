"""Shortlists. A draft is worked on; once fixed nothing of it changes, and its whole content is kept with a fingerprint."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from fellestorg.competitions.models import Competition
from fellestorg.kernel.models import append_only
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.organisations.models import Organisation, Person

_ENTRY_STANDS = """
    IF EXISTS (SELECT 1 FROM marketplace_shortlist WHERE id = {row}.shortlist_id AND state <> 'draft') THEN
        RAISE EXCEPTION 'pgtrigger: the entries of a shortlist that is no draft stand';
    END IF;
"""


def _changed(*columns: str) -> pgtrigger.Q:
    found = pgtrigger.Q()
    for one in columns:
        found |= pgtrigger.Q(**{f"old__{one}__df": pgtrigger.F(f"new__{one}")})
    return found


class Shortlist(models.Model):
    """An agency's list of listings for one need.

    - ``search``: what was asked and found when the list was begun, or empty where it began with a comparison:
      ``{"text", "facets", "at", "total", "corrected", "listings": [{"key", "version", "sha256", "title", "firm"}]}``.
    - ``questions``: keys of the questions that the listings are compared on; empty for all of them.
    - ``common_grounds``: why those are left out that have no grounds of their own.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        FIXED = "fixed"
        DROPPED = "dropped"

    class Purpose(models.TextChoices):
        MINI_COMPETITION = "mini_competition"
        MARKET_STUDY = "market_study"

    id = models.BigAutoField(primary_key=True)
    buyer = models.ForeignKey(Organisation, models.PROTECT, related_name="shortlists")
    purpose = models.CharField(max_length=20, choices=Purpose)
    title = models.CharField(max_length=200)
    need = models.TextField()
    common_grounds = models.TextField(blank=True)
    search = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    begun_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="begun_anew")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["mini_competition", "market_study"]), name="shortlist_purpose_is_known"
            )
        ]
        indexes = [models.Index(fields=["buyer", "-id"], name="shortlist_by_buyer")]
        triggers = [
            pgtrigger.Protect(
                name="fixed_shortlist_stands", operation=pgtrigger.Update, condition=~pgtrigger.Q(old__state="draft")
            ),
            pgtrigger.Protect(
                name="shortlist_search_stands",
                operation=pgtrigger.Update,
                condition=_changed("search", "buyer_id", "purpose", "begun_from_id", "made_at", "made_by_id"),
            ),
            pgtrigger.Protect(name="shortlist_is_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"shortlist {self.pk}"

    @property
    def stream(self) -> str:
        """Where the event log tells of it; also its subject there."""
        return f"shortlist:{self.pk}"


class ShortlistEntry(models.Model):
    """A listing on a shortlist, in the version that was looked at. ``found`` is whether the search found it."""

    class Verdict(models.TextChoices):
        OPEN = "open"
        CHOSEN = "chosen"
        LEFT_OUT = "left_out"

    id = models.BigAutoField(primary_key=True)
    shortlist = models.ForeignKey(Shortlist, models.PROTECT, related_name="entries")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="+")
    version = models.ForeignKey(ListingVersion, models.PROTECT, related_name="+")
    found = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.OPEN)
    grounds = models.TextField(blank=True)

    class Meta:
        ordering = ["shortlist", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shortlist", "listing"], name="shortlist_listing_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["open", "chosen", "left_out"]), name="shortlist_verdict_is_known"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="entries_stand_with_their_list",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=f"{_ENTRY_STANDS.format(row='OLD')} IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="entries_join_a_draft",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=f"{_ENTRY_STANDS.format(row='NEW')} RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shortlist_id}: {self.listing_id}"


class FixedShortlist(models.Model):
    """A fixed shortlist's whole content (``content.py``), with the digest of it. The rows above may be forgotten; this is
    what was fixed."""

    id = models.BigAutoField(primary_key=True)
    shortlist = models.OneToOneField(Shortlist, models.PROTECT, related_name="fixed")
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    sha256 = models.CharField(max_length=64)
    fixed_at = models.DateTimeField()
    fixed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        triggers = append_only()


class ShortlistUse(models.Model):
    """That a fixed shortlist is evidence in a competition. ``sha256`` is of its content then."""

    id = models.BigAutoField(primary_key=True)
    shortlist = models.ForeignKey(Shortlist, models.PROTECT, related_name="uses")
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField()
    used_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["shortlist", "competition"], name="shortlist_used_once_in_a_competition")
        ]
        triggers = append_only()
