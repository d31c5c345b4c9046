"""Limits across lots: set by the lead before the notice, and fixed by it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.competitions.award.combining import limits_of
from fellestorg.competitions.award.packages import engine_limits
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.preparing import actions, limits
from fellestorg.competitions.preparing.tests.world import LEAD, actor, person, published, started
from fellestorg.competitions.tenders.tests.test_pages import signed_in
from fellestorg.engines.award import read_problem
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)


def two_lots() -> Competition:
    competition = started(NOW)
    actions.put(competition, CompetitionLot, None, {"title": "Skjermer"}, actor=actor(LEAD), now=NOW)
    return competition


def lead() -> Client:
    return signed_in(person(LEAD))


def test_the_lead_sets_limits_on_a_page_and_the_engine_reads_them() -> None:
    competition = two_lots()
    address = f"/konkurranser/{competition.number}/grenser"
    assert address in lead().get(f"/konkurranser/{competition.number}").content.decode()
    typed = {"packages": "on", "max_lots_per_bidder": "1", "max_value_share": "62,5", "cost_per_winner": "40 000"}
    assert lead().post(address, typed).status_code == 302
    kept = limits_of(competition)
    assert kept == {
        "packages": True, "max_lots_per_bidder": 1, "max_value_share": "0.625", "cost_per_winner": "40000.00",
    }  # fmt: skip
    page = lead().get(address).content.decode()
    assert 'value="62,5"' in page and "checked" in page
    lots = [{"id": "a"}]
    tenders = [{"id": "t", "bidder": "b", "lots": ["a"], "price": "1"}]
    read = read_problem({"lots": lots, "tenders": tenders, "limits": engine_limits(kept)}).limits
    assert (read.max_lots_per_bidder, read.max_value_share, read.cost_per_winner) == (1, Decimal("0.625"), 40_000)
    assert lead().post(address, {}).status_code == 302
    assert limits_of(competition) == {}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"max_lots_per_bidder": 3}, "max_lots_per_bidder"),
        ({"min_winners": 3}, "min_winners"),
        ({"max_value_share": Decimal(101)}, "max_value_share"),
        ({"max_value_share": Decimal(0)}, "max_value_share"),
    ],
)
def test_a_limit_that_cannot_be_kept_is_refused(given: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as error:
        limits.set_limits(two_lots(), given, actor=actor(LEAD), now=NOW)
    assert [one.where for one in error.value.problems] == [where]


def test_limits_are_fixed_by_the_notice() -> None:
    with pytest.raises(Refused) as refused:
        limits.set_limits(published(NOW), {"min_winners": 1}, actor=actor(LEAD), now=NOW)
    assert refused.value.code == "fixed_by_the_notice"


def test_whoever_tenders_is_told_the_limits_in_words() -> None:
    made = two_lots()
    assert limits.limits_shown(made) == []
    given = {"packages": True, "max_lots_per_bidder": 1, "min_winners": 2, "max_value_share": Decimal("62.5"),
             "cost_per_winner": Decimal(40_000)}  # fmt: skip
    limits.set_limits(made, given, actor=actor(LEAD), now=NOW)
    told = " ".join(limits.limits_shown(made)).replace("\xa0", " ")
    for words in ("høyst 1 delkontrakt.", "Minst 2 ulike", "62,50 %", "40 000 kr", "rabatt på pakker"):
        assert words in told, words
