"""The cheapest cover: against trying every assignment, against two solvers, and by hand where it matters."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.netprice import (
    PARTS,
    Basket,
    Costs,
    Limits,
    NeedLine,
    Offer,
    PriceBook,
    SpendDiscount,
    Supplier,
    Tier,
    answer_json,
    parse_basket,
    solve,
)
from fellestorg.engines.netprice.polish import polish, repair
from fellestorg.engines.netprice.pricing import total
from fellestorg.engines.netprice.scaled import scale
from fellestorg.engines.netprice.solvers import Solved, cp_sat, highs

D = Decimal


def every_cover(basket: Basket) -> tuple[Decimal | None, set[tuple[tuple[str, str], ...]]]:
    """The lowest deciding sum over all assignments, and the assignments that reach it."""
    book = PriceBook(basket)
    lines = [line.id for line in basket.need if any(line.id in book.goods[s.id] for s in basket.suppliers)]
    who = [[s.id for s in basket.suppliers if line in book.goods[s.id]] for line in lines]
    best: Decimal | None = None
    covers: set[tuple[tuple[str, str], ...]] = set()
    for chosen in itertools.product(*who) if lines else ():
        if len(set(chosen)) > (basket.limits.max_suppliers or 99):
            continue
        assignment = dict(zip(lines, chosen, strict=True))
        cost = total(book.orders(assignment)).sum_of(basket.decides)
        if best is None or cost < best:
            best, covers = cost, set()
        if cost == best:
            covers.add(tuple(sorted(assignment.items())))
    return best, covers


amounts = st.sampled_from(["0", "0.5", "1", "2", "3.25", "4", "5", "7", "10", "12.75", "20"]).map(D)
rates = st.sampled_from(["0", "0.02", "0.1", "0.25", "0.333", "1"]).map(D)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    lines = [f"l{i}" for i in range(draw(st.integers(1, 4)))]
    suppliers = []
    for s in range(draw(st.integers(1, 4))):
        offers = tuple(
            Offer(
                line,
                draw(amounts),
                tuple(
                    Tier(D(start), draw(amounts))
                    for start in draw(st.lists(st.integers(0, 4), max_size=2, unique=True))
                ),
                draw(st.none() | amounts),
            )
            for line in lines
            if draw(st.integers(0, 4))
        )
        discounts = draw(st.lists(st.integers(0, 30), max_size=2, unique=True))
        suppliers.append(
            Supplier(
                f"s{s}",
                offers,
                draw(amounts),
                draw(amounts),
                draw(amounts),
                draw(st.none() | amounts),
                tuple(SpendDiscount(D(start), draw(rates)) for start in discounts),
            )
        )
    return Basket(
        tuple(NeedLine(line, D(draw(st.integers(1, 3)))) for line in lines),
        tuple(suppliers),
        Costs(draw(amounts), draw(amounts)),
        Limits(draw(st.none() | st.integers(1, 3))),
        tuple(draw(st.just(PARTS) | st.lists(st.sampled_from(PARTS), min_size=1, unique=True))),
    )


@settings(max_examples=150, deadline=None)
@given(baskets())
def test_no_assignment_costs_less_and_every_equal_one_is_found(basket):
    lowest, covers = every_cover(basket)
    answer = solve(basket)
    if lowest is None:
        assert answer.best is None
        return
    best = answer.best
    assert best is not None
    assert best.proved
    assert best.deciding == best.bound == lowest == total(best.orders).sum_of(basket.decides)
    named = [tuple(sorted(cover.items())) for cover in (best.assignment, *best.ties)]
    assert named == sorted(covers)[:21]
    assert best.ties_complete == (len(covers) <= 21)


@settings(max_examples=40, deadline=None)
@given(baskets(), st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_of_the_input(basket, rng):
    shuffled = Basket(
        tuple(rng.sample(basket.need, len(basket.need))),
        tuple(
            Supplier(
                s.id,
                tuple(rng.sample(s.offers, len(s.offers))),
                s.min_order,
                s.small_order_fee,
                s.freight,
                s.free_freight_from,
                tuple(rng.sample(s.spend_discounts, len(s.spend_discounts))),
            )
            for s in rng.sample(basket.suppliers, len(basket.suppliers))
        ),
        basket.costs,
        basket.limits,
        basket.decides,
    )
    one, other = solve(basket), solve(shuffled)
    assert (one.best is None) == (other.best is None)
    if one.best and other.best:
        assert one.best.assignment == other.best.assignment
        assert one.best.ties == other.best.ties
    assert [(row.supplier, row.rank, row.deciding) for row in one.single] == [
        (row.supplier, row.rank, row.deciding) for row in other.single
    ]


@settings(max_examples=70, deadline=None)
@given(baskets())
def test_shadow_prices_and_premiums_strike_out_no_cheapest_cover(basket):
    """The aids of large baskets, used on small ones where every assignment can be tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fellestorg.engines.netprice.search._FEW", 0)
        patch.setattr("fellestorg.engines.netprice.cover._WORTH_PREMIUMS", 1)
        lowest, covers = every_cover(basket)
        best = solve(basket).best
    if lowest is None or best is None:
        assert lowest is best is None
    else:
        assert best.deciding == best.bound == lowest
        assert len(best.ties) + 1 == min(len(covers), 21)


def drawn_basket(seed: int, lines: int, suppliers: int, *, discounts: bool = True) -> Basket:
    """A basket in which fixed costs, thresholds and a limit on suppliers all matter."""
    rng = random.Random(seed)
    top = 12 * lines
    return Basket(
        tuple(NeedLine(f"l{i}", D(rng.randint(1, 5))) for i in range(lines)),
        tuple(
            Supplier(
                f"s{s}",
                tuple(
                    Offer(f"l{i}", D(rng.randint(100, 2000)) / 100, co2e_kg=D(rng.randint(0, 9))) for i in range(lines)
                ),
                D(rng.randint(0, top)),
                D(rng.randint(0, 20)),
                D(rng.randint(0, 20)),
                D(rng.randint(top // 3, 2 * top)),
                (SpendDiscount(D(top), D("0.1")), SpendDiscount(D(2 * top), D("0.05"))) if discounts else (),
            )
            for s in range(suppliers)
        ),
        Costs(D(10), D("0.25")),
        Limits(rng.choice([None, 1, 2])),
    )


@pytest.mark.parametrize("seed", range(8))
def test_both_solvers_agree_where_discounts_and_limits_bite(seed):
    basket = drawn_basket(seed, 5, 4, discounts=bool(seed % 2))
    scaled = scale(PriceBook(basket), [line.id for line in basket.need])
    lowest, _ = every_cover(basket)
    for solved in (cp_sat(scaled, 30, workers=1), highs(scaled, 30)):
        assert solved.proved
        assert D(scaled.cost(solved.cover)) / scaled.unit == lowest


@pytest.mark.parametrize("seed", range(10))
def test_polishing_keeps_every_line_covered_and_never_makes_a_cover_dearer(seed):
    scaled = scale(PriceBook(drawn_basket(seed, 6, 4)), [f"l{i}" for i in range(6)])
    rng = random.Random(seed)
    owner = [rng.randrange(4) for _ in range(6)]
    moves = [(line, s) for line in range(6) for s in range(4)]
    polished = polish(scaled, owner, moves, nearest=24)
    assert scaled.cost(polished) <= scaled.cost(owner)
    single = [[*polished[:line], s, *polished[line + 1 :]] for line, s in moves if s != owner[line]]
    assert all(scaled.cost(polished) <= scaled.cost(other) for other in single)


def test_a_supplier_short_of_goods_is_given_lines_that_others_can_spare():
    suppliers = [{"id": s, "offers": prices(a="10", b="20", c="30")} for s in ("A", "B")]
    scaled = scale(PriceBook(basket_of(suppliers)), ["a", "b", "c"])
    moves = [(0, 1), (1, 1), (2, 1)]
    assert repair(scaled, [0, 0, 0], moves, {0: 20, 1: 25}) == [0, 0, 1]  # one line is enough
    assert repair(scaled, [0, 0, 0], moves, {0: 10, 1: 45}) == [1, 1, 0]  # as near as A can help
    assert repair(scaled, [0, 0, 0], moves, {0: 60, 1: 10}) == [0, 0, 0]  # A can spare nothing


def test_a_basket_past_the_own_search_is_proved_by_a_solver():
    basket = drawn_basket(0, 6, 5)
    expected = solve(basket).best
    by_solver = solve(basket, own_work=20).best
    assert (expected.method, by_solver.method) == ("own search", "solvers")
    assert by_solver.proved
    assert by_solver.deciding == by_solver.bound == expected.deciding


@pytest.mark.parametrize(
    ("claimed", "work", "shown"),
    [
        (1_500_000, 150, "150"),
        (1, 150, "139.164"),
        (10**9, 150, "139.164"),
        (None, 150, "139.164"),
        (None, 20, "115.695"),
    ],
)
def test_without_proof_the_answer_is_a_cover_with_a_true_bound(monkeypatch, claimed, work, shown):
    """A solver that claims more than a verified cover costs has disproved itself: its bound is dropped."""
    basket = drawn_basket(0, 6, 5)
    lowest = solve(basket).best.deciding
    nothing = Solved(None, None, False, False, 0.0)
    monkeypatch.setattr("fellestorg.engines.netprice.solvers.highs", lambda *_: nothing)
    monkeypatch.setattr("fellestorg.engines.netprice.solvers.cp_sat", lambda *_, **__: replace(nothing, bound=claimed))
    best = solve(basket, own_work=work).best
    assert not best.proved
    assert best.bound == D(shown)
    assert best.bound <= lowest <= best.deciding
    assert best.assignment.keys() == {line.id for line in basket.need}


def basket_of(suppliers: list[dict], **more: object) -> Basket:
    lines = sorted({offer["line"] for supplier in suppliers for offer in supplier["offers"]})
    return parse_basket({"need": [{"id": line, "quantity": "1"} for line in lines], "suppliers": suppliers, **more})


def prices(**lines: str) -> list[dict]:
    return [{"line": line, "unit_price": price} for line, price in lines.items()]


def test_sharing_pays_when_it_saves_more_than_another_order_costs():
    suppliers = [{"id": "S1", "offers": prices(a="100", b="100")}, {"id": "S2", "offers": prices(a="60", b="160")}]
    cheap = solve(basket_of(suppliers, costs={"order_handling": "39.99"})).best
    dear = solve(basket_of(suppliers, costs={"order_handling": "40.01"})).best
    assert cheap.assignment == {"a": "S2", "b": "S1"}
    assert dear.assignment == {"a": "S1", "b": "S1"}


def test_a_dearer_line_is_worth_taking_to_reach_free_freight():
    suppliers = [
        {"id": "S1", "freight": "50", "free_freight_from": "200", "offers": prices(a="110", b="95")},
        {"id": "S2", "offers": prices(b="80")},
    ]
    best = solve(basket_of(suppliers)).best
    assert best.assignment == {"a": "S1", "b": "S1"}  # 205 against 110 + 50 + 80
    assert best.parts.net == 205


def test_equal_covers_are_named_and_the_first_in_order_is_best():
    suppliers = [{"id": s, "offers": prices(a="10", b="10")} for s in ("S3", "S1", "S2")]
    answer = solve(basket_of(suppliers))
    assert [row.rank for row in answer.single] == [1, 1, 1]
    assert answer.best.assignment == {"a": "S1", "b": "S1"}
    assert len(answer.best.ties) == 8
    assert answer.best.ties[0] == {"a": "S1", "b": "S2"}
    assert answer.best.ties_complete


def test_more_equal_covers_than_can_be_named_are_the_first_in_order():
    lines = {f"l{i:02}": "10" for i in range(12)}
    suppliers = [{"id": s, "offers": prices(**lines)} for s in ("A", "B")]
    best = solve(basket_of(suppliers)).best
    assert set(best.assignment.values()) == {"A"}
    assert len(best.ties) == 20
    assert not best.ties_complete
    last_lines = [tuple(tie[f"l{i:02}"] for i in range(7, 12)) for tie in best.ties]
    assert last_lines == list(itertools.product("AB", repeat=5))[1:21]


def test_a_shared_rank_is_followed_by_a_gap():
    suppliers = [{"id": s, "offers": prices(a=p)} for s, p in (("A", "2"), ("B", "1"), ("C", "2"), ("D", "3"))]
    answer = solve(basket_of(suppliers))
    assert [(row.supplier, row.rank) for row in answer.single] == [("B", 1), ("A", 2), ("C", 2), ("D", 4)]


def test_ranking_is_on_unrounded_sums():
    suppliers = [{"id": "A", "offers": prices(a="0.333333")}, {"id": "B", "offers": prices(a="0.333332")}]
    answer = solve(basket_of(suppliers))
    assert [(row.supplier, row.rank) for row in answer.single] == [("B", 1), ("A", 2)]
    assert {row["net"] for row in answer_json(answer)["single"]} == {"0.33"}


def test_only_the_parts_that_decide_rank_and_the_others_are_shown():
    suppliers = [
        {"id": "near", "freight": "5", "offers": prices(a="100")},
        {"id": "far", "freight": "90", "offers": prices(a="99")},
    ]
    answer = answer_json(solve(basket_of(suppliers, decides=["goods"])))
    assert [(row["supplier"], row["rank"], row["net"]) for row in answer["single"]] == [
        ("far", 1, "189.00"),
        ("near", 2, "105.00"),
    ]
    assert answer["best"]["assignment"] == {"a": "far"}
    assert (answer["best"]["net"], answer["best"]["deciding"], answer["best"]["bound"]) == ("189.00", "99.00", "99.00")


def test_a_line_nobody_offers_is_named_and_the_rest_is_covered():
    basket = parse_basket(
        {
            "need": [{"id": "a", "quantity": "1"}, {"id": "odd", "quantity": "1"}],
            "suppliers": [{"id": "S", "offers": prices(a="5")}],
        }
    )
    answer = solve(basket)
    assert answer.uncovered == ("odd",)
    assert answer.best.assignment == {"a": "S"}
    assert answer.single[0].rank is None
    assert answer.single[0].missing == ("odd",)


def test_a_limit_that_makes_cover_impossible_gives_no_best_and_says_why():
    suppliers = [{"id": "A", "offers": prices(a="1")}, {"id": "B", "offers": prices(b="1")}]
    answer = solve(basket_of(suppliers, limits={"max_suppliers": 1}))
    assert answer.best is None
    assert answer.reason == "max_suppliers"
    assert answer_json(answer)["refused"]["code"] == "max_suppliers"


def test_the_limit_on_suppliers_is_kept():
    suppliers = [
        {"id": "A", "offers": prices(a="1", b="9", c="9")},
        {"id": "B", "offers": prices(a="9", b="1", c="9")},
        {"id": "C", "offers": prices(a="9", b="9", c="1")},
    ]
    nets = [solve(basket_of(suppliers, limits={"max_suppliers": n})).best.parts.net for n in (1, 2, 3)]
    assert nets == [19, 11, 3]


def test_with_no_supplier_nothing_is_covered():
    answer = solve(parse_basket({"need": [{"id": "a", "quantity": "1"}], "suppliers": []}))
    assert (answer.best, answer.reason, answer.uncovered) == (None, "nothing_offered", ("a",))


def test_estimated_carbon_is_flagged_where_it_counts():
    suppliers = [
        {"id": "A", "offers": [{"line": "a", "unit_price": "1"}, {"line": "b", "unit_price": "1", "co2e_kg": "0"}]},
        {"id": "B", "offers": [{"line": "a", "unit_price": "9", "co2e_kg": "4"}]},
    ]
    answer = solve(basket_of(suppliers, costs={"carbon_per_kg": "1"}))
    assert {row.supplier: row.estimated for row in answer.single} == {"A": ("a",), "B": ()}
    assert answer.best.estimated == ("a",)
    assert "NP-2" in [rule.id for rule in answer.rules]


def test_more_suppliers_than_the_own_search_can_combine_go_to_the_solvers():
    suppliers = [{"id": f"S{n:03}", "offers": prices(a=str(n + 1), b=str(400 - n))} for n in range(320)]
    best = solve(basket_of(suppliers, costs={"order_handling": "1000"})).best
    assert (best.method, best.proved) == ("solvers", True)
    assert best.parts.goods == 401


@pytest.mark.parametrize(
    "given",
    [
        {"need": (NeedLine("a", D(1)), NeedLine("a", D(2)))},
        {"suppliers": (Supplier("S", (Offer("b", D(1)),)),)},
        {"suppliers": (Supplier("S", (Offer("a", D(1)), Offer("a", D(2)))),)},
        {"decides": ()},
        {"decides": ("net",)},
    ],
)
def test_a_basket_built_wrongly_by_ourselves_is_an_error(given):
    whole = {"need": (NeedLine("a", D(1)),), "suppliers": (Supplier("S", (Offer("a", D(1)),)),)}
    with pytest.raises(ValueError, match=r"share an id|offers a line twice|decides"):
        Basket(**(whole | given))
