"""Where a category is bought, when it is not by items: rooms above register their pages (the travel forms, for instance)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Door:
    """The page on which what a category holds is found and ordered."""

    category: str
    label: str | Promise
    url_name: str


_doors: dict[str, Door] = {}


def register_door(*doors: Door) -> None:
    """Add doors; a category has one."""
    _doors.update({door.category: door for door in doors})


def door_to(category: str) -> Door | None:
    """The door of a category, if it has one."""
    return _doors.get(category)
