"""A small purchasing system for tests: its owner's people, a supplier, two categories."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fellestorg.agreements.models import FrameworkAgreement, Lot, PolicyVersion
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for

SINCE = date(2020, 1, 1)


def purchasing_system() -> Lot:
    """A system for courses with its people: forvalter and andre for the owner, kurs for a supplier."""
    owner = Organisation.objects.create(number="200000001", name="Innkjøpssenteret", kind="agency")
    supplier = Organisation.objects.create(number="200000002", name="Kursgården", kind="supplier")
    for name, where, role in (
        ("forvalter", owner, "agreement_manager"),
        ("andre", owner, "si_admin"),
        ("kurs", supplier, "supplier"),
    ):
        person = Person.objects.create(username=name, name=name.capitalize(), email=f"{name}@example.org")
        RoleGrant.objects.create(person=person, organisation=where, role=role, valid_from=SINCE)
    agreement = FrameworkAgreement.objects.create(
        key="kurs", instrument="dps", title_nb="Kurs", title_nn="Kurs", title_en="Courses", category="courses",
        owner=owner, manager=Person.objects.get(username="forvalter"), starts=SINCE, ends=date(2099, 1, 1),
        latest_end=date(2099, 1, 1), long_duration_reason="innkjøpsordning", ruleset_date=SINCE,
    )  # fmt: skip
    lot = Lot.objects.create(
        agreement=agreement, key="kurs", number=1, title_nb="Kurs", title_nn="Kurs", title_en="Courses", scope_nb="kurs",
        scope_nn="kurs", scope_en="courses", cpv=["80500000"], categories=["course_day", "course_night"], max_value=10**7,
    )  # fmt: skip
    rules = {"steps": [{"when": {}, "mechanism": "dps_invitation"}], "decides": ["goods"], "tie_rule": "rank"}
    PolicyVersion.objects.create(lot=lot, version=1, document=rules, valid_from=SINCE)
    return lot


def who(name: str, at: datetime) -> dict[str, Any]:
    person = Person.objects.get(username=name)
    return {"actor": actor_for(person, clock.local_day(at)), "person": person, "now": at}
