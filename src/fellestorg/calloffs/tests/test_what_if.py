"""What a policy would lead to: the engine's own answers, on made-up facts and on those already kept."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fellestorg.agreements.models import Participation
from fellestorg.agreements.panels import Trial
from fellestorg.calloffs import texts
from fellestorg.calloffs.actions import plan
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import agency_of, lot, need, somebody
from fellestorg.calloffs.trying import facts as trial_facts
from fellestorg.calloffs.trying import what_if
from fellestorg.calloffs.trying.commands import policy
from fellestorg.calloffs.trying.facts import Asked
from fellestorg.calloffs.trying.panel import what_if_panel
from fellestorg.engines.policy import parse_policy
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput

pytestmark = pytest.mark.usefixtures("demo")
LIMIT = Decimal(500_000)
BY_AMOUNT: dict[str, Any] = {
    "steps": [
        {"when": {"amount_below": "500000"}, "mechanism": "rank"},
        {"when": {"region": ["NO071"]}, "mechanism": "refuse", "reason": {"nb": "Nei", "nn": "Nei", "en": "No"}},
        {"mechanism": "mini_competition"},
    ],
    "tie_rule": "rank",
}
NOBODY: dict[str, Any] = {
    "steps": [{"mechanism": "refuse", "reason": {"nb": "Nei", "nn": "Nei", "en": "No"}}],
    "tie_rule": "rank",
}


def asked(amount: Decimal = LIMIT, **more: Any) -> Asked:
    return Asked(amount, clock.today(), "laptop", **more)


def tried(given: Asked, document: dict[str, Any] = BY_AMOUNT) -> dict[str, Any]:
    return what_if.try_policy(lot(), document, 2, given, clock.now())


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"amount": LIMIT - Decimal("0.01")}, "direct"),
        ({"amount": LIMIT}, "mini_competition"),
        ({"region": "NO071"}, "refused"),
        ({"region": "NO081"}, "mini_competition"),
        ({"amount": Decimal(10) ** 12}, "refused"),
    ],
)
def test_a_trial_answers_at_the_threshold_and_on_other_facts(given: dict[str, Any], outcome: str) -> None:
    assert tried(replace(asked(), **given))["outcome"] == outcome


def test_a_buyer_that_does_not_take_part_is_refused() -> None:
    taking_part = Participation.objects.filter(agreement=lot().agreement).values("organisation")
    stranger = Organisation.objects.exclude(kind="supplier").exclude(pk__in=taking_part).order_by("id")[0]
    answer = tried(asked(LIMIT - 1, buyer=stranger.number))
    assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "buyer_listed")


def test_a_supplier_tried_as_suspended_is_passed_over() -> None:
    first = tried(asked(LIMIT - 1))["orders"][0]["supplier"]
    second = tried(asked(LIMIT - 1, suspended=frozenset([first])))
    assert second["outcome"] == "direct" and second["orders"][0]["supplier"] != first


def test_a_trial_is_the_engines_own_answer_and_agrees_with_a_real_need() -> None:
    actor, _person = somebody("innkjoper")
    buyer = agency_of("innkjoper")
    present = what_if.present_policy(lot(), clock.today())
    assert present is not None
    for quantity in (1, 40):
        gathered = plan(need(quantity), lot(), actor=actor, at=clock.now())
        real = decide({**gathered.facts, "authority": {"limit": None}})
        given = asked(Decimal(real["amount"]), buyer=buyer)
        facts = trial_facts.trial_facts(lot(), present[1], present[0], given, clock.now())
        answer = what_if.try_policy(lot(), present[1], present[0], given, clock.now())
        assert answer == decide(facts)
        assert what_if.route(answer) == what_if.route(real)


def test_both_policies_are_cut_at_the_thresholds_of_either() -> None:
    other = {"steps": [{"when": {"amount_from": "100000"}, "mechanism": "rank"}, {"mechanism": "mini_competition"}],
             "tie_rule": "rank"}  # fmt: skip
    found = what_if.bands(parse_policy(other), parse_policy(BY_AMOUNT), asked(), "")
    cuts = [Decimal(0), Decimal(100_000), LIMIT]
    assert [(one.start, one.end, one.now, one.proposed) for one in found] == [
        (cuts[0], cuts[1], 2, 1),
        (cuts[1], cuts[2], 1, 1),
        (cuts[2], None, 1, 3),
    ]


def test_the_policy_in_force_changes_no_call_off_and_a_refusing_one_changes_all() -> None:
    actor, _person = somebody("avtaleforvalter-ikt")
    now = clock.now()
    made = CallOff.objects.filter(lot=lot(), made_at__gt=now - timedelta(days=365), made_at__lte=now)
    present = what_if.present_policy(lot(), clock.today())
    assert present is not None and made.exists()
    same = what_if.rerouted(lot(), present[1], actor, now)
    assert (same.recomputed, same.changed) == (made.count(), ())
    none = what_if.rerouted(lot(), NOBODY, actor, now)
    assert {one.number for one in none.changed} == set(made.values_list("number", flat=True))
    assert {one.would["outcome"] for one in none.changed} == {"refused"}


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"amount": "x"}, "amount"),
        ({"day": "i går"}, "day"),
        ({"buyer": "200000000"}, "buyer"),
        ({"share": "101"}, "share"),
    ],
)
def test_what_is_filled_in_wrongly_is_named_and_kept(given: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as told:
        trial_facts.read_asked(given, lot(), clock.today())
    assert [one.where for one in told.value.problems] == [where]
    actor, _person = somebody("avtaleforvalter-ikt")
    asked_for = {f"try-{name}": value for name, value in given.items()}
    panel = what_if_panel(Trial(lot(), BY_AMOUNT, asked_for, actor))
    assert panel.context["problems"]
    assert given.get("amount", panel.context["amount"]) == panel.context["amount"]


def only(mechanism: str, **more: Any) -> dict[str, Any]:
    return {"steps": [{"mechanism": mechanism, **more}], "tie_rule": "rank"}


SECONDARY = only("secondary", rank=2, max_share="0.15", measure="subscriptions")
BY_STATEMENT: dict[str, Any] = {
    "steps": [
        {"when": {"terms_needed": True}, "mechanism": "mini_competition"},
        {"when": {"service": True}, "mechanism": "service_order"},
        {"mechanism": "refuse", "reason": {"nb": "Nei", "nn": "Nei", "en": "No"}},
    ],
    "tie_rule": "rank",
}


@pytest.mark.parametrize(
    ("document", "given", "reason"),
    [
        (only("cascade", hours=8), {}, "ranked_offers"),
        (only("assigned", measure="employees"), {"assigned": "none"}, "supplier_assigned"),
        (only("assigned", measure="employees"), {"assigned": "FIRST"}, "assigned"),
        (SECONDARY, {}, "coverage_documented"),
        (SECONDARY, {"case": "undocumented"}, "coverage_documented"),
        (SECONDARY, {"case": "documented", "share": Decimal("0.15")}, "secondary"),
        (SECONDARY, {"case": "documented", "share": Decimal("0.1501")}, "secondary_share_kept"),
        (only("table", table="location"), {}, "table_place_given"),
        (only("table", table="location"), {"place": "bodo"}, "table"),
        (only("table", table="location"), {"place": "bodo", "unavailable": "FIRST"}, "table"),
        (only("dps_invitation"), {}, "dps_invitation"),
        (BY_STATEMENT, {}, "policy_allows"),
        (BY_STATEMENT, {"service": True}, "service_order"),
        (BY_STATEMENT, {"service": True, "terms": True}, "mini_competition"),
    ],
)
def test_a_trial_answers_on_every_fact_that_a_policy_looks_at(
    document: dict[str, Any], given: dict[str, Any], reason: str
) -> None:
    first = tried(asked(LIMIT - 1))["orders"][0]["supplier"]
    named = {name: first if value == "FIRST" else value for name, value in given.items()}
    if "unavailable" in named:
        named["unavailable"] = frozenset([first])
    answer = tried(asked(LIMIT - 1, **named), document)
    assert answer["reason"]["code"] == reason
    if "unavailable" in named:
        assert answer["orders"][0]["supplier"] != first
    if "assigned" in named and reason == "assigned":
        assert answer["orders"][0]["supplier"] == first
    for language in ("nb", "nn", "en"):
        words = texts.render(answer, {}, language)
        assert words.reason and all(step.condition for step in words.trace)
        assert not any("{" in step.condition + step.because for step in words.trace)


def test_the_panel_asks_for_the_facts_that_either_policy_looks_at_and_for_no_others() -> None:
    actor, _person = somebody("avtaleforvalter-ikt")
    plain = what_if_panel(Trial(lot(), BY_AMOUNT, {}, actor)).context
    assert plain["place"] is None and plain["cases"] is None and plain["service"] is None and not plain["assigning"]
    panel = what_if_panel(Trial(lot(), SECONDARY, {"try-case": "documented", "try-share": "15,01"}, actor)).context
    assert panel["share"] == "15,01" and ("documented", "Dokumentert", True) in panel["cases"]
    assert "15,01" in panel["trials"][-1].outcome


def run(*words: str) -> tuple[int, str]:
    out = io.StringIO()
    with redirect_stdout(out):
        code = policy(list(words))
    return code, out.getvalue()


def test_the_command_tries_a_policy_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(NOBODY))
    code, out = run("try", "pc-utstyr", "pc", "--policy", str(file), "--amount", "250 000", "--json")
    answer = json.loads(out)
    assert code == 1
    assert [one["outcome"] for one in answer["policies"]] == ["direct", "refused"]
    assert answer["policies"][0]["intervals"][0]["from"] == "0.00"
    assert run("try", "pc-utstyr", "pc", "--amount", "250000")[0] == 0
    code, out = run("show", "pc-utstyr", "pc", "--json")
    assert code == 0 and json.loads(out)["version"] == 1
    for bad in (("try", "pc-utstyr", "nei", "--amount", "1"), ("try", "pc-utstyr", "pc"), ("show", "pc-utstyr")):
        with pytest.raises(BadInput):
            run(*bad)
