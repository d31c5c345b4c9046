"""The checks that must hold before a competition moves. The procedures' table names them; whoever knows the answer
registers it, when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.values import Decision

Guard = Callable[[Competition, datetime], Decision]

_guards: dict[str, Guard] = {}


def register_guard(name: str, guard: Guard) -> None:
    """Answer for a guard of law/procedures.toml. A refusal's ``reason`` is a code with words in ``register_words``
    and its ``params`` fill them."""
    _guards[name] = guard


def ask(name: str, competition: Competition, now: datetime) -> Decision:
    """A guard's answer. A guard that nobody answers for refuses, so that a step is never taken unchecked."""
    guard = _guards.get(name)
    return guard(competition, now) if guard else Decision("refused", "guard_unanswered", params={"guard": name})


def registered() -> frozenset[str]:
    """The guards that somebody answers for."""
    return frozenset(_guards)
