"""Every answer carries the strict policy; pages are in bokmål until another language is chosen."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from fellestorg.ui.middleware import HEADERS, ChosenLanguage, SecurityHeaders


def answer(request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language())


def test_the_policy_allows_only_what_comes_from_here() -> None:
    policy = dict(part.split(" ", 1) for part in HEADERS["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }


def test_every_answer_carries_the_headers_also_an_error() -> None:
    for status in (200, 404, 500):
        response = SecurityHeaders(lambda request, s=status: HttpResponse(status=s))(RequestFactory().get("/"))  # type: ignore[misc]
        assert {name: response[name] for name in HEADERS} == HEADERS


def test_a_header_that_a_page_set_itself_stays() -> None:
    response = SecurityHeaders(lambda request: HttpResponse(headers={"Referrer-Policy": "no-referrer"}))(
        RequestFactory().get("/")
    )
    assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "", "nb"),
        ("", "en-GB,en;q=0.9", "nb"),
        ("", "nn-NO,nn;q=0.9,nb;q=0.8", "nn"),
        ("", "nb-NO,nn;q=0.9", "nb"),
        ("en", "nb-NO", "en"),
        ("nn", "en", "nn"),
        ("fr", "fr", "nb"),
        ("../etc", "", "nb"),
    ],
)
def test_the_language_is_bokmal_until_another_is_chosen(cookie: str, accepted: str, language: str) -> None:
    request = RequestFactory().get("/", headers={"accept-language": accepted})
    request.COOKIES["django_language"] = cookie
    response = ChosenLanguage(answer)(request)
    assert response.content.decode() == response["Content-Language"] == request.LANGUAGE_CODE == language


@pytest.mark.urls("fellestorg.ui.tests.urls")
def test_the_language_switch_works_without_scripts_and_returns_to_the_page(settings: object) -> None:
    settings.MIDDLEWARE = [  # type: ignore[attr-defined]
        "fellestorg.ui.middleware.SecurityHeaders",
        "fellestorg.ui.middleware.ChosenLanguage",
    ]
    client = Client()
    response = client.post("/sprak", {"language": "nn", "next": "/avtaler?side=2"})
    assert (response.status_code, response["Location"]) == (302, "/avtaler?side=2")
    assert client.get("/avtaler")["Content-Language"] == "nn"
    away = client.post("/sprak", {"language": "en", "next": "https://example.org/"})
    assert away["Location"] == "/"
