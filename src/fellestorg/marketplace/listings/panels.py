"""Sections that rooms above have on a listing's public page and on its firm's own. They register when ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.listings.models import Listing, ListingVersion


@dataclass(frozen=True, slots=True)
class Panel:
    """A section: a template and what it is given as ``panel``."""

    template: str
    context: Mapping[str, Any]


_public: dict[str, Callable[[Listing, Actor], Panel | None]] = {}
_own: dict[str, Callable[[ListingVersion, Actor], Panel | None]] = {}


def add_public_panel(key: str, panel: Callable[[Listing, Actor], Panel | None]) -> None:
    """Register a section of the public page; it answers None where there is nothing to see."""
    _public[key] = panel


def add_own_panel(key: str, panel: Callable[[ListingVersion, Actor], Panel | None]) -> None:
    """Register a section of a version's page among its firm's own; None where there is nothing to see."""
    _own[key] = panel


def public_panels(listing: Listing, actor: Actor) -> list[Panel]:
    """The sections for one reader, in the order of their keys."""
    return [made for _key, panel in sorted(_public.items()) if (made := panel(listing, actor)) is not None]


def own_panels(version: ListingVersion, actor: Actor) -> list[Panel]:
    """The sections of a version's page, in the order of their keys."""
    return [made for _key, panel in sorted(_own.items()) if (made := panel(version, actor)) is not None]
