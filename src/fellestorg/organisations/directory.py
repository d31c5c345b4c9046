"""Reads for the pages about organisations and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.policy import may_see_people
from fellestorg.organisations.queries import current_grants
from fellestorg.organisations.rules import spaced


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation as lists and pages show it. ``fictional``: invented for the demo."""

    number: str
    name: str
    kind: str
    ministry: str
    region: str
    employees: int | None
    language_form: str
    email: str
    address: str
    fictional: bool

    @property
    def spaced_number(self) -> str:
        """``986 252 932``, as people read it; a foreign number as it is."""
        return spaced(self.number)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role that somebody holds. ``limit`` is budget authority in kroner without VAT; None is no limit of its own."""

    grant_id: int
    person: str
    username: str
    role: str
    organisation: str
    organisation_number: str
    limit: Decimal | None
    deputy_for: str
    valid_from: date
    valid_to: date | None
    in_force: bool


@dataclass(frozen=True, slots=True)
class DirectoryFilter:
    """What to list: a text in name or number, a kind, a ministry. Empty fields ask nothing."""

    text: str = ""
    kind: str = ""
    ministry: str = ""


def organisations(wanted: DirectoryFilter) -> list[OrganisationView]:
    """The organisations that match, in the order of their names. Who they are is public."""
    rows = Organisation.objects.filter(listed=True).order_by("sort_name", "number")
    if wanted.text:
        start = wanted.text.replace(" ", "").upper()
        name = Q(name__icontains=wanted.text) | Q(name_nn__icontains=wanted.text) | Q(name_en__icontains=wanted.text)
        rows = rows.filter(name | Q(number__startswith=start) if start.isdecimal() or "-" in start else name)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.ministry:
        rows = rows.filter(ministry=wanted.ministry)
    return [_view(row) for row in rows]


def organisation(number: str, actor: Actor) -> OrganisationView | None:
    """One organisation by its number, or None. One that is not listed yet is there for its own people, SI and auditors."""
    row = Organisation.objects.filter(number=number).first()
    if row is None or not (row.listed or may_see_people(actor, row).allowed):
        return None
    return _view(row)


def ministries() -> list[str]:
    """The ministries that occur, for choosing among."""
    rows = Organisation.objects.exclude(ministry="").order_by("ministry")
    return list(rows.values_list("ministry", flat=True).distinct())


def roles_in(number: str, actor: Actor, day: date) -> list[RoleView] | None:
    """Who holds which role in an organisation, now or later; None where the actor may not know."""
    row = Organisation.objects.filter(number=number).first()
    if row is None or not may_see_people(actor, row).allowed:
        return None
    return _roles(Q(organisation=row), day)


def roles_of(person_id: int, day: date) -> list[RoleView]:
    """The roles one person holds, now or later."""
    return _roles(Q(person_id=person_id), day)


def deputies_of(person_id: int, day: date) -> list[RoleView]:
    """Who stands in for a person, now or later."""
    return _roles(Q(deputy_for_id=person_id), day)


def colleagues(number: str, day: date, *, but: int) -> list[tuple[str, str]]:
    """(username, name) of the others who hold a role in an organisation on a day."""
    rows = current_grants(day).filter(organisation__number=number, person__active=True).exclude(person_id=but)
    return list(rows.order_by("person__name").values_list("person__username", "person__name").distinct())


def _roles(which: Q, day: date) -> list[RoleView]:
    rows = RoleGrant.objects.filter(which, Q(valid_to=None) | Q(valid_to__gte=day))
    rows = rows.select_related("person", "organisation", "deputy_for").order_by("role", "person__name", "valid_from")
    return [
        RoleView(
            row.pk,
            row.person.name,
            row.person.username,
            row.role,
            _name(row.organisation),
            row.organisation.number,
            row.budget_limit,
            row.deputy_for.name if row.deputy_for else "",
            row.valid_from,
            row.valid_to,
            row.valid_from <= day,
        )
        for row in rows
    ]


def _name(row: Organisation) -> str:
    return in_language({"nb": row.name, "nn": row.name_nn, "en": row.name_en})


def _view(row: Organisation) -> OrganisationView:
    return OrganisationView(
        row.number,
        _name(row),
        row.kind,
        row.ministry,
        row.region,
        row.employees,
        row.language_form,
        row.email,
        row.address,
        row.fictional,
    )
