"""The stories of the field that the demo is there to tell, through the actions that pages and commands call."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.models import Q

from fellestorg.agreements.models import CeilingBalance, Lot
from fellestorg.calloffs import actions
from fellestorg.calloffs.answers import answer_need
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.demo_data import agencies
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import Message
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for

DAY = date(2023, 11, 1)
OCTOBER = datetime(2022, 10, 12, 10, tzinfo=clock.OSLO)


def acting(username: str) -> tuple[Actor, Person]:
    person = Person.objects.get(username=username)
    return actor_for(person, DAY), person


def need(lines: dict[str, int] | None = None, **more: object) -> Need:
    picked = tuple(NeedLine(item, Decimal(count)) for item, count in (lines or {}).items())
    return Need("", agencies.MAIN_AGENCY, lines=picked, **more)  # type: ignore[arg-type]


def names(numbers: list[str]) -> list[str]:
    return [Organisation.objects.get(number=number).name.split()[0] for number in numbers]


@pytest.mark.parametrize(
    "wanted",
    [need({"TLF-STD": 40}), need(amount=Decimal(180_000), category="phone")],
    ids=["40 phones at 4,500", "an amount"],
)
def test_a_small_agency_buys_phones_for_180000_directly_from_dustin(demo: None, wanted: Need) -> None:
    answer = answer_need(wanted, actor=acting("innkjoper")[0], at=OCTOBER)[0].answer
    assert (answer["outcome"], answer["contract_value"]) == ("direct", "180000.00")
    assert names([order["supplier"] for order in answer["orders"]]) == ["Dustin"]


@pytest.mark.parametrize(
    "wanted",
    [need({"TLF-STD": 56}), need(amount=Decimal(250_000), category="phone")],
    ids=["56 phones at 4,500", "an amount"],
)
def test_phones_from_250000_go_to_a_competition_between_dustin_and_techstep(demo: None, wanted: Need) -> None:
    answer = answer_need(wanted, actor=acting("innkjoper")[0], at=OCTOBER)[0].answer
    assert answer["outcome"] == "mini_competition"
    assert names(answer["invitees"]) == ["Dustin", "Techstep"]


def test_standard_pcs_for_900000_are_ordered_from_atea_without_competition(demo: None) -> None:
    answer = answer_need(need({"PC-14-STD": 100}), actor=acting("godkjenner")[0], at=clock.now())[0].answer
    assert (answer["outcome"], answer["contract_value"]) == ("direct", "900000.00")
    assert names([order["supplier"] for order in answer["orders"]]) == ["Atea"]


def test_other_pcs_for_300000_go_to_a_competition(demo: None) -> None:
    answer = answer_need(need({"PC-16-GRAF-64": 10}), actor=acting("godkjenner")[0], at=clock.now())[0].answer
    assert answer["outcome"] == "mini_competition"
    assert names(answer["invitees"]) == ["Atea", "Advania", "Dustin"]


@pytest.mark.parametrize("text", ["10 bærbare PC-er", "10 laptops"])
def test_ten_laptops_in_words_become_the_cheapest_standard_laptop(demo: None, text: str) -> None:
    best = answer_need(need(text=text), actor=acting("innkjoper")[0], at=clock.now())[0]
    assert best.need.lines == (NeedLine("PC-14-STD", Decimal(10)),)
    assert best.answer["outcome"] == "direct"


def test_a_buyer_above_her_authority_needs_the_approver(demo: None) -> None:
    actor, person = acting("innkjoper")
    made = actions.commit(need({"PC-14-STD": 25}), Lot.objects.get(key="pc"), actor=actor, person=person)
    assert made.answer["outcome"] == "needs_approval"
    assert made.call_off is not None
    approver, boss = acting("godkjenner")
    assert actions.approve(made.call_off, actor=approver, person=boss).state == "committed"


def mac_needed(share: str) -> int:
    """How many standard Macs take the Mac lot past a share of its ceiling."""
    balance = CeilingBalance.objects.get(lot__key="mac")
    room = balance.lot.max_value * Decimal(share) - balance.used - balance.reserved
    assert room > 0
    return int(room / Decimal(20_900)) + 1


def test_a_call_off_that_crosses_90_percent_warns_si_and_the_local_agreement_managers(demo: None) -> None:
    actor, person = acting("godkjenner")
    told = Q(code="ceiling_crossed", params__percent=90)
    assert not Message.objects.filter(told).exists()
    wanted = need({"MAC-14-STD": mac_needed("0.90")})
    made = actions.commit(wanted, Lot.objects.get(key="mac"), actor=actor, person=person)
    assert made.answer["outcome"] == "direct"
    people = Person.objects.filter(username__in=("avtaleforvalter-ikt", "lokal-avtaleforvalter"))
    assert Message.objects.filter(told, recipient__in=[one.key for one in people]).count() == 2
    assert Message.objects.filter(told).count() > 180


def test_a_call_off_past_100_percent_is_refused(demo: None) -> None:
    actor, person = acting("godkjenner")
    wanted = need({"MAC-14-STD": mac_needed("1.00")})
    made = actions.commit(wanted, Lot.objects.get(key="mac"), actor=actor, person=person)
    assert (made.answer["outcome"], made.answer["reason"]["code"]) == ("refused", "room_under_ceiling")
    assert made.call_off is None
