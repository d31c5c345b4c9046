"""Somebody who acts for a supplier of the demo, where nobody signs in for it."""

from __future__ import annotations

from collections.abc import Iterable

from fellestorg.demo_data.people import SINCE
from fellestorg.organisations.models import Organisation, Person, RoleGrant


def sellers_of(suppliers: Iterable[Organisation]) -> dict[int, Person]:
    """Whoever acts for each supplier, by the supplier's row; those that have nobody get somebody. In five statements."""
    wanted = {one.pk: one for one in suppliers}
    found: dict[int, Person] = {}
    held = RoleGrant.objects.filter(organisation__in=wanted, role=RoleGrant.Role.SUPPLIER).select_related("person")
    for grant in held.order_by("-pk"):
        found[grant.organisation_id] = grant.person
    missing = [one for pk, one in wanted.items() if pk not in found]
    people = Person.objects.bulk_create(
        Person(username=f"selger-{one.number}", name="Selger (demodata)", email=f"selger@{one.number}.example")
        for one in missing
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, organisation=one, role=RoleGrant.Role.SUPPLIER, valid_from=SINCE)
        for one, person in zip(missing, people, strict=True)
    )
    return found | {one.pk: person for one, person in zip(missing, people, strict=True)}
