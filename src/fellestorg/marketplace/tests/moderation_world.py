"""A firm, three at SI, and a service as plain rows: what tests of moderation stand on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fellestorg.kernel.actors import Actor, Grant
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.models import ListingVersion, ModerationCase
from fellestorg.marketplace.moderation import deciding, reports
from fellestorg.marketplace.tests.listings_world import NOW, PUBLIC, firm, laid, member
from fellestorg.organisations.models import Person

WHY = "Svaret om datasenter er ikke belagt."
LOCATION = {"value": ["NO"], "basis": "self_declared", "answered_at": NOW.isoformat(), "expires_at": "2024-05-01"}


@dataclass(frozen=True, slots=True)
class World:
    """The firm's writer, and three handlers: each a person with what they may act as."""

    firm: Firm
    writer: dict[str, Any]
    one: dict[str, Any]
    other: dict[str, Any]
    third: dict[str, Any]


def at_si(username: str) -> dict[str, Any]:
    """A handler, as verbs take them."""
    person = Person.objects.create(username=username, name=username.title(), email=f"{username}@demodata.example")
    return {"person": person, "actor": Actor(person.key, person.name, (Grant("agreement_manager", "986252932"),))}


def world() -> World:
    made = firm()
    person, actor = member(made)
    return World(made, {"person": person, "actor": actor}, at_si("one"), at_si("other"), at_si("third"))


def service(of: World, state: str = "published") -> ListingVersion:
    return laid(of.firm, of.writer["person"], state, data_location=LOCATION)


def refused(of: World) -> ModerationCase:
    """A service that two have refused, never public."""
    case = deciding.take(service(of, "submitted"), **of.one, now=NOW)
    deciding.decide(case, "refuse", "missing_evidence", WHY, **of.one, now=NOW)
    return deciding.decide(case, "refuse", "missing_evidence", WHY, **of.other, now=NOW)


def removed(of: World) -> ModerationCase:
    case = deciding.give_notice(service(of), "unlawful", WHY, **of.one, now=NOW)
    return deciding.settle(case, "remove", WHY, **of.other, now=NOW)


def reported(of: World, about: str = "data_location", sender: str = "a", **more: Any) -> tuple[ModerationCase, str]:
    version = ListingVersion.objects.filter(state="published").first() or service(of)
    text = more.pop("text", "Kopien ligger i Irland.")
    return reports.report(version.listing.key, about, text, sender=sender, actor=PUBLIC, now=NOW, **more)


def struck(of: World, outcome: str = "strike") -> ModerationCase:
    """A reported answer, decided against the firm when it had answered."""
    case, _token = reported(of)
    reports.ask_firm(case, "Hvor ligger kopien?", **of.one, now=NOW)
    deciding.answer(case, "Bare i Norge, sier vi.", **of.writer, now=NOW)
    return reports.settle(case, outcome, "unproved_claim", WHY, **of.one, now=NOW + timedelta(hours=1))
