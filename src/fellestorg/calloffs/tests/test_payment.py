"""Means of payment: fee and bonus from price list to ledger, and who answers for what is charged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from fellestorg.agreements.models import AgreementHalt, CeilingBalance, FrameworkAgreement, Participation
from fellestorg.calloffs import actions
from fellestorg.calloffs.answers import Answered, answer_need, names_for
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.calloffs.papers.case import read_case
from fellestorg.calloffs.tests.world import agency_of, lot, somebody
from fellestorg.calloffs.texts import render
from fellestorg.catalogues.liabilities import LIABILITIES
from fellestorg.catalogues.models import Item
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock, setup
from fellestorg.kernel.actors import OPERATOR, Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import canonical_json

pytestmark = pytest.mark.usefixtures("demo")
KEY = "betalingslosninger"


def lift_the_halt() -> None:
    """As if the ministry had decided: the agreement begins, and the demo's main agency takes part."""
    AgreementHalt.objects.filter(agreement__key=KEY).delete()
    agreement = FrameworkAgreement.objects.get(key=KEY)
    body = Organisation.objects.get(number=agency_of("innkjoper"))
    Participation.objects.create(
        agreement=agreement, organisation=body, ground="obligatory", valid_from=agreement.starts
    )


def answered(place: str, *lines: tuple[str, int]) -> Answered:
    wanted = tuple(NeedLine(number, Decimal(count)) for number, count in lines)
    need = Need("betaling-1", agency_of("innkjoper"), agreement=KEY, lot=place, lines=wanted)
    return answer_need(need, actor=somebody("innkjoper")[0], at=clock.now())[0]


def told(answer: dict[str, Any], code: str) -> dict[str, Any]:
    (step,) = [one for one in answer["trace"] if one["code"] == code]
    return dict(step)


def test_while_it_is_delayed_nobody_calls_off_but_prices_and_liability_are_ready() -> None:
    answer = answered("firmakort", ("FIRMAKORT", 10)).answer
    assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "agreement_not_halted")
    assert told(answer, "liability_told")["params"]["lines"] == [{"item": "FIRMAKORT", "liability": "body_on_duty"}]
    page = Client().get(f"/avtaler/{KEY}").content.decode()
    assert "Avtalen er utsatt" in page and "Hvem hefter for det som belastes?" in page
    for code in ("body", "body_on_duty", "body_to_limit"):
        assert str(LIABILITIES[code]) in page


def test_cards_are_ordered_at_the_fee_and_the_bonus_lowers_neither_price_nor_ceiling() -> None:
    lift_the_halt()
    found = answered("firmakort", ("FIRMAKORT", 100), ("GEB-VALUTA", 40))
    answer = found.answer
    # 100 cards at 45 kroner and 40 fees at 2.50.
    assert (answer["outcome"], answer["contract_value"]) == ("direct", "4600.00")
    assert answer["orders"][0]["parts"]["discount"] == "0.00"
    said = {language: render(answer, names_for(answer), language) for language in ("nb", "nn", "en")}
    step = next(one for one in said["nb"].trace if one.rule == "PM")
    # 0.35 % of 60,000 kroner a card and year.
    told_of_bonus = step.because.replace("\N{NO-BREAK SPACE}", " ")
    assert "0,35 % av omsetningen" in told_of_bonus and "det 210,00 kr" in told_of_bonus and "på nett" in told_of_bonus
    for rendered in said.values():
        (liable,) = [one for one in rendered.trace if one.rule == "LIAB"]
        assert liable.note and liable.verified and "FIRMAKORT: " in liable.because and "{" not in liable.because
    before = CeilingBalance.objects.get(lot=lot(KEY, "firmakort")).used
    actor, person = somebody("innkjoper")
    made = actions.commit(found.need, lot(KEY, "firmakort"), actor=actor, person=person)
    assert made.call_off is not None and made.call_off.contract_value == Decimal(4600)
    assert CeilingBalance.objects.get(lot=lot(KEY, "firmakort")).used - before == Decimal(4600)
    assert canonical_json(decide(made.decision.facts)) == canonical_json(made.decision.answer)
    assert any(one.rule == "LIAB" for one in read_case(made.call_off, "nb").words.trace)


@pytest.mark.parametrize(
    ("place", "number", "value", "liability"),
    [("reisekonto", "REISEKONTO", "900.00", "body"), ("virtuelle-kort", "KORT-VIRTUELT", "1.80", "body_to_limit")],
)
def test_every_instrument_can_be_ordered_and_says_who_answers(
    place: str, number: str, value: str, liability: str
) -> None:
    lift_the_halt()
    answer = answered(place, (number, 1)).answer
    assert answer["contract_value"] == value
    assert told(answer, "liability_told")["params"]["lines"][0]["liability"] == liability


def test_what_is_no_means_of_payment_says_nothing_of_liability() -> None:
    need = Need("r", agency_of("innkjoper"), lines=(NeedLine("PC-14-STD", Decimal(1)),))
    answer = answer_need(need, actor=somebody("innkjoper")[0], at=clock.now())[0].answer
    assert "liability_told" not in {one["code"] for one in answer["trace"]}
    assert "LIAB" not in {one["id"] for one in answer["rules"]}


def brought(who: Actor, *rows: str) -> setup.BroughtIn:
    kind = setup.kind_of("liability")
    assert kind is not None
    content = "\n".join(["agreement;lot;item;liability", *rows]).encode()
    return setup.bring_in(kind, content, actor=who, now=clock.now())


def test_liability_is_set_by_sheet_and_changed_in_use_by_the_operator_alone() -> None:
    lift_the_halt()
    changed = f"{KEY};firmakort;FIRMAKORT;Den ansatte hefter for alt som belastes."
    assert [one.field for one in brought(OPERATOR, changed, f"{KEY};firmakort;INGEN;body").rejected] == ["item"]
    admin, _person = somebody("si-admin")
    rows = (changed, f"{KEY};reisekonto;REISEKONTO;body")
    assert [one.code for one in brought(admin, *rows).rejected] == ["needs_second_person"]
    done = brought(OPERATOR, *rows)
    assert (done.rejected, done.tally.changed, done.tally.unchanged) == ((), 1, 1)
    assert Item.objects.get(number="FIRMAKORT").liability == "employee"
