"""Used units from price list to order: their proof is a fact, and it follows the order."""

from __future__ import annotations

import io

import pytest
from django.db.models import Q
from django.utils import translation
from pypdf import PdfReader

from fellestorg.calloffs import actions, texts
from fellestorg.calloffs.answers import answer_need, names_for
from fellestorg.calloffs.facts import gather
from fellestorg.calloffs.papers import documents
from fellestorg.calloffs.tests.world import lot, need, somebody
from fellestorg.calloffs.used_units import used_text
from fellestorg.catalogues.models import PriceLine
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.kernel.models import DecisionRecord
from fellestorg.values import canonical_json

pytestmark = pytest.mark.usefixtures("demo")


def answered(item: str, quantity: int = 3):
    actor, _person = somebody("innkjoper")
    return answer_need(need(quantity, item), actor=actor, at=clock.now())[0]


def test_every_decision_of_the_demo_replays_bit_for_bit() -> None:
    records = list(DecisionRecord.objects.filter(kind="call_off"))
    assert len(records) > 100
    assert [one.pk for one in records if canonical_json(decide(one.facts)) != canonical_json(one.answer)] == []


def test_facts_without_proof_from_before_the_rule_still_give_an_order() -> None:
    """A demo decision of a used unit, as its facts were before proof was recorded: nobody is left out afterwards."""
    facts = answered("TLF-BRUKT-A").facts
    del facts["rules"]["USED"]
    for supplier in facts["suppliers"]:
        for offer in supplier["offers"]:
            del offer["used"]
    answer = decide(facts)
    assert answer["outcome"] == "direct" and all(one["excluded_because"] is None for one in answer["offers"])
    assert "used_units_proved" not in {step["code"] for step in answer["trace"]}


def test_the_planted_tablet_without_proof_is_left_out_in_words() -> None:
    answer = answered("NB-10-BRUKT-B").answer
    assert [one["excluded_because"] for one in answer["offers"]] == [None, "used_without_proof"]
    said = {}
    for language in ("nb", "nn", "en"):
        words = texts.render(answer, names_for(answer), language)
        said[language] = next(step.because for step in words.trace if step.rule == "USED")
    assert "Techstep Norway AS, NB-10-BRUKT-B (bevis for at data er slettet)" in said["nb"]
    assert len(set(said.values())) == 3


def test_only_a_fictional_body_lacks_proof() -> None:
    stored = Q(item__cpv__startswith="30") | Q(item__cpv__startswith="32")
    bad = PriceLine.objects.filter(stored, item__used=True, erasure_proof="")
    assert [(one.item.number, one.supplier.fictional) for one in bad] == [("NB-10-BRUKT-B", True)]
    assert not PriceLine.objects.filter(item__used=False).exclude(visual_grade="").exists()


def test_reconditioned_furniture_needs_a_grade_and_no_proof_of_erasure() -> None:
    chair = lot("kontormobler-demo", "stol-sor-vest")
    actor, _person = somebody("innkjoper")
    wanted = need(3, "MOB-KS-1-REHAB", agreement="kontormobler-demo", lot=chair.key)
    gathered = gather(wanted, chair, actor=actor, at=clock.now())
    offers = [offer["used"] for one in gathered.facts["suppliers"] for offer in one["offers"]]
    assert offers and {one["stores_data"] for one in offers} == {False}
    answer = decide(gathered.facts)
    assert {one["excluded_because"] for one in answer["offers"]} <= {None, "lacks_lines"}
    assert answer["outcome"] != "refused"
    assert used_text(offers[0]) == "Brukt, klasse A (som ny)."
    offers[0]["visual_grade"] = ""
    assert "used_without_proof" in {one["excluded_because"] for one in decide(gathered.facts)["offers"]}


def test_grade_and_proof_follow_the_order_and_its_pdf() -> None:
    actor, person = somebody("innkjoper")
    made = actions.commit(need(2, "TLF-BRUKT-A"), lot("mobil-2022", "mobil"), actor=actor, person=person)
    assert made.call_off is not None
    line = made.answer["orders"][0]["order_lines"][0]
    assert line["used"]["visual_grade"] == "A" and line["used"]["updates_until"] == "2027-12-31"
    with translation.override("nb"):
        order = next(one for one in documents.make(made.call_off) if one.order_id)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(bytes(order.file.content))).pages)
    assert "klasse A (som ny)" in " ".join(text.split()) and "NIST SP 800-88" in " ".join(text.split())
