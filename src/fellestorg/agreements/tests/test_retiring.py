"""Options and terms for price regulation that end on a day, by two people, and what they leave behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import options, regulation_clause
from fellestorg.agreements.models import AssortmentOption, ChangeProposal, Lot, OptionChoice
from fellestorg.agreements.options import answer, answers, option_facts, options_of, unchosen
from fellestorg.agreements.proposals import Payload, Target
from fellestorg.agreements.tests.proposing import WHY, actor
from fellestorg.agreements.tests.test_manage_pages import client
from fellestorg.agreements.tests.test_options import TODAY, agency, option
from fellestorg.calloffs.tests.world import lot as lot_of
from fellestorg.calloffs.tests.world import somebody
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
MANAGE = "/avtaler/forbruksmateriell/forbruk/forvalt"
LAST = TODAY + timedelta(days=20)


def supplies() -> Lot:
    return lot_of("forbruksmateriell", "forbruk")


def agreed(kind: str, payload: Payload) -> ChangeProposal:
    who = actor("avtaleforvalter-kontor")
    row = proposals.propose(kind, Target(supplies().agreement, supplies()), payload, WHY, actor=who, now=clock.now())
    return proposals.approve(row, actor=actor("si-admin"), now=clock.now())


def end_option(key: str = "blekk", last: date = LAST) -> ChangeProposal:
    return agreed(options.KIND, {**options.payload_of(option(key)), "valid_to": last.isoformat()})


def codes(error: BadInput) -> set[tuple[str, str]]:
    return {(one.where, one.code) for one in error.problems}


def test_an_option_ends_by_two_people_and_its_goods_are_then_for_everybody() -> None:
    visitor, before = client("avtaleforvalter-kontor"), OptionChoice.objects.count()
    form = {"key": "blekk", "name_nb": "Blekk", "name_nn": "Blekk", "name_en": "Ink", "categories": ["ink"],
            "source": option().source, "valid_to": LAST.isoformat(), "reason": WHY}  # fmt: skip
    assert visitor.post(f"{MANAGE}/opsjoner?opsjon=blekk", form).status_code == 302
    row = ChangeProposal.objects.latest("id")
    text = visitor.get(f"/avtaler/endringer/{row.pk}").content.decode()
    assert "uten å velge dem" in text and option().valid_to is None
    proposals.approve(row, actor=actor("si-admin"), now=clock.now())

    assert option().valid_to == LAST and OptionChoice.objects.count() == before
    lots, number = [("forbruksmateriell", "forbruk")], agency().number
    ink = ("forbruksmateriell", "forbruk", "ink")
    assert ink in unchosen(lots, number, LAST) and ink not in unchosen(lots, number, LAST + timedelta(days=1))
    for day, there in ((TODAY, True), (LAST, True), (LAST + timedelta(days=1), False)):
        assert ("blekk" in [one["key"] for one in option_facts(supplies(), agency(), day)]) == there
        assert ("blekk" in [one.key for one in options_of("forbruksmateriell", day)]) == there
        assert ("blekk" in {one.option.key for one in answers("forbruksmateriell", day)}) == there
    event = Event.objects.filter(verb="option_changed").latest("id")
    assert "valid_to" not in event.payload["before"] and event.payload["after"]["valid_to"] == LAST.isoformat()


def test_an_option_that_has_ended_is_shown_as_that_and_can_neither_be_answered_nor_changed() -> None:
    AssortmentOption.objects.filter(key="blekk").update(valid_to=TODAY - timedelta(days=1))
    page = client("avtaleforvalter-kontor").get("/avtaler/forbruksmateriell/forbruk/opsjoner").content.decode()
    assert page.count("Har tatt slutt") == 1
    listed = client().get("/avtaler/forbruksmateriell/opsjoner.json").json()["options"]
    assert {one["option"]: one["valid_to"] for one in listed}["blekk"] == "2023-10-31"
    with pytest.raises(Refused) as refused:
        answer(option(), agency(), True, actor=somebody("lokal-avtaleforvalter")[0], now=clock.now())
    assert refused.value.code == "option_ended"
    with pytest.raises(BadInput) as bad:
        end_option()
    assert codes(bad.value) == {("valid_to", "ended")}


def test_the_goods_of_an_ended_option_may_be_in_another() -> None:
    new = options.option_payload("blekk-og-patroner", {"name_nb": "Blekk og patroner"}, ["ink"], "Punkt 3")
    end_option(last=TODAY)
    with pytest.raises(BadInput) as bad:
        agreed(options.KIND, new)
    assert codes(bad.value) == {("categories", "in_another_option")}
    AssortmentOption.objects.filter(key="blekk").update(valid_to=TODAY - timedelta(days=1))
    agreed(options.KIND, new)
    assert option("blekk-og-patroner").valid_to is None


@pytest.mark.parametrize("kind", [options.KIND, regulation_clause.KIND])
def test_nothing_ends_on_a_day_that_has_been(kind: str) -> None:
    standing = options.payload_of(option()) if kind == options.KIND else regulation_clause.standing(supplies())
    with pytest.raises(BadInput) as bad:
        agreed(kind, {**standing, "valid_to": "2023-10-31"})
    assert codes(bad.value) == {("valid_to", "passed")}


def test_terms_for_regulation_end_on_a_day_and_the_page_says_so() -> None:
    visitor = client("avtaleforvalter-kontor")
    form = {**regulation_clause.standing(supplies()), "max_rise": "", "delivery_fees": "on", "reason": WHY}
    given = {key: value for key, value in form.items() if value is not None}
    assert visitor.post(f"{MANAGE}/regulering", {**given, "valid_to": LAST.isoformat()}).status_code == 302
    row = ChangeProposal.objects.latest("id")
    assert "står ved lag" in visitor.get(f"/avtaler/endringer/{row.pk}").content.decode()
    proposals.approve(row, actor=actor("si-admin"), now=clock.now())
    assert regulation_clause.standing(supplies())["valid_to"] == LAST.isoformat()
    page = visitor.get("/avtaler/forbruksmateriell/forbruk/regulering")
    assert (page.context["next_day"], page.context["first_lawful"], page.context["ended"]) == (None, None, False)
    assert "Siste dag nye priser kan gjelde fra" in page.content.decode()
    assert visitor.get(f"{MANAGE}/regulering").context["form"]["valid_to"].value() == LAST
