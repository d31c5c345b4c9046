"""Every page of help is there in every language, and reads as a whole."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from fellestorg.kernel.text import LANGUAGES
from fellestorg.ui.help import HelpPage, add_help, help_page, help_pages
from fellestorg.ui.nynorsk import bokmal_words

SLUGS = (
    "hva-skal-du-kjope",
    "gjore-avrop",
    "finne-varer",
    "holde-minikonkurranse",
    "kurven",
    "over-levetiden",
    "andre-dager",
    "hotell",
    "leiebil",
    "godkjenne",
    "dekning",
    "flyreiser",
    "tilbud-etter-tur",
    "innkjopsordning",
    "ombruk",
    "nettopris",
    "taket",
    "kom-i-gang",
    "opsjoner",
    "kjop-andre-steder",
    "beslutninger",
    "avtaleforvalter",
    "lede-konkurranse",
    "evaluere-og-tildele",
    "to-steg",
    "endre-avtalen",
    "levere-tilbud",
    "apne-tilbud",
    "rammedokument",
    "fordeling",
    "prislister",
    "prisregulering",
    "valutajustering",
    "konkurs",
    "reisebestillinger",
    "leverandor",
    "logge-inn",
    "api-nokler",
    "oppsett",
    "kommandolinje",
    "firma-i-skytjenester",
    "veiledning-om-sky",
    "soke-i-alt",
    "presentere-skytjenester",
    "rekkefolge-skytjenester",
    "markedsoversikten",
    "sammenligne-skytjenester",
    "muligheter",
    "slik-vurderes-en-tjeneste",
    "moderere-skytjenester",
)
EVERY = [(slug, language) for slug in SLUGS for language in LANGUAGES]
LEFTOVER = re.compile(r"\{[{%#]|[%#}]\}|T[O]DO|X{3}|lorem ipsum", re.IGNORECASE)
QUOTED = re.compile(r"<pre.*?</pre>|<code>.*?</code>|«[^»]*»|<[^>]*>", re.DOTALL)


def inside(slug: str, language: str) -> str:
    page = help_page(slug)
    assert page is not None
    return render_to_string(page.template_in(language))


def shape(html: str) -> list[str]:
    return re.findall(r"<(h2|p|li|dt|dd|pre|ol|ul)\b", html)


def test_the_pages_stand_in_reading_order() -> None:
    assert tuple(page.slug for page in help_pages()) == SLUGS


@pytest.mark.parametrize(("slug", "language"), EVERY)
def test_a_page_is_written_in_each_language_with_nothing_left_to_fill_in(slug: str, language: str) -> None:
    html = inside(slug, language)
    assert len(html) > 500
    assert not LEFTOVER.search(html)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_three_languages_say_the_same_things_in_the_same_order(slug: str) -> None:
    bokmal = inside(slug, "nb")
    for other in ("nn", "en"):
        html = inside(slug, other)
        assert html != bokmal
        assert shape(html) == shape(bokmal)
        assert re.findall(r'href="([^"]*)"', html) == re.findall(r'href="([^"]*)"', bokmal)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_nynorsk_is_nynorsk(slug: str) -> None:
    assert bokmal_words(QUOTED.sub(" ", inside(slug, "nn"))) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("slug", "language"), EVERY)
def test_a_page_opens_for_anybody_in_their_language(client: Client, slug: str, language: str) -> None:
    client.cookies["django_language"] = language
    answer = client.get(reverse("help_page", args=[slug]))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert f'<html lang="{language}"' in html
    page = help_page(slug)
    assert page is not None
    with translation.override(language):
        assert f"<h1>{page.title}</h1>" in re.sub(r"<h1[^>]*>", "<h1>", html)
    assert shape(inside(slug, language)) == shape(html[html.index("<article") : html.index("</article>")])


@pytest.mark.django_db
def test_the_index_links_every_page(client: Client) -> None:
    html = client.get(reverse("help_index")).content.decode()
    for slug in SLUGS:
        assert f'href="{reverse("help_page", args=[slug])}"' in html


@pytest.mark.django_db
def test_every_page_links_the_help(client: Client) -> None:
    assert f'href="{reverse("help_index")}"' in client.get("/om").content.decode()


@pytest.mark.django_db
def test_help_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/hjelp/finnes-ikke").status_code == 404


def test_a_page_registered_again_takes_the_old_ones_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fellestorg.ui.help._pages", {})
    add_help(HelpPage("a", "En", "", "x/a", 2), HelpPage("b", "To", "", "x/b", 1))
    add_help(HelpPage("a", "Ny", "", "x/a", 0))
    assert [(page.slug, page.title) for page in help_pages()] == [("a", "Ny"), ("b", "To")]
    assert help_page("a") == HelpPage("a", "Ny", "", "x/a", 0)
    assert help_page("a").template_in("nn") == "x/a.nn.html"  # type: ignore[union-attr]
