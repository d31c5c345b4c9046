"""The stories of the field that the demo is there to tell, through the actions that pages and commands call."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.models import Q

from fellestorg.agreements.models import CeilingBalance, Lot
from fellestorg.calloffs import actions
from fellestorg.calloffs.answers import answer_json, answer_need
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.calloffs.over_time.stretches import end_of
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


def planned(wanted: Need, day: date, who: str = "godkjenner") -> tuple[dict[str, object], str]:
    """The answer to a need on a day, and its reason in words."""
    found = answer_need(wanted, actor=acting(who)[0], at=end_of(day))[0]
    return found.answer, str(answer_json(found, "nb")["reason"]).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("day", "outcome"),
    [(date(2023, 11, 1), "refused"), (date(2023, 12, 31), "refused"), (date(2024, 1, 1), "direct")],
)
def test_an_agency_on_a_contract_of_its_own_waits_until_it_has_ended(demo: None, day: date, outcome: str) -> None:
    wanted = Need("", agencies.LATE_AGENCY, lines=(NeedLine("PC-14-STD", Decimal(10)),))
    answer, reason = planned(wanted, day, f"godkjenner-{agencies.LATE_AGENCY}")
    assert answer["outcome"] == outcome
    if outcome == "refused":
        assert "men er med fra 1. januar 2024, fordi dere har egen avtale til 31. desember 2023" in reason


@pytest.mark.parametrize(
    ("day", "wanted", "agreement", "outcome", "suppliers"),
    [
        (date(2018, 9, 2), need(amount=Decimal(90_000), category="phone"), "mobil-2018", "refused", []),
        (date(2018, 9, 3), need(amount=Decimal(90_000), category="phone"), "mobil-2018", "direct", ["Techstep"]),
        (date(2019, 5, 2), need(amount=Decimal("99999.99"), category="phone"), "mobil-2018", "direct", ["Techstep"]),
        (date(2019, 5, 2), need({"TLF-STD": 20}), "mobil-2018", "direct", ["Techstep"]),
        (date(2019, 5, 2), need(amount=Decimal(100_000), category="phone"), "mobil-2018", "mini_competition",
         ["Techstep", "Dustin", "Atea"]),
        (date(2022, 9, 2), need(amount=Decimal(180_000), category="phone"), "mobil-2018", "mini_competition",
         ["Techstep", "Dustin", "Atea"]),
        (date(2022, 9, 3), need(amount=Decimal(180_000), category="phone"), "mobil-2022", "direct", ["Dustin"]),
        (date(2021, 3, 1), need({"PC-14-STD": 1}), "pc-klienter-2018", "mini_competition", ["Advania", "Atea", "Dustin"]),
        (date(2022, 12, 4), need({"SKJERM-27-D": 5}), "pc-skjermer-2018", "mini_competition",
         ["Dustin", "Komplett", "Advania"]),
        (date(2022, 12, 5), need({"SKJERM-27-D": 5}), "pc-skjermer-2018", "refused", []),
        (date(2023, 3, 26), need({"SKJERM-27-D": 5}), "pc-skjermer-2018", "refused", []),
        (date(2023, 3, 27), need({"SKJERM-27-D": 5}), "pc-utstyr", "direct", ["Atea"]),
        (date(2026, 11, 22), need({"PC-14-STD": 5}), "pc-utstyr", "refused", []),
    ],
)  # fmt: skip
def test_the_same_need_on_any_day_gets_that_days_agreement(
    demo: None, day: date, wanted: Need, agreement: str, outcome: str, suppliers: list[str]
) -> None:
    answer, _reason = planned(wanted, day)
    assert (answer["agreement"], answer["outcome"]) == (agreement, outcome)
    chosen = [order["supplier"] for order in answer["orders"]] or answer["invitees"]  # type: ignore[attr-defined, index]
    assert names(chosen) == suppliers  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "law", "eea"),
    [
        (date(2018, 6, 1), "2017-01-01", "2018-05-01"),
        (date(2023, 1, 10), "2017-01-01", "2022-03-23"),
        (date(2026, 11, 22), "2026-07-01", "2026-04-21"),
    ],
)
def test_in_a_gap_the_thresholds_follow_the_day_and_the_framework_its_notice(
    demo: None, day: date, law: str, eea: str
) -> None:
    answer, _reason = planned(need(amount=Decimal(150_000), category="laptop"), day)
    versions = {rule["id"]: rule["version"] for rule in answer["rules"]}  # type: ignore[attr-defined, index]
    assert answer["reason"]["code"] == "covered_by_an_agreement"  # type: ignore[index]
    assert (versions["T-LAW"], versions["T-EEA-STATE"]) == (law, eea)
    # The agreement was announced before July 2026, and keeps the rules of its notice.
    assert versions["FA-4"] == versions["FA-6"] == "2017-01-01"
