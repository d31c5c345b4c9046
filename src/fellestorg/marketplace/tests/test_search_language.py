"""The query language: a table of what is written and how it is read, and that nothing written is an error."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.search.entries import kinds
from fellestorg.marketplace.search.facets import facets
from fellestorg.marketplace.search.language import (
    MOST_PARTS,
    And,
    Begins,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Word,
    read,
    read_with_notes,
    words_of,
)

FOUR = ("type", "category", "firm", "agreement")
FACETS = frozenset({"type", "kategori"})
SKY, LAGRING, NORGE = Word("sky"), Word("lagring"), Word("norge")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("sky", SKY),
        ("sky lagring", And((SKY, LAGRING))),
        ("sky AND lagring", And((SKY, LAGRING))),
        ("sky OG lagring", And((SKY, LAGRING))),
        ("sky OR lagring", Or((SKY, LAGRING))),
        ("sky ELLER lagring norge", Or((SKY, And((LAGRING, NORGE))))),
        ("(sky OR lagring) norge", And((Or((SKY, LAGRING)), NORGE))),
        ("sky -lagring", And((SKY, Not(LAGRING)))),
        ("sky NOT lagring", And((SKY, Not(LAGRING)))),
        ("sky IKKE lagring OR norge", Or((And((SKY, Not(LAGRING))), NORGE))),
        ("sky IKKJE (lagring norge)", And((SKY, Not(And((LAGRING, NORGE)))))),
        ("NOT NOT sky", SKY),
        ('"sky lagring"', Phrase("sky lagring")),
        ("«sky lagring» norge", And((Phrase("sky lagring"), NORGE))),
        ('-"sky lagring"', Not(Phrase("sky lagring"))),
        ("type:service sky", And((Filter("type", "service"), SKY))),
        ("TYPE:service", Filter("type", "service")),
        ('kategori:"Data og nett"', Filter("kategori", "Data og nett")),
        ("iso_27001:ja", Word("iso_27001:ja")),
        ("-type:news sky", And((Not(Filter("type", "news")), SKY))),
        ("http://sky", Word("http://sky")),
        ("e-post", Word("e-post")),
        ("og", Word("og")),
        ("", None),
        ("  ", None),
        ("-", None),
        ("AND OR NOT", None),
        ("sky OR", SKY),
        ("OR sky", SKY),
        ("sky NOT", SKY),
        ("(((sky", SKY),
        ("sky)) lagring", And((SKY, LAGRING))),
        ("()", None),
        ('"', None),
        ('"sky', Phrase("sky")),
        ("type:", None),
        ("type: service", Filter("type", "service")),
        ("type: OR sky", SKY),
        ("type:(service ELLER news)", Or((Filter("type", "service"), Filter("type", "news")))),
        ("-type:(service) sky", And((Not(Filter("type", "service")), SKY))),
        ("sky|lagring", Or((SKY, LAGRING))),
        ("sky | lagring || norge", Or((SKY, LAGRING, NORGE))),
        ("sky & lagring", And((SKY, LAGRING))),
        ('+sky +"lagring norge" +(norge)', And((SKY, Phrase("lagring norge"), NORGE))),
        ("sky -lagring !norge", And((SKY, Not(LAGRING), Not(NORGE)))),
        ("sky –lagring", And((SKY, Not(LAGRING)))),
        ("sky - lagring", And((SKY, LAGRING))),
        ("sky* -lag*", And((Begins("sky"), Not(Begins("lag"))))),
        ("e-po*", Begins("e-po")),
        ("s*", Word("s*")),
        ("*", None),
        ("AND NOT sky", Not(SKY)),
        ("sky\x00lagring", And((SKY, LAGRING))),
    ],
)
def test_what_is_written_is_read_so(text: str, tree: Node | None) -> None:
    assert read(text, FACETS) == tree


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ('sky OR (lagring -norge) "sky" type:service http://sky 12:30 R&D', []),
        ("pris:10-20 sky", [("unknown_field", "pris")]),
        ("type: OR sky", [("empty_field", "type")]),
        ("sky eller lagring", [("small_operator", "eller")]),
        ("eller", []),
        ('sky "lagring', [("unclosed", '"')]),
        ("(sky", [("unclosed", "(")]),
        ("sky " * 30, [("too_long", "")]),
    ],
)
def test_what_may_have_been_meant_otherwise_is_noted(text: str, notes: list[tuple[str, str]]) -> None:
    assert [(note.code, note.said) for note in read_with_notes(text, FACETS)[1]] == notes


def test_the_words_looked_for_are_those_that_are_not_left_out() -> None:
    assert words_of(read("(sky OR lagring) -norge")) == (SKY, LAGRING)


@given(st.text(alphabet='ab "()-:«»\x00ANDORtypeØ−|&+*!', max_size=60) | st.text(max_size=500))
def test_nothing_written_is_an_error_and_no_question_grows_without_end(text: str) -> None:
    assert _size(read(text, FACETS)) <= MOST_PARTS


@pytest.mark.parametrize("before", ["(", "-(", "type:(", "NOT "])
def test_signs_however_many_are_read(before: str) -> None:
    assert read(before * 390 + "sky", FACETS) in (SKY, None, Filter("type", "sky"))
    assert read("(" * 20 + "sky") == SKY


def _size(node: Node | None) -> int:
    match node:
        case None:
            return 0
        case And(parts) | Or(parts):
            return sum(_size(part) for part in parts)
        case Not(of):
            return _size(of)
        case _:
            return 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_page_names_every_filter_and_every_kind(language: str) -> None:
    said = render_to_string(f"marketplace/search/help/soke-i-alt.{language}.html")
    of_everything = [facet for facet in facets() if facet.key in FOUR]
    answered = [facet for facet in facets() if facet.key not in FOUR]
    assert [kind.key for kind in kinds() if f"<code>{kind.key}</code>" not in said] == []
    assert [name for facet in of_everything for name in facet.names if f"<code>{name}:" not in said] == []
    assert [facet.key for facet in answered if f"<code>{facet.key}</code>" not in said] == []
