"""The front page of travel."""

from __future__ import annotations

import pytest
from django.test import Client

from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.travel.doors import Door, add_door, doors_for

pytestmark = pytest.mark.usefixtures("demo")


def test_everybody_may_read_the_front_page_of_travel() -> None:
    response = Client().get("/reiser")
    assert response.status_code == 200
    assert "Flyruter" in response.content.decode()


def test_a_door_with_roles_is_open_to_them_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fellestorg.travel.doors._doors", {})
    add_door(Door("b", "For SI", "…", "travel", 2, ("si_admin",)), Door("a", "For alle", "…", "travel", 9))
    manager = Actor("person:1", "Kari", (Grant("si_admin", "986252932"),), "nb")
    assert [door.key for door in doors_for(ANONYMOUS)] == ["a"]
    assert [door.key for door in doors_for(manager)] == ["b", "a"]
