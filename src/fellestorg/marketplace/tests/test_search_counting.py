"""What search looks through is true to the entries, and choosing and counting by numbers says what plain sets say."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection

from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.marketplace.models import SearchEntry, SearchIndex, SearchMark
from fellestorg.marketplace.search import queries
from fellestorg.marketplace.search.queries import Found, Wanted, search

NOW = datetime(2023, 11, 1, 9, tzinfo=UTC)
CODES = {"colour": 4, "size": 3, "shape": 5}


def entry(key: str, title: str = "skap", facets: tuple[str, ...] = (), **more: object) -> SearchEntry:
    given = {
        "kind": "service", "key": key, "audience": "all", "titles": {"nb": title}, "title": title, "name": title,
        "address": f"/{key}", "facets": list(facets), "at": NOW, "first_seen_at": NOW,
    } | more  # fmt: skip
    return SearchEntry(**given)


RED = {"colour": ("1",)}


def look(text: str = "skap", chosen: Mapping[str, tuple[str, ...]] | None = None) -> Found:
    return search(Wanted(text, chosen or {}), ANONYMOUS, NOW)


def many() -> dict[str, set[str]]:
    """Things with none, one or several codes of each facet, the same every time."""
    chance = random.Random(7)
    things = {
        f"s{number:03}": {
            f"§{facet}:{code}" for facet, size in CODES.items() for code in range(size) if chance.random() < 0.4
        }
        for number in range(120)
    }
    SearchEntry.objects.bulk_create(
        entry(key, f"skap {key}", tuple(sorted(facets)), text="rød" if number % 3 else "blå")
        for number, (key, facets) in enumerate(things.items())
    )
    return things


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("by_key", [1000, 0], ids=["by their keys", "as the question was"])
def test_counts_and_hits_are_what_plain_sets_say(monkeypatch: pytest.MonkeyPatch, by_key: int) -> None:
    monkeypatch.setattr(queries, "_FETCHED_BY_KEY", by_key)
    things = many()
    chance = random.Random(8)
    for _round in range(6):
        chosen = {
            facet: tuple(str(code) for code in range(size + 1) if chance.random() < 0.5)
            for facet, size in CODES.items()
            if chance.random() < 0.8
        }
        asked = {facet: {f"§{facet}:{code}" for code in codes} for facet, codes in chosen.items() if codes}

        def meets(marks: set[str], but: str = "", asked: dict[str, set[str]] = asked) -> bool:
            return all(marks & wanted for facet, wanted in asked.items() if facet != but)

        found = search(Wanted("skap", chosen), ANONYMOUS, NOW, start=5, stop=25)
        hits = [key for key, marks in things.items() if meets(marks)]
        assert (found.total, [hit.key for hit in found.hits]) == (len(hits), hits[5:25])
        for facet, size in CODES.items():
            counts = {
                str(code): n
                for code in range(size)
                if (n := sum(f"§{facet}:{code}" in marks and meets(marks, facet) for marks in things.values()))
            }
            assert found.counts.get(facet, {}) == counts


@pytest.mark.usefixtures("db")
def test_what_is_looked_through_follows_every_way_an_entry_changes() -> None:
    one = entry("a", facets=("§colour:1",))
    one.save()
    assert look().counts == {"colour": {"1": 1}}
    SearchEntry.objects.filter(pk=one.pk).update(facets=["§colour:2", "§size:1"], title="benk")
    assert (look().total, look("benk").counts) == (0, {"colour": {"2": 1}, "size": {"1": 1}})
    SearchEntry.objects.filter(pk=one.pk).update(shown_until=NOW)
    assert look("benk").total == 0
    SearchEntry.objects.filter(pk=one.pk).update(shown_until=NOW + timedelta(seconds=1), audience="buyers")
    assert look("benk").total == 0
    SearchEntry.objects.filter(pk=one.pk).update(audience="public")
    assert look("benk").total == 1
    SearchEntry.objects.all().delete()
    assert look("benk").total == 0 and not SearchIndex.objects.exists()


@pytest.mark.usefixtures("db")
def test_a_mark_that_two_gave_a_number_at_once_is_counted_as_one() -> None:
    entry("a", facets=("§colour:1",)).save()
    SearchMark.objects.filter(mark="§colour:1").update(mark="§colour:x")  # as if the other could not see it yet
    entry("b", facets=("§colour:1",)).save()
    SearchMark.objects.filter(mark="§colour:x").update(mark="§colour:1")
    entry("c", facets=("§colour:1", "§size:1")).save()
    assert look().counts == {"colour": {"1": 3}, "size": {"1": 1}}
    assert look(chosen=RED).total == 3


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("key", [1, 2**31 - 1, 2**31, 2**40 + 5, 2**61 + 2**31])
def test_an_entry_is_found_whatever_its_number(key: int) -> None:
    entry("a", facets=("§colour:1",), id=key).save()
    found = look(chosen=RED)
    assert [hit.key for hit in found.hits] == ["a"] and found.counts == {"colour": {"1": 1}}


@pytest.mark.usefixtures("db")
def test_entries_of_before_are_looked_through_after_migrating() -> None:
    entry("a", facets=("§colour:1", "§size:2")).save()
    entry("b", facets=("§colour:2",)).save()
    before = look(chosen=RED)
    assert before.total == 1 and before.counts == {"colour": {"1": 1, "2": 1}, "size": {"2": 1}}
    SearchIndex.objects.all().delete()
    SearchMark.objects.all().delete()
    assert look(chosen=RED).total == 0
    migration = import_module("fellestorg.marketplace.migrations.0013_search_looked_through")
    with connection.cursor() as cursor:
        cursor.execute(migration._FILL)
    assert look(chosen=RED) == before
