"""What firms can compete for: read from what it is, the same for all, in a list, feeds, a calendar and mail."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client

from fellestorg.competitions import procedures
from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.law.procedures import procedures as all_procedures
from fellestorg.marketplace.opportunities import choosing, notices
from fellestorg.marketplace.opportunities.choosing import Chosen
from fellestorg.marketplace.opportunities.finding import Opportunity, last_changed, open_now
from fellestorg.marketplace.opportunities.models import AdvanceNotice
from fellestorg.marketplace.opportunities.notices import Told
from fellestorg.marketplace.search import indexing
from fellestorg.marketplace.search.queries import Wanted, search
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 9, tzinfo=UTC)
HERE = "/skytjenester/muligheter"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def keys(now: datetime = NOW) -> set[str]:
    return {one.key for one in open_now(now)}


def titled(title: str, now: datetime = NOW) -> Opportunity:
    return next(one for one in open_now(now) if one.title.startswith(title))


def lead() -> tuple[Actor, Person, Organisation]:
    person = Person.objects.get(username="prosjektleder")
    buyer = person.grants.select_related("organisation")[0].organisation
    return Actor(person.key, person.name, (Grant("project_lead", buyer.number),)), person, buyer


def told(**more: Any) -> Told:
    usual: dict[str, Any] = {
        "kind": "planned", "title": "Flodhester (demodata)", "language": "nb", "text": "Vi trenger flodhester.",
        "cpv": ("03325000",), "contact": "post@demodata.example", "expected_on": date(2023, 12, 1),
    }  # fmt: skip
    return Told(**(usual | more))


def published(now: datetime = NOW, **more: Any) -> AdvanceNotice:
    actor, person, buyer = lead()
    return notices.publish(told(**more), buyer, actor=actor, person=person, now=now)


def competition(procedure: str, stage: str, **more: Any) -> Competition:
    _actor, person, buyer = lead()
    return Competition.objects.create(
        number=f"K-2023-{Competition.objects.count() + 80001}", procedure=procedure, stage=stage, title="Prøve",
        language="nb", buyer=buyer, lead=person, created_at=NOW - timedelta(days=9), published_at=NOW - timedelta(days=8),
        **more,
    )  # fmt: skip


def client(username: str = "") -> Client:
    made = Client()
    if username:
        assert made.post("/logg-inn", {"person": username}).status_code == 302
    return made


def test_the_list_has_every_kind_and_no_mini_competition() -> None:
    rows = open_now(NOW)
    assert {one.kind for one in rows} == {"planned", "consultation", "competition", "system"}
    assert not {one.procedure for one in rows} & {"mini_competition", "purchasing_system_call"}
    assert not [one for one in rows if "Trykksaker" in one.title]
    assert [one.order for one in rows] == sorted(one.order for one in rows)
    assert titled("Overnatting på 24 steder").deadline
    assert titled("Kurs og konferanse").on and not titled("Kurs og konferanse").deadline


SOON, PAST = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("procedure", "stage", "dates", "open_"),
    [
        ("open", "preparing", {"tenders_until": SOON}, False),
        ("open", "published", {"tenders_until": SOON}, True),
        ("open", "published", {"tenders_until": PAST}, False),
        ("open", "published", {"tenders_until": NOW}, False),
        ("open", "opened", {"tenders_until": SOON}, False),
        ("below_threshold", "published", {"tenders_until": SOON}, True),
        ("restricted", "published", {"requests_until": SOON}, True),
        # Who asks too late is not let in, though tenders are delivered later.
        ("restricted", "published", {"requests_until": PAST, "tenders_until": SOON}, False),
        ("restricted", "invited", {"requests_until": PAST, "tenders_until": SOON}, False),
        ("negotiated", "published", {"requests_until": SOON}, True),
        ("dialogue", "dialogue", {"tenders_until": SOON}, False),
        ("mini_competition", "invited", {"tenders_until": SOON}, False),
        ("purchasing_system", "running", {}, True),
        ("purchasing_system", "ended", {}, False),
    ],
)
def test_a_competition_is_open_as_the_table_of_its_procedure_says(
    procedure: str, stage: str, dates: dict[str, datetime], open_: bool
) -> None:
    made = competition(procedure, stage, **dates)
    assert (f"competition:{made.number}" in keys()) is open_
    if open_ and dates:
        coming = procedures.next_date(made, NOW)
        assert coming is not None and titled("Prøve").deadline == coming.at


def test_each_published_procedure_has_an_entrance_and_no_other() -> None:
    entrances = {key: one.entrances() for key, one in all_procedures().items()}
    assert entrances["open"] == {"published": "tenders_until"}
    assert entrances["restricted"] == {"published": "requests_until"}
    assert entrances["purchasing_system"] == {"running": ""}
    assert entrances["mini_competition"] == entrances["purchasing_system_call"] == {}


def test_a_competition_leaves_the_list_at_the_very_second() -> None:
    one = titled("Overnatting på 24 steder")
    assert one.deadline
    assert one.key in keys(one.deadline - timedelta(seconds=1)) and one.key not in keys(one.deadline)
    assert last_changed(one.deadline) == one.deadline


def test_a_notice_is_there_at_once_and_leaves_when_it_is_over_withdrawn_or_has_become_a_competition() -> None:
    row = published()
    assert row.subject in keys() and row.subject not in keys(datetime(2023, 12, 2, 9, tzinfo=UTC))
    became = competition("open", "preparing", tenders_until=SOON)
    Competition.objects.filter(pk=became.pk).update(published_at=None)
    actor, _person, _buyer = lead()
    notices.change(row, told(competition=became), 0, actor=actor, now=NOW)
    assert row.subject in keys()
    Competition.objects.filter(pk=became.pk).update(published_at=NOW, stage="published")
    assert row.subject not in keys() and f"competition:{became.number}" in keys()
    other = published(title="Elefanter (demodata)")
    notices.withdraw(other, "Behovet falt bort (demodata).", actor=actor, now=NOW)
    assert other.subject not in keys()
    with pytest.raises(Refused):
        notices.change(other, told(), 0, actor=actor, now=NOW)


def test_what_is_wrong_with_a_notice_is_told_all_at_once() -> None:
    with pytest.raises(BadInput) as bad:
        published(title=" ", text="", cpv=("12",), language="fr", expected_on=NOW.date())
    assert {one.where for one in bad.value.problems} == {"title", "text", "cpv", "language", "expected_on"}
    with pytest.raises(BadInput):
        published(kind="consultation", expected_on=None, answer_until=NOW)
    _actor, person, buyer = lead()
    supplier = Actor("person:1", "S", (Grant("supplier", "976239997"),))
    with pytest.raises(Refused):
        notices.publish(told(), buyer, actor=supplier, person=person, now=NOW)


def test_of_two_editors_the_second_is_told_and_nothing_is_lost() -> None:
    row, (actor, _person, _buyer) = published(), lead()
    notices.change(row, told(title="Den ene (demodata)"), 0, actor=actor, now=NOW)
    with pytest.raises(Refused) as refused:
        notices.change(row, told(title="Den andre (demodata)"), 0, actor=actor, now=NOW)
    assert refused.value.code == "changed_meanwhile"
    row.refresh_from_db()
    assert row.title == "Den ene (demodata)"


def test_the_notice_is_found_by_search_until_it_is_over() -> None:
    def hits(now: datetime) -> int:
        return search(Wanted("flodhester"), ANONYMOUS, now).total

    row = published()
    assert hits(NOW) == 1 and hits(datetime(2023, 12, 2, tzinfo=UTC)) == 0
    notices.withdraw(row, "Behovet falt bort (demodata).", actor=lead()[0], now=NOW)
    assert hits(NOW) == 0 and indexing.differences() == []


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("slag=planned", lambda one: one.kind == "planned"),
        ("slag=planned&slag=consultation", lambda one: one.kind in ("planned", "consultation")),
        ("slag=planned&cpv=39", lambda one: one.kind == "planned" and "39" in one.divisions),
        ("frist=uten", lambda one: one.deadline is None),
        ("frist=30", lambda one: one.deadline is not None and one.deadline <= NOW + timedelta(days=30)),
        ("q=OVERNATTING+steder", lambda one: "Overnatting" in one.title),
        ("avtale=kontormobler", lambda one: one.agreement == "kontormobler"),
        ("slag=finnes-ikke", lambda one: False),
        ("ukjent=1&side=2", lambda one: True),
    ],
)
def test_choices_of_a_facet_widen_and_facets_narrow(address: str, wanted: Any) -> None:
    chosen, rows = choosing.read_query(address), open_now(NOW)
    found = choosing.fitting(chosen, rows, NOW)
    assert found == [one for one in rows if wanted(one)]
    for name, counted in choosing.counts(chosen, rows, NOW).items():
        for code, number in counted.items():
            other = Chosen(chosen.text, {**chosen.codes, name: (code,)})
            assert number == len(choosing.fitting(other, rows, NOW)), (name, code)
    assert choosing.read_query(chosen.query).query == chosen.query


def test_the_page_and_its_twins_say_the_same_to_everybody() -> None:
    for query in ("", "?slag=planned&q=kontor"):
        page = client().get(HERE + query).content.decode()
        rows = client("innkjoper").get(f"{HERE}.json{query}").json()["opportunities"]
        lines = client().get(f"{HERE}.csv{query}").content.decode().splitlines()
        assert len(rows) == len(lines) - 1 > 0
        assert all(row["title"] in page for row in rows)
    assert f"{HERE}.atom?slag=planned&amp;q=kontor" in page or "q=kontor&amp;slag=planned" in page


@pytest.mark.parametrize(
    "odd", ["q=%00&side=999&sprak=xx", "cpv=%27&cpv=x&slag=" + "a" * 900 + "&q=" + "%F0%9F%A6%9B" * 300]
)
def test_nothing_in_an_address_is_an_error(odd: str) -> None:
    for form in ("", ".json", ".csv", ".atom", ".rss", ".ics"):
        assert client().get(f"{HERE}{form}?{odd}").status_code == 200
    assert client().get(f"{HERE}.xml").status_code == 404


def test_the_atom_feed_is_what_rfc_4287_asks_for() -> None:
    answer = client().get(f"{HERE}.atom?sprak=nn")
    feed = ET.fromstring(answer.content)
    assert (
        feed.tag == "{http://www.w3.org/2005/Atom}feed"
        and feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "nn"
    )
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"a:{name}", "", ATOM), name
    assert feed.find("a:link[@rel='self']", ATOM) is not None
    entries = feed.findall("a:entry", ATOM)
    ids = [one.findtext("a:id", "", ATOM) for one in entries]
    assert ids == [f"urn:fellestorg:opportunity:{one.key}" for one in open_now(clock.now())] and len(set(ids)) == len(
        ids
    )
    for one in entries:
        for name in ("title", "updated", "summary"):
            assert one.findtext(f"a:{name}", "", ATOM), name
        assert datetime.fromisoformat(one.findtext("a:updated", "", ATOM)).tzinfo
        assert one.find("a:link[@rel='alternate']", ATOM) is not None


def test_the_rss_feed_is_what_rss_2_asks_for() -> None:
    channel = ET.fromstring(client().get(f"{HERE}.rss?slag=competition").content).find("channel")
    assert channel is not None
    for name in ("title", "link", "description", "lastBuildDate", "language"):
        assert channel.findtext(name), name
    items = channel.findall("item")
    assert len(items) == len([one for one in open_now(clock.now()) if one.kind == "competition"]) > 0
    for one in items:
        guid = one.find("guid")
        assert guid is not None and guid.get("isPermaLink") == "false" and (guid.text or "").startswith("urn:")
        assert one.findtext("title") and one.findtext("link") and one.findtext("pubDate")


def test_what_somebody_writes_is_text_in_a_feed() -> None:
    published(title="<script>alert(1)</script> & ]]>", text="<b>uthevet</b>\u0007 og \u200b")
    feed = ET.fromstring(client().get(f"{HERE}.atom?q=script").content)
    assert [one.text for one in feed.findall("a:entry/a:title", ATOM)] == ["<script>alert(1)</script> & ]]>"]
    assert "<script>" not in client().get(f"{HERE}?q=script").content.decode().partition("<main")[2]


def test_the_calendar_is_what_rfc_5545_asks_for_and_keeps_its_ids() -> None:
    def events() -> dict[str, Any]:
        answer = client().get(f"{HERE}.ics")
        assert b"\r\n" in answer.content and max(map(len, answer.content.split(b"\r\n"))) <= 75
        book = icalendar.Calendar.from_ical(answer.content)
        assert not book.errors and (book["version"], bool(book["prodid"])) == ("2.0", True)
        return {str(one["uid"]): one for one in book.walk("VEVENT")}

    before = events()
    for one in before.values():
        assert not one.errors and one["dtstamp"].dt.tzinfo and one["dtstart"] and one["summary"]
    hotel = next(one for one in open_now(clock.now()) if one.title.startswith("Overnatting"))
    uid = f"{hotel.number}-open_tenders@fellestorg"
    assert before[uid]["dtstart"].dt == hotel.deadline
    planned = next(one for uid, one in before.items() if uid.endswith("-expected@fellestorg"))
    assert type(planned["dtstart"].dt) is date
    _moved(hotel, timedelta(days=3))
    after = events()
    assert set(after) == set(before)
    assert uid in client().get("/konkurranser/frister.ics").content.decode()
    assert after[uid]["dtstart"].dt == hotel.deadline + timedelta(days=3)
    assert after[uid]["sequence"] == 1


@pytest.mark.parametrize("form", ["atom", "rss", "ics"])
def test_a_reader_that_has_the_newest_gets_a_short_answer_and_what_is_new_at_once(form: str) -> None:
    first = client().get(f"{HERE}.{form}")
    etag, modified = first["ETag"], first["Last-Modified"]
    assert re.fullmatch(r'"[0-9a-f]+"', etag) and first["Cache-Control"] == "public, no-cache"
    assert client().get(f"{HERE}.{form}", headers={"If-None-Match": etag}).status_code == 304
    assert client().get(f"{HERE}.{form}", headers={"If-Modified-Since": modified}).status_code == 304
    published(clock.now())
    again = client().get(f"{HERE}.{form}", headers={"If-None-Match": etag})
    assert again.status_code == 200 and again["ETag"] != etag and b"Flodhester" in again.content
    assert client().get(f"{HERE}.{form}", headers={"If-Modified-Since": modified}).status_code == 200


def test_the_pages_of_a_notice_are_for_those_who_start_competitions_there() -> None:
    form = {
        "kind": "consultation", "buyer": "986252932", "title": "Høring om flodhester (demodata)", "language": "nb",
        "text": "Hva koster en flodhest?", "cpv": "03325000", "answer_day": "2023-11-20", "contact": "post@demodata.example",
    }  # fmt: skip
    assert client().post(f"{HERE}/ny", form).status_code == 302
    assert client("atea").post(f"{HERE}/ny", form).status_code == 403
    assert f'href="{HERE}"' in client("atea").get("/leverandor").content.decode()
    mine = client("prosjektleder")
    assert mine.post(f"{HERE}/ny", form | {"answer_day": ""}).status_code == 422
    answer = mine.post(f"{HERE}/ny", form)
    assert answer.status_code == 302
    there = answer.headers["Location"]
    row = AdvanceNotice.objects.latest("pk")
    assert "Høring om flodhester" in client().get(HERE).content.decode()
    assert client("innkjopar").get(f"{there}/endre").status_code == 403
    changed = {name: value for name, value in form.items() if name not in ("kind", "buyer")} | {"seen": "0"}
    assert mine.post(f"{there}/endre", changed | {"title": "Ny tittel (demodata)"}).status_code == 302
    late = mine.post(f"{there}/endre", changed | {"text": "Det jeg skrev imens"})
    assert late.status_code == 409 and "Det jeg skrev imens" in late.content.decode()
    assert mine.post(f"{there}/trekk", {"reason": "kort"}).status_code == 422
    assert mine.post(f"{there}/trekk", {"reason": "Ikke lenger behov (demodata)."}).status_code == 302
    row.refresh_from_db()
    assert row.withdrawn_at and "Ikke lenger behov" in client().get(there).content.decode()


def _moved(one: Opportunity, time: timedelta) -> None:
    from fellestorg.competitions.models import DeadlineChange

    row = Competition.objects.get(number=one.number)
    assert row.tenders_until
    DeadlineChange.objects.create(
        competition=row, field="tenders_until", before=row.tenders_until, after=row.tenders_until + time,
        reason="Flere spurte om det (demodata).", changed_at=clock.now(), changed_by=row.lead,
    )  # fmt: skip
    Competition.objects.filter(pk=row.pk).update(tenders_until=row.tenders_until + time)
