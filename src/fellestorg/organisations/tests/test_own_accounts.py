"""Accounts that people make themselves: the address verified, a second factor, and nothing told to strangers."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.test import Client

from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Installation, Mail
from fellestorg.kernel.sealing import open_text
from fellestorg.organisations import own_accounts
from fellestorg.organisations.models import AccountRequest, Person, RoleGrant

PASSWORD = "en lang setning om skyer"
MAIL = "grete@leverandor.example"


@pytest.fixture(params=["demo", "real"])
def house(request: pytest.FixtureRequest, db: None) -> str:
    # The demo's clock shows another year than the phone that the codes come from.
    offset = timedelta(days=-1100) if request.param == "demo" else timedelta(0)
    Installation.objects.create(id=1, kind=request.param, clock_offset=offset, clock_started=True)
    kind: str = request.param
    return kind


def jobs() -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_account_link' ORDER BY id")
        return [json.loads(row[0]) for row in cursor.fetchall()]


def link_to(email: str = MAIL, onward: str = "/") -> str:
    own_accounts.send_link(email, onward, "nb", clock.now())
    return open_text(Mail.objects.filter(recipient=email).latest("created_at").sealed_link)


def open_account(client: Client, link: str, username: str = MAIL, **more: str) -> Any:
    told = {"name": "Grete Demo", "username": username, "language": "nb", "password": PASSWORD, "again": PASSWORD}
    answer = client.post(link, told | more)
    if answer.status_code != 302:
        return answer
    page = client.get(answer.headers["Location"]).content.decode()
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    code = pyotp.TOTP(found.group(1).replace(" ", "")).now()
    return client.post(answer.headers["Location"], {"code": code})


def test_an_account_is_made_and_one_is_sent_on(house: str) -> None:
    client = Client()
    page = client.post("/ny-konto", {"email": MAIL.upper(), "next": "/skytjenester/firmaer/registrer"})
    assert "Vi har sendt en e-post" in page.content.decode()
    [job] = jobs()
    assert (job["email"], job["onward"]) == (MAIL, "/skytjenester/firmaer/registrer")
    answer = open_account(client, link_to(onward=job["onward"]))
    assert answer.status_code == 200
    assert 'href="/skytjenester/firmaer/registrer"' in answer.content.decode()
    person = Person.objects.get()
    assert (person.username, person.email, person.account.recovery_codes.count()) == (MAIL, MAIL, 10)
    assert not RoleGrant.objects.exists()
    assert set(Event.objects.values_list("verb", flat=True)) >= {"person_registered", "account_opened"}
    assert client.get("/meg").status_code == 200
    # She comes in again with password and code, in a demo too.
    assert "Brukernavn" in Client().get("/logg-inn/konto").content.decode()


def test_somebody_without_a_role_sees_no_more_than_the_public(demo: None) -> None:
    client = Client()
    open_account(client, link_to())
    assert client.get("/avrop").status_code == 403
    assert client.get("/reiser/hotell").status_code == Client().get("/reiser/hotell").status_code or (
        client.get("/reiser/hotell").status_code == 403
    )
    assert client.get("/skytjenester/firmaer/registrer").status_code == 200


def test_the_answer_is_the_same_for_an_address_that_is_known(house: str) -> None:
    open_account(Client(), link_to())
    said = [Client().post("/ny-konto", {"email": email}).content.decode() for email in (MAIL, "ny@leverandor.example")]
    plain = [re.sub(r'value="[^"]+"|<time.*?</time>', "", one) for one in said]
    assert plain[0] == plain[1]
    own_accounts.send_link(MAIL, "/", "nb", clock.now())
    assert "Du har en fra før" in Mail.objects.latest("created_at").body


def test_a_link_opens_once_and_a_new_one_makes_the_older_worthless(house: str) -> None:
    first = link_to()
    second = link_to()
    assert Client().get(first).status_code == 404
    assert open_account(Client(), second).status_code == 200
    assert Client().get(second).status_code == 404
    assert not any(second.rsplit("/", 1)[1] in str(row) for row in AccountRequest.objects.values_list())


def test_a_link_is_worth_nothing_after_two_hours(house: str) -> None:
    link = link_to()
    AccountRequest.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    own_accounts.forget_old(clock.now() + timedelta(days=2))
    assert not AccountRequest.objects.exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"username": "01010750160"}, "fødselsnummer"),
        ({"username": "x"}, "3 til 60"),
        ({"password": "kort", "again": "kort"}, "minst 12 tegn"),
        ({"again": "noe helt annet enn det"}, "ikke like"),
        ({"name": " "}, ""),
    ],
    ids=["identity-number", "short-name", "short-password", "not-alike", "no-name"],
)
def test_what_will_not_do_is_named(house: str, more: dict[str, str], said: str) -> None:
    answer = open_account(Client(), link_to(), **more)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Person.objects.exists()


def test_a_wrong_code_makes_nothing(house: str) -> None:
    client, link = Client(), link_to()
    told = {"name": "Grete", "username": "grete", "language": "nb", "password": PASSWORD, "again": PASSWORD}
    onward = client.post(link, told).headers["Location"]
    assert client.post(onward, {"code": "000000"}).status_code == 422
    assert not Person.objects.exists()
    # Somebody else with the link, in another browser, has not chosen the password.
    assert Client().get(onward).status_code == 302


def test_one_address_gets_five_links_in_a_quarter_of_an_hour(house: str) -> None:
    answers = [Client().post("/ny-konto", {"email": MAIL}).status_code for _ in range(8)]
    assert set(answers) == {200}
    assert len(jobs()) == 5


def test_too_many_in_all_are_told_so(house: str, monkeypatch: pytest.MonkeyPatch) -> None:
    link_to()
    monkeypatch.setattr(own_accounts, "MOST_IN_AN_HOUR", 1)
    assert Client().post("/ny-konto", {"email": "annen@leverandor.example"}).status_code == 429
    assert jobs() == []


@pytest.mark.parametrize("onward", ["https://ond.example/", "//ond.example", "javascript:alert(1)"])
def test_one_is_sent_on_only_within_the_house(house: str, onward: str) -> None:
    Client().post("/ny-konto", {"email": MAIL, "next": onward})
    assert jobs()[0]["onward"] == "/"
