"""Advice on advertising is given on everything a firm writes, where it writes and to the handler; it refuses nothing that
no rule forbids."""

from __future__ import annotations

from typing import Any

import pytest
from tests.journeys.visiting import Visitor

from fellestorg.kernel import clock
from fellestorg.marketplace.listings import actions, checks, drafts
from fellestorg.marketplace.listings.advice import advice_on
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.drafts import Price
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.moderation import deciding
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.marketplace.tests.listings_world import NOW
from fellestorg.marketplace.tests.moderation_world import at_si

pytestmark = pytest.mark.usefixtures("demo")
FORM = "/skytjenester/mine-tjenester/demolager/1"


@pytest.fixture
def firm() -> Any:
    firm = world.firm()
    return firm, *world.member(firm, "administrator")


def boasting(firm: Any, about_platforms: str = "Vi formidler unike plattformer.") -> ListingVersion:
    """A draft that boasts in every kind of field, and is whole."""
    of, person, actor = firm
    version = world.filled(of, person, actor, category="brokers")
    task = {"name": "Demodrift AS", "country": "NO", "task": "Drift i verdensklasse", "basis": "none"}
    given = {"platforms": Given(about_platforms), "sub_processors": Given([task])}
    drafts.save_answers(version, given, actor=actor, now=NOW)
    texts = {"nb": {"title": "Demolager", "summary": "Best i test.", "description": "Formidler."}}
    drafts.save_texts(version, "nb", texts, actor=actor, now=NOW)
    return drafts.save_prices(version, [Price("Påslag", "percent", "9", note="Lavest pris")], actor=actor, now=NOW)


def test_everything_that_a_firm_writes_is_read_and_nothing_is_refused_for_it(firm: Any) -> None:
    version = boasting(firm)
    assert [(one.part, one.where, one.text) for one in advice_on(version)] == [
        ("texts", "summary:nb", "Best i test"),
        ("service", "platforms", "unike"),
        ("data", "sub_processors", "verdensklasse"),
        ("prices", "prices.1", "Lavest pris"),
    ]
    assert checks.problems_of(version, clock.now()) == []


def test_what_a_rule_forbids_stands_in_the_way_wherever_it_is_said(firm: Any) -> None:
    version = boasting(firm, "Godkjent av Datatilsynet.")
    assert [(one.where, one.code) for one in checks.problems_of(version, clock.now())] == [
        ("platforms", "may_not_be_said")
    ]


def test_the_firm_is_advised_beside_the_field_and_the_handler_sees_the_same(firm: Any) -> None:
    version = boasting(firm)
    _firm, person, actor = firm
    editor = Visitor("redaktor")
    for part, said in (("svar/service", "unike"), ("svar/data", "verdensklasse"), ("priser", "Lavest pris")):
        page = editor.read(f"{FORM}/{part}")
        assert f"«{said}»" in page.words and "Noe kan sies nøkternere" in page.words, part
    whole = editor.read(FORM)
    assert "«Lavest pris» (Prislinje 1)" in whole.words and f"{FORM}/priser" in whole.links.values()
    version = actions.submit(version, actor=actor, person=person, now=clock.now())
    case = deciding.take(version, **at_si("behandler"), now=clock.now())
    page = Visitor("avtaleforvalter-ikt").read(f"/skytjenester/moderering/sak/{case.pk}")
    for said in ("Best i test", "unike", "verdensklasse", "Lavest pris"):
        assert f"«{said}»" in page.words
    assert "Påslag" in page.words and "9 prosent" in page.words.replace("\xa0", " ")
