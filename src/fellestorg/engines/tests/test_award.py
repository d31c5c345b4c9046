"""Awards over lots: small cases worked out by hand, and every combination tried beside the search."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.award import (
    AwardProblem,
    Limits,
    Lot,
    Tender,
    WinnersIn,
    price_of_limits,
    solve,
    winning_cuts,
)
from fellestorg.engines.award.check import broken_rules, total_of
from fellestorg.engines.award.instance import make_instance, parts


def tender(id_: str, bidder: str, lots: str, price: str, *exclusive: str) -> Tender:
    return Tender(id_, bidder, tuple(lots.split()), Decimal(price), exclusive)


def problem(lots: str, *tenders: Tender, **limits: object) -> AwardProblem:
    """Lots as ``a b:500``: ``b`` may stay uncovered for 500."""
    made = [
        Lot(name, Decimal(reserve) if reserve else None)
        for name, _, reserve in (one.partition(":") for one in lots.split())
    ]
    return AwardProblem(tuple(made), tenders, Limits(**limits))  # type: ignore[arg-type]


#: A is cheapest on every lot alone, B on the package.
THREE = (
    tender("a1", "A", "1", "100"),
    tender("a2", "A", "2", "100"),
    tender("a3", "A", "3", "100"),
    tender("b12", "B", "1 2", "190"),
    tender("b3", "B", "3", "130"),
    tender("c2", "C", "2", "105"),
)


@pytest.mark.parametrize(
    ("case", "winners", "total"),
    [
        pytest.param(problem("1 2 3", *THREE), {"b12", "a3"}, "290", id="the package beats its lots one by one"),
        pytest.param(problem("1 2 3", *THREE, max_lots_per_bidder=1), {"a1", "c2", "b3"}, "335", id="one lot each"),
        pytest.param(problem("1 2 3", *THREE, min_winners=3), {"a1", "c2", "b3"}, "335", id="three winners"),
        pytest.param(
            problem("1 2 3", *THREE, winners_in=(WinnersIn(("1", "2"), 2),)), {"a1", "c2", "a3"}, "305", id="two on two lots"
        ),
        pytest.param(
            problem("1 2 3", *THREE, min_value_share=Decimal("0.35")), {"a1", "a2", "a3"}, "300", id="a third or nothing"
        ),
        pytest.param(
            problem("1 2 3", *THREE, cost_per_winner=Decimal(15)), {"a1", "a2", "a3"}, "315", id="winners cost"
        ),
        pytest.param(
            problem("1 2 3", *THREE, max_value_share=Decimal("0.61")), {"a1", "a2", "b3"}, "330",
            id="nobody above 61 per cent",
        ),
        pytest.param(problem("1 2:80 3", *THREE), {"a1", "a3"}, "280", id="the reserve is cheaper"),
        pytest.param(problem("1 2 3 4:70", *THREE), {"b12", "a3"}, "360", id="nobody wants a lot"),
        pytest.param(
            problem(
                "1 2", tender("a1", "A", "1", "10", "x"), tender("a2", "A", "2", "10", "x"), tender("b2", "B", "2", "30")
            ),
            {"a1", "b2"}, "40", id="exclusive tenders of one bidder",
        ),
        pytest.param(
            problem("1 2", tender("a1", "A", "1", "10", "x"), tender("b2", "B", "2", "10", "x")),
            {"a1", "b2"}, "20", id="the same group name with another bidder is another group",
        ),
        pytest.param(problem("1:5", tender("a", "A", "1", "9"), min_winners=1), {"a"}, "9", id="somebody must win"),
        pytest.param(problem("1:5 2:6"), set(), "11", id="no tenders at all"),
    ],
)  # fmt: skip
def test_the_lowest_total(case, winners, total):
    answer = solve(case)
    assert answer.proved
    assert {one.id for one in answer.awarded} == winners
    assert answer.total == answer.bound == Decimal(total)
    assert answer.gap == 0
    assert answer.ties == ()
    assert answer.ties_complete


def test_a_share_that_is_just_kept_is_kept_and_one_ore_more_is_not():
    def shared(price: str) -> AwardProblem:
        return problem(
            "1 2", tender("a", "A", "1", price), tender("b", "B", "2", "40"), tender("c", "C", "1", "90"),
            max_value_share=Decimal("0.6"),
        )  # fmt: skip

    assert [one.id for one in solve(shared("60")).awarded] == ["a", "b"]
    assert solve(shared("60.01")).reason == "limits"


def test_equal_awards_are_named_and_the_first_in_the_order_of_the_tenders_is_shown():
    case = problem(
        "1 2", tender("b", "B", "1", "50"), tender("a", "A", "1", "50"), tender("p", "C", "1 2", "90"),
        tender("c", "C", "2", "40"),
    )  # fmt: skip
    answer = solve(case)
    assert [one.id for one in answer.awarded] == ["b", "c"]
    assert answer.ties == (("a", "c"), ("p",))
    assert answer.ties_complete
    assert "AW-3" in [rule.id for rule in answer.rules]


def test_too_many_ties_are_said_to_be_more():
    lots = " ".join(map(str, range(6)))
    tenders = [tender(f"{bidder}{lot}", bidder, str(lot), "10") for lot in range(6) for bidder in "AB"]
    answer = solve(problem(lots, *tenders))
    assert answer.proved
    assert not answer.ties_complete
    assert len(answer.ties) == 20


@pytest.mark.parametrize(
    ("case", "reason", "lots", "loosen"),
    [
        (problem("1 2 3:9", tender("a", "A", "1", "1")), "no_tender", ("2",), ()),
        (problem("1 2", tender("a", "A", "1 2", "1"), max_lots_per_bidder=1), "limits", (), ("max_lots_per_bidder",)),
        (problem("1 2", tender("a", "A", "1 2", "1"), min_winners=2), "limits", (), ("min_winners",)),
        (
            problem("1", tender("a", "A", "1", "1"), min_winners=2, max_value_share=Decimal("0.9")), "limits", (), (),
        ),
        (problem("1 2", tender("a", "A", "1", "1", "x"), tender("b", "A", "2", "1", "x")), "limits", (), ()),
    ],
    ids=["a lot without a tender", "too many lots", "too few winners", "two limits at once", "exclusive"],
)  # fmt: skip
def test_no_award_says_why(case, reason, lots, loosen):
    answer = solve(case)
    assert (answer.awarded, answer.total, answer.proved) == (None, None, False)
    assert (answer.reason, answer.lots, answer.loosen) == (reason, lots, loosen)


def test_what_cannot_win_is_set_aside_with_the_reason():
    answer = solve(
        problem(
            "1:60 2 3", *THREE, tender("a12", "A", "1 2", "201"), tender("d1", "D", "1", "61"),
            tender("d123", "D", "1 2 3", "1"), tender("b3x", "B", "3", "131"), max_lots_per_bidder=2,
        )
    )  # fmt: skip
    assert [(one.tender, one.reason, one.by) for one in answer.set_aside] == [
        ("a1", "above_reserves", ()),
        ("a12", "dearer", ("a1", "a2")),
        ("d1", "above_reserves", ()),
        ("d123", "too_many_lots", ()),
        ("b3x", "dearer", ("b3",)),
    ]


def test_lot_by_lot_is_what_each_lot_alone_would_cost():
    answer = solve(problem("1 2 3 4:70", *THREE, cost_per_winner=Decimal(1), max_lots_per_bidder=2))
    assert [one.id for one in answer.lot_by_lot] == ["a1", "a2", "a3"]
    assert answer.lot_by_lot_total == 371
    assert solve(problem("1 2", tender("p", "A", "1 2", "9"))).lot_by_lot_total is None


def test_lots_that_no_tender_bidder_or_limit_joins_are_solved_apart():
    tenders = (tender("a1", "A", "1", "5"), tender("a2", "A", "2", "5"), tender("b34", "B", "3 4", "5"))
    apart = problem("1 2 3 4", *tenders)
    sizes = {
        name: sorted(len(part.reserves) for part in parts(make_instance(replace(apart, limits=limits))[0]))
        for name, limits in {
            "free": Limits(),
            "wide": Limits(max_lots_per_bidder=2),
            "cost": Limits(cost_per_winner=Decimal(1)),
            "cap": Limits(max_lots_per_bidder=1),
            "share": Limits(max_value_share=Decimal(1)),
        }.items()
    }
    assert sizes["free"] == sizes["wide"] == [1, 1, 2]
    assert sizes["cost"] == [2, 2]
    assert sizes["cap"] == [1, 1, 2]  # the limit joins A's lots, and b34 alone is above it
    assert sizes["share"] == [4]
    assert solve(apart).total == 15


def test_what_each_limit_costs():
    case = problem("1 2 3", *THREE, max_lots_per_bidder=1, cost_per_winner=Decimal(10))
    found = {one.limit: (one.total_without, one.price, one.exact) for one in price_of_limits(case)}
    # All three from A at 300 + 10 without the cap; 335 with it and nothing for the winners.
    assert found == {
        "max_lots_per_bidder": (Decimal(310), Decimal(55), True),
        "cost_per_winner": (Decimal(335), Decimal(30), True),
    }


def test_the_cut_that_would_have_won_is_exact_to_the_ore():
    case = problem("1 2 3", *THREE)  # b12 + a3 = 290
    (cut,) = winning_cuts(case)
    assert (cut.bidder, cut.tender, cut.cut, cut.price, cut.exact) == (
        "C",
        "c2",
        Decimal("15.01"),
        Decimal("89.99"),
        True,
    )
    won = replace(case, tenders=tuple(replace(t, price=cut.price) if t.id == "c2" else t for t in case.tenders))
    assert "C" in {one.bidder for one in solve(won).awarded}


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (problem("1 2", *THREE[:2], tender("d", "D", "1 2", "9"), max_lots_per_bidder=1, min_winners=0), "limits"),
        (
            problem("1 2", tender("a", "A", "1", "0"), tender("a2", "A", "2", "5"), tender("d", "D", "1", "3")),
            "below_zero",
        ),
        (problem("1 2", tender("a", "A", "1 2", "3"), tender("d", "D", "1", "3")), "no_award"),
    ],
    ids=["no award at all", "not even for nothing", "its tender leaves a lot to nobody"],
)
def test_no_cut_is_enough(case, reason):
    found = [(one.bidder, one.cut, one.reason) for one in winning_cuts(case)]
    assert found == ([] if reason == "limits" else [("D", None, reason)])


# -- every combination tried ----------------------------------------------------------------------------------


@st.composite
def problems(draw, most_tenders=6):
    lots = [str(n) for n in range(draw(st.integers(1, 4)))]
    ore = st.integers(0, 30).map(lambda n: Decimal(n) / 100)
    reserves = [draw(st.none() | ore) for _ in lots]
    tenders = tuple(
        Tender(
            f"t{at}",
            draw(st.sampled_from("ABC")),
            tuple(draw(st.lists(st.sampled_from(lots), min_size=1, max_size=3, unique=True))),
            draw(ore),
            draw(st.sampled_from([(), (), ("x",), ("x", "y")])),
        )
        for at in range(draw(st.integers(0, most_tenders)))
    )
    limits = Limits(
        draw(st.sampled_from([None, None, 1, 2])),
        draw(st.sampled_from([0, 0, 1, 2])),
        draw(st.sampled_from([None, None, Decimal("0.5"), Decimal("0.7")])),
        draw(st.sampled_from([Decimal(0), Decimal("0.03")])),
        draw(st.sampled_from([None, None, Decimal("0.1"), Decimal("0.4")])),
        draw(st.sampled_from([(), (), (WinnersIn(tuple(lots[:2]), 2),), (WinnersIn(tuple(lots), 1),)])),
    )
    return AwardProblem(tuple(map(Lot, lots, reserves)), tenders, limits)


def every_award(case: AwardProblem):
    sets = chain.from_iterable(combinations(case.tenders, n) for n in range(len(case.tenders) + 1))
    return [award for award in sets if not broken_rules(case, award)]


@settings(max_examples=70, deadline=None)
@given(problems())
def test_no_other_combination_is_cheaper_and_every_equal_one_is_named(case):
    answer = solve(case)
    awards = every_award(case)
    if not awards:
        assert answer.reason in ("no_tender", "limits")
        return
    lowest = min(total_of(case, award) for award in awards)
    assert answer.proved
    assert answer.total == lowest
    equal = {tuple(t.id for t in award) for award in awards if total_of(case, award) == lowest}
    named = {tuple(t.id for t in answer.awarded), *answer.ties}
    assert named <= equal
    assert named == equal or not answer.ties_complete


@settings(max_examples=15, deadline=None)
@given(problems(most_tenders=4))
def test_no_smaller_cut_would_have_won(case):
    answer = solve(case)
    for found in winning_cuts(case, answer=answer):
        assert found.exact
        cuts = []
        for loser in (one for one in case.tenders if one.bidder == found.bidder):
            for cut in range(int(loser.price * 100) + 1):
                price = loser.price - Decimal(cut) / 100
                cheaper = replace(
                    case, tenders=tuple(replace(t, price=price) if t is loser else t for t in case.tenders)
                )
                if any(
                    total_of(cheaper, award) < answer.total
                    for award in every_award(cheaper)
                    if loser.id in {one.id for one in award}
                ):
                    cuts.append(Decimal(cut) / 100)
                    break
        assert found.cut == min(cuts, default=None)
