"""A fixed shortlist as evidence in a competition: attached by its lead, shown there, never taken away again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.calloffs.mini.kinds import BY_PROCEDURE
from fellestorg.competitions import acting
from fellestorg.competitions.dialogue.evidence import Evidence, EvidenceSource, register_evidence
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.queries import visible_to as competitions_of
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.shortlists.content import is_whole
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistUse
from fellestorg.marketplace.shortlists.policy import may_make, may_use
from fellestorg.marketplace.shortlists.words import refusal_text
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import Refused


def register() -> None:
    """Called when the marketplace is ready."""
    register_evidence(EvidenceSource("shortlist", _found, _way, _offers, _attach))


@transaction.atomic
def use(shortlist: Shortlist, competition: Competition, *, actor: Actor, person: Person, now: datetime) -> ShortlistUse:
    """Attach a fixed shortlist to a competition that the actor leads, before its tenders are opened. Raises Refused where
    it is no evidence for it, is attached already, or does not agree with its fingerprint."""
    locked = acting.for_change(competition, actor, now)
    _require(shortlist, locked, actor)
    fixed = FixedShortlist.objects.get(shortlist=shortlist)
    if not is_whole(fixed):
        raise Refused("not_whole", refusal_text("not_whole"))
    try:
        with transaction.atomic():
            made = ShortlistUse.objects.create(
                shortlist=shortlist, competition=locked, sha256=fixed.sha256, used_at=now, used_by=person
            )
    except IntegrityError:
        raise Refused("used_already", refusal_text("used_already")) from None
    told = {"kind": "shortlist", "reference": str(shortlist.pk), "sha256": fixed.sha256}
    events.record(
        Happening(locked.stream, "evidence_attached", locked.subject, actor, now, told, (made,)),
        Happening(
            shortlist.stream, "shortlist_used", shortlist.stream, actor, now,
            {"buyer": shortlist.buyer.number, "competition": locked.number, "sha256": fixed.sha256},
        ),
    )  # fmt: skip
    return made


def usable_in(shortlist: Shortlist, actor: Actor) -> list[Competition]:
    """The competitions that the list may be attached to by this actor, the newest first."""
    if not may_use(actor, shortlist).allowed:
        return []
    rows = competitions_of(actor).filter(buyer=shortlist.buyer, stage__in=acting.BEFORE_OPENING)
    if shortlist.purpose == Shortlist.Purpose.MINI_COMPETITION:
        rows = rows.filter(procedure__in=list(BY_PROCEDURE))
    rows = rows.exclude(pk__in=shortlist.uses.values("competition")).order_by("-created_at")
    return [one for one in rows[:50] if may_lead(actor, one).allowed]


def _require(shortlist: Shortlist, competition: Competition, actor: Actor) -> None:
    allowed = may_use(actor, shortlist)
    code = "" if allowed.allowed else allowed.reason
    if not code and shortlist.buyer_id != competition.buyer_id:
        code = "other_buyer"
    if (
        not code
        and shortlist.purpose == Shortlist.Purpose.MINI_COMPETITION
        and competition.procedure not in BY_PROCEDURE
    ):
        code = "wrong_purpose"
    if code:
        raise Refused(code, refusal_text(code))


def _found(competition: Competition) -> list[Evidence]:
    rows = ShortlistUse.objects.filter(competition=competition).select_related("shortlist__fixed", "used_by")
    return [
        Evidence(
            _("Kortliste"),
            str(one.shortlist_id),
            str(one.shortlist.fixed.content["title"]),
            reverse("shortlist", args=[one.shortlist_id]),
            one.sha256,
            one.sha256 == one.shortlist.fixed.sha256 and is_whole(one.shortlist.fixed),
            one.used_at,
            one.used_by.name,
        )
        for one in rows
    ]


def _offers(buyer: Organisation, actor: Actor) -> list[tuple[str, str]]:
    """The agency's fixed lists, the newest first."""
    if not may_make(actor, buyer.number).allowed:
        return []
    rows = Shortlist.objects.filter(buyer=buyer, state=Shortlist.State.FIXED).select_related("fixed").order_by("-pk")
    return [(str(one.pk), str(one.fixed.content["title"])) for one in rows[:50]]


def _attach(competition: Competition, key: str, actor: Actor, person: Person, now: datetime) -> ShortlistUse:
    return use(Shortlist.objects.get(pk=key), competition, actor=actor, person=person, now=now)


def _way(competition: Competition, actor: Actor, now: datetime) -> tuple[str, str] | None:
    """Where a shortlist is attached, for the lead before the opening, when the agency has one that is fixed."""
    if competition.stage not in acting.BEFORE_OPENING or not may_lead(actor, competition).allowed:
        return None
    if not may_make(actor, competition.buyer.number).allowed:
        return None
    if not Shortlist.objects.filter(buyer=competition.buyer_id, state=Shortlist.State.FIXED).exists():
        return None
    return _("Legg ved en kortliste"), f"{reverse('shortlists')}?konkurranse={competition.number}"
