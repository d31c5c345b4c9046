"""Keys for other systems: who makes them, what they open, for how long, and what is told when they do not work."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.journeys.visiting import Page, Visitor

from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.organisations import tokens, tries
from fellestorg.organisations.models import ApiToken, Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
OFFERS_URL = "/reiser/fly/tilbud.json"
QUESTION = {
    "from": "OSL",
    "to": "TOS",
    "departs": "2023-11-20",
    "offers": [{"airline": "SK", "class": "flex", "published": "2499.00"}],
}
MANAGER = "lokal-avtaleforvalter"


def agency() -> Organisation:
    return Organisation.objects.get(grants__person__username=MANAGER, grants__role="local_agreement_manager")


def made(days: int = 30) -> tuple[ApiToken, str]:
    person = Person.objects.get(username=MANAGER)
    now = clock.now()
    actor = actor_for(person, clock.local_day(now))
    return tokens.make_token(
        agency(), "flight_offers", "Reisebyrå (demodata)", days, actor=actor, person=person, now=now
    )


def ask(key: str = "", body: Any = QUESTION, **headers: str) -> Any:
    given = {"HTTP_AUTHORIZATION": f"Bearer {key}"} if key else {}
    return Client().post(OFFERS_URL, json.dumps(body), content_type="application/json", **given, **headers)


def test_a_travel_agency_asks_with_the_key_and_gets_the_offers_ranked() -> None:
    token, key = made()
    answer = ask(key)
    assert answer.status_code == 200
    assert [one["airline"] for one in answer.json()["offers"]] == ["SK"]
    token.refresh_from_db()
    assert token.last_used_at is not None
    seen = token.last_used_at
    assert ask(key).status_code == 200
    token.refresh_from_db()
    assert token.last_used_at == seen, "once a minute is enough"


def test_the_key_stands_nowhere() -> None:
    _token, key = made()
    kept = str(list(ApiToken.objects.values())) + str(list(Event.objects.values_list("payload", flat=True)))
    assert key not in kept and key.rpartition("_")[2] not in kept
    event = Event.objects.get(verb="api_token_made")
    assert event.subject == f"organisation:{agency().number}" and event.payload["used_by"] == "Reisebyrå (demodata)"


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        ("missing", 401, "no_token"),
        ("not bearer", 401, "bad_token"),
        ("nonsense", 401, "bad_token"),
        ("wrong secret", 401, "bad_token"),
        ("expired", 401, "bad_token"),
        ("revoked", 401, "bad_token"),
        ("other scope", 403, "wrong_scope"),
    ],
)
def test_what_does_not_open_is_told_as_problem_details(spoil: str, status: int, code: str) -> None:
    token, key = made()
    headers: dict[str, str] = {}
    match spoil:
        case "missing":
            key = ""
        case "not bearer":
            key, headers = "", {"HTTP_AUTHORIZATION": f"Basic {key}"}
        case "nonsense":
            key = "ft_x"
        case "wrong secret":
            key = key[:-1] + ("a" if key[-1] != "a" else "b")
        case "expired":
            clock.set_demo_clock(clock.now() + timedelta(days=30))
        case "revoked":
            person = Person.objects.get(username=MANAGER)
            tokens.revoke_token(token, actor=actor_for(person, clock.today()), person=person, now=clock.now())
        case "other scope":
            ApiToken.objects.filter(pk=token.pk).update(scope="another")
    answer = ask(key, **headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert told["type"] == f"urn:fellestorg:problem:{code}" and told["status"] == status and told["detail"]
    assert ("WWW-Authenticate" in answer) == (status == 401)
    token.refresh_from_db()
    assert token.last_used_at is None


def test_a_key_works_until_the_last_moment() -> None:
    token, key = made(days=30)
    for early, code in ((timedelta(seconds=1), ""), (timedelta(0), "bad_token")):
        assert tokens.check_token(key, "flight_offers", token.expires_at - early).code == code


def test_five_wrong_in_a_row_lock_the_name_for_a_quarter_of_an_hour_whatever_is_shown() -> None:
    _token, key = made()
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")
    for _time in range(tries.MOST - 1):
        assert ask(wrong).status_code == 401
    assert ask(key).status_code == 200, "a right one counts from nothing again"
    for _time in range(tries.MOST):
        assert ask(wrong).status_code == 401
    locked = ask(key)
    assert locked.status_code == 429 and locked["Retry-After"] == "900"
    assert locked.json()["type"] == "urn:fellestorg:problem:locked"
    later = clock.now() + tries.LOCKED + timedelta(seconds=1)
    assert tokens.check_token(key, "flight_offers", later).token is not None


def test_what_cannot_be_read_names_every_problem() -> None:
    _token, key = made()
    answer = ask(key, {"from": "OSL", "to": "OSL", "offers": []})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert {one["where"] for one in answer.json()["problems"]} == {"to", "offers"}


def test_the_page_shows_the_key_once_and_revokes_it() -> None:
    visitor, number = Visitor(MANAGER), agency().number
    assert (
        visitor.read(f"/virksomheter/{number}").links["Nøkler for andre systemer"] == f"/virksomheter/{number}/nokler"
    )
    path = f"/virksomheter/{number}/nokler"
    page = Page(visitor.client.post(path, {"scope": "flight_offers", "used_by": "Reisebyrå", "days": "90"}), path)
    token = ApiToken.objects.get()
    key = next(word for word in page.words.split() if word.startswith(f"ft_{token.name}_") and len(word) > 40)
    assert ask(key).status_code == 200 and token.expires_at - token.made_at == timedelta(days=90)
    for twin in ("", ".csv", ".json"):
        again = visitor.client.get(path + twin).content.decode()
        assert token.name in again and key not in again
    assert visitor.client.post(f"{path}/{token.name}/trekk").status_code == 302
    assert ask(key).status_code == 401
    assert visitor.client.get(f"{path}.json").json()["tokens"][0]["state"] == "revoked"
    with pytest.raises(Refused):
        person = Person.objects.get(username=MANAGER)
        tokens.revoke_token(token, actor=actor_for(person, clock.today()), person=person, now=clock.now())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"used_by": "x", "days": "30"}, "3 til 120 tegn"),
        ({"used_by": "Reisebyrå", "days": "3650"}, "3650"),
        ({"used_by": "Reisebyrå", "days": "30", "scope": "everything"}, "everything"),
    ],
)
def test_a_form_that_is_not_right_makes_no_key(fields: dict[str, str], said: str) -> None:
    answer = Visitor(MANAGER).client.post(
        f"/virksomheter/{agency().number}/nokler", {"scope": "flight_offers", **fields}
    )
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [(MANAGER, 200, 200), ("si-admin", 200, 409), ("revisor", 200, 403), ("innkjoper", 403, 403), ("atea", 403, 403)],
)
def test_only_the_agencys_own_local_agreement_manager_makes_keys(who: str, reads: int, writes: int) -> None:
    path, client = f"/virksomheter/{agency().number}/nokler", Visitor(who).client
    assert client.get(path).status_code == reads
    given = {"scope": "flight_offers", "used_by": "Reisebyrå", "days": "30"}
    assert client.post(path, given).status_code == writes
    assert ApiToken.objects.exists() is (writes == 200)


@pytest.mark.parametrize("days", [0, -1, 31, 3650])
def test_no_key_lasts_as_long_as_one_likes(days: int) -> None:
    with pytest.raises(BadInput):
        made(days)
