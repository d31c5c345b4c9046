"""The index follows what happens, in the same transaction; the page, its twins, and searches that people keep."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from fellestorg.agreements.models import NewsItem
from fellestorg.agreements.office import news
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.kernel.models import Mail, Message
from fellestorg.marketplace.models import SavedSearch, SearchEntry
from fellestorg.marketplace.search import indexing, saving
from fellestorg.marketplace.search.queries import Wanted, search
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")


def publish(title: str) -> NewsItem:
    manager = Person.objects.get(username="avtaleforvalter-ikt")
    actor = Actor(manager.key, manager.name, (Grant("agreement_manager", "986252932"),))
    agreement = manager.managed_agreements.get(key="pc-utstyr")
    given = {f"{part}_{code}": title for part in ("title", "body") for code in ("nb", "nn", "en")}
    return news.publish(agreement, given, tell=False, actor=actor, now=clock.now())


def total(text: str) -> int:
    return search(Wanted(text), ANONYMOUS, clock.now()).total


def client(username: str = "") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    return made


def test_the_index_says_what_everything_says() -> None:
    assert indexing.differences() == []
    before = list(SearchEntry.objects.order_by("kind", "key", "audience").values_list("kind", "key", "first_seen_at"))
    counts = indexing.reindex()
    assert {"service", "firm", "article", "agreement", "news", "competition"} <= {
        kind for kind, n in counts.items() if n
    }
    assert before == list(
        SearchEntry.objects.order_by("kind", "key", "audience").values_list("kind", "key", "first_seen_at")
    )


def test_no_marks_of_how_a_text_is_written_are_searched_or_shown() -> None:
    kinds = ("article", "answer", "news")
    assert SearchEntry.objects.filter(kind__in=kinds, text__contains="sky").exists()
    assert not SearchEntry.objects.filter(kind__in=kinds, text__regex=r"\*\*|\]\(/|!diagram|(^|\n)(#|- )").exists()
    assert not SearchEntry.objects.filter(kind__in=kinds, lead__regex=r"\*\*|\]\(/").exists()


def test_a_service_is_found_by_what_its_category_is_called() -> None:
    everything = {hit.key for hit in search(Wanted("category:cips-storage type:service"), ANONYMOUS, clock.now()).hits}
    assert everything
    for name in ("lagring", "storage"):
        found = search(Wanted(f"{name} type:service"), ANONYMOUS, clock.now(), stop=100).hits
        assert everything <= {hit.key for hit in found}, name


def test_an_entry_that_was_lost_or_altered_is_named() -> None:
    one = SearchEntry.objects.filter(kind="agreement").order_by("key")[0]
    SearchEntry.objects.filter(pk=one.pk).update(title="Noe annet")
    SearchEntry.objects.filter(kind="news").order_by("key")[0].delete()
    found = indexing.differences()
    assert f"agreement:{one.key} (all)" in found and len(found) == 2


def test_news_is_found_in_the_moment_it_is_published_and_not_after_it_is_taken_back() -> None:
    assert total("kjempeflodhest") == 0
    item = publish("Kjempeflodhesten er her")
    assert total("kjempeflodhest") == 1
    manager = Person.objects.get(username="avtaleforvalter-ikt")
    actor = Actor(manager.key, manager.name, (Grant("agreement_manager", "986252932"),))
    news.withdraw(item, actor=actor, now=clock.now())
    assert total("kjempeflodhest") == 0 and indexing.differences() == []


def test_the_page_and_its_twins_give_the_same() -> None:
    page = client().get("/skytjenester/sok?q=pc&type=agreement")
    data = client().get("/skytjenester/sok.json?q=pc&type=agreement").json()
    rows = client().get("/skytjenester/sok.csv?q=pc&type=agreement").content.decode().splitlines()
    assert page.status_code == 200 and data["total"] == len(data["hits"]) == len(rows) - 1 > 0
    assert all(hit["address"] in page.content.decode() for hit in data["hits"])
    assert data["facets"]["type"]["agreement"] == data["total"]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "a" * 900,
        "q=((&type=x&side=99",
        "sorter=x",
        "q=%22",
        "type=&firm=%27",
        "q=" + "(" * 380,
        "q=%7C%26%2B*!-",
    ],
)
def test_nothing_in_an_address_is_an_error(query: str) -> None:
    assert client().get(f"/skytjenester/sok?{query}").status_code == 200
    assert client().get(f"/skytjenester/sok.json?{query}").status_code == 200


def test_where_there_is_nothing_the_page_says_what_may_help() -> None:
    page = client().get("/skytjenester/sok?q=xyzzyx+pris:1&type=news").content.decode()
    assert "Ingenting passer" in page and "/skytjenester/sporsmal" in page and "er ikke et filter" in page
    data = client().get("/skytjenester/sok.json?q=xyzzyx+pris:1&type=news").json()
    assert [(note["code"], note["about"]) for note in data["notes"]] == [("unknown_field", "pris")]


def test_a_search_is_saved_once_and_tells_of_what_is_new_once() -> None:
    buyer = client("innkjoper")
    asked = {"query": "q=kjempeflodhest", "name": "Flodhester", "alerts": "1"}
    assert buyer.post("/skytjenester/sok/lagre", asked).status_code == 302
    assert "Flodhester" in buyer.get("/skytjenester/sok/lagrede").content.decode()
    person = Person.objects.get(username="innkjoper")
    with pytest.raises(Refused):
        saving.save(person, "Igjen", Wanted("kjempeflodhest"), alerts=True, now=clock.now())
    with pytest.raises(BadInput):
        saving.save(person, "Tomt", Wanted(), alerts=True, now=clock.now())
    now = clock.now()
    assert saving.tell(now) == 0
    SavedSearch.objects.update(told_until=now - timedelta(hours=1))
    publish("Kjempeflodhesten er her")
    assert [saving.tell(now + timedelta(hours=1)), saving.tell(now + timedelta(hours=2))] == [1, 0]
    assert Message.objects.filter(recipient=person.key, code="saved_search_new").count() == 1
    assert Mail.objects.filter(recipient=person.email, body__contains="Kjempeflodhesten").count() == 1


def test_kept_searches_are_ones_own() -> None:
    buyer = client("innkjoper")
    buyer.post("/skytjenester/sok/lagre", {"query": "q=pc", "name": "PC"})
    row = SavedSearch.objects.get(name="PC")
    assert not row.alerts
    other = client("godkjenner")
    assert other.post(f"/skytjenester/sok/lagrede/{row.pk}", {"do": "remove"}).status_code == 404
    assert client().get("/skytjenester/sok/lagrede").status_code in (302, 403)
    assert buyer.post(f"/skytjenester/sok/lagrede/{row.pk}", {"do": "alerts"}).status_code == 302
    assert SavedSearch.objects.get(pk=row.pk).alerts
    assert buyer.post(f"/skytjenester/sok/lagrede/{row.pk}", {"do": "remove"}).status_code == 302
    assert not SavedSearch.objects.filter(pk=row.pk).exists()
