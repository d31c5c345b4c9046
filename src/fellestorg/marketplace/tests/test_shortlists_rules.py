"""Shortlists: what a draft may be, what fixing asks, and that what is fixed stands."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from fellestorg.kernel import audit, events
from fellestorg.kernel.models import Event
from fellestorg.marketplace.listings import actions as listing_actions
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.search import indexing
from fellestorg.marketplace.shortlists import actions, content, queries
from fellestorg.marketplace.shortlists.actions import Judged, Wish
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistEntry
from fellestorg.marketplace.shortlists.searching import freeze
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.marketplace.tests.shortlists_world import published
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused, digest

pytestmark = pytest.mark.usefixtures("db")
NEED = "Lagring av saksarkiv i Norge (demodata)."
GROUNDS = "Lagrer i Norge og har lav pris (demodata)."


class Place:
    """A firm with three listings, a buyer, and what tests do with a shortlist of theirs."""

    def __init__(self, titles: tuple[str, ...] = ("Alfalager", "Betalager", "Gammalager")) -> None:
        self.firm = world.firm()
        self.person, self.editor = world.member(self.firm)
        first = world.published(self.firm, self.person, self.editor, titles[0])
        self.versions = [first, *published(first, titles[1:])]
        self.keys = [one.listing.key for one in self.versions]
        self.buyer = Organisation.objects.create(number="986252932", name="Kjøperen", kind="agency")
        self.buying = Person.objects.create(username="kjoper", name="K", email="k@demodata.example")
        self.how: dict[str, Any] = {"actor": world.BUYER, "now": world.NOW}

    def begin(self, **changed: Any) -> Shortlist:
        wish = Wish(**{"purpose": "market_study", "title": "Arkiv", "need": NEED, "keys": self.keys} | changed)
        return actions.begin(self.buyer, wish, person=self.buying, **self.how)

    def judge(self, shortlist: Shortlist, *said: tuple[str, str], common: str = "") -> Shortlist:
        judged = {key: Judged(*one) for key, one in zip(self.keys, said, strict=False)}
        given: dict[str, Any] = {"title": "Arkiv", "need": NEED, "common_grounds": common, "judged": judged}
        return actions.save(shortlist, **given, **self.how)

    def judged(self) -> Shortlist:
        return self.judge(
            self.begin(), ("chosen", GROUNDS), ("left_out", "For dyr for behovet vårt."), ("left_out", GROUNDS)
        )

    def fix(self, shortlist: Shortlist) -> FixedShortlist:
        return actions.fix(shortlist, person=self.buying, **self.how)

    def next_version(self, place: int) -> ListingVersion:
        how: dict[str, Any] = {"actor": self.editor, "person": self.person, "now": world.NOW}
        version = listing_actions.new_version(self.versions[place].listing, **how)
        prices = [{**version.prices[0], "amount": "0.50"}]
        ListingVersion.objects.filter(pk=version.pk).update(prices=prices)
        version.refresh_from_db()
        version = listing_actions.submit(version, **how)
        return listing_actions.publish(version, world.ruling(version), actor=world.SI, now=world.NOW)


@pytest.fixture
def place(db: None) -> Place:
    return Place()


def test_fixing_keeps_everything_with_a_fingerprint_and_the_log_covers_it(place: Place) -> None:
    fixed = place.fix(place.judged())
    assert fixed.sha256 == digest(fixed.content) and content.is_whole(fixed)
    first = fixed.content["listings"][0]
    assert (first["key"], first["version"], first["verdict"], first["grounds"]) == ("alfalager", 1, "chosen", GROUNDS)
    assert first["sha256"] == place.versions[0].sha256
    assert first["answers"]["data_location"]["basis"] in ("evidence", "self_declared")
    assert fixed.content["need"] == NEED and fixed.content["order"] == "title, key"
    event = Event.objects.get(verb="shortlist_fixed")
    assert event.payload["sha256"] == fixed.sha256 and event.payload["chosen"] == 1
    assert event.covers[0][0] == "marketplace_fixedshortlist"


def test_a_list_stands_by_title_whatever_is_chosen(place: Place) -> None:
    shortlist = place.begin(keys=list(reversed(place.keys)))
    assert [queries.title_of(one.version) for one in queries.entries_of(shortlist)] == [
        "Alfalager",
        "Betalager",
        "Gammalager",
    ]


LONG, SHORT = "For dyr for behovet vårt.", "Dyr"
FAULTS: dict[str, tuple[tuple[tuple[str, str], ...], str, set[str]]] = {
    "nothing said": ((), "", {"no_verdict", "none_chosen"}),
    "chosen without grounds": ((("chosen", ""), ("left_out", LONG), ("left_out", LONG)), "", {"no_grounds"}),
    "left out without grounds": ((("chosen", LONG), ("left_out", ""), ("left_out", LONG)), "", {"no_grounds"}),
    "grounds of three letters": ((("chosen", LONG), ("left_out", SHORT), ("left_out", LONG)), LONG, {"no_grounds"}),
    "common grounds choose nothing": ((("chosen", ""), ("left_out", ""), ("left_out", "")), LONG, {"no_grounds"}),
    "none chosen": ((("left_out", LONG),) * 3, "", {"none_chosen"}),
    "an unknown verdict is none": ((("chosen", LONG), ("best", LONG), ("left_out", LONG)), "", {"no_verdict"}),
    "whole": ((("chosen", LONG), ("left_out", LONG), ("left_out", LONG)), "", set()),
    "common grounds for the rest": ((("chosen", LONG), ("left_out", ""), ("left_out", "")), LONG, set()),
}


def test_what_stands_in_the_way_of_fixing(place: Place) -> None:
    shortlist = place.begin()
    for name, (said, common, codes) in FAULTS.items():
        place.judge(shortlist, *(said or (("open", ""),) * 3), common=common)
        shortlist.refresh_from_db()
        assert {one.code for one in actions.faults(shortlist)} == codes, name


def test_too_many_chosen_are_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    shortlist = place.judge(place.begin(), *(("chosen", GROUNDS),) * 3)
    monkeypatch.setattr(actions, "MOST_CHOSEN", 2)
    with pytest.raises(BadInput, match="høyst 2"):
        place.fix(shortlist)


BEGINNINGS: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({"title": " "}, "bad_length"),
    "no need": ({"need": "Lagring"}, "bad_length"),
    "an unknown purpose": ({"purpose": "award"}, "unknown"),
    "nothing to list": ({"keys": ()}, "missing"),
    "a listing that is not there": ({"keys": ("finnes-ikke",)}, "unpublished"),
    "a search that finds nothing": ({"query": "q=zzzzzz"}, "nothing_found"),
    "a search without end": ({"query": "q=" + "a" * 1500}, "too_long"),
}


def test_beginnings_that_are_refused_leave_nothing(place: Place) -> None:
    for name, (changed, code) in BEGINNINGS.items():
        with pytest.raises(BadInput) as caught:
            place.begin(**changed)
        assert code in {one.code for one in caught.value.problems}, name
    assert not Shortlist.objects.exists()


def test_a_draft_of_somebody_elses_is_no_way_in(place: Place) -> None:
    draft = ListingVersion.objects.create(
        listing=world.filled(place.firm, place.person, place.editor, "Hemmelig").listing, number=9, state="withdrawn",
        made_at=world.NOW, made_by=place.person, saved_at=world.NOW,
    )  # fmt: skip
    with pytest.raises(BadInput, match="ikke publisert"):
        place.begin(keys=[draft.listing.key])


def test_the_search_is_frozen_as_it_answered(place: Place) -> None:
    indexing.reindex()
    shortlist = place.begin(query="q=alfalager&sorter=newest&category=cips", keys=[])
    assert shortlist.search["text"] == "alfalager" and shortlist.search["total"] == 1
    assert shortlist.search["facets"] == {"category": ["cips"], "type": ["service"]}
    (found,) = shortlist.search["listings"]
    assert (found["key"], found["version"], found["sha256"]) == ("alfalager", 1, place.versions[0].sha256)
    assert [one.found for one in shortlist.entries.all()] == [True]
    with pytest.raises(Refused, match="Søket fant"):
        actions.take_out(shortlist, "alfalager", **place.how)
    actions.add(shortlist, ["betalager", "alfalager"], **place.how)
    actions.take_out(shortlist, "betalager", **place.how)
    assert shortlist.entries.count() == 1


def test_a_search_that_finds_more_than_can_be_looked_at_is_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.reindex()
    monkeypatch.setattr("fellestorg.marketplace.shortlists.searching.MOST_FOUND", 2)
    with pytest.raises(Refused, match="3 tjenester"):
        freeze("q=demodata", world.BUYER, world.NOW)


def test_a_newer_version_must_be_looked_at_before_the_list_is_fixed(place: Place) -> None:
    shortlist = place.judged()
    place.next_version(1)
    with pytest.raises(BadInput, match="ny versjon") as caught:
        place.fix(shortlist)
    assert {(one.where, one.code) for one in caught.value.problems} == {("betalager", "newer_version")}
    actions.renew(shortlist, "betalager", **place.how)
    entry = shortlist.entries.get(listing__key="betalager")
    assert (entry.version.number, entry.verdict, entry.grounds) == (2, "open", "For dyr for behovet vårt.")
    place.judge(shortlist, ("chosen", GROUNDS), ("left_out", LONG), ("left_out", LONG))
    assert place.fix(shortlist).content["listings"][1]["version"] == 2


def test_what_is_gone_cannot_be_chosen_but_stands_among_those_left_out(place: Place) -> None:
    chosen, left_out = place.judged(), place.judged()
    place.judge(left_out, ("left_out", LONG), ("chosen", GROUNDS), ("left_out", LONG))
    gone = ListingVersion.objects.get(pk=place.versions[0].pk)
    listing_actions.end(gone, "Slutt", actor=place.editor, now=world.NOW)
    with pytest.raises(BadInput, match="ikke lenger publisert"):
        place.fix(chosen)
    assert place.fix(left_out).content["listings"][0]["verdict"] == "left_out"


def test_the_living_listing_may_change_and_the_list_says_how(place: Place) -> None:
    fixed = place.fix(place.judged())
    assert {one.state for one in content.since(fixed.shortlist, world.NOW.date()).values()} == {"same"}
    place.next_version(0)
    listing_actions.end(ListingVersion.objects.get(pk=place.versions[2].pk), "Slutt", actor=place.editor, now=world.NOW)
    found = content.since(fixed.shortlist, world.NOW.date())
    assert (found["alfalager"].state, found["alfalager"].number, found["alfalager"].changes) == (
        "newer",
        2,
        ("prices",),
    )
    assert found["gammalager"].state == "gone"
    aged = content.since(fixed.shortlist, world.NOW.date().replace(year=2029))["betalager"]
    assert aged.state == "same" and "data_location" in aged.outdated
    assert FixedShortlist.objects.get().content == fixed.content


def test_a_fixed_list_takes_no_change_from_the_house_or_from_sql(place: Place) -> None:
    shortlist = place.judged()
    fixed = place.fix(shortlist)
    for change in (
        lambda: place.judge(shortlist, ("left_out", LONG)),
        lambda: actions.add(shortlist, ["alfalager"], **place.how),
        lambda: actions.take_out(shortlist, "alfalager", **place.how),
        lambda: actions.renew(shortlist, "alfalager", **place.how),
        lambda: actions.drop(shortlist, **place.how),
        lambda: place.fix(shortlist),
    ):
        with pytest.raises(Refused, match="låst"):
            change()
    entry = ShortlistEntry.objects.filter(shortlist=shortlist)[0]
    for statement in (
        f"UPDATE marketplace_shortlist SET title = 'x' WHERE id = {shortlist.pk}",
        f"UPDATE marketplace_shortlist SET state = 'draft' WHERE id = {shortlist.pk}",
        f"DELETE FROM marketplace_shortlist WHERE id = {shortlist.pk}",
        f"UPDATE marketplace_shortlistentry SET verdict = 'open' WHERE id = {entry.pk}",
        f"DELETE FROM marketplace_shortlistentry WHERE id = {entry.pk}",
        "INSERT INTO marketplace_shortlistentry (shortlist_id, listing_id, version_id, found, verdict, grounds) VALUES"
        f" ({shortlist.pk}, {entry.listing_id}, {entry.version_id}, false, 'chosen', '')",
        f"UPDATE marketplace_fixedshortlist SET sha256 = 'x' WHERE id = {fixed.pk}",
    ):
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_draft_keeps_the_search_it_was_begun_with(place: Place) -> None:
    shortlist = place.begin()
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
        Shortlist.objects.filter(pk=shortlist.pk).update(search={"total": 0})


def test_a_new_list_begins_where_the_fixed_one_ended(place: Place) -> None:
    fixed = place.fix(place.judged())
    place.next_version(0)
    made = actions.anew(fixed.shortlist, person=place.buying, **place.how)
    assert made.begun_from == fixed.shortlist and made.state == "draft" and made.need == NEED
    said = [(one.version.number, one.verdict, one.grounds) for one in queries.entries_of(made)]
    assert said == [(2, "open", GROUNDS), (1, "left_out", "For dyr for behovet vårt."), (1, "left_out", GROUNDS)]
    with pytest.raises(Refused, match="Lås"):
        actions.anew(made, person=place.buying, **place.how)


def test_of_two_who_fix_at_once_one_does(own_database: Callable[..., str]) -> None:
    own_database(demo=False)
    place = Place(("Alfalager",))
    shortlist = place.judge(place.begin(), ("chosen", GROUNDS))

    def fix(_number: int) -> str:
        try:
            return place.fix(Shortlist.objects.get(pk=shortlist.pk)).sha256
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(fix, range(2)), key=len)
    assert answers == ["not_a_draft", FixedShortlist.objects.get().sha256]
    events.seal()
    assert not audit.verify().faults
