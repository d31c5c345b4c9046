"""The guided first call-off, in the three languages, and how one leaves it."""

from __future__ import annotations

import pytest

from fellestorg.calloffs.models import CallOff
from fellestorg.organisations.models import Person
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")


FIND = {"nb": "Finn avtale", "nn": "Finn avtale", "en": "Find agreement"}


def newcomer(username: str = "innkjoper") -> Visitor:
    CallOff.objects.filter(requested_by__username=username).update(requested_by=None)
    return Visitor(username)


@pytest.mark.parametrize(
    ("language", "offer", "steps", "button"),
    [
        ("nb", "La deg veilede", ("Steg 1", "Steg 2", "Steg 3"), "Gjør avropet"),
        ("nn", "Få rettleiing", ("Steg 1", "Steg 2", "Steg 3"), "Gjer avropet"),
        ("en", "Be guided", ("Step 1", "Step 2", "Step 3"), "Make the call-off"),
    ],
)
def test_a_newcomer_is_guided_from_need_to_call_off(
    language: str, offer: str, steps: tuple[str, str, str], button: str
) -> None:
    buyer = newcomer()
    buyer.client.cookies["django_language"] = language
    front = buyer.read("/")
    assert offer in front.words
    start = buyer.read("/avrop/veiledning")
    assert not any(step in start.words for step in steps)
    buyer.send("/avrop/veiledning", {})
    assert steps[0] in buyer.read("/avrop/nytt").words
    answer = buyer.press(buyer.read("/avrop/nytt"), FIND[language], 200, text="2 bærbare PC-er")
    assert steps[1] in answer.words
    made = buyer.press(answer, button)
    assert steps[2] in made.words
    assert steps[2] not in buyer.read(made.path).words
    assert offer not in buyer.read("/").words


def test_the_guide_ends_when_told_to() -> None:
    buyer = newcomer()
    buyer.send("/avrop/veiledning", {})
    buyer.send("/avrop/veiledning", {"end": "1"})
    assert "Steg 1" not in buyer.read("/avrop/nytt").words


def test_only_buyers_who_never_made_a_call_off_are_offered_the_guide() -> None:
    assert "veilede" in newcomer().read("/").words
    CallOff.objects.filter(pk__in=CallOff.objects.values("pk")[:1]).update(
        requested_by=Person.objects.get(username="innkjoper")
    )
    for username in ("innkjoper", "revisor", "atea", ""):
        assert "veilede" not in Visitor(username).read("/").words
    Visitor("revisor").read("/avrop/veiledning", status=403)
