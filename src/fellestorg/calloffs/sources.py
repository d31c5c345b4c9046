"""Facts that rooms above know: what some mechanisms of the policy language look at, gathered with everything else.

A room that knows of quotas, coverage, tables or admissions registers a source when Django starts (``AppConfig.ready``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.needs import Need
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation

# Need, lot, buyer (None where it is unknown) and instant -> facts by top-level key, in the shapes that
# ``engines.mechanisms`` describes, and the rules they rest on. Nothing where the lot is none of the source's.
Source = Callable[[Need, Lot, Organisation | None, datetime], tuple[dict[str, Any], list[Rule]]]

_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Add a source of facts. Two sources must not give the same key."""
    if source not in _sources:
        _sources.append(source)


def facts_from_sources(
    need: Need, lot: Lot, buyer: Organisation | None, at: datetime
) -> tuple[dict[str, Any], list[Rule]]:
    """What every source knows of a need under a lot at an instant, and the rules it rests on."""
    found: dict[str, Any] = {}
    rules: list[Rule] = []
    for source in _sources:
        facts, relied_on = source(need, lot, buyer, at)
        found |= facts
        rules += relied_on
    return found, rules
