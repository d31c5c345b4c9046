"""Price models: what one unit commits to, which terms each model needs, and what comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.engines.pricemodels import MODELS, paid_back, read_terms, unit_price_of
from fellestorg.values import BadInput

TERMS = {
    "markup": {"cost_price": "800", "markup_rate": "0.075", "audit": "Avtalens § 9"},
    "dynamic": {"reference_price": "1999", "off_rate": "0.12", "price_source": "nettpris", "observed_on": "2023-10-30"},
    "transaction_fee": {"channel": "online"},
    "fee_and_bonus": {"bonus_rate": "0.0075", "turnover": "48000"},
    "rent": {"monthly": "249.50", "months": "24"},
    "lease": {"monthly": "310", "months": "36", "residual": "900"},
    "as_a_service": {"monthly": "349", "months": "36", "includes": "reparasjon og bytte"},
    "revenue_share": {"return_rate": "0.6"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "price"),
    [
        ("markup", "860.0000"),
        ("dynamic", "1759.1200"),
        ("rent", "5988.0000"),
        ("lease", "11160.0000"),
        ("as_a_service", "12564.0000"),
        ("fixed", None),
        ("list_minus_discount", None),
        ("transaction_fee", None),
        ("fee_and_bonus", None),
        ("hourly", None),
        ("revenue_share", None),
    ],
)
def test_each_model_gives_the_price_of_a_unit_or_leaves_it_to_the_line(model, price):
    given_price = unit_price_of(model, read_terms(model, TERMS.get(model, {})))
    assert given_price == (None if price is None else Decimal(price))


@given(st.decimals("0", "99999", places=4), st.integers(1, 240))
def test_a_period_commits_to_all_its_months(monthly, months):
    terms = read_terms("rent", {"monthly": f"{monthly:f}", "months": str(months)})
    assert unit_price_of("rent", terms) == monthly * months


@pytest.mark.parametrize("model", [model for model, terms in MODELS.items() if any(term.needed for term in terms)])
def test_a_model_without_its_terms_names_each_that_is_missing(model):
    with pytest.raises(BadInput) as caught:
        read_terms(model, {})
    needed = {f"terms.{term.name}" for term in MODELS[model] if term.needed}
    assert {problem.where for problem in caught.value.problems if problem.code == "missing"} == needed


@pytest.mark.parametrize(
    ("model", "change", "code"),
    [
        ("markup", {"markup_rate": "11"}, "not_a_rate"),
        ("markup", {"cost_price": "-1"}, "too_small"),
        ("dynamic", {"off_rate": "1"}, "not_a_rate"),
        ("dynamic", {"observed_on": "30.10.2023"}, "not_a_day"),
        ("transaction_fee", {"channel": "fax"}, "unknown"),
        ("rent", {"months": "0"}, "not_months"),
        ("rent", {"months": "1.5"}, "not_months"),
        ("rent", {"months": "241"}, "not_months"),
        ("rent", {"residual": "5"}, "unknown_field"),
        ("lease", {"residual": "1.23456"}, "too_large"),
        ("as_a_service", {"includes": "x" * 301}, "too_long"),
        ("revenue_share", {"return_rate": "60 %"}, "not_a_decimal"),
    ],
)
def test_a_term_that_cannot_be_is_named(model, change, code):
    with pytest.raises(BadInput) as caught:
        read_terms(model, {**TERMS[model], **change})
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_model_that_does_not_exist_is_refused():
    with pytest.raises(BadInput, match="expected one of fixed"):
        read_terms("barter", {})


def test_what_is_paid_back_follows_turnover_or_resale_and_nothing_else():
    assert paid_back("fee_and_bonus", TERMS["fee_and_bonus"], Decimal(48000)) == 360
    assert paid_back("revenue_share", TERMS["revenue_share"], Decimal(1500)) == 900
    assert paid_back("rent", TERMS["rent"], Decimal(1500)) == 0
