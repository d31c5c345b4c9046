"""The net-price benchmark run small: for equal and proved answers, never for time."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest

from fellestorg.bench import main, netprice
from fellestorg.bench.baskets import make_basket
from fellestorg.engines.netprice import Basket, NeedLine, Offer, PriceBook, Supplier, solve
from fellestorg.engines.netprice.scaled import scale
from fellestorg.engines.netprice.solvers import cp_sat, highs
from fellestorg.values import BadInput


def test_the_same_seed_gives_the_same_basket():
    assert make_basket(3, 6, 4, "small") == make_basket(3, 6, 4, "small")
    assert make_basket(3, 6, 4, "small") != make_basket(4, 6, 4, "small")


@pytest.mark.parametrize(
    ("seed", "lines", "suppliers", "profile"),
    [(0, 10, 6, "small"), (1, 10, 6, "small"), (2, 12, 8, "small"), (8, 60, 6, "large"), (11, 60, 8, "large")],
)
def test_both_solvers_agree_with_the_own_search_on_benchmark_baskets(seed, lines, suppliers, profile):
    basket = make_basket(seed, lines, suppliers, profile)
    scaled = scale(PriceBook(basket), [line.id for line in basket.need])
    best = solve(basket).best
    assert best.proved
    for solved in (cp_sat(scaled, 30, workers=1), highs(scaled, 30)):
        assert solved.proved
        assert Decimal(scaled.cost(solved.cover)) / scaled.unit == best.deciding
        assert Decimal(solved.bound) / scaled.unit <= best.deciding


def test_a_large_basket_is_proved_and_beats_the_plain_loop():
    basket = make_basket(6, 60, 8, "large")
    best = solve(basket).best
    assert best.proved
    assert best.deciding < netprice.naive(basket)


def test_the_plain_loop_takes_the_cheaper_of_cheapest_lines_and_best_single():
    def offers(a: str, b: str) -> tuple[Offer, ...]:
        return Offer("a", Decimal(a)), Offer("b", Decimal(b))

    basket = Basket(
        (NeedLine("a", Decimal(1)), NeedLine("b", Decimal(1))),
        (Supplier("A", offers("1", "5"), freight=Decimal(3)), Supplier("B", offers("2", "4"), freight=Decimal(3))),
    )
    assert netprice.naive(basket) == 9  # either alone: 6 + 3; line by line: 5 + 6
    free = tuple(dataclasses.replace(supplier, freight=Decimal(0)) for supplier in basket.suppliers)
    assert netprice.naive(dataclasses.replace(basket, suppliers=free)) == 5


def test_the_benchmark_prints_both_sides_and_keeps_its_figures(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["netprice", "--size", "5x3", "--seeds", "0-1", "--peers", "highs,naive"]) == 0
    out = capsys.readouterr().out
    assert "answers: all equal and proved" in out
    kept = json.loads((tmp_path / "var" / "bench" / "netprice.json").read_text())["5x3 small"]
    assert kept["wrong"] == 0
    assert kept["peers"].keys() == {"ours", "highs", "naive"}
    assert kept["peers"]["ours"]["kroner"] == kept["peers"]["highs"]["kroner"]


@pytest.mark.parametrize(
    ("ours", "other", "wrong"),
    [
        (("10", True), ("10", True), 0),
        (("10", True), ("12", False), 0),  # a peer may be dearer without proof
        (("12", True), ("10", False), 1),  # ours is not the lowest
        (("10", False), ("10", True), 1),  # ours is not proved
        (("10", True), ("12", True), 1),  # two proofs that contradict each other
    ],
)
def test_only_unproved_dearer_or_unequal_answers_fail(ours, other, wrong):
    runs = {
        "ours": [netprice.Run(0.001, 0.001, *ours)],
        "highs": [netprice.Run(0.1, 0.05, *other)],
    }
    assert netprice.summarise(runs, {"ours": 1.0, "highs": 1.0})["wrong"] == wrong


@pytest.mark.parametrize("words", [["--size", "big"], ["--size", "0x3"], ["--seeds", "9-1"], ["--peers", "gurobi"]])
def test_options_that_cannot_be_read_are_refused(words):
    with pytest.raises(BadInput):
        netprice.run(words)


def test_an_unknown_benchmark_is_named(capsys):
    assert main(["nothing"]) == 2
    assert "there is no benchmark 'nothing'" in capsys.readouterr().err
