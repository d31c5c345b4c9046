"""What one supplier's order costs, part by part. The tables are computed by hand from the interface's words."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from fellestorg.engines.netprice import PARTS, answer_json, parse_basket, price_alone, solve


def parts_of(supplier: dict, need: dict[str, str], costs: dict | None = None) -> dict[str, str]:
    basket = parse_basket(
        {
            "need": [{"id": line, "quantity": quantity} for line, quantity in need.items()],
            "costs": costs or {},
            "suppliers": [{"id": "S", **supplier}],
        }
    )
    parts = price_alone(basket, "S")
    return {name: str(getattr(parts, name).normalize() + 0) for name in PARTS if getattr(parts, name)}


def one(price: str, **more: object) -> list[dict]:
    return [{"line": "a", "unit_price": price, **more}]


TIERS = [{"from": "100", "unit_price": "9"}, {"from": "10", "unit_price": "9.5"}]


@pytest.mark.parametrize(
    ("quantity", "tiers", "goods"),
    [
        ("9", TIERS, "90"),  # under the first tier
        ("10", TIERS, "95"),  # just reached: all ten units
        ("99.5", TIERS, "945.25"),
        ("100", TIERS, "900"),  # the whole line gets the price, so 100 are cheaper than 99.5
        ("1000", [{"from": "0", "unit_price": "7"}], "7000"),  # a tier from nothing replaces the price
        ("50", [{"from": "10", "unit_price": "12"}, {"from": "20", "unit_price": "11"}], "550"),  # dearer tiers too
        ("15", [{"from": "10", "unit_price": "12"}, {"from": "20", "unit_price": "11"}], "180"),
    ],
)
def test_the_highest_tier_reached_prices_every_unit_of_the_line(quantity, tiers, goods):
    parts = parts_of({"offers": one("10", tiers=tiers)}, {"a": quantity})
    assert parts == {"goods": str(Decimal(goods).normalize() + 0)}


DISCOUNTS = [{"from": "1000", "rate": "0.02"}, {"from": "2000", "rate": "0.05"}]


@pytest.mark.parametrize(
    ("price", "discounts", "discount"),
    [
        ("999.99", DISCOUNTS, None),
        ("1000", DISCOUNTS, "20"),  # reached, so on all goods
        ("1999.99", DISCOUNTS, "39.9998"),  # not rounded
        ("2000", DISCOUNTS, "100"),  # reached before discount: 2000, not 1960
        ("5000", [*reversed(DISCOUNTS)], "250"),
        ("5000", [{"from": "0", "rate": "1"}], "5000"),
        ("3000", [{"from": "1000", "rate": "0.05"}, {"from": "2000", "rate": "0.03"}], "150"),  # the highest reached
    ],
)
def test_the_highest_spend_discount_reached_by_goods_applies_to_all_goods(price, discounts, discount):
    parts = parts_of({"offers": one(price), "spend_discounts": discounts}, {"a": "1"})
    assert parts.get("discount") == discount


@pytest.mark.parametrize(
    ("price", "terms", "fee", "freight"),
    [
        ("499.99", {"min_order": "500", "small_order_fee": "150"}, "150", None),
        ("500", {"min_order": "500", "small_order_fee": "150"}, None, None),  # equal is not under
        ("10", {"small_order_fee": "150"}, None, None),  # no minimum, never small
        ("10", {"min_order": "500"}, None, None),  # no fee stated
        ("999.99", {"freight": "99", "free_freight_from": "1000"}, None, "99"),
        ("1000", {"freight": "99", "free_freight_from": "1000"}, None, None),
        ("1000000", {"freight": "99"}, None, "99"),  # without a limit freight is always due
        ("0", {"freight": "99", "free_freight_from": "0"}, None, None),
        # Goods after discount decide: 1000 - 20 is under 1000, and under 990.
        ("1000", {"freight": "99", "free_freight_from": "1000", "spend_discounts": DISCOUNTS}, None, "99"),
        ("1000", {"min_order": "990", "small_order_fee": "7", "spend_discounts": DISCOUNTS}, "7", None),
        ("1000", {"min_order": "980", "small_order_fee": "7", "spend_discounts": DISCOUNTS}, None, None),
        ("0", {"min_order": "1", "small_order_fee": "5", "freight": "3", "free_freight_from": "1"}, "5", "3"),
    ],
)
def test_fee_and_freight_look_at_goods_after_discount(price, terms, fee, freight):
    parts = parts_of({"offers": one(price), **terms}, {"a": "1"})
    assert (parts.get("small_order_fee"), parts.get("freight")) == (fee, freight)


def test_handling_is_due_once_per_supplier_used():
    offers = [{"line": "a", "unit_price": "1"}, {"line": "b", "unit_price": "1"}]
    assert parts_of({"offers": offers}, {"a": "1", "b": "1"}, {"order_handling": "350"})["handling"] == "350"


def test_carbon_is_quantity_times_kilograms_times_price():
    parts = parts_of({"offers": one("1", co2e_kg="0.4")}, {"a": "120"}, {"carbon_per_kg": "1.50"})
    assert parts["carbon"] == "72"


def test_unstated_carbon_counts_as_the_highest_stated_for_the_line():
    basket = parse_basket(
        {
            "need": [{"id": "a", "quantity": "10"}, {"id": "b", "quantity": "1"}],
            "costs": {"carbon_per_kg": "2"},
            "suppliers": [
                {"id": "silent", "offers": [*one("1"), {"line": "b", "unit_price": "1"}]},
                {"id": "low", "offers": one("1", co2e_kg="0.5")},
                {"id": "high", "offers": one("1", co2e_kg="3")},
            ],
        }
    )
    assert price_alone(basket, "silent").carbon == 60  # 10 x 3 x 2, and nothing for b: nobody states it
    assert price_alone(basket, "low").carbon == 10


def test_nothing_is_rounded_on_the_way():
    quantity, price, rate = "99999999999999999999.123456789012", "0.333333333333", "0.000000000001"
    basket = parse_basket(
        {
            "need": [{"id": "a", "quantity": quantity}],
            "suppliers": [{"id": "S", "offers": one(price), "spend_discounts": [{"from": "0", "rate": rate}]}],
        }
    )
    parts = price_alone(basket, "S")
    goods = Fraction(quantity) * Fraction(price)
    assert Fraction(parts.goods) == goods
    assert Fraction(parts.discount) == goods * Fraction(rate)
    assert Fraction(parts.net) == goods - goods * Fraction(rate)
    best = solve(basket).best
    assert Fraction(best.deciding) == Fraction(parts.net)
    assert answer_json(solve(basket))["best"]["net"] == "33333333333266666666.37"
