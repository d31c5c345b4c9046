"""Typed questions: an answer is read, kept, shown and set beside others in one way, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.ui import questions
from fellestorg.values import Problem


@dataclass
class Asked:
    kind: str
    key: str = "q"
    text: str = "?"
    help: str = ""
    required: bool = True
    must: bool = False
    options: Any = field(default_factory=list)
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""


@pytest.mark.parametrize(
    ("asked", "raw", "value"),
    [
        (Asked("text"), " hei ", "hei"),
        (Asked("text"), "", "required"),
        (Asked("text", required=False), None, None),
        (Asked("number"), "12,5", Decimal("12.5")),
        (Asked("number", minimum=Decimal(3)), "2", "too_small"),
        (Asked("number", maximum=Decimal(3)), "4", "too_large"),
        (Asked("money"), "-1", "too_small"),
        (Asked("money"), "1 234,50", Decimal("1234.50")),
        (Asked("money"), "1,005", "too_many_decimals"),
        (Asked("number"), "tolv", "not_a_decimal"),
        (Asked("yes_no"), "Ja", True),
        (Asked("yes_no"), False, False),
        (Asked("yes_no"), "kanskje", "not_yes_or_no"),
        (Asked("choice", options=["a", "b"]), "a", "a"),
        (Asked("choice", options=["a", "b"]), "c", "not_an_option"),
        (Asked("date"), "31.12.2023", date(2023, 12, 31)),
        (Asked("date"), "2023-02-30", "not_a_date"),
        (Asked("choice", options={"a": "Alfa"}), "alfa", "a"),
        (Asked("several", options=["a", "b", "c"]), "c; a", ("a", "c")),
        (Asked("several", options={"a": "Alfa", "b": "Beta"}), ["b", "a"], ("a", "b")),
        (Asked("several", options={"a": "Alfa"}), "alfa;a", ("a",)),
        (Asked("several", options=["a"]), "a;x", "not_an_option"),
        (Asked("several", options=["a"]), ";", "required"),
        (Asked("countries", options={"NO": "Norge"}), "Norge", ("NO",)),
        (Asked("line"), "to\nlinjer", "not_a_line"),
        (Asked("link"), "https://demodata.example/vilkår?a=1", "https://demodata.example/vilkår?a=1"),
        (Asked("link"), "javascript:alert(1)", "not_a_link"),
        (Asked("link"), "https://user@demodata.example/", "not_a_link"),
        (Asked("link"), "//demodata.example/", "not_a_link"),
        (Asked("link"), 'https://demodata.example/"onmouseover=x', "not_a_link"),
    ],
)
def test_an_answer_is_read_or_its_fault_is_named(asked: Asked, raw: object, value: object) -> None:
    found = questions.validate(asked, raw)
    assert (found.code if isinstance(found, Problem) else found) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4) | st.booleans() | st.dates())
def test_what_is_kept_of_an_answer_reads_back_the_same(value: Decimal | bool | date) -> None:
    kind = "yes_no" if isinstance(value, bool) else "date" if isinstance(value, date) else "number"
    assert questions.validate(Asked(kind), questions.wire(value)) == value


def test_answers_stand_side_by_side_and_an_unmet_must_is_marked() -> None:
    table = questions.comparison([Asked("yes_no", must=True)], [{"q": True}, {"q": False}, {}])
    assert [(one.answers, one.fails) for one in table] == [(("Ja", "Nei", "–"), (False, True, True))]
