"""The purchasing system: everybody admitted in the category at that moment is invited, with at least ten days."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements import proposals
from fellestorg.agreements.admissions.changes import KIND, admission_payload
from fellestorg.agreements.admissions.queries import admitted_on
from fellestorg.agreements.models import Admission
from fellestorg.agreements.proposals import Target
from fellestorg.calloffs import actions
from fellestorg.calloffs.answers import answer_need
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.over_time.stretches import end_of
from fellestorg.calloffs.tests.world import agency_of, lot, somebody
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput

WHY = "Søknaden er vurdert og godtatt."


def system() -> Any:
    return lot("kurs-og-konferanse", "kurs")


def need(category: str = "conference_overnight") -> Need:
    return Need("r", agency_of("innkjoper"), "kurs-og-konferanse", "kurs", amount=Decimal(200_000), category=category)


def answer(asked: Need, day: date | None = None) -> dict[str, Any]:
    at = end_of(day) if day else clock.now()
    return answer_need(asked, actor=somebody("innkjoper")[0], at=at)[0].answer


def expected(category: str, day: date) -> set[str]:
    region = Organisation.objects.get(number=agency_of("innkjoper")).region
    rows = Admission.objects.filter(category=category, valid_from__lte=day).select_related("supplier")
    return {
        one.supplier.number
        for one in rows
        if (not one.regions or region in one.regions) and not one.supplier.insolvencies.exists()
    }


@pytest.mark.parametrize("category", ["course_day", "course_overnight", "conference_day", "conference_overnight"])
def test_all_admitted_in_the_category_are_invited_and_nobody_else(demo: None, category: str) -> None:
    found = answer(need(category))
    assert found["outcome"] == "dps_invitation"
    assert set(found["invitees"]) == expected(category, clock.today())
    assert found["due"] == "2023-11-13"  # the tenth day is a Saturday


def test_who_was_admitted_later_is_invited_later(demo: None) -> None:
    early, late = (answer(need("course_day"), day)["invitees"] for day in (date(2022, 9, 2), date(2023, 10, 15)))
    assert set(early) <= set(late) and len(early) < len(late)


def test_the_call_off_keeps_whom_it_invites_and_draws_nothing(demo: None) -> None:
    actor, person = somebody("innkjoper")
    made = actions.commit(need(), system(), actor=actor, person=person)
    assert made.call_off is not None
    assert made.call_off.state == CallOff.State.DPS_INVITATION
    invited = set(made.call_off.invitations.values_list("supplier__number", flat=True))
    assert invited == expected("conference_overnight", clock.today())
    client = Client()
    client.post("/logg-inn", {"person": "innkjoper"})
    page = client.get(f"/avrop/{made.call_off.number}").content.decode()
    assert all(one.supplier.name in page for one in made.call_off.invitations.select_related("supplier"))
    assert "13. november 2023" in page


def test_an_agency_outside_the_pilot_and_a_category_outside_the_system_are_refused(demo: None) -> None:
    outside = Organisation.objects.filter(kind="agency").exclude(participations__agreement__key="kurs-og-konferanse")
    asked = Need("r", outside[0].number, "kurs-og-konferanse", "kurs", amount=Decimal(1000), category="course_day")
    assert answer(asked)["reason"]["code"] == "buyer_listed"
    assert answer(need("laptop"))["reason"]["code"] == "within_scope"


def test_an_admission_is_decided_by_two_and_counts_from_its_day(demo: None) -> None:
    row = system()
    target = Target(row.agreement, row)
    manager, _ = somebody("avtaleforvalter-reise")
    admin, _ = somebody("si-admin")
    newcomer = Organisation.objects.get(name="Atea AS")
    tomorrow = clock.today() + timedelta(days=1)

    def change(**more: Any) -> None:
        payload = admission_payload(newcomer.number, "course_day", [], tomorrow, "Vedtak 14/2023 (demodata)", **more)
        made = proposals.propose(KIND, target, payload, WHY, actor=manager, now=clock.now())
        proposals.approve(made, actor=admin, now=clock.now())

    change()
    days = (clock.today(), tomorrow)
    region = Organisation.objects.get(number=agency_of("innkjoper")).region
    assert [len(admitted_on(row, day, category="course_day", region=region)) for day in days] == [
        len(expected("course_day", day)) for day in days
    ]
    assert newcomer.number in expected("course_day", tomorrow) - expected("course_day", clock.today())
    with pytest.raises(BadInput):
        change()
    change(ends=True)
    assert not Admission.objects.filter(supplier=newcomer).exists()
    with pytest.raises(BadInput) as bad:
        payload = admission_payload("123", "laptop", [], tomorrow, "")
        proposals.propose(KIND, target, payload, WHY, actor=manager, now=clock.now())
    assert {one.code for one in bad.value.problems} == {"unknown_supplier", "unknown_category", "missing"}


def test_the_list_of_those_admitted_is_open_to_everybody(demo: None) -> None:
    path = "/avtaler/kurs-og-konferanse/kurs/opptatte"
    page = Client().get(path).content.decode()
    assert "Fjordgløtt Kurssenter AS" in page and "Isbreen" not in page
    rows = Client().get(f"{path}.json").json()["admitted"]
    assert Client().get(f"{path}.csv").content.decode().count("\r\n") == len(rows) + 1
    assert Client().post(path, {"supplier": "1"}).status_code == 403
