"""Every component renders in three languages, ties labels to controls, and needs no inline style or script."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation
from lxml import html

from fellestorg.ui import pages
from fellestorg.ui.tests import gallery

LANGUAGES = ("nb", "nn", "en")
HOUSE = Path(__file__).resolve().parents[2]

WORDS = {
    "nb": ("Hopp til innholdet", "Viser 51–75 av 6", "ikke verifisert", "Rett dette før du går videre", "Logg ut"),
    "nn": ("Hopp til innhaldet", "Viser 51–75 av 6", "ikkje verifisert", "Rett dette før du går vidare", "Logg ut"),
    "en": ("Skip to content", "Showing 51–75 of 6", "not verified", "Correct this before you go on", "Sign out"),
}

COMPONENT_CLASSES = """
fs-page-heading fs-crumbs fs-section fs-card fs-card--link fs-figure fs-table fs-sort fs-numeric fs-definitions
ds-tag ds-alert ds-field ds-fieldset ds-error-summary ds-button ds-pagination fs-trace fs-steps fs-downloads fs-empty
ds-details fs-share-bar fs-chart fs-legend fs-svg fs-sparkline fs-search fs-demo fs-bell fs-languages fs-person fs-menu
fs-footer
"""


@pytest.fixture(scope="module", params=LANGUAGES)
def shown(request: pytest.FixtureRequest) -> tuple[str, html.HtmlElement]:
    code: str = request.param
    return code, html.document_fromstring(gallery.page(code))


def test_the_page_says_which_language_it_is_in_and_speaks_it(shown: tuple[str, html.HtmlElement]) -> None:
    code, page = shown
    text = page.text_content()
    assert page.get("lang") == code
    for words in WORDS[code]:
        assert words in text


def test_every_component_left_something(shown: tuple[str, html.HtmlElement]) -> None:
    _, page = shown
    classes = {name for element in page.iter(html.etree.Element) for name in (element.get("class") or "").split()}
    for name in COMPONENT_CLASSES.split():
        assert name in classes, name


def test_nothing_of_the_template_language_is_left_over(shown: tuple[str, html.HtmlElement]) -> None:
    _, page = shown
    source = html.tostring(page, encoding="unicode")
    assert not re.search(r"\{\{|\{%|<c-|None|&lt;svg|&lt;span", source)


def test_every_control_has_a_label_and_points_only_at_what_is_there(shown: tuple[str, html.HtmlElement]) -> None:
    _, page = shown
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {label.get("for") for label in page.iter("label")}
    for control in page.iter("input", "select", "textarea"):
        if control.get("type") != "hidden":
            assert control.get("id") in labelled, html.tostring(control)
        for target in (control.get("aria-describedby") or "").split():
            assert target in ids
    for link in page.xpath("//ds-error-summary//a"):
        assert link.get("href").removeprefix("#") in ids


def test_headings_begin_with_one_and_skip_no_level(shown: tuple[str, html.HtmlElement]) -> None:
    _, page = shown
    levels = [int(heading.tag[1]) for heading in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(
    "template",
    [
        '<c-tag label="{{ evil }}" />',
        '<c-tag :label="evil" />',
        "<c-tag>{{ evil }}</c-tag>",
        '<c-tag data-x="{{ evil }}" />',
        '<c-field name="a" label="{{ evil }}" value="{{ evil }}" help="{{ evil }}" error="{{ evil }}" />',
        '<c-table caption="{{ evil }}"></c-table>',
        '<c-card title="{{ evil }}" href="/" />',
    ],
)
def test_text_from_data_is_escaped_exactly_once(template: str) -> None:
    page = gallery.page(template=template, evil='<b>"x" & y</b>')
    assert "<b>" not in page
    assert "&amp;lt;" not in page
    assert "&lt;b&gt;" in page


def test_what_belongs_to_one_component_does_not_leak_into_those_inside_it() -> None:
    page = gallery.page(
        template='<c-section title="Ytre" lead="Tekst"><c-alert>Inne</c-alert><c-card>Inne</c-card></c-section>'
    )
    assert page.count("Ytre") == 1
    assert page.count("Tekst") == 1


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    ("view", "status"),
    [
        (pages.bad_request, 400),
        (pages.permission_denied, 403),
        (pages.not_found, 404),
        (pages.server_error, 500),
        (pages.csrf_failure, 403),
    ],
)
def test_an_error_page_needs_no_database_and_speaks_the_language(
    view: Callable[..., HttpResponse], status: int, code: str
) -> None:
    with translation.override(code):
        response = view(RequestFactory().get("/finnes-ikke"))
    assert response.status_code == status
    page = html.document_fromstring(response.content.decode())
    assert page.get("lang") == code
    assert page.xpath("string(//h1)").strip()
    assert page.xpath("//a[@href='/']")


def test_no_template_of_the_house_has_inline_style_or_script() -> None:
    forbidden = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=|hx-on|javascript:|<script(?![^>]*\bsrc=)", re.I)
    for path in sorted(HOUSE.glob("*/templates/**/*.html")):
        found = forbidden.search(path.read_text())
        assert found is None, f"{path.relative_to(HOUSE)}: {found and found.group()!r} is stopped by the policy"


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", ["about", "accessibility"])
def test_the_house_s_own_pages_speak_the_language(name: str, code: str) -> None:
    page = html.document_fromstring(gallery.page(code, f'{{% extends "ui/{name}.html" %}}'))
    assert page.get("lang") == code
    assert page.xpath("string(//h1)").strip()
    assert page.xpath("string(//title)").strip().startswith(page.xpath("string(//h1)").strip())
