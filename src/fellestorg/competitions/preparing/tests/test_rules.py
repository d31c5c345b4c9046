from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.competitions.dialogue.rules import answer_time
from fellestorg.competitions.preparing import rules
from fellestorg.law.grounds import exclusion_grounds, proposed_clauses


@dataclass
class Row:
    key: str
    kind: str = "points"
    weight: Decimal = Decimal("0.5")
    weight_from: Decimal | None = None
    weight_to: Decimal | None = None
    max_value: Decimal | None = None
    environment: bool = False
    text: str = "Slik."
    innovation: bool = False
    minimum: str = ""
    measured_by: str = ""

    @property
    def title(self) -> str:
        return self.key


def row(key: str, weight: str, kind: str = "points", **more: Any) -> Row:
    ranges = {name: Decimal(more.pop(name)) for name in ("weight_from", "weight_to") if name in more}
    return Row(key, kind, Decimal(weight), **ranges, **more)


PRICE, QUALITY = row("pris", "0.7", "price"), row("kvalitet", "0.3", environment=True)


@pytest.mark.parametrize(
    ("criteria", "money", "codes"),
    [
        ([PRICE, QUALITY], (), []),
        ([], (), ["no_criteria"]),
        ([QUALITY, row("miljo", "0.7")], (), ["one_price_criterion"]),
        ([PRICE, row("kvalitet", "0.29999")], (), ["weights_do_not_sum"]),
        ([PRICE, row("kvalitet", "0.3", text=" ")], (), ["criterion_without_text"]),
        ([PRICE, QUALITY], ("Kvalitet",), ["price_in_quality"]),
        ([PRICE, row("nytt", "0.3", innovation=True)], (), ["innovation_not_measured"]),
        ([PRICE, row("nytt", "0.3", innovation=True, minimum="8 timer")], (), ["innovation_not_measured"]),
        ([PRICE, row("nytt", "0.3", innovation=True, minimum="8 timer", measured_by="Testen i punkt 3")], (), []),
        (
            [row("pris", "0.5", "price", weight_from="0.4", weight_to="0.5"),
             row("kvalitet", "0.5", weight_from="0.4", weight_to="0.5")],
            (), ["ranges_swap_rank"],
        ),
        (
            [row("pris", "0.6", "price", weight_from="0.5", weight_to="0.7"),
             row("kvalitet", "0.4", weight_from="0.3", weight_to="0.5")],
            (), [],
        ),
    ],
    ids=[
        "fine", "none", "no price", "99.999 %", "no text", "E-3", "no minimum", "no measure", "measured",
        "E-2: both 40-50", "ranges that only touch",
    ],
)  # fmt: skip
def test_award_criteria_are_held_to_the_rules(criteria: list[Row], money: tuple[str, ...], codes: list[str]) -> None:
    assert [one.reason for one in rules.criteria_problems(criteria, money)] == codes


LONG = "Kjøpet er rådgivning over telefon uten reiser eller varer."
BEFORE, A, B = date(2023, 11, 1), date(2026, 6, 30), date(2026, 7, 1)


@pytest.mark.parametrize(
    ("day", "how", "reason", "weight", "problem"),
    [
        (A, None, "", "0.30", "environment_unanswered"),
        (A, "weight", "", "0.30", None),
        (A, "weight", "", "0.29", "environment_below_minimum"),
        (BEFORE, "weight", "", "0.10", None),
        (BEFORE, "irrelevant", LONG, "0", None),
        (A, "irrelevant", LONG, "0", "environment_way_unlawful"),
        (A, "requirement", LONG, "0", None),
        (A, "requirement", "Kort.", "0", "environment_without_reason"),
        (A, "combination", LONG, "0.1", "environment_way_unlawful"),
        (B, "combination", LONG, "0.1", None),
        (A, "critical_interest", LONG, "0", "environment_way_unlawful"),
        (B, "critical_interest", LONG, "0", None),
        (B, "national_minimum", LONG, "0", None),
        (B, "priority", LONG, "0.1", None),
    ],
)
def test_the_environment_rule_follows_the_day_of_the_notice(
    day: date, how: str | None, reason: str, weight: str, problem: str | None
) -> None:
    found = rules.environment_problem([PRICE, QUALITY], how, reason, day, Decimal(weight))
    assert (found.reason if found else None) == problem


def test_where_quality_is_priced_the_environment_weighs_its_value_by_the_estimate() -> None:
    green = row("miljo", "0.3", environment=True, max_value=Decimal(300_000))
    weight = rules.environment_weight([PRICE, green], priced=True, estimated_value=Decimal(1_000_000))
    assert weight == Decimal("0.3")
    assert rules.environment_weight([PRICE, green], priced=True) == 0


@pytest.mark.parametrize(
    ("today", "in_time", "earliest"),
    [(date(2023, 12, 8), True, date(2023, 12, 15)), (date(2023, 12, 11), False, date(2023, 12, 17))],
    ids=["seven days before", "four days before"],
)
def test_an_answer_given_late_moves_the_deadline(today: date, in_time: bool, earliest: date) -> None:
    found = answer_time(date(2023, 12, 15), today, date(2023, 11, 1))
    assert (found.in_time, found.earliest_deadline) == (in_time, earliest)


@given(st.integers(0, 60))
def test_after_the_move_the_answer_is_always_in_time(days: int) -> None:
    today = date(2023, 10, 20).fromordinal(date(2023, 10, 20).toordinal() + days)
    moved = answer_time(date(2023, 11, 20), today, date(2023, 10, 1)).earliest_deadline
    assert answer_time(moved, today, date(2023, 10, 1)).in_time


def test_clauses_follow_category_value_and_buyer() -> None:
    def proposed(cpv: str, value: int, *, state: bool, day: date) -> list[str]:
        return [one.rule.id for one in proposed_clauses([cpv], Decimal(value), state=state, notice=day)]

    assert proposed("45000000", 50_000_000, state=True, day=date(2023, 11, 1)) == ["S-3", "S-4"]
    assert proposed("30213100", 2_000_000, state=True, day=date(2025, 12, 31)) == []
    assert proposed("30213100", 2_000_000, state=True, day=date(2026, 1, 1)) == ["S-5"]
    assert proposed("30213100", 2_000_000, state=False, day=date(2026, 1, 1)) == []
    assert proposed("30213100", 200_000, state=True, day=date(2026, 1, 1)) == []


def test_the_mandatory_grounds_stand_first_and_have_words_in_three_languages() -> None:
    grounds = exclusion_grounds()
    assert [one.mandatory for one in grounds] == sorted((one.mandatory for one in grounds), reverse=True)
    assert all(set(one.title) == {"nb", "nn", "en"} for one in grounds)
