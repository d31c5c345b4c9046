"""Finding items: by number, by words in three languages, inflected and inside compounds."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.queries import search_items, search_words
from fellestorg.catalogues.search import index
from fellestorg.catalogues.search.port import Wanted

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2023, 11, 1)


@pytest.mark.parametrize("text", ["PC-14-STD", "pc-14-std", " pc-14-std "])
def test_an_item_number_comes_first(text: str) -> None:
    assert search_items(text, day=DAY)[0].number == "PC-14-STD"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("10 bærbare PC-er", "laptop"),
        ("bærbar pc", "laptop"),
        ("berbare pc-ar", "laptop"),
        ("bærbare mac-er", "mac"),
        ("laptop", "laptop"),
        ("laptops", "laptop"),
        ("skjermer", "monitor"),
        ("monitors", "monitor"),
        ("kopipapir", "paper"),
        ("copy paper", "paper"),
        ("mobiltelefoner", "phone"),
        ("nettbrett", "tablet"),
    ],
)
def test_words_find_the_right_kind_of_item(text: str, category: str) -> None:
    assert search_items(text, day=DAY)[0].category == category


@pytest.mark.parametrize("text", ["", "   ", "qqqzzz", "%", "_", "' OR qqqzzz=1 --", "& | ! :*", "\x00"])
def test_what_means_nothing_finds_nothing(text: str) -> None:
    assert search_items(text, day=DAY) == []


def test_a_search_stays_within_a_lot_and_a_limit() -> None:
    lot = Lot.objects.get(key="pc")
    hits = search_items("pc", lot=lot, day=DAY, limit=3)
    assert len(hits) == 3 and {hit.lot_id for hit in hits} == {lot.pk}


def test_an_item_that_nobody_prices_that_day_is_not_found() -> None:
    assert search_items("PC-14-STD", day=date(2015, 1, 1)) == []


def test_numbers_and_small_words_count_only_where_there_is_nothing_else() -> None:
    assert search_words("10 av de 27 skjermene") == ["de", "skjermene"]
    assert search_words("27") == ["27"]


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(text: str) -> None:
    search_items(text, day=DAY)


@pytest.mark.parametrize("text", ["skjerm", "", "PC-14-STD", "skjrm"])
def test_how_many_there_are_is_told_wherever_one_begins_and_however_few_are_asked_for(text: str) -> None:
    asked = Wanted(text, DAY, lot=Lot.objects.get(key="pc").pk)
    whole = index().search(asked, start=0, stop=100)
    assert whole.total == len(whole.hits) > 0
    for start, stop in ((0, 0), (0, 1), (whole.total, whole.total + 25), (500, 525)):
        part = index().search(asked, start=start, stop=stop)
        assert (part.total, part.corrected) == (whole.total, whole.corrected)
        assert part.hits == whole.hits[start:stop]
