"""A call-off policy in plain words, in three languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from fellestorg.agreements.words import PolicyWords, category_name, policy_in_words, unreachable_in_words
from fellestorg.engines.policy import CONDITION_FIELDS, CONTRACT_PARTS, MECHANISMS
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
        (
            {"when": {"service": True, "amount_below": "1000"}, "mechanism": "service_order"},
            "Er alt tjenester og er verdien under 1\xa0000\xa0kr, "
            "bestilles tjenesten hos leverandøren som er rangert først.",
        ),
        (
            {
                "when": {"coverage_case": True},
                "mechanism": "secondary",
                "rank": 2,
                "max_share": "0.155",
                "measure": "subscriptions",
            },
            "Er det vist til en dekningssak, bestilles det hos leverandør nummer 2, som kan ha høyst 15,5\xa0% av "
            "abonnementene.",
        ),
        (
            {"when": {"terms_needed": True}, "mechanism": "mini_competition"},
            "Trengs det vilkår som rammeavtalen ikke har fastsatt, inviteres alle leverandørene til minikonkurranse.",
        ),
        (
            {
                "when": {"service": False, "coverage_case": False, "terms_needed": False},
                "mechanism": "cascade",
                "hours": 8,
            },
            "Er noe av det varer og er det ikke vist til noen dekningssak og har rammeavtalen fastsatt alle vilkårene, "
            "tilbys det leverandørene én om gangen i rangert rekkefølge, med 8 arbeidstimer hver til å svare.",
        ),
        (
            {"when": {"region": ["NO081"]}, "mechanism": "assigned", "measure": "employees"},
            "Skal det leveres i Oslo, bestilles det hos leverandøren som Statens innkjøpssenter har tildelt virksomheten.",
        ),
        (
            {"when": {"service": True}, "mechanism": "table", "table": "route"},
            "Er alt tjenester, bestilles det hos den første leverandøren som kan på ruten.",
        ),
        (
            {"when": {"service": True}, "mechanism": "dps_invitation"},
            "Er alt tjenester, inviteres alle som er tatt opp i kategorien, til å gi tilbud.",
        ),
    ],
)
def test_every_condition_and_mechanism_has_words(step: dict[str, Any], sentence: str) -> None:
    assert words(step, COMPETE).steps[0].text == sentence


EVERY_MECHANISM: dict[str, dict[str, Any]] = {
    "cascade": {"hours": 1},
    "assigned": {"measure": "value"},
    "secondary": {"rank": 2, "max_share": "0.15", "measure": "employees"},
    "table": {"table": "location"},
    "refuse": {"reason": REASON},
}
EVERY_CONDITION: dict[str, Any] = {
    "amount_below": "9",
    "amount_from": "1",
    "standard_assortment": True,
    "category": ["laptop"],
    "region": ["NO081"],
    "coverage_case": True,
    "terms_needed": True,
    "service": True,
}


def test_no_condition_and_no_mechanism_is_without_a_sentence_of_its_own_in_each_language() -> None:
    assert EVERY_CONDITION.keys() == {one.name for one in CONDITION_FIELDS}
    said: dict[str, set[str]] = {}
    for language in ("nb", "nn", "en"):
        for mechanism in MECHANISMS:
            step = {"mechanism": mechanism, **EVERY_MECHANISM.get(mechanism, {})}
            said.setdefault(language, set()).add(words(step, language=language).steps[0].text)
        for name, value in EVERY_CONDITION.items():
            step = {"when": {name: value}, "mechanism": "mini_competition"}
            said[language].add(words(step, COMPETE, language=language).steps[0].text)
    assert {language: len(texts) for language, texts in said.items()} == dict.fromkeys(said, len(MECHANISMS) + 8)


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([COMPETE], []),
        ([COMPETE, COMPETE], ["Steg 2 kan aldri slå til: steg 1 gjelder alltid først."]),
        (
            [{**COMPETE, "when": {"service": True}}, {**COMPETE, "when": {"service": False}}, COMPETE],
            ["Steg 3 kan aldri slå til: ett av stegene 1 og 2 gjelder alltid først."],
        ),
        (
            [{**COMPETE, "when": {"amount_from": "9", "amount_below": "9"}}, COMPETE],
            ["Steg 1 kan aldri slå til: vilkårene kan ikke være oppfylt samtidig."],
        ),
    ],
)
def test_a_step_that_can_never_decide_is_told_with_why(steps: list[dict[str, Any]], told: list[str]) -> None:
    assert unreachable_in_words({"steps": steps, "tie_rule": "rank"}) == told


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
    assert told in words(STANDARD, COMPETE, tie_rule=rule).tie


@pytest.mark.parametrize("mechanism", ["mini_competition", "dps_invitation"])
def test_where_everything_is_competed_for_neither_net_price_nor_rank_decides(mechanism: str) -> None:
    said = words({"mechanism": mechanism}, tie_rule="rank")
    assert (said.decides, said.tie) == ("Tilbudene avgjør, etter kriteriene i konkurransen.", "")


def test_a_document_that_cannot_be_read_is_bad_input() -> None:
    with pytest.raises(BadInput):
        words(STANDARD)


def test_a_category_without_a_name_shows_its_code_readably() -> None:
    assert category_name("garden_tools") == "Garden tools"
