"""Options (rule OPT): an agency may call off from an option's categories only when it has chosen it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from fellestorg.engines.routing import decide
from fellestorg.engines.tests.test_routing import facts, line
from fellestorg.values import canonical_json

KEPT = json.loads(Path(__file__).with_name("decisions_before_used.json").read_text())
NAMES = {"nb": "Toner", "nn": "Tonar", "en": "Toner"}


def option(key: str, chosen: bool, *categories: str) -> dict[str, Any]:
    return {"key": key, "categories": list(categories), "chosen": chosen, "names": NAMES}


def asked(options: list[dict[str, Any]], lines: list[dict[str, Any]], category: str = "") -> dict[str, Any]:
    made = facts(need__lines=lines, need__category=category)
    made["options"] = options
    made["rules"]["OPT"] = {"version": "2017-01-01", "source": "avtalen", "verified": False}
    made["lot"]["categories"] = ["laptop", "toner", "ink", "lamp"]
    return decide(made)


def of(item: str, category: str) -> dict[str, Any]:
    return {**line(item), "category": category}


def step(answer: dict[str, Any]) -> dict[str, Any] | None:
    return next((one for one in answer["trace"] if one["code"] == "options_chosen"), None)


@pytest.mark.parametrize(
    ("options", "lines", "category", "missing", "some"),
    [
        ([option("toner", False, "toner")], [of("A", "toner")], "", {"toner": ["A"]}, False),
        ([option("toner", False, "toner")], [of("A", "toner"), of("B", "laptop")], "", {"toner": ["A"]}, True),
        (
            [option("toner", False, "toner", "ink")],
            [of("A", "toner"), of("B", "ink")],
            "",
            {"toner": ["A", "B"]},
            False,
        ),
        (
            [option("toner", False, "toner"), option("ink", False, "ink")],
            [of("A", "toner"), of("B", "ink"), of("C", "laptop")],
            "",
            {"toner": ["A"], "ink": ["B"]},
            True,
        ),
        (
            [option("toner", True, "toner"), option("ink", False, "ink")],
            [of("A", "toner"), of("B", "ink")],
            "",
            {"ink": ["B"]},
            True,
        ),
        ([option("lamp", False, "lamp")], [], "lamp", {"lamp": []}, False),
    ],
)
def test_what_has_not_been_chosen_is_refused_and_the_lines_are_named(
    options: list[dict[str, Any]], lines: list[dict[str, Any]], category: str, missing: dict[str, list[str]], some: bool
) -> None:
    answer = asked(options, lines, category)
    assert (answer["outcome"], answer["reason"]["code"]) == ("refused", "options_chosen")
    assert answer["orders"] == [] and answer["invitees"] == []
    params = answer["reason"]["params"]
    assert {one["key"]: one["items"] for one in params["missing"]} == missing
    assert params["some_lines_only"] is some
    assert {"id": "OPT", "version": "2017-01-01", "source": "avtalen", "verified": False} in answer["rules"]


def test_what_has_been_chosen_passes_and_the_trace_says_so() -> None:
    answer = asked([option("toner", True, "toner")], [of("A", "toner")])
    found = step(answer)
    assert answer["outcome"] == "direct" and found is not None
    assert found["holds"] and found["params"]["missing"] == []


@pytest.mark.parametrize("chosen", [True, False])
def test_a_need_outside_every_option_is_not_asked(chosen: bool) -> None:
    answer = asked([option("toner", chosen, "toner")], [of("A", "laptop")])
    assert step(answer) is None and "OPT" not in {rule["id"] for rule in answer["rules"]}


def test_the_first_reason_to_refuse_stands_though_an_option_lacks_too() -> None:
    made = facts(buyer__listed=False, need__lines=[of("A", "toner")])
    made["options"] = [option("toner", False, "toner")]
    made["rules"]["OPT"] = {"version": "2017-01-01", "source": "avtalen", "verified": False}
    answer = decide(made)
    assert answer["reason"]["code"] == "buyer_listed"
    assert step(answer) is not None


@pytest.mark.parametrize("kept", KEPT, ids=[one["answer"]["outcome"] for one in KEPT])
def test_decisions_kept_before_there_were_options_replay_bit_for_bit(kept: dict[str, Any]) -> None:
    assert "options" not in kept["facts"]
    assert canonical_json(decide(copy.deepcopy(kept["facts"]))) == canonical_json(kept["answer"])
