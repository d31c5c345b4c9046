"""Getting started as pages show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise

from fellestorg.agreements.getting_started import queries
from fellestorg.agreements.getting_started.policy import may_fill_in
from fellestorg.agreements.getting_started.words import FIELDS, NOT_SENT, REQUIRED, STATES
from fellestorg.agreements.models import AgencySetup, FrameworkAgreement, SupplierSetup
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import Problem

Text = str | Promise
# Of more suppliers than so, the agreement's page names those that have been sent something.
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field of the agency's own part, with what it holds and what is wrong with it."""

    name: str
    label: Text
    help: Text
    value: str
    required: bool
    error: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One supplier: how far it has come, and what it was or will be told."""

    number: str
    name: str
    state: Text
    tone: str
    customer_number: str
    people: str
    access: tuple[tuple[str, str, datetime | None], ...]
    note: str
    question: str
    sent_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    errors: Mapping[str, str]
    opened: bool


@dataclass(frozen=True, slots=True)
class CardShown:
    """A reader's own standing on the agreement's page."""

    url: str
    status_url: str
    lines: tuple[tuple[str, Text, str], ...]
    fills_in: bool


def fields_shown(
    setup: AgencySetup | None, agency: Organisation, typed: Mapping[str, str] | None, problems: Sequence[Problem]
) -> list[FieldShown]:
    """The fields of the agency's own part: as typed, else as kept, else as its organisation suggests."""
    suggested = {"delivery_address": agency.address, "invoice_endpoint": f"0192:{agency.number}"}
    wrong = {one.where: one.text for one in problems}

    def value(name: str) -> str:
        if typed is not None:
            return typed.get(name, "")
        return str(getattr(setup, name)) if setup else suggested.get(name, "")

    return [
        FieldShown(name, label, about, value(name), name in REQUIRED, wrong.get(name, ""))
        for name, (label, about) in FIELDS.items()
    ]


def part_shown(
    supplier: Organisation,
    part: SupplierSetup | None,
    typed: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> PartShown:
    """One supplier of the agreement, with its form as typed or as last sent."""
    access = list(part.access.all()) if part else []
    name, tone = STATES[SupplierSetup.State(part.state)] if part else NOT_SENT
    people = "\n".join(f"{one.name} <{one.email}>" for one in access)
    kept = {
        "customer_number": part.customer_number if part else "",
        "people": people,
        "note": part.note if part else "",
    }
    shown = kept if typed is None else {key: typed.get(key, "") for key in kept}
    return PartShown(
        supplier.number,
        supplier.name,
        name,
        tone,
        shown["customer_number"],
        shown["people"],
        tuple((one.name, one.email, one.granted_at) for one in access),
        shown["note"],
        part.question if part else "",
        part.sent_at if part else None,
        part.answered_at if part else None,
        part.answered_by.name if part and part.answered_by else "",
        {one.where: one.text for one in problems},
        bool(problems),
    )


def card(agreement: FrameworkAgreement, actor: Actor) -> CardShown | None:
    """What the agreement's page says of getting started to this reader; ``None`` for those it does not concern."""
    today = clock.today()
    sees_all = queries.sees_all(actor)
    agencies = queries.agencies_of(agreement, actor, today) if actor.grants else []
    if not agencies and not sees_all:
        return None
    url = reverse("getting_started", args=[agreement.key])
    status_url = reverse("setup_status", args=[agreement.key]) if sees_all else ""
    if not agencies:
        return CardShown("", status_url, (), False)
    setup = queries.own_setup(agreement, agencies[0].number)
    parts = {one.supplier_id: one for one in setup.suppliers.all()} if setup else {}
    lines = []
    suppliers = queries.suppliers_of(agreement, today)
    for supplier in suppliers:
        if supplier.pk not in parts and len(suppliers) > _MOST_LINES:
            continue
        shown = part_shown(supplier, parts.get(supplier.pk))
        lines.append((shown.name, shown.state, shown.tone))
    return CardShown(url, status_url, tuple(lines), may_fill_in(actor, agencies[0].number).allowed)
