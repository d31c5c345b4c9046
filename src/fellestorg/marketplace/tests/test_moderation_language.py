"""The marketing language checker: a table of cases, and that nothing makes it fail."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.moderation.language import check
from fellestorg.marketplace.moderation.reasons import reasons


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vi er ledende i Norden.", [("ledende", "superlative")]),
        ("Best i test, og unike løsninger", [("Best i test", "superlative"), ("unike", "superlative")]),
        ("Løsningen er 100 % sikker og alltid tilgjengelig.", [("100 % sikker", "unprovable"),
                                                               ("alltid tilgjengelig", "unprovable")]),
        ("Billegare enn andre", [("Billegare enn", "comparison")]),
        ("Markedets billigste sky", [("Markedets billigste", "comparison")]),
        ("A world-class, seamless service", [("world-class", "superlative"), ("seamless", "unprovable")]),
        ("Vi garanterer ingenting", [("garanterer", "unprovable")]),
        ("Lagring i to datasentre i Norge. Oppetid 99,9 prosent i 2022.", []),
        ("Bestilling skjer på nett. Garnet er grønt.", []),  # "best" and "garanter" inside other words
        ("unik  \n ", [("unik", "superlative")]),
        ("best   i\ntest", [("best   i\ntest", "superlative")]),
        ("", []),
    ],
)  # fmt: skip
def test_what_is_found(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.text, one.kind) for one in check(text)] == found


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["best", "i", "test", "100 %", "sikker", "ø", " ", "."]), max_size=12).map("".join)
)
def test_findings_lie_in_the_text_in_order_and_never_overlap(text: str) -> None:
    found = check(text)
    assert all(text[one.start : one.end] == one.text and set(one.advice) == set(LANGUAGES) for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_every_reason_has_a_source_and_says_whether_it_is_confirmed() -> None:
    assert all(one.source and one.label and one.text for one in reasons().by_code.values())
    assert [one.code for one in reasons().by_code.values() if one.at_once] == ["unlawful"]
    assert not any(one.verified for one in reasons().by_code.values())
