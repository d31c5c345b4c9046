"""Phones and laptops by the month, repairs, and the price cap, as a buyer meets them in the demo."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from fellestorg.calloffs.alternatives.pages import shown_for
from fellestorg.calloffs.answers import Answered, answer_json, answer_need
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.calloffs.tests.world import agency_of, lot, somebody
from fellestorg.kernel import clock

pytestmark = pytest.mark.usefixtures("demo")


def answered(item: str, quantity: int = 1) -> Answered:
    wanted = Need("r", agency_of("innkjoper"), lines=(NeedLine(item, Decimal(quantity)),))
    return answer_need(wanted, actor=somebody("innkjoper")[0], at=clock.now())[0]


@pytest.mark.parametrize("item", ["TLF-STD-LEIE", "TLF-STD-LEASE", "TLF-STD-TJENESTE", "PC-14-STD-LEASE"])
def test_what_is_paid_by_the_month_is_settled_by_mini_competition_even_for_one(item: str) -> None:
    found = answered(item)
    assert found.answer["outcome"] == "mini_competition"
    assert any(step["code"] == "price_by_model" for step in found.answer["trace"])


def test_the_answer_says_the_whole_period_in_words() -> None:
    told = answer_json(answered("TLF-STD-LEASE"), "nb")
    said = next(step["because"] for step in told["trace"] if "leasing" in step["because"])
    assert "36 måneder" in said and "kjøpe enheten for" in said


def test_a_phone_above_the_cap_is_refused_with_price_and_cap() -> None:
    told = answer_json(answered("TLF-BRETT"), "nb")
    assert told["outcome"] == "refused"
    assert "TLF-BRETT (billigst 17" in told["reason"] and "taket er 12" in told["reason"]


@pytest.mark.parametrize("item", ["REP-SKJERM", "REP-TIME", "TLF-STD", "TLF-BRUKT-A"])
def test_phones_under_the_cap_used_ones_and_repairs_are_ordered_directly(item: str) -> None:
    assert answered(item).answer["outcome"] == "direct"


def test_a_laptop_and_a_phone_can_be_compared_over_time() -> None:
    laptop = shown_for(lot(), "PC-14-STD")
    assert laptop is not None
    assert {row.name for row in laptop[0].rows} >= {"Kjøpe ny", "Lease", "Som tjeneste"}
    phone = shown_for(lot("mobil-2022", "mobil"), "TLF-STD")
    assert phone is not None
    assert {row.name for row in phone[0].rows} >= {"Kjøpe ny", "Kjøpe brukt", "Leie", "Lease", "Som tjeneste"}


def test_the_price_list_says_in_words_how_a_price_is_made_up(client: Client) -> None:
    client.post("/logg-inn", {"person": "innkjoper"})
    page = client.get("/avtaler/mobil-2022/mobil/priser", {"q": "TLF-STD-LEASE"}).content.decode()
    assert "i måneden i 36 måneder" in page
    told = client.get("/avtaler/mobil-2022/mobil/priser.json", {"q": "TLF-STD-LEASE"}).json()
    price = told["items"][0]["prices"][0]
    assert (price["model"], price["terms"]["months"]) == ("lease", "36")
