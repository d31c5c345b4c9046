"""``bench search`` run small, in the test's own database: for equal hits, never for time."""

from __future__ import annotations

from typing import Any

import pytest

from fellestorg.bench import search
from fellestorg.bench.goods import made_items, questions
from fellestorg.values import BadInput


def test_the_same_seed_makes_the_same_goods() -> None:
    assert list(made_items(300, 4)) == list(made_items(300, 4)) != list(made_items(300, 5))
    assert sum(len(item.prices) for item in made_items(301, 4)) == 301
    assert questions(300, 4, 2) == questions(300, 4, 2)


def test_hits_are_equal_wherever_the_peer_can_say_the_question(own_database: Any) -> None:
    own_database()
    built = search.build(3_000, 7)
    assert built["lines"] == 3_000 and built["items"] > 1_000
    figures = search.compare(questions(3_000, 7, 3), 3)
    assert figures["unequal"] == 0, figures["unequal_texts"]
    assert all(kind["hits"] > 0 for kind in figures["kinds"].values()), figures["kinds"]


def test_hits_that_differ_are_named(own_database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own_database()
    search.build(200, 7)
    asked = [one for one in questions(200, 7, 1) if one.kind == "two words"]
    monkeypatch.setattr("fellestorg.catalogues.search.asked.coded_as", lambda *_: ((1, 2), (2, 2), (3, 2)))
    assert search.compare(asked, 1)["unequal"] == 1


@pytest.mark.parametrize("words", [["--lines", "5"], ["--each", "0"], ["--peer-each", "0"]])
def test_options_that_cannot_be_read_are_refused(words: list[str]) -> None:
    with pytest.raises(BadInput):
        search.run(words)
