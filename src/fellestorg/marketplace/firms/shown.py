"""View models of firms' pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.models import Firm, FirmMember, Registration
from fellestorg.marketplace.firms.queries import visible_to
from fellestorg.marketplace.firms.terms import reasons
from fellestorg.marketplace.firms.words import RIGHTS, STATES, STEPS, WARNINGS
from fellestorg.organisations.registry.units import Unit, unit_from_json
from fellestorg.organisations.rules import spaced


@dataclass(frozen=True, slots=True)
class FirmRow:
    """A firm in a list."""

    number: str
    spaced_number: str
    name: str
    registered_name: str
    country: str
    website: str
    state: str
    state_name: str
    tone: str
    registered_at: datetime
    verified_at: datetime | None
    fictional: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of a firm's way, in words."""

    name: str
    at: datetime
    by: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """What SI sees of a registration: what was told, what the register said, and what does not agree."""

    right: str
    registry_address: str
    unit: Unit | None
    source: str
    as_of: datetime | None
    warnings: tuple[str, ...]
    person: str
    email: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class FirmFilter:
    """Which firms to list. Empty fields ask nothing."""

    text: str = ""
    country: str = ""


def firm_rows(actor: Actor, wanted: FirmFilter) -> list[FirmRow]:
    """The verified firms that match, by name. The same order for everybody: no place is bought."""
    rows = visible_to(actor).filter(state=Firm.State.VERIFIED).order_by("name", "pk")
    if wanted.text:
        rows = rows.filter(name__icontains=wanted.text) | rows.filter(
            organisation__number__startswith=wanted.text.replace(" ", "").upper()
        )
    if wanted.country:
        rows = rows.filter(organisation__country=wanted.country)
    return [row_of(firm) for firm in rows]


def countries(actor: Actor) -> list[tuple[str, int]]:
    """(country, firms) of those that are public, for choosing among."""
    found: dict[str, int] = {}
    for country in visible_to(actor).filter(state=Firm.State.VERIFIED).values_list("organisation__country", flat=True):
        found[country] = found.get(country, 0) + 1
    return sorted(found.items(), key=lambda one: (one[0] != "NO", one[0]))


def row_of(firm: Firm) -> FirmRow:
    """A firm as lists and pages show it."""
    name, tone = STATES[Firm.State(firm.state)]
    return FirmRow(
        firm.organisation.number,
        spaced(firm.organisation.number),
        firm.name,
        firm.organisation.name,
        firm.organisation.country,
        firm.website,
        firm.state,
        str(name),
        tone,
        firm.registered_at,
        firm.verified_at,
        firm.organisation.fictional,
    )


def steps_of(firm: Firm) -> list[StepLine]:
    """A firm's way here, the newest first."""
    return [
        StepLine(
            str(STEPS.get(one.verb, one.verb)),
            one.at,
            one.by,
            reasons()[one.reason].text if one.reason in reasons() else "",
            one.text,
        )
        for one in firm.steps.order_by("-at", "-pk")
    ]


def check_view(row: Registration) -> CheckView:
    """A registration as SI checks it."""
    kept: dict[str, Any] = row.registry
    return CheckView(
        str(RIGHTS[Registration.Right(row.right)]),
        row.registry_address,
        unit_from_json(kept["unit"]) if kept.get("unit") else None,
        kept.get("source", "none"),
        datetime.fromisoformat(kept["as_of"]) if kept.get("as_of") else None,
        tuple(str(WARNINGS[code]) for code in row.warnings if code in WARNINGS),
        row.person.name,
        row.person.email,
        row.made_at,
    )


def members_of(firm: Firm) -> list[FirmMember]:
    """Those who act for a firm today, administrators first."""
    rows = firm.members.filter(ended_at=None).select_related("person")
    return list(rows.order_by("role", "person__name"))
