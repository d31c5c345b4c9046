"""A service or product that a firm presents, its versions, and the files that stand behind what it says."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q

from fellestorg.kernel.models import StoredFile, append_only
from fellestorg.marketplace.firms.models import Firm
from fellestorg.organisations.models import Person

# What a version says. Nothing of it changes once the version is submitted.
CONTENT = ("texts", "answers", "prices", "main_language")
FIXED = (
    *CONTENT, "listing_id", "number", "source", "sha256", "submitted_at", "submitted_by_id", "made_at", "made_by_id",
)  # fmt: skip


def _changed(*columns: str) -> pgtrigger.Q:
    """That any of the columns changes. The triggers' own ``AnyChange`` cannot be joined with another condition."""
    found = pgtrigger.Q()
    for one in columns:
        found |= pgtrigger.Q(**{f"old__{one}__df": pgtrigger.F(f"new__{one}")})
    return found


class Listing(models.Model):
    """One service or product of a firm. What it says is in its versions; at most one of them is public at a time."""

    class State(models.TextChoices):
        UNPUBLISHED = "unpublished"
        PUBLISHED = "published"
        REMOVED = "removed"
        ENDED = "ended"

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="listings")
    key = models.SlugField(max_length=80, unique=True, help_text="in the address of its page; never used again")
    category = models.CharField(max_length=40, help_text="a category of questions.toml that has questions of its own")
    state = models.CharField(max_length=12, choices=State, default=State.UNPUBLISHED)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["firm", "key"]
        indexes = [models.Index(fields=["category"], name="listing_by_category", condition=Q(state="published"))]

    def __str__(self) -> str:
        return self.key

    @property
    def stream(self) -> str:
        """Where the event log tells of it; also its subject there."""
        return f"listing:{self.key}"


class ListingVersion(models.Model):
    """What a listing says, or said. A draft is worked on; once submitted its content stands, and only its state moves.

    - ``texts``: ``{language: {"title", "summary", "description"}}``; ``main_language`` is always among them.
    - ``answers``: ``{question key: {"value", "basis", "evidence", "answered_at", "expires_at", "buyers_only"}}``.
      ``basis`` is ``evidence`` or ``self_declared``; ``evidence`` is ``{"kind": "file", "file": id}`` or
      ``{"kind": "registry", "reference", "url"}``; instants and days are ISO 8601.
    - ``prices``: ``[{"title", "unit", "amount", "from_quantity", "note", "buyers_only"}]``; ``unit`` is a key of the
      catalogue of units, ``amount`` kroner without VAT as decimal text.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        PUBLISHED = "published"
        REPLACED = "replaced"
        REFUSED = "refused"
        REMOVED = "removed"
        WITHDRAWN = "withdrawn"
        ENDED = "ended"

    class Source(models.TextChoices):
        FORM = "form"
        IMPORT = "import"
        API = "api"
        CORRECTION = "correction"
        COMPLAINT = "complaint"

    id = models.BigAutoField(primary_key=True)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    source = models.CharField(max_length=12, choices=Source, default=Source.FORM)
    main_language = models.CharField(max_length=2, default="nb")
    texts = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    prices = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the content, from submission on")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="when it was replaced, refused, removed, withdrawn or ended")

    class Meta:
        ordering = ["listing", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="listing_version_once"),
            models.UniqueConstraint(
                fields=["listing"], condition=Q(state__in=["draft", "submitted"]), name="one_listing_version_under_way"
            ),
            models.UniqueConstraint(
                fields=["listing"], condition=Q(state="published"), name="one_listing_version_public"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(submitted_at__isnull=False, submitted_by__isnull=False) & ~Q(sha256=""),
                name="listing_version_is_fixed_when_submitted",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "replaced", "removed", "ended"]) | Q(published_at__isnull=False),
                name="listing_version_published_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at"], name="listing_version_waiting", condition=Q(state="submitted"))
        ]
        triggers = [
            pgtrigger.Protect(
                name="submitted_content_stands",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft") & _changed(*FIXED),
            ),
            pgtrigger.Protect(name="listing_version_is_kept", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="listing_version_moves",
                field="state",
                transitions=[
                    ("draft", "submitted"),
                    ("draft", "withdrawn"),
                    ("submitted", "withdrawn"),
                    ("submitted", "published"),
                    ("submitted", "refused"),
                    ("published", "replaced"),
                    ("published", "removed"),
                    ("published", "ended"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.listing_id} v{self.number}"

    def text(self, field: str, language: str = "nb") -> str:
        """Title, summary or description in a language, or in the main one where it is not written in that."""
        for one in (language, self.main_language):
            if found := self.texts.get(one, {}).get(field):
                return str(found)
        return ""

    def content(self) -> Mapping[str, Any]:
        """What it says, in the shape that ``sha256`` is taken of."""
        return {name: getattr(self, name) for name in CONTENT}


class ListingFile(models.Model):
    """A file of a listing: what proves an answer, or is one. The bytes are kept once and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="files")
    stored = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="as the firm named it")
    bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["added_at", "name"]


class ListingStep(models.Model):
    """What happened to a version, for its public log: who is never said in public, only in the audit log.

    ``ruling`` is the reference of the decision behind it, ``reason`` what the public reads of why."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ListingVersion, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=ListingVersion.State)
    at = models.DateTimeField()
    by = models.CharField(max_length=80, help_text="the key of who did it, as in the event log")
    ruling = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, help_text="of the version's content at the time")

    class Meta:
        ordering = ["-id"]
        triggers = append_only()
