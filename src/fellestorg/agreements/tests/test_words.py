"""A call-off policy in plain words, in three languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from fellestorg.agreements.words import PolicyWords, category_name, policy_in_words
from fellestorg.engines.policy import CONTRACT_PARTS
from fellestorg.values import BadInput

REASON = {"nb": "Bruk en annen avtale.", "nn": "Bruk ein annan avtale.", "en": "Use another agreement."}


def words(*steps: dict[str, Any], language: str = "nb", tie_rule: str = "rank", **more: Any) -> PolicyWords:
    with translation.override(language):
        return policy_in_words({"steps": list(steps), "tie_rule": tie_rule, **more})


STANDARD = {"when": {"standard_assortment": True}, "mechanism": "rank"}
UNDER = {"when": {"amount_below": "250000"}, "mechanism": "rank"}
COMPETE = {"mechanism": "mini_competition"}


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        (
            "nb",
            "Er alt i standardsortimentet, bestilles det hos leverandøren som er rangert først, uansett beløp.",
            "Ellers inviteres alle leverandørene til minikonkurranse.",
        ),
        (
            "nn",
            "Er alt i standardsortimentet, blir det bestilt hos leverandøren som er rangert først, uansett beløp.",
            "Elles blir alle leverandørane inviterte til minikonkurranse.",
        ),
        (
            "en",
            "If everything is in the standard assortment, the order goes to the supplier ranked first, whatever the amount.",
            "Otherwise, all suppliers are invited to a mini-competition.",
        ),
    ],
)
def test_each_step_is_one_sentence(language: str, first: str, second: str) -> None:
    said = words(STANDARD, COMPETE, language=language)
    assert [step.text for step in said.steps] == [first, second]
    assert said.intro


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (UNDER, "Er verdien under 250\xa0000\xa0kr, bestilles det hos leverandøren som er rangert først."),
        (
            {"when": {"amount_from": "100.50", "amount_below": "500"}, "mechanism": "mini_competition"},
            "Er verdien 100,50\xa0kr eller mer og er verdien under 500\xa0kr, "
            "inviteres alle leverandørene til minikonkurranse.",
        ),
        (
            {"when": {"category": ["laptop", "monitor"]}, "mechanism": "lowest_net_price"},
            "Er alt i kategorien Bærbar PC eller Skjerm, bestilles det hos leverandøren med lavest nettopris.",
        ),
        (
            {"when": {"region": ["NO081", "XX9"]}, "mechanism": "lowest_net_price", "max_suppliers": 3},
            "Skal det leveres i Oslo eller XX9, fordeles det på høyst 3 leverandører, slik at nettoprisen blir lavest.",
        ),
        (
            {"when": {"standard_assortment": False}, "mechanism": "refuse", "reason": REASON},
            "Er noe utenfor standardsortimentet, kan det ikke gjøres avrop: Bruk en annen avtale.",
        ),
    ],
)
def test_every_condition_and_mechanism_has_words(step: dict[str, Any], sentence: str) -> None:
    assert words(step, COMPETE).steps[0].text == sentence


def test_a_single_step_applies_to_every_need() -> None:
    said = words(COMPETE)
    assert said.intro == ""
    assert said.steps[0].text == "Uansett hva behovet er, inviteres alle leverandørene til minikonkurranse."


def test_the_parts_that_decide_are_named_only_where_the_net_price_decides() -> None:
    assert words(STANDARD, COMPETE).decides == "Nettoprisen vises, men avgjør ikke hvem som får bestillingen."
    said = words({"mechanism": "lowest_net_price"}, decides=list(CONTRACT_PARTS))
    assert said.decides == (
        "Dette avgjør hva som er lavest nettopris: varer, rabatt, gebyr for små bestillinger og frakt. "
        "Dette vises, men avgjør ikke: håndtering og karbon."
    )
    assert "vises" not in words({"mechanism": "lowest_net_price"}).decides


@pytest.mark.parametrize(
    ("rule", "told"), [("rank", "rangert høyest"), ("lowest_carbon", "klimautslipp"), ("draw", "trekkes det lodd")]
)
def test_the_tie_rule_is_told(rule: str, told: str) -> None:
    assert told in words(COMPETE, tie_rule=rule).tie


def test_a_document_that_cannot_be_read_is_bad_input() -> None:
    with pytest.raises(BadInput):
        words(STANDARD)


def test_a_category_without_a_name_shows_its_code_readably() -> None:
    assert category_name("garden_tools") == "Garden tools"
