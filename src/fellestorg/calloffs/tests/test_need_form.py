"""The form of a need: what it says of terms reaches the policy, and travels from the answer to the button."""

from __future__ import annotations

from fellestorg.calloffs.forms import NeedForm, wire_need
from fellestorg.calloffs.needs import parse_need

BUYER = "986252932"


def test_terms_that_the_agreement_says_nothing_about_are_stated_one_on_each_line() -> None:
    data = {"buyer": BUYER, "text": "10 skjermer", "terms": "Databehandleravtale\n\n  Levering på natt "}
    form = NeedForm(data, buyers=[(BUYER, "DFØ")], categories=[])
    assert form.is_valid(), form.errors
    need = form.need("r-1")
    assert need.stated.terms == ("Databehandleravtale", "Levering på natt") and need.changed_terms == ()
    assert parse_need(wire_need(need), dated=False) == need
