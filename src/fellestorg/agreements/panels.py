"""Sections that rooms above have on the pages of an agreement, a lot and its policy. They register here when ready; this
room knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Panel:
    """A section of the lot's page: a template and what it is given."""

    template: str
    context: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trial:
    """A policy document to be tried on a lot, by somebody, with what they filled in (fields named ``try-…``)."""

    lot: Lot
    document: dict[str, Any]
    asked: Mapping[str, str]
    actor: Actor


_trials: dict[str, Callable[[Trial], Panel]] = {}
_agreement_panels: dict[str, Callable[[FrameworkAgreement, Actor], Panel | None]] = {}
_panels: dict[str, Callable[[Lot, Actor], Panel | None]] = {}


def add_lot_panel(key: str, panel: Callable[[Lot, Actor], Panel | None]) -> None:
    """Register a section; it answers None for those who have nothing to see in it."""
    _panels[key] = panel


def lot_panels(lot: Lot, actor: Actor) -> list[Panel]:
    """The sections for one reader, in the order of their keys."""
    made = (panel(lot, actor) for _key, panel in sorted(_panels.items()))
    return [one for one in made if one is not None]


def add_agreement_panel(key: str, panel: Callable[[FrameworkAgreement, Actor], Panel | None]) -> None:
    """Register a section of an agreement's page; it answers None where there is nothing to see."""
    _agreement_panels[key] = panel


def agreement_panels(agreement: FrameworkAgreement, actor: Actor) -> list[Panel]:
    """The sections of an agreement's page for one reader, in the order of their keys."""
    made = (panel(agreement, actor) for _key, panel in sorted(_agreement_panels.items()))
    return [one for one in made if one is not None]


def add_trial_panel(key: str, panel: Callable[[Trial], Panel]) -> None:
    """Register a section that shows what a policy would lead to. Its controls stand in the page's own form."""
    _trials[key] = panel


def trial_panels(trial: Trial) -> list[Panel]:
    """The sections about one policy, in the order of their keys."""
    return [panel(trial) for _key, panel in sorted(_trials.items())]
