"""Those who are admitted renew their declaration on request, are warned, suspended and taken in again (DPS-9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements import proposals
from fellestorg.agreements.admissions import applying, upkeep
from fellestorg.agreements.admissions.queries import admissions_on, admitted_on, suspensions_on
from fellestorg.agreements.admissions.reminding import remind
from fellestorg.agreements.admissions.suspensions import KIND, suspension_payload
from fellestorg.agreements.models import Admission, DeclarationRequest, Lot
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.tests.admission_world import SINCE, purchasing_system, who
from fellestorg.kernel.models import Mail
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.sessions import SESSION_KEY
from fellestorg.values import BadInput, Refused

# A Wednesday; five working days on is the next one.
AT = datetime(2023, 11, 1, 10, tzinfo=UTC)
DUE = date(2023, 11, 8)
WHY = "Årlig kontroll av alle som er tatt opp"


@pytest.fixture
def lot(db: None) -> Lot:
    made = purchasing_system()
    other = Organisation.objects.create(number="200000003", name="Møtegården", kind="supplier")
    person = Person.objects.create(username="mote", name="Mote", email="mote@example.org")
    RoleGrant.objects.create(person=person, organisation=other, role="supplier", valid_from=SINCE)
    for supplier in Organisation.objects.filter(kind="supplier"):
        for category in made.categories:
            Admission.objects.create(lot=made, supplier=supplier, category=category, valid_from=SINCE, source="Vedtak")
    return made


def ask(lot: Lot, at: datetime = AT, **changed: Any) -> list[DeclarationRequest]:
    return upkeep.ask_declarations(lot, WHY, **{**who("forvalter", at), **changed})


def answer(name: str, at: datetime, *, declared: bool = True, changes: str = "") -> DeclarationRequest:
    request = DeclarationRequest.objects.get(supplier__grants__person__username=name, answered_at=None)
    return upkeep.answer_declaration(request, declared=declared, changes=changes, **who(name, at))


def change(lot: Lot, reason: str, at: datetime, *, lifts: bool = False) -> None:
    payload = suspension_payload("200000002", at.date(), reason, lifts=lifts)
    target = Target(lot.agreement, lot)
    made = proposals.propose(KIND, target, payload, reason, actor=who("forvalter", at)["actor"], now=at)
    proposals.approve(made, actor=who("andre", at)["actor"], now=at)


def invited(lot: Lot, day: date) -> set[str]:
    return {one.supplier.name for one in admitted_on(lot, day, category="course_day", region="NO081")}


def test_everybody_admitted_is_asked_once_and_has_five_working_days(lot: Lot) -> None:
    rows = ask(lot)
    assert {(one.supplier.name, one.due) for one in rows} == {("Kursgården", DUE), ("Møtegården", DUE)}
    assert Mail.objects.filter(subject__contains="Ny egenerklæring").count() == 2
    with pytest.raises(Refused) as refused:
        ask(lot)
    assert refused.value.code == "nobody_to_ask"
    answer("mote", AT)
    assert [one.supplier.name for one in ask(lot)] == ["Møtegården"]


def test_only_the_owners_office_asks_and_only_the_supplier_answers(lot: Lot) -> None:
    with pytest.raises(Refused) as refused:
        ask(lot, **who("kurs", AT))
    assert refused.value.code == "not_manager"
    request = ask(lot)[0]
    with pytest.raises(Refused) as refused:
        upkeep.answer_declaration(request, declared=True, changes="", **who("mote", AT))
    assert refused.value.code == "not_own_supplier"


def test_whoever_cannot_declare_says_what_has_changed(lot: Lot) -> None:
    ask(lot)
    with pytest.raises(BadInput) as bad:
        answer("kurs", AT, declared=False, changes="tja")
    assert [one.where for one in bad.value.problems] == ["changes"]
    done = answer("kurs", AT, declared=False, changes="Vi har fått et forelegg for brudd på arbeidsmiljøloven")
    assert (done.declared, Mail.objects.filter(recipient="forvalter@example.org").count()) == (False, 1)


def test_reminder_and_warning_come_once_each(lot: Lot) -> None:
    ask(lot, suppliers=["200000002"])
    Mail.objects.all().delete()
    told = {day: remind(now=AT + timedelta(days=day)) for day in (5, 6, 7, 8, 9)}
    assert told == {5: 0, 6: 1, 7: 0, 8: 1, 9: 0}, "the working day before the last, and the day after it"
    subjects = sorted(Mail.objects.values_list("recipient", "subject"))
    assert [one for one, _subject in subjects] == ["forvalter@example.org", *["kurs@example.org"] * 2]
    assert "Kursgården har ikke fornyet" in subjects[0][1]


def test_late_leads_to_suspension_with_a_reason_and_the_late_answer_is_the_way_back(lot: Lot) -> None:
    ask(lot, suppliers=["200000002"])
    late = AT + timedelta(days=9)
    change(lot, "Egenerklæringen er ikke fornyet innen fristen", late)
    day = late.date()
    assert invited(lot, day) == {"Møtegården"} and invited(lot, day - timedelta(days=1)) == {"Kursgården", "Møtegården"}
    assert admissions_on(lot, day, suspended=True).count() == 4
    assert "ikke fornyet" in Mail.objects.get(subject__contains="suspendert").body
    with pytest.raises(BadInput) as bad:
        change(lot, "Leverandøren ringte og lovte å svare", late + timedelta(days=1), lifts=True)
    assert {one.code for one in bad.value.problems} == {"declaration_missing"}
    answer("kurs", late + timedelta(days=1))
    change(lot, "Egenerklæringen er levert og i orden", late + timedelta(days=1), lifts=True)
    assert invited(lot, day + timedelta(days=1)) == {"Kursgården", "Møtegården"}
    assert [one.until for one in suspensions_on(lot, day)] == [day], "what was, stands"


def test_nobody_is_suspended_twice_or_lifted_who_is_not(lot: Lot) -> None:
    with pytest.raises(BadInput) as bad:
        change(lot, "for kort grunn", AT, lifts=True)
    assert {one.code for one in bad.value.problems} == {"not_suspended", "too_short"}
    change(lot, "Brudd på vilkårene i ordningen", AT)
    with pytest.raises(BadInput) as bad:
        change(lot, "Brudd på vilkårene i ordningen", AT)
    assert {one.code for one in bad.value.problems} == {"suspended_already"}


def test_applications_are_reminded_of_before_they_are_late_and_when_they_are(lot: Lot) -> None:
    Admission.objects.filter(supplier__number="200000002").delete()
    row = applying.apply(
        lot,
        Organisation.objects.get(number="200000002"),
        categories=["course_day"],
        regions=[],
        evidence="Vi har holdt kurs for staten i ti år",
        declared=True,
        **who("kurs", AT),
    )
    assert row.due == date(2023, 11, 15)
    Mail.objects.all().delete()
    told = {day: remind(now=AT + timedelta(days=day)) for day in (9, 12, 13, 14, 15)}
    assert told == {9: 0, 12: 1, 13: 0, 14: 0, 15: 1}
    assert {one.recipient for one in Mail.objects.all()} == {"forvalter@example.org", "andre@example.org"}


def visitor(name: str) -> Client:
    client = Client()
    session = client.session
    session[SESSION_KEY] = Person.objects.get(username=name).pk
    session.save()
    return client


def test_on_the_pages_the_office_asks_the_supplier_answers_and_the_suspended_are_shown(lot: Lot) -> None:
    office, supplier = visitor("forvalter"), visitor("kurs")
    path = "/avtaler/kurs/kurs/egenerklaringer"
    assert office.post(path, {"reason": "kort"}).status_code == 422
    assert office.post(path, {"reason": WHY}).status_code == 302
    assert supplier.get(path).status_code == 403
    request = DeclarationRequest.objects.get(supplier__number="200000002")
    own = f"/opptak/erklaringer/{request.pk}"
    assert own in supplier.get("/opptak").content.decode()
    assert visitor("mote").get(own).status_code == 404
    assert supplier.post(own, {"changes": "nei"}).status_code == 422
    assert supplier.post(own, {"declared": "on"}).status_code == 302
    assert "Fornyet" in office.get(path).content.decode()
    assert '"renewed"' in office.get(f"{path}.json").content.decode()
    given = {"supplier": "200000002", "on": AT.date().isoformat(), "reason": "Brudd på vilkårene i ordningen"}
    assert office.post("/avtaler/kurs/kurs/suspensjon/ny", {**given, "reason": ""}).status_code == 422
    assert office.post("/avtaler/kurs/kurs/suspensjon/ny", given).status_code == 302
    assert not suspensions_on(lot, AT.date()).exists(), "it waits for somebody else"
