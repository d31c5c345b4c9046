"""Signing in and out, organisations, my page and messages through HTTP."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from fellestorg.kernel.models import Event, Installation, Message
from fellestorg.organisations.models import Organisation, Person, RoleGrant

pytestmark = pytest.mark.usefixtures("demo")
DFO = "986252932"
ROLES = ["innkjoper", "godkjenner", "lokal-avtaleforvalter", "avtaleforvalter-ikt", "si-admin", "atea", "revisor"]


def client(username: str = "", language: str = "nb") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


def place(username: str) -> str:
    return Person.objects.get(username=username).grants.select_related("organisation")[0].organisation.number


def sheet(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize(("language", "word"), [("nb", "Innkjøper"), ("nn", "Innkjøpar"), ("en", "Buyer")])
def test_the_demos_people_are_offered_by_role(language: str, word: str) -> None:
    page = client(language=language).get("/logg-inn").content.decode()
    assert word in page and 'value="innkjoper"' in page


@pytest.mark.parametrize("who", ROLES)
def test_one_button_signs_in_and_another_out(who: str) -> None:
    signed = client(who)
    page = signed.get("/meg").content.decode()
    assert Person.objects.get(username=who).name in page
    assert signed.post("/logg-ut").status_code == 302
    assert signed.get("/meg").status_code == 302


def test_the_session_has_a_new_key_after_signing_in() -> None:
    made = Client()
    session = made.session
    session["seen"] = "1"
    session.save()
    before = session.session_key
    made.post("/logg-inn", {"person": "innkjoper"})
    assert made.session.session_key != before


def test_nothing_of_one_persons_session_reaches_the_next() -> None:
    made = client("innkjoper")
    made.post("/avrop/kurv", {"item": ["PC-14-STD"], "quantity": ["2"]})
    made.post("/logg-inn", {"person": "godkjenner"})
    assert "basket" not in made.session


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/meg", "/meg"),
        ("/avtaler?q=a", "/avtaler?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_back_only_into_the_house(wanted: str, goes: str) -> None:
    response = Client().post("/logg-inn", {"person": "innkjoper", "next": wanted})
    assert response["Location"] == goes


def test_signing_in_is_needed_and_leads_back() -> None:
    response = Client().get("/meldinger?side=2")
    assert response["Location"] == "/logg-inn?next=%2Fmeldinger%3Fside%3D2"


@pytest.mark.parametrize("who", ["", "nobody", "innkjoper-999999999"])
def test_only_the_people_offered_can_be_chosen(who: str) -> None:
    assert Client().post("/logg-inn", {"person": who}).status_code == 422


def test_outside_the_demo_nobody_is_let_in_this_way() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_installation SET clock_offset = '0', kind = 'real'")
    assert Installation.objects.get().kind == "real"
    page = Client().get("/logg-inn").content.decode()
    assert 'name="password"' in page and 'value="innkjoper"' not in page
    visitor = Client()
    assert visitor.post("/logg-inn", {"person": "innkjoper"}).status_code == 422
    assert visitor.get("/meg").status_code == 302


def test_the_pages_follow_the_language_of_whoever_signs_in() -> None:
    response = Client().post("/logg-inn", {"person": "innkjopar"})
    assert response.cookies["django_language"].value == "nn"


@pytest.mark.parametrize("query", ["", "?q=direktoratet", f"?q={DFO}", "?type=municipality", "?q=zzzz"])
def test_the_list_is_the_same_as_page_csv_and_json(query: str) -> None:
    asked = client()
    rows = asked.get(f"/virksomheter.json{query}").json()["organisations"]
    assert [row[0] for row in sheet(asked.get(f"/virksomheter.csv{query}"))[1:]] == [row["number"] for row in rows]
    page = asked.get(f"/virksomheter{query}").content.decode()
    assert all(f'href="/virksomheter/{row["number"]}"' in page for row in rows[:20])


def test_who_holds_which_role_is_for_those_who_need_to_know() -> None:
    own = place("innkjoper")
    name = Person.objects.get(username="innkjoper").name
    for who in ("innkjoper", "godkjenner", "si-admin", "avtaleforvalter-ikt", "revisor"):
        assert name in client(who).get(f"/virksomheter/{own}").content.decode().split("<main")[1]
    for who in ("", "innkjopar", "atea"):
        assert name not in client(who).get(f"/virksomheter/{own}").content.decode()
    assert client().get("/virksomheter/123456789").status_code == 404


GRANT = {
    "username": "innkjopar",
    "role": "buyer",
    "budget_limit": "50 000,00",
    "valid_from": "2023-11-01",
    "valid_to": "",
}


def test_an_administrator_grants_and_ends_a_role() -> None:
    admin, own = client("si-admin"), place("innkjoper")
    assert admin.post(f"/virksomheter/{own}/roller", GRANT).status_code == 302
    grant = RoleGrant.objects.order_by("-id")[0]
    assert (grant.person.username, str(grant.budget_limit)) == ("innkjopar", "50000.00")
    assert admin.post(f"/virksomheter/{own}/roller", GRANT).status_code == 409
    assert admin.post(f"/virksomheter/{own}/roller/{grant.pk}/avslutt").status_code == 302
    assert not RoleGrant.objects.filter(pk=grant.pk).exists()
    assert list(Event.objects.order_by("-id").values_list("verb", flat=True)[:2]) == ["role_revoked", "role_granted"]
    assert admin.post(f"/virksomheter/{own}/roller/{grant.pk}/avslutt").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"username": "nobody"},
        {"role": "king"},
        {"role": "supplier"},
        {"budget_limit": "x"},
        {"role": "auditor"},
        {"valid_to": "2022-01-01"},
    ],
)
def test_a_role_that_cannot_be_is_refused_beside_the_form(change: dict[str, str]) -> None:
    before = RoleGrant.objects.count()
    response = client("si-admin").post(f"/virksomheter/{place('innkjoper')}/roller", {**GRANT, **change})
    assert response.status_code == 422
    assert RoleGrant.objects.count() == before


@pytest.mark.parametrize("who", ["innkjoper", "avtaleforvalter-ikt", "atea", "revisor"])
def test_nobody_else_grants_or_ends_roles(who: str) -> None:
    own = place("innkjoper")
    grant = RoleGrant.objects.filter(organisation__number=own)[0]
    assert client(who).post(f"/virksomheter/{own}/roller", GRANT).status_code == 403
    assert client(who).post(f"/virksomheter/{own}/roller/{grant.pk}/avslutt").status_code == 403


def test_an_approver_names_a_deputy_with_the_same_authority() -> None:
    given = {"deputy": "innkjoper", "valid_from": "2023-11-02", "valid_to": "2023-11-20"}
    signed = client("godkjenner")
    assert signed.post("/meg/vikar", given).status_code == 302
    grant = RoleGrant.objects.order_by("-id")[0]
    own = RoleGrant.objects.get(person__username="godkjenner", role="approver")
    assert (grant.person.username, grant.deputy_for, grant.budget_limit) == ("innkjoper", own.person, own.budget_limit)
    assert signed.post("/meg/vikar", given).status_code == 409
    for change in (
        {"valid_to": "2023-11-01"},
        {"valid_from": "2023-10-01"},
        {"deputy": "innkjopar"},
        {"deputy": "godkjenner"},
    ):
        assert signed.post("/meg/vikar", {**given, **change}).status_code == 422
    assert client("innkjoper").post("/meg/vikar", given).status_code == 403


def test_a_deputy_names_no_deputy() -> None:
    given = {"deputy": "innkjoper", "valid_from": "2023-11-02", "valid_to": "2023-11-20"}
    assert client("vikar").post("/meg/vikar", given).status_code == 409


def test_i_choose_my_own_language() -> None:
    signed = client("innkjoper")
    response = signed.post("/meg/sprak", {"language": "en"})
    assert response.cookies["django_language"].value == "en"
    assert Person.objects.get(username="innkjoper").language == "en"
    assert signed.post("/meg/sprak", {"language": "xx"}).status_code == 422


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_messages_are_read_and_marked(language: str) -> None:
    person = Person.objects.get(username="innkjoper")
    Message.objects.all().delete()
    facts = {"percent": 75, "agreement": {"nb": "A", "nn": "A", "en": "A"}, "lot": {"nb": "B", "nn": "B", "en": "B"}}
    for _ in range(2):
        Message.objects.create(
            recipient=person.key, code="ceiling_crossed", params=facts, link="/avtaler", created_at="2023-11-01T08:00Z"
        )
    other = Message.objects.create(
        recipient="person:0", code="ceiling_crossed", params=facts, created_at="2023-11-01T08:00Z"
    )
    signed = client("innkjoper", language)
    assert "75" in signed.get("/meldinger").content.decode()
    first = Message.objects.filter(recipient=person.key)[0]
    response = signed.post("/meldinger/lest", {"message": str(first.pk), "next": "/avtaler"})
    assert response["Location"] == "/avtaler"
    assert Message.objects.filter(recipient=person.key, read_at=None).count() == 1
    signed.post("/meldinger/lest", {"message": str(other.pk)})
    signed.post("/meldinger/lest", {"message": "tull"})
    other.refresh_from_db()
    assert other.read_at is None
    assert Message.objects.filter(recipient=person.key, read_at=None).count() == 1
    signed.post("/meldinger/lest")
    assert not Message.objects.filter(recipient=person.key, read_at=None).exists()


def test_a_person_taken_out_is_out_at_the_next_click() -> None:
    signed = client("innkjoper")
    Person.objects.filter(username="innkjoper").update(active=False)
    assert signed.get("/meg").status_code == 302
    assert Organisation.objects.exists()
