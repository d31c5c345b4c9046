"""Signs that prices may have been agreed: what is flagged and what is not."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from fellestorg.engines.evaluation.screens import PriceLine, collusion_screens, squared_variation, taking_turns

DAY = date(2026, 11, 1)


def line(name, *prices):
    return PriceLine(name, {f"S{at}": Fraction(price) for at, price in enumerate(prices)})


def screens(*lines):
    return [(one.screen, one.where, one.suppliers) for one in collusion_screens(lines, DAY)]


CLOSE = [
    (("100", "101", "102"), True),
    (("100", "104", "108"), True),
    (("100", "110", "121"), False),
    (("100", "100"), False),  # two prices say nothing
]


@pytest.mark.parametrize(("prices", "flagged"), CLOSE)
def test_unit_prices_that_vary_by_less_than_five_per_cent_are_flagged(prices, flagged):
    found = [where for name, where, _ in screens(line("toner", *prices)) if name == "close_prices"]
    assert found == (["toner"] if flagged else [])


def test_a_lowest_price_far_below_others_that_lie_close_is_flagged():
    assert ("far_to_next", "toner", ("S0",)) in screens(line("toner", "80", "120", "121", "122"))
    assert screens(line("toner", "100", "130", "190", "250")) == []


def test_pairs_that_end_in_the_same_ore_are_flagged_from_ten_lines_on():
    same = [
        line(str(at), f"{100 + at}.3{at % 10}", f"{150 + 3 * at}.3{at % 10}", f"{90 + 7 * at}.55") for at in range(10)
    ]
    assert ("same_decimals", "S0 / S1", ("S0", "S1")) in screens(*same)
    assert not any(name == "same_decimals" for name, _, _ in screens(*same[:9]))
    whole = [line(str(at), f"{100 + at}", f"{150 + at}", f"{290 + at}") for at in range(20)]
    assert not any(name == "same_decimals" for name, _, _ in screens(*whole))


TURNS = [
    ("ABCABC", True),
    ("ABCABCA", True),
    ("ABCAB", False),
    ("ABAB", True),
    ("AAAA", False),
    ("ABCACB", False),
]


@pytest.mark.parametrize(("winners", "flagged"), TURNS)
def test_winning_in_a_fixed_turn_is_flagged_after_two_rounds(winners, flagged):
    found = taking_turns([("furniture", one) for one in winners] + [("toner", "X"), ("toner", "X")], DAY)
    assert [one.where for one in found] == (["furniture"] if flagged else [])


def test_variation_is_exact():
    assert squared_variation([Fraction(9), Fraction(10), Fraction(11)]) == Fraction(1, 100)
    assert squared_variation([Fraction(9)]) == 0
    found = [one for one in collusion_screens([line("a", "98", "100", "102")], DAY) if one.screen == "close_prices"]
    assert found[0].measure == Fraction("0.02")
