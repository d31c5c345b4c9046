"""What surrounds a page: navigation by role, unread messages, the demo's clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.ui import pages, shell
from fellestorg.values import Refused

pytestmark = pytest.mark.urls("fellestorg.ui.tests.urls")
SUPPLIER = Actor("person:2", "Ola Nordmann", (Grant("supplier", "920237126"),))
BUYER = Actor("person:1", "Kari Nordmann", (Grant("buyer", "974760673"),))


@pytest.fixture
def navigation(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(shell, "_navigation", {})
    shell.add_navigation(
        shell.NavItem("calloffs", "Avrop", "calloffs", 20, roles=("buyer", "approver")),
        shell.NavItem("home", "Hjem", "home", 10, not_for=("supplier",)),
        shell.NavItem("agreements", "Avtaler", "agreements", 30),
        shell.NavItem("later", "Senere", "no_such_page", 40),
    )
    yield


@pytest.mark.parametrize(
    ("actor", "labels"),
    [
        (ANONYMOUS, ["Hjem", "Avtaler"]),
        (BUYER, ["Hjem", "Avrop", "Avtaler"]),
        (SUPPLIER, ["Avtaler"]),
        (Actor("person:3", "Begge", (*BUYER.grants, *SUPPLIER.grants)), ["Hjem", "Avrop", "Avtaler"]),
    ],
)
def test_navigation_shows_what_the_role_may_use(navigation: None, actor: Actor, labels: list[str]) -> None:
    assert [link.label for link in shell._nav_links(actor, "/")] == labels


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "Hjem"), ("/avtaler", "Avtaler"), ("/avtaler/pc-utstyr", "Avtaler"), ("/avtaleromraade", None)],
)
def test_the_part_one_is_in_is_marked(navigation: None, path: str, current: str | None) -> None:
    marked = [link.label for link in shell._nav_links(ANONYMOUS, path) if link.current]
    assert marked == ([current] if current else [])


def posted(days: str) -> HttpRequest:
    request = RequestFactory().post("/demo/klokke", {"days": days, "next": "/avtaler"})
    request.actor = Actor("person:1", "Ragna Skarvøy")
    request._messages = CookieStorage(request)
    return request


@pytest.mark.parametrize("days", ["1", "365"])
def test_the_demo_clock_moves_by_whole_days(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[int] = []

    def move(count: int) -> datetime:
        moved.append(count)
        return datetime(2023, 11, 2, 11, 0, tzinfo=UTC)

    monkeypatch.setattr(pages.clock, "move_demo_clock", move)
    request = posted(days)
    response = pages.move_clock(request)
    assert (response.status_code, response["Location"]) == (302, "/avtaler")
    assert moved == [int(days)]
    assert "2. november 2023" in str(next(iter(get_messages(request)))).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("days", ["", "0", "366", "-1", "1.5", "x", "²", "99999999"])
def test_any_other_number_of_days_is_refused_in_words(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages.clock, "move_demo_clock", lambda count: pytest.fail("the clock moved"))
    request = posted(days)
    assert pages.move_clock(request).status_code == 302
    assert [message.level_tag for message in get_messages(request)] == ["error"]


def test_outside_the_demo_the_clock_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(count: int) -> datetime:
        raise Refused("clock_only_forward", "nei")

    monkeypatch.setattr(pages.clock, "move_demo_clock", refuse)
    request = posted("1")
    pages.move_clock(request)
    assert [message.level_tag for message in get_messages(request)] == ["error"]


@pytest.mark.django_db
def test_the_shell_is_built_with_few_queries(navigation: None, django_assert_max_num_queries: object) -> None:
    request = RequestFactory().get("/avtaler")
    request.actor = BUYER  # type: ignore[attr-defined]
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        built = shell.build(request)
    assert built.person == shell.Person("Kari Nordmann", "")
    assert built.unread == 0
    assert [language.code for language in built.languages if language.active] == ["nb"]
