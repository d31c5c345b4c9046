"""A firm's complaint: made within a period, handled by others than those who decided, carried out as it is decided.

Every verb locks the case's row first. Upheld, the decision is undone; altered, something between; dismissed, it came too
late; otherwise it goes to the body above, whose answer is carried out the same way.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import in_language
from fellestorg.law.calendar import working_day_on_or_after
from fellestorg.marketplace.listings import actions as listings
from fellestorg.marketplace.listings.actions import Ruling
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.policy import may_edit, may_rule
from fellestorg.marketplace.moderation.acting import SHORTEST, locked, require, step, tell_firm
from fellestorg.marketplace.moderation.models import Complaint, ModerationCase
from fellestorg.marketplace.moderation.reasons import reasons
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Decision, Refused

_State, _Outcome = Complaint.State, Complaint.Outcome
OVER = ("refuse", "remove", "strike", "dispute")
"""What a firm may complain over."""


@dataclass(frozen=True, slots=True)
class ComplaintRules:
    """What ``complaints.toml`` says; ``sources`` by part, ``verified`` where all of them are."""

    weeks: int
    last_days: int
    body: Mapping[str, str]
    sources: Mapping[str, str]
    verified: bool

    @property
    def body_name(self) -> str:
        return in_language(self.body)


@cache
def rules() -> ComplaintRules:
    """The file that comes with the product."""
    document = tomllib.loads(resources.files(__package__).joinpath("complaints.toml").read_text("utf-8"))
    parts = {name: part for name, part in document.items() if isinstance(part, dict)}
    return ComplaintRules(
        document["period"]["weeks"], document["late"]["last_days"], document["body"]["name"],
        {name: part["source"] for name, part in parts.items()}, all(part["verified"] for part in parts.values()),
    )  # fmt: skip


def complain_by(case: ModerationCase) -> date | None:
    """The last day to complain over what a closed case decided; None where there is nothing to complain over."""
    if case.state != ModerationCase.State.CLOSED or case.outcome not in OVER or case.closed_at is None:
        return None
    return working_day_on_or_after(clock.local_day(case.closed_at) + timedelta(weeks=rules().weeks))


def may_complain(actor: Actor, case: ModerationCase, now: datetime) -> Decision:
    """The firm's writers, once, over a decision against it, and not when a year has passed."""
    if complain_by(case) is None or case.closed_at is None:
        return Decision("refused", "no_decision")
    if Complaint.objects.filter(pk=case.pk).exists():
        return Decision("refused", "complained_already")
    if now > case.closed_at + timedelta(days=rules().last_days):
        return Decision("refused", "complaint_too_old")
    return may_edit(actor, case.version.listing.firm)


def may_handle(actor: Actor, complaint: Complaint, person: Person | None) -> Decision:
    """SI, but none of those who decided the case, and nobody who acts for the firm."""
    case = complaint.case
    may = may_rule(actor, case.version.listing.firm)
    if not may.allowed:
        return may
    if person is None or person.pk in (case.first_id, case.second_id):
        return Decision("refused", "decided_the_case")
    if complaint.state == _State.RECOMMENDED and complaint.first_id == person.pk:
        return Decision("refused", "same_person")
    return may


@transaction.atomic
def complain(case: ModerationCase, text: str, *, actor: Actor, person: Person, now: datetime) -> Complaint:
    """Complain over the decision. A late one is kept, and says that it is late. Raises BadInput, Refused."""
    case = locked(case)
    require(may_complain(actor, case, now))
    _long_enough("text", text)
    until = complain_by(case)
    assert until is not None
    made = Complaint.objects.create(case=case, text=text.strip(), made_at=now, made_by=person, complain_by=until)
    step(case, "complained", actor, person, now, text=made.text, late=is_late(made))
    return made


@transaction.atomic
def decide(
    complaint: Complaint, outcome: str, grounds: str, *, reason: str = "", actor: Actor, person: Person, now: datetime
) -> Complaint:
    """Decide: ``upheld``, ``altered`` or ``dismissed`` (only what came late), or ``forwarded`` to the body above. What the
    body answers is entered the same way, where ``rejected`` leaves the decision standing.

    A refusal that is altered keeps standing on another ``reason``. Where an upheld complaint publishes what never was
    public, the first person recommends it and another decides. Raises BadInput, Refused.
    """
    case = locked(complaint.case)
    row = Complaint.objects.select_related("first").get(pk=complaint.pk)
    row.case = case
    if row.state == _State.CLOSED:
        raise Refused("closed", _("Klagen er avgjort."))
    require(may_handle(actor, row, person))
    allowed = outcomes(row)
    if outcome not in allowed:
        if outcome == _Outcome.DISMISSED:
            raise Refused("in_time", _("Klagen kom i tide og kan ikke avvises."))
        raise BadInput.of("outcome", "unknown", _("Velg hva du avgjør."))
    _long_enough("grounds", grounds)
    if outcome == _Outcome.ALTERED and case.outcome == "refuse" and reason not in reasons().by_code:
        raise BadInput.of("reason", "missing", _("Velg en grunn."))
    if outcome == "forwarded":
        row.state, row.forwarded_at, row.grounds = _State.FORWARDED, now, grounds.strip()
        row.save(update_fields=["state", "forwarded_at", "grounds"])
        step(case, "complaint_forwarded", actor, person, now, text=row.grounds)
        tell_firm(case, "moderation_complaint_forwarded", now, text=row.grounds, body=dict(rules().body))
        return row
    agreed = row.state == _State.RECOMMENDED and row.outcome == outcome
    row.outcome, row.grounds, row.reason = outcome, grounds.strip(), reason if outcome == _Outcome.ALTERED else ""
    if agreed:
        row.second = person
    else:
        row.first, row.second = person, None
        if outcome == _Outcome.UPHELD and _never_public(case):
            row.state = _State.RECOMMENDED
            row.save()
            step(case, "complaint_proposed", actor, person, now, text=row.grounds, outcome=outcome)
            return row
    row.state, row.closed_at = _State.CLOSED, now
    row.save()
    step(case, "complaint_decided", actor, person, now, text=row.grounds, outcome=outcome, reason=row.reason)
    _carry_out(row, actor, person, now)
    tell_firm(case, f"moderation_complaint_{outcome}", now, text=row.grounds)
    return row


def outcomes(complaint: Complaint) -> list[str]:
    """What may be decided now, in order."""
    if complaint.state == _State.FORWARDED:
        return [_Outcome.UPHELD, _Outcome.ALTERED, _Outcome.REJECTED]
    late = [str(_Outcome.DISMISSED)] if is_late(complaint) else []
    return [_Outcome.UPHELD, _Outcome.ALTERED, *late, "forwarded"]


def is_late(complaint: Complaint) -> bool:
    """Whether it came after the last day."""
    return clock.local_day(complaint.made_at) > complaint.complain_by


def _carry_out(row: Complaint, actor: Actor, person: Person, now: datetime) -> None:
    """Do what was decided to the listing, where it still stands as the decision left it.

    A firm that has published a newer version since is not set back to the older.
    """
    case, version = row.case, row.case.version
    if row.outcome not in (_Outcome.UPHELD, _Outcome.ALTERED):
        return
    if case.outcome == "dispute":
        # Upheld, the answer is no longer shown as disputed; altered, it is for what SI says now.
        if row.outcome == _Outcome.ALTERED:
            case.text = row.grounds
            case.save(update_fields=["text"])
        return
    deciders = tuple(one.key for one in (row.first, row.second) if one is not None)
    ruling = Ruling("restore", version.pk, version.sha256, case.reference, deciders, _("Etter klage"))
    if case.outcome == "remove" and row.outcome == _Outcome.ALTERED:
        reopened = Ruling("reopen", version.pk, version.sha256, case.reference, deciders, row.grounds)
        listings.reopen(version, reopened, actor=actor, now=now)
    elif case.outcome == "refuse" and row.outcome == _Outcome.ALTERED:
        case.reason, case.text = row.reason, row.grounds
        case.save(update_fields=["reason", "text"])
    elif stands(case):
        listings.restore(version, ruling, actor=actor, person=person, now=now)


def stands(case: ModerationCase) -> bool:
    """Whether what the case decided is still how the listing stands: nothing newer has been published."""
    newer = case.version.listing.versions.filter(number__gt=case.version.number, published_at__isnull=False)
    if case.outcome == "strike":
        newer = newer.exclude(source=ListingVersion.Source.CORRECTION, published_at=case.closed_at)
    return not newer.exists()


def _never_public(case: ModerationCase) -> bool:
    return not case.version.listing.versions.filter(published_at__isnull=False).exists()


def _long_enough(where: str, text: str) -> None:
    if len(text.strip()) < SHORTEST:
        raise BadInput.of(where, "too_short", _("Skriv minst %(n)s tegn.") % {"n": SHORTEST})
    if len(text) > 10_000:
        raise BadInput.of(where, "too_long", _("høyst %(most)s tegn") % {"most": 10_000})
