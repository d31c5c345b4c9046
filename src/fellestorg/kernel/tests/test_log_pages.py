"""The event log as pages and files, and ``fellestorg audit``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fellestorg.kernel import queries
from fellestorg.kernel.commands import audit
from fellestorg.kernel.models import Event, RootSeal
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput

pytestmark = pytest.mark.usefixtures("demo")


@pytest.fixture(autouse=True)
def _head_file_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def client(username: str = "revisor", language: str = "nb") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    made.cookies["django_language"] = language
    return made


@pytest.mark.parametrize(("language", "word"), [("nb", "Hendelser"), ("nn", "Hendingar"), ("en", "Events")])
def test_auditors_read_the_log_in_every_language(language: str, word: str) -> None:
    assert word in client(language=language).get("/hendelser").content.decode()


@pytest.mark.parametrize("path", ["/hendelser", "/hendelser.csv", "/hendelser.json", "/hendelser/1"])
def test_the_log_is_for_auditors_and_si(path: str) -> None:
    assert client("").get(path).status_code == 302
    for who in ("innkjoper", "godkjenner", "lokal-avtaleforvalter", "atea"):
        assert client(who).get(path).status_code == 403
    for who in ("revisor", "si-admin", "avtaleforvalter-ikt"):
        assert client(who).get(path.replace("/1", f"/{Event.objects.order_by('id')[0].pk}")).status_code == 200


def test_the_log_is_paged_by_key_and_shows_every_event_once() -> None:
    asked, seen, query = client(), [], ""
    while True:
        page = asked.get(f"/hendelser{query}").content.decode()
        seen += [int(part.split('"')[0]) for part in page.split('href="/hendelser/')[1:]]
        if "Eldre hendelser" not in page:
            break
        query = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == list(Event.objects.order_by("-id").values_list("id", flat=True))


@pytest.mark.parametrize(
    "query",
    [
        "?hva=call_off_made",
        "?emne=lot:",
        "?hvem=system",
        "?fra=2023-10-01&til=2023-10-31",
        "?hva=nope",
        "?fra=tull&for=x",
    ],
)
def test_filters_hold_on_csv_and_json_alike(query: str) -> None:
    asked = client()
    rows = list(
        csv.DictReader(io.StringIO(asked.get(f"/hendelser.csv{query}").content.decode("utf-8-sig")), delimiter=";")
    )
    page = asked.get(f"/hendelser.json{query}").json()
    found = page["events"]
    while page["next"]:
        page = asked.get(f"/hendelser.json{query}&for={page['next']}").json()
        found += page["events"]
    assert [row["id"] for row in rows] == [str(one["id"]) for one in found]
    if "call_off_made" in query:
        assert {one["verb"] for one in found} == {"call_off_made"}
    if "lot:" in query:
        assert all(one["subject"].startswith("lot:") for one in found)
    if "2023-10-01" in query:
        assert found and all(one["at"].startswith("2023-10") for one in found)


def test_one_event_shows_what_it_covers_and_leads_to_its_subject() -> None:
    event = Event.objects.filter(verb="call_off_made").order_by("-id")[0]
    page = client().get(f"/hendelser/{event.pk}").content.decode()
    assert event.hash in page and event.covers[0][2] in page
    assert 'href="/avrop/SI-' in page
    assert "Avrop gjort" in page


@pytest.mark.parametrize("key", ["0", "999999999", "99999999999999999999999"])
def test_an_event_that_does_not_exist_is_not_found(key: str) -> None:
    assert client().get(f"/hendelser/{key}").status_code == 404


def test_unread_messages_are_counted_for_oneself() -> None:
    from fellestorg.organisations.queries import actor_for

    person = Person.objects.get(username="innkjoper")
    day = Event.objects.order_by("-id")[0].at.date()
    actor = actor_for(person, day)
    assert queries.unread_count(actor) == sum(not one.read for one in queries.messages_for(actor, limit=10_000))


def test_an_intact_log_verifies_and_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    seals = RootSeal.objects.count()
    assert audit(["verify", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["intact"] and answer["faults"] == [] and answer["events"] == Event.objects.count()
    assert RootSeal.objects.count() == seals


def test_a_head_kept_elsewhere_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit(["head", "--json"]) == 0
    head = json.loads(capsys.readouterr().out)["head"]
    assert audit(["verify", "--head", head]) == 0
    assert "everything is as it was written" in capsys.readouterr().out
    other = f"{head.partition(':')[0]}:{'f' * 64}"
    assert audit(["verify", "--head", other]) == 1
    assert "head_not_found" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["verify", "--head", "x"], ["nope"], [], ["verify", "--x"]])
def test_bad_words_are_bad_input(words: list[str]) -> None:
    with pytest.raises(BadInput):
        audit(words)
