"""Getting started: filled in once, sent, confirmed or asked back, and used by the call-offs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client

from fellestorg.agreements.getting_started import actions, queries
from fellestorg.agreements.getting_started.reading import OwnPart, SupplierPart, read_own, read_supplier
from fellestorg.agreements.models import Admission, AgencySetup, FrameworkAgreement, Participation, SupplierSetup
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import Event, Mail, Message
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
S = SupplierSetup.State
OWN = OwnPart(
    "Demoveien 3, 3126 Tønsberg",
    "",
    "0192:986252932",
    "Prosjekt 1180",
    "Peder Demo",
    "peder@demo.example",
    "33 00 00 00",
)
PEOPLE = (("Kari Demo", "kari@demo.example"), ("Ola Demo", "ola@demo.example"))


@pytest.fixture(autouse=True)
def nothing_started(demo: None) -> None:
    """The demo's agency has started already; here it has not."""
    SupplierSetup.objects.filter(setup__organisation=agency()).delete()
    AgencySetup.objects.filter(organisation=agency()).delete()


def somebody(username: str) -> tuple[Actor, Person]:
    person = Person.objects.get(username=username)
    return actor_for(person, clock.today()), person


def agreement(key: str = "pc-utstyr") -> FrameworkAgreement:
    return FrameworkAgreement.objects.get(key=key)


def agency() -> Organisation:
    return Person.objects.get(username="lokal-avtaleforvalter").grants.get().organisation


def supplier(username: str = "atea") -> Organisation:
    return Person.objects.get(username=username).grants.get().organisation


def saved(own: OwnPart = OWN, who: str = "lokal-avtaleforvalter") -> AgencySetup:
    actor, person = somebody(who)
    return actions.save_own(agreement(), agency(), own, actor=actor, person=person, now=clock.now())


def sent(to: str = "atea", number: str = "", who: str = "lokal-avtaleforvalter") -> SupplierSetup:
    actor, person = somebody(who)
    part = SupplierPart(number, PEOPLE, "Vi starter i desember")
    return actions.send(saved(), supplier(to), part, actor=actor, person=person, now=clock.now())


def confirmed(part: SupplierSetup, number: str = "K-4711", who: str = "atea", revision: int = 0) -> SupplierSetup:
    actor, person = somebody(who)
    granted = [one.pk for one in part.access.filter(email="kari@demo.example")]
    return actions.confirm(
        part, revision or part.revision, number, granted, actor=actor, person=person, now=clock.now()
    )


def asked_back(part: SupplierSetup, question: str = "Hvilken avdeling?", who: str = "atea") -> SupplierSetup:
    actor, person = somebody(who)
    return actions.ask_back(part, part.revision, question, actor=actor, person=person, now=clock.now())


def answers_told() -> int:
    """How many times the agency has been told that a supplier confirmed; the demo has its own."""
    who = somebody("lokal-avtaleforvalter")[0].key
    return Message.objects.filter(code="agency_setup_confirmed", recipient=who).count()


def test_what_is_sent_reaches_the_supplier_and_its_confirmation_the_agency() -> None:
    before, events = answers_told(), Event.objects.order_by("id").last()
    assert events is not None
    part = sent()
    assert (part.state, part.revision, part.access.count()) == (S.SENT, 1, 2)
    told = Message.objects.filter(code="agency_setup_sent", recipient=somebody("atea")[0].key)
    assert told.filter(link=f"/kundeoppsett/{part.pk}").count() == 1
    assert Mail.objects.filter(recipient="atea@demo.example", body__contains=f"/kundeoppsett/{part.pk}").exists()
    part = confirmed(part)
    assert (part.state, part.customer_number) == (S.CONFIRMED, "K-4711")
    assert list(part.access.filter(granted_at=None).values_list("email", flat=True)) == ["ola@demo.example"]
    assert answers_told() == before + 1
    since = Event.objects.filter(subject=part.setup.subject, id__gt=events.pk)
    verbs = since.order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["agency_setup_saved", "agency_setup_sent", "agency_setup_confirmed"]


def test_a_question_goes_back_and_what_is_sent_again_is_answered_anew() -> None:
    part = asked_back(sent())
    assert (part.state, part.question) == (S.ASKED_BACK, "Hvilken avdeling?")
    again = sent()
    assert (again.pk, again.state, again.revision, again.question) == (part.pk, S.SENT, 2, "")
    with pytest.raises(Refused, match="endret"):
        confirmed(again, revision=1)
    assert confirmed(again).state == S.CONFIRMED


def test_what_all_need_being_changed_every_supplier_must_be_sent_it_again() -> None:
    part = confirmed(sent())
    saved(OWN)
    part.refresh_from_db()
    assert part.state == S.CONFIRMED  # the same again changes nothing
    saved(OwnPart(**{**{name: getattr(OWN, name) for name in OWN.__slots__}, "contact_phone": "33 11 11 11"}))
    part.refresh_from_db()
    assert (part.state, part.customer_number) == (S.DRAFT, "K-4711")
    with pytest.raises(Refused, match="endret"):
        confirmed(part)


class TestWhoMay:
    @pytest.mark.parametrize("who", ["innkjoper", "godkjenner", "si-admin", "revisor", "atea", "innkjopar"])
    def test_only_the_local_agreement_manager_fills_in_and_sends(self, who: str) -> None:
        with pytest.raises(Refused) as refused:
            saved(who=who)
        assert refused.value.code == "not_local_agreement_manager"
        with pytest.raises(Refused):
            sent(who=who)

    @pytest.mark.parametrize("who", ["dustin", "lyreco", "lokal-avtaleforvalter", "si-admin"])
    def test_only_the_supplier_it_was_sent_to_answers(self, who: str) -> None:
        part = sent()
        for answer in (confirmed, asked_back):
            with pytest.raises(Refused) as refused:
                answer(part, who=who)
            assert refused.value.code == "not_sent_to_you"

    def test_an_agency_outside_the_agreement_has_nothing_to_start(self) -> None:
        Participation.objects.filter(agreement=agreement(), organisation=agency()).delete()
        with pytest.raises(Refused, match="ikke med i avtalen"):
            saved()

    def test_nothing_is_sent_to_a_supplier_of_another_agreement(self) -> None:
        with pytest.raises(Refused, match="ikke med i avtalen nå"):
            sent("lyreco")


class TestReading:
    GIVEN = {name: getattr(OWN, name) for name in OWN.__slots__}

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("delivery_address", " "),
            ("delivery_address", "x" * 301),
            ("invoice_endpoint", "986252932"),
            ("invoice_endpoint", "0192:986252933"),
            ("invoice_endpoint", "0192:"),
            ("contact_email", "peder"),
            ("contact_name", ""),
        ],
    )
    def test_what_is_wrong_is_named_by_its_field(self, field: str, value: str) -> None:
        with pytest.raises(BadInput) as bad:
            read_own({**self.GIVEN, field: value})
        assert [one.where for one in bad.value.problems] == [field]

    def test_everything_wrong_is_said_at_once(self) -> None:
        with pytest.raises(BadInput) as bad:
            read_own({})
        assert len(bad.value.problems) == 4

    def test_people_are_read_as_people_write_them(self) -> None:
        text = "Kari Demo <kari@demo.example>\n\n Ola Demo, ola@demo.example \nOla Demo; OLA@demo.example"
        assert read_supplier({"people": text}).people == PEOPLE

    @pytest.mark.parametrize("line", ["Kari Demo", "kari@demo.example", "Kari <kari>", "<kari@demo.example>"])
    def test_a_line_that_is_nobody_is_named_by_its_number(self, line: str) -> None:
        with pytest.raises(BadInput, match="Linje 2"):
            read_supplier({"people": f"Ola Demo <ola@demo.example>\n{line}"})


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "confirmed", "customer_number": ""},
        {"state": "asked_back"},
        {"revision": 0},
        {"answered_at": "2000-01-01T00:00Z"},
    ],
    ids=["confirmed without number", "asked nothing", "sent never", "answered before"],
)
def test_the_database_refuses_answers_that_cannot_be(changes: dict[str, Any]) -> None:
    part = sent()
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplierSetup.objects.filter(pk=part.pk).update(**changes)


def test_how_far_everybody_has_come_is_counted() -> None:
    confirmed(sent())
    rows = {(one.agency, one.supplier): one for one in queries.progress(agreement(), clock.today())}
    mine = rows[agency().number, supplier().number]
    assert (mine.state, mine.customer_number, mine.access_requested, mine.access_granted) == (
        "confirmed",
        "K-4711",
        2,
        1,
    )
    assert rows[agency().number, supplier("dustin").number].state == "missing"
    assert len(rows) > 500


def page(who: str, path: str, fields: dict[str, Any] | None = None) -> HttpResponse:
    client = Client()
    client.post("/logg-inn", {"person": who})
    return client.get(path) if fields is None else client.post(path, fields)


def test_the_whole_way_in_the_pages() -> None:
    path = "/avtaler/pc-utstyr/kom-i-gang"
    assert "Fyll ut og send" in page("lokal-avtaleforvalter", "/avtaler/pc-utstyr").content.decode()
    empty = page("lokal-avtaleforvalter", path).content.decode()
    assert f"0192:{agency().number}" in empty and "Lagre det alle trenger først" in empty
    given = {name: getattr(OWN, name) for name in OWN.__slots__}
    assert page("lokal-avtaleforvalter", path, {**given, "contact_email": "x"}).status_code == 422
    assert page("lokal-avtaleforvalter", path, given).status_code == 302
    fields = {"supplier": supplier().number, "people": "Kari Demo"}
    refused = page("lokal-avtaleforvalter", f"{path}/send", fields)
    assert refused.status_code == 422 and "Linje 1" in refused.content.decode()
    fields["people"] = "Kari Demo <kari@demo.example>"
    assert page("lokal-avtaleforvalter", f"{path}/send", fields).status_code == 302
    part = SupplierSetup.objects.get(supplier=supplier())
    assert agency().name in page("atea", "/kundeoppsett").content.decode()
    own = f"/kundeoppsett/{part.pk}"
    assert page("atea", f"{own}/bekreft", {"revision": 1, "customer_number": " "}).status_code == 422
    assert page("atea", f"{own}/bekreft", {"revision": 7, "customer_number": "K-1"}).status_code == 409
    granted = part.access.get().pk
    answered = page("atea", f"{own}/bekreft", {"revision": 1, "customer_number": "K-1", "granted": granted})
    assert answered.status_code == 302
    seen = page("innkjoper", path).content.decode()
    assert "K-1" in seen and "fikk tilgang" in seen and "Lagre</" not in seen
    listed = json.loads(page("si-admin", f"{path}/status.json?tilstand=confirmed").content)["setups"]
    assert [one["customer_number"] for one in listed] == ["K-1"]
    assert page("si-admin", f"{path}/status").status_code == page("revisor", f"{path}/status").status_code == 200
    assert "K-1" in page("si-admin", f"{path}/status.csv").content.decode()
    assert "K-1" in page("atea", "/kundeoppsett.csv").content.decode()


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("dustin", "/kundeoppsett/{part}", 404),
        ("innkjoper", "/kundeoppsett", 403),
        ("innkjoper", "/avtaler/pc-utstyr/kom-i-gang/status", 403),
        ("atea", "/avtaler/pc-utstyr/kom-i-gang", 404),
        ("si-admin", "/avtaler/pc-utstyr/kom-i-gang", 302),
        ("innkjoper", "/avtaler/finnes-ikke/kom-i-gang", 404),
    ],
)
def test_what_is_not_ones_own_is_not_there(who: str, path: str, status: int) -> None:
    assert page(who, path.format(part=sent().pk)).status_code == status


def test_in_a_purchasing_system_one_starts_with_those_who_are_admitted() -> None:
    system = agreement("kurs-og-konferanse")
    admitted = set(Admission.objects.filter(lot__agreement=system).values_list("supplier__number", flat=True))
    found = queries.suppliers_of(system, clock.today())
    assert {one.number for one in found} == admitted and len(found) == 11
    actor, person = somebody("lokal-avtaleforvalter")
    setup = actions.save_own(system, agency(), OWN, actor=actor, person=person, now=clock.now())
    part = SupplierPart("", PEOPLE, "")
    assert actions.send(setup, found[0], part, actor=actor, person=person, now=clock.now()).state == S.SENT
    with pytest.raises(Refused):
        actions.send(setup, supplier("atea"), part, actor=actor, person=person, now=clock.now())
