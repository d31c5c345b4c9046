"""What an article's text may hold and how it is shown; the glossary, the diagrams and the product's own articles whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.kernel.text import LANGUAGES
from fellestorg.law.load import rule_book
from fellestorg.marketplace.guidance import diagrams, glossary, private, product, text
from fellestorg.marketplace.guidance.rendering import Explained, as_html
from fellestorg.marketplace.listings import questions
from fellestorg.values import BadInput

ARTICLES = tuple(product._articles())


def test_a_text_has_title_lead_sections_and_diagrams() -> None:
    found = text.read(
        "# Tittel\nIngress\ni to linjer.\n\nFørst dette.\n\n## Del\nTekst.\n\n!diagram transfer\n\n- a\n- b\n"
    )
    assert (found.title, found.lead) == ("Tittel", "Ingress i to linjer.")
    assert [one.heading for one in found.sections] == ["", "Del"]
    assert [part.diagram or part.text for part in found.sections[1].parts] == ["Tekst.", "transfer", "- a\n- b"]
    assert found.diagrams == ("transfer",)


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "**<img src=x onerror=alert(1)>**",
        "- <b>fet</b>",
        "[trykk](javascript:alert(1))",
        "[trykk](//ond.example/side)",
        "[trykk](https://ond.example)",
        '[trykk](/avtaler" onclick="x)',
    ],
)
def test_what_looks_like_html_or_a_foreign_link_is_shown_as_text(written: str) -> None:
    html = as_html(written, Explained("nb"))
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "ul", "li", "strong"}
    assert "href" not in html


@given(st.text(st.sampled_from("<>&\"'[]()/*#!- \nab=SåøIaAS"), max_size=80))
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_read_and_leaves_no_tags_of_its_own(written: str) -> None:
    text.read(written)
    html = as_html(written, Explained("en"))
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "ul", "li", "strong", "a", "button"}


def test_a_word_is_explained_the_first_time_it_stands_and_the_longest_word_wins() -> None:
    explained = Explained("nb")
    html = as_html("En underdatabehandler er ikke en databehandler.\n\nDatabehandleren igjen.", explained)
    assert [one.key for one in explained.met] == ["underdatabehandler", "databehandler"]
    assert html.count("<button") == 2
    assert 'popovertarget="ord-databehandler">databehandler</button>' in html
    assert "Databehandleren igjen." in html


def test_words_in_links_and_in_bold_are_left_alone() -> None:
    explained = Explained("nb")
    assert "<button" not in as_html("**SaaS** og [IaaS](/avtaler)", explained)
    assert not explained.met


def test_every_word_is_in_three_languages_and_found_by_its_own_form() -> None:
    for code in LANGUAGES:
        assert len(glossary.words(code)) >= 30
        for one in glossary.words(code):
            explained = Explained(code)
            as_html(f"x {one.term} y", explained)
            assert one in explained.met, one.term


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ('nb = { term = "a", text = "b" }\nnn = { term = "a", text = "b" }', "x.en"),
        ('nb = { term = "a", text = "" }\nnn = { term = "a", text = "b" }\nen = { term = "a", text = "b" }', "x.nb"),
    ],
)
def test_a_glossary_that_lacks_something_is_refused(row: str, where: str) -> None:
    with pytest.raises(BadInput) as error:
        glossary.read(f"[words.x]\n{row}")
    assert [one.where for one in error.value.problems] == [where]


@pytest.mark.parametrize("name", diagrams.names())
def test_a_diagram_says_the_same_in_every_language_and_as_a_table(name: str) -> None:
    shapes = set()
    for code in LANGUAGES:
        found = diagrams.drawn(name, code)
        assert found is not None
        shapes.add((len(found.headings), len(found.rows), {len(row) for row in found.rows} == {len(found.headings)}))
        assert found.svg.count('role="img"') == 3
        assert found.title in found.svg
        assert "style=" not in found.svg
        drawn_words = re.sub(r"\s+", "", "".join(re.findall(r">([^<]*)<", found.svg)))
        missing = [cell for row in found.rows for cell in row if re.sub(r"\s+", "", cell) not in drawn_words]
        # A path shows its names; what one ends up with is in the table.
        path = name in ("skyreisen", "reuse_order")
        # What goes on to the next question is told by the arrow, and a group's name stands once.
        assert path or len(missing) <= len(found.rows), missing
    assert len(shapes) == 1 and next(iter(shapes))[2]


@pytest.mark.parametrize("slug", ARTICLES)
def test_an_article_of_the_product_is_whole_in_every_language(slug: str) -> None:
    row = product._articles()[slug]
    found = {code: text.read(product._text(slug, code)) for code in LANGUAGES}
    assert all(one.title and one.lead and one.sections for one in found.values())
    assert len({len(one.sections) for one in found.values()}) == 1
    assert len({one.diagrams for one in found.values()}) == 1
    assert set(found["nb"].diagrams) <= set(diagrams.names())
    assert set(row["rules"]) <= set(rule_book().ids())
    assert all(questions.category(key) is not None for key in row["categories"])
    assert set(row["related"]) <= set(ARTICLES) - {slug}
    assert len({tuple(re.findall(r"\]\((/[^)]*)\)", product._text(slug, code))) for code in LANGUAGES}) == 1


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("Skriv til kari@eksempel.no", ["email"]),
        ("Ring 22 33 44 55", ["number"]),
        ("Ring 90012345 i dag", ["number"]),
        ("Fødselsnummer 010190 12345", ["number"]),
        ("Beløpet er 25 000 000 kroner i 2023", []),
        ("Organisasjonsnummer 986252932", []),
        ("Versjon 2.1, § 26-1, 2021/914", []),
    ],
)
def test_addresses_and_numbers_of_people_are_found(said: str, codes: list[str]) -> None:
    assert [one.code for one in private.problems("x", said)] == codes
