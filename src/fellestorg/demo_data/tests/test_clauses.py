"""The demo's options and price regulation say what its price lists and call-offs show."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from fellestorg.agreements.models import AssortmentOption, OptionChoice, RegulationClause
from fellestorg.agreements.options import answers, options_of
from fellestorg.calloffs.models import OrderLine
from fellestorg.catalogues.models import DeliveryTerms, PriceRegulation
from fellestorg.catalogues.regulation import allowed_rise, rules
from fellestorg.demo_data import agencies
from fellestorg.kernel import clock
from fellestorg.kernel.models import DecisionRecord

pytestmark = pytest.mark.usefixtures("demo")


def test_most_agencies_have_chosen_and_only_invented_ones_have_not() -> None:
    for one in options_of("forbruksmateriell", clock.today()):
        assert one.chosen > 150 and one.declined + one.unanswered in range(5, 10)
    without = [one for one in answers("forbruksmateriell", clock.today()) if one.state != "chosen"]
    assert without and all(one.agency[0] in "23" for one in without)


def test_nobody_bought_what_it_had_not_chosen() -> None:
    for option in AssortmentOption.objects.all():
        chosen = OptionChoice.objects.filter(option=option, chosen=True).values("organisation")
        bought = OrderLine.objects.filter(item__lot=option.lot, item__category__in=option.categories)
        assert bought.exists()
        assert not bought.exclude(order__call_off__buyer__in=chosen).exists()
    assert not DecisionRecord.objects.filter(reason="options_chosen").exists()


def test_the_history_asked_about_options() -> None:
    touched = [one for one in DecisionRecord.objects.all() if "options" in one.facts]
    assert touched and all(one.facts["lot"]["key"] == "forbruk" for one in touched)


def test_the_agency_one_can_sign_in_as_has_ink_left_to_choose() -> None:
    mine = {
        one.option.key: one.state
        for one in answers("forbruksmateriell", clock.today(), agencies=[agencies.MAIN_AGENCY])
    }
    assert mine == {"blekk": "unanswered", "lyskilder": "chosen", "toner": "chosen"}


def test_the_regulation_of_2023_is_what_the_clause_and_the_index_give() -> None:
    one = PriceRegulation.objects.get(lot__key="forbruk")
    factor = rules.factor(one.base_value, one.value, one.max_rise)
    assert factor.exact == Fraction(one.factor) and not one.index_verified
    lines = list(one.lines.select_related("before", "after"))
    assert len(lines) > 100
    for line in lines:
        assert line.after.unit_price == rules.regulated(line.before.unit_price, factor.exact, one.price_decimals)
    clause = RegulationClause.objects.get(lot=one.lot)
    assert allowed_rise(one.lot, clause.lot.agreement.starts, one.takes_effect) == one.factor - 1
    assert rules.next_regulation_day(
        rules.Terms(clause.first_on, clause.notice_days, None), frozenset([2023]), clock.today()
    ) == date(2024, 3, 1)


def test_the_fees_rose_by_the_same_factor() -> None:
    one = PriceRegulation.objects.get(lot__key="forbruk")
    terms = DeliveryTerms.objects.filter(lot=one.lot).select_related("supplier")
    before = {row.supplier_id: row for row in terms if row.valid_to is not None}
    after = [row for row in terms if row.valid_from == one.takes_effect]
    assert len(after) == 3
    for row in after:
        for fee in ("freight", "small_order_fee"):
            was = getattr(before[row.supplier_id], fee)
            assert getattr(row, fee) == rules.regulated(was, Fraction(one.factor), 2)
