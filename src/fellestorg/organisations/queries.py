"""Who somebody is, and what they may act as today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from fellestorg.kernel.actors import Actor, Grant
from fellestorg.organisations.models import Organisation, Person, RoleGrant


def current_grants(day: date) -> QuerySet[RoleGrant]:
    """The grants in force on a day."""
    return RoleGrant.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def actor_for(person: Person, day: date) -> Actor:
    """The person as an actor, with the roles held on that day."""
    grants = current_grants(day).filter(person=person).select_related("organisation", "deputy_for").order_by("id")
    return Actor(
        person.key,
        person.name,
        tuple(
            Grant(
                grant.role,
                grant.organisation.number,
                grant.budget_limit,
                grant.deputy_for.username if grant.deputy_for else "",
            )
            for grant in grants
        ),
        person.language,
    )


def people_with_role(role: str, organisation: Organisation | None, day: date) -> QuerySet[Person]:
    """The active people who hold a role (in one organisation, or in any) on a day."""
    grants = current_grants(day).filter(role=role)
    if organisation is not None:
        grants = grants.filter(organisation=organisation)
    return Person.objects.filter(active=True, grants__in=grants).distinct()


def approvers_for(organisation: Organisation, amount: Decimal, day: date) -> QuerySet[Person]:
    """The people who may approve an amount in an organisation on a day: approvers, deputies included."""
    grants = current_grants(day).filter(role=RoleGrant.Role.APPROVER, organisation=organisation)
    grants = grants.filter(Q(budget_limit=None) | Q(budget_limit__gte=amount))
    return Person.objects.filter(active=True, grants__in=grants).distinct()


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who can be tried out in the demo."""

    username: str
    name: str
    roles: tuple[tuple[str, str], ...]


def demo_people(day: date) -> list[DemoPerson]:
    """The people the demo offers for signing in: those marked by a username without a number at its end."""
    people = (
        Person.objects.filter(active=True, username__regex=r"^[a-z]+(-[a-z]+)*$")
        .prefetch_related("grants__organisation")
        .order_by("id")
    )
    return [
        DemoPerson(
            person.username,
            person.name,
            tuple((grant.role, grant.organisation.name) for grant in person.grants.all()),
        )
        for person in people
    ]
