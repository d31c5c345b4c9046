"""View models of shortlists. A template gets finished ones and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fellestorg.kernel.text import in_language
from fellestorg.law.load import rule_book
from fellestorg.marketplace.listings.questions import question
from fellestorg.marketplace.listings.shown import category_path, change_words
from fellestorg.marketplace.search.facets import facet_of
from fellestorg.marketplace.shortlists.actions import Judged
from fellestorg.marketplace.shortlists.comparing import MOST
from fellestorg.marketplace.shortlists.content import Since, since
from fellestorg.marketplace.shortlists.models import Shortlist, ShortlistEntry
from fellestorg.marketplace.shortlists.queries import entries_of
from fellestorg.marketplace.shortlists.words import PURPOSES, STATES, VERDICTS

Toned = tuple[str | Promise, str]


@dataclass(frozen=True, slots=True)
class EntryShown:
    """A listing on the list: what was said of it, and what has happened to it since."""

    key: str
    title: str
    link: str
    firm: str
    organisation: str
    category: str
    number: int
    sha256: str
    found: bool
    verdict: str
    verdict_shown: Toned
    grounds: str
    news: tuple[str, ...]
    newer: bool


@dataclass(frozen=True, slots=True)
class SearchShown:
    """The search as it was: words, choices as label and values, when, and how many it found."""

    text: str
    choices: tuple[tuple[str, str], ...]
    at: datetime
    total: int
    link: str


def drafted(shortlist: Shortlist, day: date, judged: Mapping[str, Judged] | None = None) -> list[EntryShown]:
    """The entries of a draft, with what somebody has just written in place of what is kept."""
    told = since(shortlist, day)
    made = []
    for one in entries_of(shortlist):
        key = one.version.listing.key
        said = (judged or {}).get(key, Judged(one.verdict, one.grounds))
        verdict = said.verdict if said.verdict in VERDICTS else ShortlistEntry.Verdict.OPEN
        firm = one.version.listing.firm
        made.append(
            EntryShown(
                key, one.version.text("title", one.version.main_language), reverse("listing", args=[key]), firm.name,
                firm.organisation.number, category_path(one.version.listing.category), one.version.number,
                one.version.sha256, one.found, verdict, VERDICTS[verdict], said.grounds, _news(told.get(key)),
                told[key].state == "newer" if key in told else False,
            )
        )  # fmt: skip
    return made


def fixed_entries(content: Mapping[str, Any], told: Mapping[str, Since]) -> list[EntryShown]:
    """The entries of a fixed list as they were fixed, with what has happened since."""
    return [
        EntryShown(
            one["key"], one["title"], reverse("listing", args=[one["key"]]), one["firm"], one["organisation"],
            category_path(one["category"]), one["version"], one["sha256"], one["found_by_search"], one["verdict"],
            VERDICTS[one["verdict"]], one["grounds"], _news(told.get(one["key"])), False,
        )
        for one in content["listings"]
    ]  # fmt: skip


def search_of(search: Mapping[str, Any] | None) -> SearchShown | None:
    """The frozen search; None where the list began with a comparison."""
    if not search:
        return None
    choices = []
    for key, codes in search["facets"].items():
        facet = facet_of(key)
        labels = facet.labels(list(codes)) if facet else {}
        choices.append((str(facet.label) if facet else key, ", ".join(labels.get(code, code) for code in codes)))
    at = datetime.fromisoformat(search["at"])
    link = f"{reverse('search_all')}?{search['query']}"
    return SearchShown(search["text"], tuple(choices), at, search["total"], link)


def row_of(shortlist: Shortlist) -> dict[str, Any]:
    """A list in the list of lists."""
    return {
        "id": shortlist.pk,
        "title": shortlist.title,
        "link": reverse("shortlist", args=[shortlist.pk]),
        "purpose": PURPOSES[shortlist.purpose],
        "state": STATES[shortlist.state],
        "buyer": shortlist.buyer.name,
        "made_at": shortlist.made_at,
        "fixed_at": shortlist.fixed.fixed_at if shortlist.state == Shortlist.State.FIXED else None,
    }


def compared(entries: Sequence[EntryShown], questions: Sequence[str]) -> str:
    """The address that sets the chosen listings side by side, the first six; empty without any."""
    keys = [one.key for one in entries if one.verdict == ShortlistEntry.Verdict.CHOSEN][:MOST]
    if not keys:
        return ""
    pairs = [("tjeneste", key) for key in keys] + [("sporsmal", key) for key in questions]
    return f"{reverse('compare_listings')}?{urlencode(pairs)}"


def question_words(keys: Sequence[str]) -> list[str]:
    """Questions by their words."""
    return [found.text if (found := question(key)) else key for key in keys]


def equal_treatment(day: date) -> dict[str, Any]:
    """The rule that the pages remind of, with its source."""
    rule = rule_book().rule("MARKET-EQUAL", on=day)
    return {"text": in_language(rule.text), "source": rule.source, "verified": rule.verified}


def uses_of(shortlist: Shortlist) -> list[tuple[str, str, datetime]]:
    """The competitions the list is evidence in, for those who see the list: number, address, when."""
    return [
        (one.competition.number, reverse("competition", args=[one.competition.number]), one.used_at)
        for one in shortlist.uses.select_related("competition")
    ]


def _news(told: Since | None) -> tuple[str, ...]:
    if told is None:
        return ()
    if told.state == "gone":
        return (_("Er ikke lenger publisert."),)
    if told.state == "newer":
        changes = ", ".join(change_words(told.changes)) or _("ingen svar")
        return (_("Ny versjon {number}. Endret: {changes}.").format(number=told.number, changes=changes),)
    if told.outdated:
        count = len(told.outdated)
        return (ngettext("%(n)s svar er blitt utdatert.", "%(n)s svar er blitt utdatert.", count) % {"n": count},)
    return ()
