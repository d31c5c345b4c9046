"""Package tenders and a supplier's own capacity, as the award over lots sees them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.competitions.award import combining, packages
from fellestorg.competitions.award.packages import Offer, discounts_of_one, offers_of_one
from fellestorg.competitions.award.tests.test_combining import two_lots
from fellestorg.competitions.tenders.packages import Offered, Package
from fellestorg.competitions.tests.case import actor
from fellestorg.engines.award import read_problem, solve
from fellestorg.values import Refused

PRICES = {"a": Decimal(100), "b": Decimal(200), "c": Decimal(300)}


def singles(bidder: str, prices: dict[str, Decimal]) -> list[Offer]:
    # Quality is worth ten in each lot: the total is not the price, and the discount is of the price.
    return [Offer(bidder, (lot,), Fraction(price - 10)) for lot, price in prices.items()]


def test_a_package_costs_its_lots_less_the_discount_on_their_prices() -> None:
    offered = Offered((Package(("b", "a"), Decimal("0.10")), Package(("a", "x"), Decimal("0.5"))))
    found = offers_of_one(singles("S", PRICES), offered, PRICES)
    assert [(one.id, one.total) for one in found[3:]] == [("S:a+b", Fraction(300 - 20 - 30))]


def test_a_discount_is_rounded_to_the_ore() -> None:
    prices: dict[str, Decimal] = {"a": Decimal("0.33"), "b": Decimal("0.34")}
    offers = [Offer("S", (lot,), Fraction(price)) for lot, price in prices.items()]
    package = offers_of_one(offers, Offered((Package(("a", "b"), Decimal("0.05")),)), prices)[-1]
    assert package.total == Fraction("0.64")


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 4), st.sets(st.sampled_from(list(combinations("abcd", 2))), max_size=2))
def test_a_capacity_leaves_each_set_of_lots_within_it_at_its_cheapest(most: int, pairs: set[tuple[str, str]]) -> None:
    prices = {lot: Decimal(100 + place) for place, lot in enumerate("abcd")}
    offered = Offered(tuple(Package(pair, Decimal("0.1")) for pair in sorted(pairs)), most)
    found = offers_of_one(singles("S", prices), offered, prices)
    if most < 4:
        wanted = {lots for size in range(1, most + 1) for lots in combinations("abcd", size)}
        assert {one.lots for one in found} == wanted and len(found) == len(wanted)
        assert {one.exclusive for one in found} == {"capacity:S"}
    assert all(len(one.lots) <= most for one in found)


def test_the_engine_keeps_a_capacity_and_takes_a_package_that_is_cheaper() -> None:
    cheap = offers_of_one(singles("S", PRICES), Offered((Package(("a", "b"), Decimal("0.20")),), 2), PRICES)
    dear = singles("T", {lot: price + 50 for lot, price in PRICES.items()})
    tenders = [
        {"id": one.id, "bidder": one.bidder, "lots": list(one.lots), "price": str(Decimal(int(one.total)))}
        | ({"exclusive": one.exclusive} if one.exclusive else {})
        for one in [*cheap, *dear]
    ]
    answer = solve(read_problem({"lots": [{"id": lot} for lot in PRICES], "tenders": tenders}))
    # All three of S would be 510; two are all it takes: the package (220) and T's third (340), or c with a or b.
    assert answer.proved and answer.total == min(220 + 340, 90 + 290 + 240, 190 + 290 + 140)
    assert {one.id for one in answer.awarded or ()} == {"S:a+b", "T:c"}


def test_a_discount_holds_in_the_contract_for_packages_won_whole_and_never_twice() -> None:
    half, tenth = Decimal("0.5"), Decimal("0.1")
    offered = Offered((Package(("a", "b"), tenth), Package(("b", "c"), half), Package(("c", "d"), tenth)))
    assert discounts_of_one(offered, {"a": PRICES["a"]}) == {}
    assert discounts_of_one(offered, {"a": PRICES["a"], "b": PRICES["b"]}) == {"a": tenth, "b": tenth}
    # Both packages hold b: the one that saves more counts.
    assert discounts_of_one(offered, PRICES) == {"b": half, "c": half}
    dear = {**PRICES, "a": Decimal(9000), "d": Decimal(9000)}
    assert discounts_of_one(offered, dear) == dict.fromkeys("abcd", tenth)


def test_more_combinations_than_can_be_solved_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "MOST_COMBINATIONS", 5)
    with pytest.raises(Refused) as error:
        offers_of_one(singles("S", PRICES), Offered((), 2), PRICES)
    assert error.value.code == "capacity_gives_too_many"


def test_the_award_over_lots_takes_a_package_and_its_winner_gets_both_letters(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = two_lots({"packages": True})
    package = Package(("pc", "skjerm"), Decimal("0.4"))
    number = case.suppliers["B"].number
    monkeypatch.setattr(packages, "offered_across_lots", lambda competition: {number: Offered((package,))})
    found = combining.combine(case.competition, actor=actor(case.lead))
    view = combining.shown(case.competition, found)
    assert [(one.lot, one.winner, one.alone) for one in view.won] == [
        ("PC-er + Skjermer", "Leverandør B", "Leverandør A")
    ]
    assert view.won[0].price < view.won[0].alone_price == view.lot_by_lot_total
    chosen = combining.chosen(case.competition)
    assert chosen is not None and chosen[0] == {"pc": number, "skjerm": number}
