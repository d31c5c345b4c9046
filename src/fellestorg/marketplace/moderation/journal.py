"""The public journal of moderation's cases: each document that came in, went out or was made inside, shielded where a ground
lets it; and what the documents say, for those who are given access and for the archive."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.moderation.complaints import rules as complaint_rules
from fellestorg.marketplace.moderation.models import ModerationCase

# Direction, title, and the ground by which what was made inside is shielded.
_DOCUMENTS: dict[str, tuple[str, Promise, str]] = {
    "submitted": ("in", gettext_lazy("Tjeneste til publisering"), ""),
    "recommended": ("internal", gettext_lazy("Innstilling"), "internal"),
    "decided": ("out", gettext_lazy("Vedtak"), ""),
    "noticed": ("out", gettext_lazy("Varsel om fjerning"), ""),
    "asked": ("out", gettext_lazy("Melding om feil, til uttalelse"), ""),
    "answered": ("in", gettext_lazy("Uttalelse"), ""),
    "reported": ("in", gettext_lazy("Melding om feil"), ""),
    "complained": ("in", gettext_lazy("Klage"), ""),
    "complaint_proposed": ("internal", gettext_lazy("Innstilling i klagesak"), "internal"),
    "complaint_forwarded": ("out", gettext_lazy("Oversending av klage"), ""),
    "complaint_decided": ("out", gettext_lazy("Avgjørelse i klagesak"), ""),
}
DIRECTIONS = {
    "in": gettext_lazy("Inn"),
    "out": gettext_lazy("Ut"),
    "internal": gettext_lazy("Internt"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground for exemption, and whether it has been read in the act."""

    code: str
    labels: Mapping[str, str]
    source: str
    verified: bool

    @property
    def label(self) -> str:
        return in_language(self.labels)


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a case. ``ground`` is why its title, its party or the whole of it is shielded; ``text`` what it says, for
    those with access alone."""

    case: int
    reference: str
    number: int
    at: datetime
    direction: str
    title: str
    about: str
    party: str
    ground: Ground | None
    text: str

    def as_row(self) -> dict[str, Any]:
        """The entry as the public reads it."""
        return {
            "case": self.reference,
            "document": self.number,
            "date": self.at.date().isoformat(),
            "direction": self.direction,
            "title": self.title,
            "about": self.about,
            "party": self.party,
            "ground": self.ground.source if self.ground else "",
        }


@cache
def grounds() -> Mapping[str, Ground]:
    """The file that comes with the product. Raises ValueError where a language is missing."""
    document = tomllib.loads(resources.files(__package__).joinpath("journal.toml").read_text("utf-8"))
    for code, row in document["grounds"].items():
        if set(LANGUAGES) - set(row["label"]):
            raise ValueError(f"journal.toml: {code} lacks a language")
    return {
        code: Ground(code, row["label"], row["source"], row["verified"]) for code, row in document["grounds"].items()
    }


def cases() -> Any:
    """The cases of the journal, the newest first, with whether their listing has ever been public."""
    public = ListingVersion.objects.filter(listing=OuterRef("version__listing"), published_at__isnull=False)
    return (
        ModerationCase.objects.annotate(was_public=Exists(public))
        .select_related("version__listing__firm__organisation")
        .prefetch_related("steps")
        .order_by("-id")
    )


def sizes() -> dict[int, int]:
    """How many documents each case of the journal has, by its key, the newest case first."""
    submitted = When(kind=ModerationCase.Kind.PUBLICATION, version__submitted_at__isnull=False, then=Value(1))
    documents = Count("steps", filter=Q(steps__verb__in=_DOCUMENTS)) + Case(submitted, default=Value(0))
    return dict(ModerationCase.objects.annotate(documents=documents).order_by("-id").values_list("id", "documents"))


def stretch(of: Mapping[int, int], start: int, stop: int) -> list[Entry]:
    """The entries from ``start`` up to ``stop``, counted through all cases. ``of`` is what ``sizes`` gives."""
    wanted, before, passed = [], 0, 0
    for case, size in of.items():
        if passed + size <= start:
            before = passed + size
        elif passed < stop:
            wanted.append(case)
        passed += size
    return entries(cases().filter(pk__in=wanted))[start - before : stop - before]


def entries(rows: Iterable[ModerationCase]) -> list[Entry]:
    """The entries of these cases, as ``cases`` gives them, each case's documents in order."""
    return [entry for case in rows for entry in _of(case)]


def _of(case: Any) -> list[Entry]:
    version, firm = case.version, case.version.listing.firm.organisation.name
    known = grounds()
    about = version.text("title") if case.was_public else _("(skjermet)")
    steps: list[tuple[str, datetime, str]] = [
        (step.verb, step.at, step.text) for step in case.steps.all() if step.verb in _DOCUMENTS
    ]
    if case.kind == ModerationCase.Kind.PUBLICATION and version.submitted_at:
        words = "\n\n".join(version.text(name) for name in ("title", "summary", "description"))
        steps.insert(0, ("submitted", version.submitted_at, words))
    made = []
    for number, (verb, at, text) in enumerate(steps, 1):
        direction, title, shield = _DOCUMENTS[verb]
        party = {"internal": "SI", "in": firm, "out": firm}[direction]
        ground = known[shield] if shield else None if case.was_public else known["unpublished"]
        if verb == "reported":
            party, ground = _("(skjermet)"), known["reporter"]
        if verb == "complaint_forwarded":
            party = complaint_rules().body_name
        made.append(Entry(case.pk, case.reference, number, at, direction, str(title), about, party, ground, text))
    return made
