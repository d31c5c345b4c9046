"""The verbs of shortlists: begun from a search or a comparison, written, fixed for good, begun anew.

Every change takes the list's own row lock first, so that of two who fix it at once the second finds it fixed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.queries import published_rows
from fellestorg.marketplace.listings.questions import question
from fellestorg.marketplace.shortlists.content import content_of
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistEntry
from fellestorg.marketplace.shortlists.policy import may_change, may_make, may_use
from fellestorg.marketplace.shortlists.queries import entries_of, public_versions, title_of
from fellestorg.marketplace.shortlists.searching import MOST_FOUND, freeze
from fellestorg.marketplace.shortlists.words import refusal_text
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Decision, Problem, Refused, digest

MOST_ENTRIES, MOST_CHOSEN = MOST_FOUND, 12
SHORTEST_NEED, SHORTEST_GROUNDS, LONGEST_TEXT = 20, 10, 4000
_Verdict = ShortlistEntry.Verdict


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is begun with: its purpose, title and need; the address' parameters of a search, or none; the keys of
    listings that were compared, and of the questions they were compared on."""

    purpose: str
    title: str
    need: str
    query: str = ""
    keys: Sequence[str] = ()
    questions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of one listing."""

    verdict: str
    grounds: str


@transaction.atomic
def begin(
    buyer: Organisation, wish: Wish, *, actor: Actor, person: Person, now: datetime, begun_from: Shortlist | None = None
) -> Shortlist:
    """A draft with the listings as they are public now, and the search as it answers now. Raises BadInput with everything
    that is wrong, Refused for somebody who buys nothing for the agency, or where there are too many listings."""
    _require(may_make(actor, buyer.number))
    problems = _text_problems(wish.title, wish.need)
    if wish.purpose not in Shortlist.Purpose.values:
        problems.append(Problem("purpose", "unknown", _("Velg hva kortlista skal brukes til.")))
    search: dict[str, Any] = {}
    try:
        search = freeze(wish.query, actor, now) if wish.query else {}
    except BadInput as error:
        problems += error.problems
    found = [one["key"] for one in search.get("listings", ())]
    keys = list(dict.fromkeys([*found, *wish.keys]))
    rows = {one.listing.key: one for one in published_rows().filter(listing__key__in=keys)}
    problems += _unpublished(key for key in keys if key not in rows)
    if not keys and not problems:
        problems.append(Problem("listings", "missing", _("Begynn med et søk eller en sammenligning.")))
    if len(keys) > MOST_ENTRIES:
        text = _("En kortliste kan ha høyst {most} tjenester.").format(most=MOST_ENTRIES)
        problems.append(Problem("listings", "too_many", text))
    BadInput.raise_if(problems)
    made = Shortlist.objects.create(
        buyer=buyer, purpose=wish.purpose, title=wish.title.strip(), need=wish.need.strip(), search=search,
        questions=[key for key in dict.fromkeys(wish.questions) if question(key)], begun_from=begun_from, made_at=now,
        made_by=person, saved_at=now,
    )  # fmt: skip
    ShortlistEntry.objects.bulk_create(
        ShortlistEntry(shortlist=made, listing=rows[key].listing, version=rows[key], found=key in found) for key in keys
    )
    told = {"purpose": made.purpose, "search": digest(search) if search else "", "listings": len(keys)}
    _record(made, "shortlist_begun", actor, now, told)
    return made


@transaction.atomic
def save(
    shortlist: Shortlist,
    *,
    title: str,
    need: str,
    common_grounds: str,
    judged: Mapping[str, Judged],
    actor: Actor,
    now: datetime,
) -> Shortlist:
    """Keep what is written so far; ``judged`` is by listing key, and says nothing of those it does not name. Raises
    BadInput for a list without a title or a need, and for what is too long."""
    row = _locked(shortlist, actor)
    problems = _text_problems(title, need)
    texts = {"common_grounds": common_grounds} | {key: one.grounds for key, one in judged.items()}
    problems += [
        Problem(where, "too_long", _("Skriv høyst {most} tegn.").format(most=LONGEST_TEXT))
        for where, text in texts.items()
        if len(text) > LONGEST_TEXT
    ]
    BadInput.raise_if(problems)
    row.title, row.need, row.common_grounds, row.saved_at = title.strip(), need.strip(), common_grounds.strip(), now
    row.save(update_fields=["title", "need", "common_grounds", "saved_at"])
    entries = list(row.entries.select_related("listing"))
    for entry in entries:
        if (said := judged.get(entry.listing.key)) is not None:
            entry.verdict = said.verdict if said.verdict in _Verdict.values else _Verdict.OPEN
            entry.grounds = said.grounds.strip()
    ShortlistEntry.objects.bulk_update(entries, ["verdict", "grounds"])
    _record(row, "shortlist_saved", actor, now, {"listings": len(entries)})
    return row


@transaction.atomic
def add(shortlist: Shortlist, keys: Collection[str], *, actor: Actor, now: datetime) -> Shortlist:
    """Take in more listings, as they are public now; those that are on the list already stay as they are."""
    row = _locked(shortlist, actor)
    there = set(row.entries.values_list("listing__key", flat=True))
    new = [key for key in dict.fromkeys(keys) if key not in there]
    rows = {one.listing.key: one for one in published_rows().filter(listing__key__in=new)}
    problems = _unpublished(key for key in new if key not in rows)
    if len(there) + len(new) > MOST_ENTRIES:
        text = _("En kortliste kan ha høyst {most} tjenester.").format(most=MOST_ENTRIES)
        problems.append(Problem("listings", "too_many", text))
    BadInput.raise_if(problems)
    ShortlistEntry.objects.bulk_create(
        ShortlistEntry(shortlist=row, listing=rows[key].listing, version=rows[key]) for key in new
    )
    _record(row, "shortlist_saved", actor, now, {"listings": len(there) + len(new)})
    return row


@transaction.atomic
def take_out(shortlist: Shortlist, key: str, *, actor: Actor, now: datetime) -> Shortlist:
    """Take out a listing that somebody put there. Refused for what the search found: that is given a verdict instead."""
    row = _locked(shortlist, actor)
    entry = row.entries.filter(listing__key=key).first()
    if entry is None:
        return row
    if entry.found:
        raise Refused("found_by_search", refusal_text("found_by_search"))
    entry.delete()
    _record(row, "shortlist_saved", actor, now, {"listings": row.entries.count()})
    return row


@transaction.atomic
def renew(shortlist: Shortlist, key: str, *, actor: Actor, now: datetime) -> Shortlist:
    """Look at the version that is public now instead. The grounds stay as words; the verdict must be given anew."""
    row = _locked(shortlist, actor)
    entry = row.entries.filter(listing__key=key).first()
    public = public_versions([entry.listing_id]).get(entry.listing_id) if entry else None
    if entry is None or public is None:
        raise BadInput(*_unpublished([key]))
    if public.pk != entry.version_id:
        entry.version, entry.verdict = public, _Verdict.OPEN
        entry.save(update_fields=["version", "verdict"])
        _record(row, "shortlist_saved", actor, now, {"listing": key, "version": public.number})
    return row


@transaction.atomic
def drop(shortlist: Shortlist, *, actor: Actor, now: datetime) -> None:
    """Give up a draft. It is kept, and shown nowhere."""
    row = _locked(shortlist, actor)
    row.state = Shortlist.State.DROPPED
    row.save(update_fields=["state"])
    _record(row, "shortlist_dropped", actor, now, {})


@transaction.atomic
def fix(shortlist: Shortlist, *, actor: Actor, person: Person, now: datetime) -> FixedShortlist:
    """Fix a draft for good: its whole content is kept with its digest, and the log covers it. Raises BadInput with
    everything that is missing, Refused where it is fixed already."""
    row = _locked(shortlist, actor)
    BadInput.raise_if(faults(row))
    content = content_of(row, actor, now)
    made = FixedShortlist.objects.create(
        shortlist=row, content=content, sha256=digest(content), fixed_at=now, fixed_by=person
    )
    row.state = Shortlist.State.FIXED
    row.save(update_fields=["state"])
    chosen = sum(1 for one in content["listings"] if one["verdict"] == _Verdict.CHOSEN)
    told = {"sha256": made.sha256, "listings": len(content["listings"]), "chosen": chosen, "purpose": row.purpose}
    _record(row, "shortlist_fixed", actor, now, told, made)
    return made


@transaction.atomic
def anew(shortlist: Shortlist, *, actor: Actor, person: Person, now: datetime) -> Shortlist:
    """A new draft from a fixed list: the same need, the search asked again, and what was said of each listing. A verdict
    follows only where the version is the same; listings that are gone do not."""
    _require(may_use(actor, shortlist))
    before = {one.listing_id: one for one in entries_of(shortlist)}
    public = public_versions(list(before))
    keys = [one.listing.key for one in public.values()]
    query = str(shortlist.search.get("query", ""))
    wish = Wish(shortlist.purpose, shortlist.title, shortlist.need, query, keys, shortlist.questions)
    made = begin(shortlist.buyer, wish, actor=actor, person=person, now=now, begun_from=shortlist)
    entries = list(made.entries.all())
    for entry in entries:
        if (earlier := before.get(entry.listing_id)) is not None:
            entry.grounds = earlier.grounds
            entry.verdict = earlier.verdict if earlier.version_id == entry.version_id else _Verdict.OPEN
    ShortlistEntry.objects.bulk_update(entries, ["verdict", "grounds"])
    made.common_grounds = shortlist.common_grounds
    made.save(update_fields=["common_grounds"])
    return made


def faults(shortlist: Shortlist) -> list[Problem]:
    """What stands in the way of fixing a list: verdicts and grounds that are missing, versions that are not the public
    ones, too many chosen or none."""
    entries = entries_of(shortlist)
    public = public_versions([one.listing_id for one in entries])
    common = len(shortlist.common_grounds.strip()) >= SHORTEST_GROUNDS
    problems = [problem for one in entries for problem in _entry_faults(one, public.get(one.listing_id), common)]
    chosen = sum(1 for one in entries if one.verdict == _Verdict.CHOSEN)
    if not chosen:
        problems.append(Problem("listings", "none_chosen", _("Velg minst én tjeneste.")))
    if chosen > MOST_CHOSEN:
        text = _("Velg høyst {most} tjenester. En kortliste med flere hjelper ingen videre.")
        problems.append(Problem("listings", "too_many_chosen", text.format(most=MOST_CHOSEN)))
    return problems


def _entry_faults(entry: ShortlistEntry, public: ListingVersion | None, common: bool) -> list[Problem]:
    title, where = title_of(entry.version), entry.version.listing.key
    if public is not None and public.pk != entry.version_id:
        text = _("{title} har kommet i ny versjon. Se på den før kortlista låses.")
        return [Problem(where, "newer_version", text.format(title=title))]
    if public is None and entry.verdict != _Verdict.LEFT_OUT:
        text = _("{title} er ikke lenger publisert og kan ikke velges.")
        return [Problem(where, "unpublished", text.format(title=title))]
    if entry.verdict == _Verdict.OPEN:
        return [Problem(where, "no_verdict", _("{title}: velg den, eller skriv hvorfor ikke.").format(title=title))]
    grounded = len(entry.grounds.strip()) >= SHORTEST_GROUNDS
    if not grounded and not (common and entry.verdict == _Verdict.LEFT_OUT and not entry.grounds.strip()):
        text = _("{title}: skriv begrunnelsen, med minst {least} tegn.")
        return [Problem(where, "no_grounds", text.format(title=title, least=SHORTEST_GROUNDS))]
    return []


def _text_problems(title: str, need: str) -> list[Problem]:
    problems = []
    if not 0 < len(title.strip()) <= 200:
        problems.append(Problem("title", "bad_length", _("Gi kortlista en tittel på høyst 200 tegn.")))
    if not SHORTEST_NEED <= len(need.strip()) <= LONGEST_TEXT:
        text = _("Beskriv behovet med minst {least} og høyst {most} tegn.")
        problems.append(Problem("need", "bad_length", text.format(least=SHORTEST_NEED, most=LONGEST_TEXT)))
    return problems


def _unpublished(keys: Iterable[str]) -> list[Problem]:
    text = _("Tjenesten «{key}» er ikke publisert.")
    return [Problem("listings", "unpublished", text.format(key=key)) for key in keys]


def _locked(shortlist: Shortlist, actor: Actor) -> Shortlist:
    row = Shortlist.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=shortlist.pk)
    _require(may_change(actor, row))
    return row


def _require(decision: Decision) -> None:
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason))


def _record(
    shortlist: Shortlist, verb: str, actor: Actor, now: datetime, payload: dict[str, Any], *covers: models.Model
) -> None:
    told = {"buyer": shortlist.buyer.number, **payload}
    events.record(Happening(shortlist.stream, verb, shortlist.stream, actor, now, told, covers))
