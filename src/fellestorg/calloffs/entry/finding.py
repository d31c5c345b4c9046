"""What covers a need across all agreements, and where nothing does: why, and what then. Reads only.

A need is covered where every part of it is, partly where some part is or where an agreement only has something like it,
and otherwise not. Reasons, from the nearest to the farthest from being covered: ``similar`` (something like it alone),
``option_not_chosen``, ``not_participant``, ``no_terms`` (the call-off rules refuse), ``region``, ``halted``
(cancelled or delayed), ``coming``, ``gap`` (ended, nothing in force), ``refused`` (the call-off was, for another reason),
``no_agreement``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q

from fellestorg.agreements.halts import halt_on
from fellestorg.agreements.models import AgreementHalt, Lot, Participation, PolicyVersion
from fellestorg.agreements.options import option_facts
from fellestorg.calloffs.answers import items_like, read_quantity
from fellestorg.calloffs.entry.tree import categories_in
from fellestorg.calloffs.lots import serving
from fellestorg.calloffs.uncovered import gap_facts
from fellestorg.catalogues.queries import ItemHit, search_words
from fellestorg.engines.policy import parse_policy
from fellestorg.organisations.models import Organisation

REASONS = (
    "similar",
    "option_not_chosen",
    "not_participant",
    "no_terms",
    "region",
    "halted",
    "coming",
    "gap",
    "refused",
    "no_agreement",
)
_AND = re.compile(r"\s*(?:,|;|\n|\+|\bog\b|\band\b|\bsamt\b)\s+", re.IGNORECASE)
_MOST_PARTS, _MOST_WAYS = 6, 4
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Way:
    """A lot that has what is needed, and whether the buyer may use it. ``reason`` is empty where it may.

    ``told`` holds what its sentence needs: ``from`` (when the buyer joins), ``options`` (names in three languages),
    ``text`` (why the rules refuse, in three languages). ``items`` are names of what fits, best first.
    """

    lot: Lot
    policy: PolicyVersion
    reason: str
    told: Mapping[str, Any]
    items: tuple[str, ...] = ()
    halt: AgreementHalt | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of a need: what was written, the categories it was read as, and the ways to cover it, usable first.

    ``gap`` holds what :func:`fellestorg.calloffs.uncovered.gap_facts` tells where no agreement is in force for it.
    """

    text: str
    categories: tuple[str, ...]
    ways: tuple[Way, ...]
    reason: str
    gap: Mapping[str, Any] | None = None

    @property
    def coverage(self) -> str:
        return {"": "covered", "similar": "partly"}.get(self.reason, "not_covered")


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to a need."""

    text: str
    parts: tuple[Part, ...]

    @property
    def coverage(self) -> str:
        found = {part.coverage for part in self.parts}
        return found.pop() if len(found) == 1 else "partly"

    @property
    def reason(self) -> str:
        """Why it is not covered: of the parts that are not, the reason farthest from being covered."""
        reasons = [part.reason for part in self.parts if part.reason]
        return max(reasons, key=REASONS.index, default="")

    @property
    def way(self) -> Way | None:
        """The first way of the part that decides: one that is not covered, where there is one."""
        return next((way for part in self.parts if part.reason == self.reason for way in part.ways), None)


def find(text: str, category: str, buyer: Organisation | None, day: date) -> Finding:
    """What covers a need on a day: one category where it was chosen in the tree, else what the words say."""
    if category:
        return Finding(text, (_part(text, (category,), [], buyer, day),))
    parts = [one.strip() for one in _AND.split(text) if one.strip()][:_MOST_PARTS]
    found = tuple(_part_of_words(one, buyer, day) for one in parts)
    return Finding(text, found or (Part(text, (), (), "no_agreement"),))


def _part_of_words(text: str, buyer: Organisation | None, day: date) -> Part:
    _quantity, words = read_quantity(text)
    known = categories_in(words)
    hits = items_like(words, day)
    asked = search_words(words)
    if known:
        # The words name a kind of thing: of the items, only those of that kind are meant.
        hits = [hit for hit in hits if hit.category in known]
        return _part(text, tuple(known), hits, buyer, day)
    best = hits[0].matched if hits else 0
    hits = [hit for hit in hits if hit.matched == best][:40]
    held = max((_held(asked, hit) for hit in hits), default=0)
    if best and not held:
        hits = []  # found by putting right what was no typing error
    part = _part(text, tuple(dict.fromkeys(hit.category for hit in hits)), hits, buyer, day)
    # Where an item's number was written nothing matches; else most of the words must stand in the item's name.
    if best and hits and held * 2 <= len(asked) and not part.reason:
        return Part(part.text, part.categories, part.ways, "similar", part.gap)
    return part


def _held(words: Sequence[str], hit: ItemHit) -> int:
    """How many of the words an item's names hold, inflected, inside a compound or with a typing error."""
    names = " ".join(hit.names.values()).lower()
    spoken = names.split()

    def held(word: str) -> bool:
        stem = word[: max(4, len(word) - 3)]
        return stem in names or any(SequenceMatcher(None, word, one).ratio() >= _ALIKE for one in spoken)

    return sum(held(word) for word in words)


def _part(
    text: str, categories: tuple[str, ...], hits: Sequence[ItemHit], buyer: Organisation | None, day: date
) -> Part:
    if not categories:
        return Part(text, (), (), "no_agreement")
    lots = _lots(categories, hits, buyer, day)
    items: dict[int, list[str]] = {}
    for hit in hits:
        items.setdefault(hit.lot_id, []).append(hit.name)
    ways = [_way(lot, policy, categories, tuple(items.get(lot.pk, ())[:3]), buyer, day) for lot, policy in lots]
    ways.sort(key=lambda way: (bool(way.reason), REASONS.index(way.reason) if way.reason else 0, not way.items))
    gap = None
    if not ways or all(way.reason in ("halted", "coming", "gap") for way in ways):
        told = gap_facts(sorted(categories), buyer, day)
        gap = told[0] if told else None
    reason = ways[0].reason if ways else "gap" if gap and (gap["ended"] or gap["next"]) else "no_agreement"
    return Part(text, categories, tuple(ways[:_MOST_WAYS]), reason, gap)


def _lots(
    categories: Sequence[str], hits: Sequence[ItemHit], buyer: Organisation | None, day: date
) -> list[tuple[Lot, PolicyVersion]]:
    """The lots with a policy that hold a category: those in force near the buyer; else those halted, coming or ended last."""
    first = categories[0]
    rows = Lot.objects.filter(categories__overlap=list(categories)).order_by("agreement__key", "number")
    rows = rows.select_related("agreement").prefetch_related("policies", "agreement__halts")
    lots = [lot for lot in rows if lot.policies.all()]
    hit = {one.lot_id for one in hits}
    lots.sort(key=lambda lot: (lot.pk not in hit, first not in lot.categories))
    in_time = [lot for lot in lots if lot.agreement.starts <= day <= lot.agreement.ends]
    usable = [lot for lot in in_time if halt_on(lot.agreement, day) is None]
    if not usable:
        halted = [lot for lot in lots if halt_on(lot.agreement, day) is not None]
        coming = sorted((lot for lot in lots if lot.agreement.starts > day), key=lambda lot: lot.agreement.starts)
        ended = sorted((lot for lot in lots if lot.agreement.ends < day), key=lambda lot: lot.agreement.ends)
        usable = [*halted[:1], *(lot for lot in coming if lot not in halted)][:2] or ended[-1:]
    near = serving(usable, buyer.number) if buyer else usable
    return [(lot, _policy(lot, day)) for lot in _one_an_agreement(near, hit)]


def _one_an_agreement(lots: Sequence[Lot], hit: set[int]) -> list[Lot]:
    """Without items to tell its lots apart by, an agreement is shown by its first."""
    shown: dict[tuple[int, int], Lot] = {}
    for lot in lots:
        shown.setdefault((lot.agreement_id, lot.pk if lot.pk in hit else 0), lot)
    return list(shown.values())


def _policy(lot: Lot, day: date) -> PolicyVersion:
    versions = sorted(lot.policies.all(), key=lambda one: one.valid_from)
    return next((one for one in reversed(versions) if one.valid_from <= day), versions[0])


def _way(
    lot: Lot,
    policy: PolicyVersion,
    categories: Sequence[str],
    items: tuple[str, ...],
    buyer: Organisation | None,
    day: date,
) -> Way:
    halt = halt_on(lot.agreement, day)
    reason, told = _why_not(lot, policy, categories, halt, buyer, day)
    return Way(lot, policy, reason, told, items, halt)


def _why_not(
    lot: Lot,
    policy: PolicyVersion,
    categories: Sequence[str],
    halt: AgreementHalt | None,
    buyer: Organisation | None,
    day: date,
) -> tuple[str, dict[str, Any]]:
    if halt is not None:
        return "halted", {}
    if lot.agreement.starts > day:
        return "coming", {"from": lot.agreement.starts}
    if lot.agreement.ends < day:
        return "gap", {}
    if buyer is not None:
        place = _place(lot, buyer, day)
        if place is None or place.valid_from > day:
            return "not_participant", {"from": place.valid_from if place else None}
        if lot.regions and not any(buyer.region.startswith(code) for code in lot.regions):
            return "region", {}
        missing = [
            one["names"]
            for one in option_facts(lot, buyer, day)
            if not one["chosen"] and set(categories) & set(one["categories"])
        ]
        if missing:
            return "option_not_chosen", {"options": missing}
    steps = parse_policy(policy.document).steps
    if steps[0].mechanism == "refuse" and steps[0].when.empty:
        return "no_terms", {"text": dict(steps[0].reason or {})}
    return "", {}


def _place(lot: Lot, buyer: Organisation, day: date) -> Participation | None:
    rows = Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agreement=lot.agreement_id)
    return rows.filter(organisation=buyer).order_by("valid_from").first()
