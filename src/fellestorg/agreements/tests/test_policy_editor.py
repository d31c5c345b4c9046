"""The policy as a form: what goes in comes out, nothing typed is lost, and two people publish it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.agreements.managing import policy_forms
from fellestorg.agreements.managing.policy_forms import PolicyForms
from fellestorg.agreements.models import ChangeProposal, Lot, PolicyVersion
from fellestorg.engines.policy import MECHANISM_FIELDS, MECHANISMS, PARTS, TIE_RULES, parse_policy
from fellestorg.engines.steps import NeedFacts, intervals, route_of

EDITOR = "/avtaler/pc-utstyr/mac/forvalt/avropsregler"
LOT = Lot(key="pc", categories=["laptop", "desktop", "monitor"])
WHY = "Vedtatt i styringsgruppa."

codes = st.lists(st.sampled_from(["laptop", "desktop", "odd-one", "NO081", "NO0"]), min_size=1, max_size=3, unique=True)
amounts = st.decimals(min_value=0, max_value=10**9, places=2).map(str)
texts = st.text("abcæøå «»&<>\"' .", min_size=1, max_size=30).map(str.strip).filter(bool)
conditions = st.fixed_dictionaries(
    {},
    optional={
        "amount_below": amounts,
        "amount_from": amounts,
        "standard_assortment": st.booleans(),
        "category": codes,
        "region": codes,
        "coverage_case": st.booleans(),
        "terms_needed": st.booleans(),
        "service": st.booleans(),
    },
)
caps = st.decimals(min_value="0.01", max_value=10**6, places=2).map(str)
by_kind = {
    "count": st.integers(1, 99),
    "share": st.integers(1, 10_000).map(lambda hundredths: str(Decimal(hundredths) / 10_000)),
    "texts": st.fixed_dictionaries(dict.fromkeys(("nb", "nn", "en"), texts)),
}


@st.composite
def steps(draw: st.DrawFn, *, last: bool) -> dict[str, Any]:
    step: dict[str, Any] = {"mechanism": draw(st.sampled_from(MECHANISMS))}
    if not last:
        step["when"] = draw(conditions)
    for field in MECHANISM_FIELDS[step["mechanism"]]:
        step[field.name] = draw(by_kind[field.kind] if field.kind in by_kind else st.sampled_from(field.options))
    return step


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    some = draw(st.lists(steps(last=False), max_size=4))
    return {
        "steps": [*some, draw(steps(last=True))],
        "decides": draw(st.lists(st.sampled_from(PARTS), min_size=1, unique=True)),
        "tie_rule": draw(st.sampled_from(TIE_RULES)),
        "price_caps": draw(st.dictionaries(st.sampled_from(["laptop", "odd-one"]), caps, max_size=2)),
    }


def as_posted(forms: PolicyForms) -> QueryDict:
    """What a browser would send for the forms as they are shown: visible controls and hidden ones."""
    data = QueryDict(mutable=True)
    for form in (*forms.steps, forms.rest):
        for bound in form:
            value = bound.value()
            values = value if isinstance(value, list) else [] if value in (None, "") else [value]
            data.setlist(bound.html_name, [str(one) for one in values])
    data["source"] = "punkt 4.2"
    return data


@settings(max_examples=60, deadline=None)
@given(policies())
def test_a_policy_becomes_a_form_and_the_form_the_same_policy(document: dict[str, Any]) -> None:
    shown = policy_forms.forms_of(document, LOT, date(2023, 11, 1))
    posted = policy_forms.posted(as_posted(shown), LOT)
    written = posted.document()
    assert written is not None, [form.errors for form in (*posted.steps, posted.rest)]
    assert parse_policy(written) == parse_policy(document)


@settings(max_examples=40, deadline=None)
@given(policies(), st.sampled_from(["add", "remove", "up", "down"]), st.integers(0, 4))
def test_rearranging_loses_no_step_but_the_one_removed(document: dict[str, Any], verb: str, index: int) -> None:
    data = as_posted(policy_forms.forms_of(document, LOT, date(2023, 11, 1)))
    before = policy_forms.raw_steps(data)
    after = policy_forms.raw_steps(as_posted(policy_forms.rearranged(data, LOT, f"{verb}-{index}")))

    def told(raw: list[policy_forms.Raw]) -> list[str]:
        return sorted(json.dumps({k: v for k, v in one.items() if v}, sort_keys=True) for one in raw)

    movable = index < len(before) - 1
    if verb in ("up", "down"):
        assert told(after) == told(before)
        assert {k: v for k, v in after[-1].items() if v} == {k: v for k, v in before[-1].items() if v}
    elif verb == "remove":
        assert len(after) == len(before) - movable
        gone = [one for place, one in enumerate(before) if not (movable and place == index)]
        assert told(after) == told(gone)
    else:
        assert len(after) == len(before) + 1


@settings(max_examples=80, deadline=None)
@given(policies(), st.booleans(), st.sampled_from(["laptop", "monitor", "odd-one"]), st.sampled_from(["", "NO081"]))
def test_intervals_are_exact_at_every_threshold(
    document: dict[str, Any], standard: bool, code: str, region: str
) -> None:
    policy = parse_policy(document)
    need = {"all_standard": standard, "categories": frozenset([code]), "region": region}
    found = intervals(policy, NeedFacts(Decimal(0), **need))  # type: ignore[arg-type]
    assert found[0].start == 0 and found[-1].end is None
    assert all(one.end == following.start for one, following in pairwise(found))
    assert all(one.step != following.step for one, following in pairwise(found))
    cent = Decimal("0.01")
    for amount in {near for one in (*policy.thresholds, Decimal(0)) for near in (one - cent, one, one + cent)}:
        if amount < 0:
            continue
        step = route_of(policy, NeedFacts(amount, **need)).step  # type: ignore[arg-type]
        here = [one for one in found if one.start <= amount and (one.end is None or amount < one.end)]
        assert [one.step for one in here] == [step]


def client(username: str) -> Client:
    made = Client()
    assert made.post("/logg-inn", {"person": username}).status_code == 302
    return made


def form_of(page: Any, **changes: Any) -> dict[str, Any]:
    """What the page's form would send, with changes."""
    context = page.context
    data: dict[str, Any] = {}
    for form in (*context["steps"], context["rest"]):
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value is None else value
    return {**data, **changes}


@pytest.mark.usefixtures("demo")
def test_a_policy_is_proposed_from_the_page_and_published_by_another() -> None:
    manager = client("avtaleforvalter-ikt")
    page = manager.get(EDITOR)
    added = manager.post(EDITOR, form_of(page, do="add", source="punkt 4.2", reason=WHY))
    assert len(added.context["steps"]) == len(page.context["steps"]) + 1
    assert added.context["reason"]["reason"].value() == WHY
    place = len(added.context["steps"]) - 2
    changes = {f"step-{place}-when_amount_from": "500 000,50", f"step-{place}-mechanism": "lowest_net_price"}
    data = form_of(added, **changes, **{f"step-{place}-max_suppliers": "2"}, source="punkt 4.2", reason=WHY)
    shown = manager.post(EDITOR, {**data, "do": "show"})
    text = shown.content.decode()
    assert shown.status_code == 200
    for words in ("500&nbsp;000,50", "slik at nettoprisen blir lavest", "Hva ville skje?", "ville gått en annen vei"):
        assert words.replace("&nbsp;", "\xa0") in text
    sent = manager.post(EDITOR, {**data, "do": "propose", "valid_from": "2023-11-02"})
    assert sent.status_code == 302
    row = ChangeProposal.objects.get()
    assert PolicyVersion.objects.filter(lot__key="mac").count() == 1
    assert client("revisor").get(f"/avtaler/endringer/{row.pk}").status_code == 200
    assert client("revisor").post(f"/avtaler/endringer/{row.pk}/godkjenn").status_code == 403
    assert manager.post(f"/avtaler/endringer/{row.pk}/godkjenn").status_code == 409
    other = client("si-admin")
    waiting = other.get("/avtaler/pc-utstyr").content.decode()
    assert f"/avtaler/endringer/{row.pk}" in waiting
    assert other.post(f"/avtaler/endringer/{row.pk}/godkjenn").status_code == 302
    newest = PolicyVersion.objects.filter(lot__key="mac").order_by("-version")[0]
    assert newest.version == 2 and newest.document["steps"][place]["max_suppliers"] == 2


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("changes", "status", "kept"),
    [
        ({"step-0-when_amount_from": "mange penger", "do": "show"}, 422, "mange penger"),
        ({"step-0-mechanism": "refuse", "step-0-reason_nb": "Ikke her", "do": "show"}, 422, "Ikke her"),
        ({"step-0-mechanism": "hokuspokus", "do": "show"}, 422, "hokuspokus"),
        ({"do": "propose", "reason": "kort", "source": "punkt 4.2"}, 422, "kort"),
        ({"do": "propose", "reason": WHY, "source": "p", "valid_from": "2020-01-01", "tie_rule": "draw"}, 409, WHY),
        ({"do": "json", "document": '{"steps": "nei"}', "source": "punkt 99"}, 422, "punkt 99"),
        ({"do": "up-999", "source": "punkt 99"}, 200, "punkt 99"),
    ],
)
def test_bad_input_keeps_everything_typed(changes: dict[str, str], status: int, kept: str) -> None:
    manager = client("avtaleforvalter-ikt")
    answer = manager.post(EDITOR, form_of(manager.get(EDITOR), **changes))
    assert answer.status_code == status
    if kept != "hokuspokus":
        assert kept in answer.content.decode()
    assert not ChangeProposal.objects.exists()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    "path",
    [
        "/avtaler/pc-utstyr/rediger",
        "/avtaler/pc-utstyr/ny-delkontrakt",
        "/avtaler/pc-utstyr/deltakere/forvalt",
        "/avtaler/pc-utstyr/deltakere/mal.csv",
        "/avtaler/pc-utstyr/deltakere/mal.xlsx",
        "/avtaler/pc-utstyr/mac/forvalt/rediger",
        "/avtaler/pc-utstyr/mac/forvalt/leverandorer",
        EDITOR,
    ],
)
def test_only_whoever_manages_the_agreement_gets_in(path: str) -> None:
    for who, status in (
        ("avtaleforvalter-ikt", 200),
        ("si-admin", 200),
        ("avtaleforvalter-kontor", 403),
        ("atea", 403),
    ):
        assert client(who).get(path).status_code == status
    assert Client().get(path).status_code == 302
