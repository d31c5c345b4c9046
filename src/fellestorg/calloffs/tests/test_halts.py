"""Cancelling and delaying: by two people, with the reason, and what it does to everybody's answer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from fellestorg.agreements import gaps, proposals
from fellestorg.agreements.changes.halt import CANCELLED, DELAYED, KIND, OVER, Halting, halt_payload
from fellestorg.agreements.halts import halt_on, last_day
from fellestorg.agreements.models import AgreementHalt, ChangeProposal, FrameworkAgreement
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.tests.proposing import actor
from fellestorg.calloffs.answers import answer_need
from fellestorg.calloffs.listing import category_choices
from fellestorg.calloffs.needs import parse_need
from fellestorg.calloffs.texts import render
from fellestorg.demo_data import agencies
from fellestorg.kernel import clock
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2023, 11, 1)
REASON = {"nb": "Bevilgningen er trukket.", "nn": "Løyvinga er trekt.", "en": "The grant is withdrawn."}
SOURCE = "Kunngjort i Doffin (demodata)"


def leiebil() -> FrameworkAgreement:
    return FrameworkAgreement.objects.get(key="leiebil")


def ask(halting: Halting, key: str = "leiebil") -> ChangeProposal:
    return proposals.propose(
        KIND, Target(FrameworkAgreement.objects.get(key=key)), halt_payload(halting), "Vedtatt av styringsgruppen.",
        actor=actor("avtaleforvalter-reise"), now=clock.now(),
    )  # fmt: skip


def approve(row: ChangeProposal) -> None:
    proposals.approve(row, "Enig i dette.", actor=actor("si-admin"), now=clock.now())


def test_a_delay_takes_two_people_and_ends_by_two_again() -> None:
    row = ask(Halting(DELAYED, DAY, REASON, "Finansdepartementet", DAY + timedelta(days=60), SOURCE))
    assert halt_on(leiebil(), DAY) is None
    approve(row)
    halt = halt_on(leiebil(), DAY)
    assert halt is not None
    assert (halt.kind, halt.responsible, halt.reason_nn) == (DELAYED, "Finansdepartementet", REASON["nn"])
    approve(ask(Halting(OVER, DAY + timedelta(days=9), {})))
    assert halt_on(leiebil(), DAY + timedelta(days=9)) is not None
    assert halt_on(leiebil(), DAY + timedelta(days=10)) is None


def test_nobody_can_call_off_from_that_day_and_the_answer_says_why_and_what_then() -> None:
    approve(ask(Halting(CANCELLED, DAY, REASON, source=SOURCE)))
    need = parse_need(
        {"buyer": agencies.MAIN_AGENCY, "amount": "5000", "category": "car_rental", "facts": {}}, dated=False
    )
    (answered,) = answer_need(need, actor=actor("innkjoper"), at=clock.now())
    assert answered.answer["outcome"] == "refused"
    assert answered.answer["reason"]["code"] == "agreement_not_halted"
    words = render(answered.answer, {}, "nb")
    assert REASON["nb"] in words.reason
    assert "1.\xa0november\xa02023" in words.reason
    codes = [step["code"] for step in answered.answer["trace"]]
    assert codes.index("agreement_not_halted") < codes.index("covered_by_an_agreement") < codes.index("own_procurement")


@pytest.mark.parametrize(
    ("halting", "where"),
    [
        (Halting("nope", DAY, REASON, "", None, SOURCE), {"do"}),
        (Halting(CANCELLED, DAY, {"nb": "kort"}, "", None, ""), {"reason_nb", "reason_nn", "reason_en", "source"}),
        (Halting(DELAYED, DAY, REASON, "", DAY, SOURCE), {"responsible", "expected"}),
        (Halting(CANCELLED, DAY - timedelta(days=1), REASON, "", None, SOURCE), {"since"}),
    ],
)
def test_bad_input_names_every_field(halting: Halting, where: set[str]) -> None:
    with pytest.raises(BadInput) as error:
        ask(halting)
    assert {one.where for one in error.value.problems} == where


def test_what_is_halted_cannot_be_halted_again_and_what_is_not_delayed_cannot_go_on() -> None:
    with pytest.raises(Refused, match="avlyst eller utsatt"):
        ask(Halting(CANCELLED, DAY, REASON, "", None, SOURCE), "betalingslosninger")
    with pytest.raises(Refused, match="ikke utsatt"):
        ask(Halting(OVER, DAY, {}))


def test_the_database_holds_one_halt_at_a_time_and_a_cancellation_for_good() -> None:
    halt = AgreementHalt.objects.get(agreement__key="kontormobler")
    with pytest.raises(IntegrityError, match="cancelled_for_good"), transaction.atomic():
        AgreementHalt.objects.filter(pk=halt.pk).update(ended_on=DAY)
    halt.pk = None
    with pytest.raises(IntegrityError, match="one_halt_at_a_time"), transaction.atomic():
        halt.save(force_insert=True)


def test_a_halted_agreement_covers_nothing_from_that_day() -> None:
    halt = AgreementHalt(since=DAY, ended_on=None)
    assert last_day(date(2025, 1, 1), [halt], DAY) == DAY - timedelta(days=1)
    assert last_day(date(2025, 1, 1), [halt], DAY - timedelta(days=1)) == date(2025, 1, 1)
    assert not gaps.covered(["corporate_card"], DAY)
    approve(ask(Halting(CANCELLED, DAY, REASON, "", None, SOURCE)))
    (gap,) = [one for one in gaps.all_gaps(DAY) if one.after == "leiebil"]
    assert (gap.first, gap.last, gap.options_to) == (DAY, None, None)


def post(who: str, data: dict[str, Any]) -> Any:
    made = Client()
    made.post("/logg-inn", {"person": who})
    return made.post("/avtaler/leiebil/stans", data, follow=True)


def test_the_page_proposes_it_and_keeps_what_was_written() -> None:
    given = {"do": DELAYED, "since": "2023-11-02", "reason": "Vedtatt av styringsgruppen.", "source": SOURCE}
    given |= {f"reason_{code}": text for code, text in REASON.items()}
    wrong = post("avtaleforvalter-reise", given)
    assert wrong.status_code == 422
    assert "skriv hvem som har saken" in wrong.content.decode()
    assert REASON["nn"] in wrong.content.decode()
    assert post("avtaleforvalter-reise", {**given, "responsible": "Finansdepartementet"}).status_code == 200
    assert ChangeProposal.objects.filter(kind=KIND, state="proposed").count() == 1
    assert post("avtaleforvalter-ikt", given).status_code == 403


def test_the_categories_of_a_halted_agreement_are_not_offered_as_covered() -> None:
    halted = AgreementHalt.objects.filter(agreement__key="betalingslosninger", ended_on=None).get()
    (category, *_rest) = halted.agreement.lots.order_by("number")[0].categories
    assert dict(category_choices(DAY))[category].endswith("(ingen avtale nå)")
    assert not dict(category_choices(DAY))["laptop"].endswith("(ingen avtale nå)")
    halted.ended_on = DAY - timedelta(days=1)
    halted.save()
    covered = halted.agreement.starts <= DAY <= halted.agreement.ends
    assert covered and not dict(category_choices(DAY))[category].endswith("(ingen avtale nå)")
