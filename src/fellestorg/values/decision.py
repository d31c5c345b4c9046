"""A decision explains itself: what came out, why, by which rules, from which facts, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RuleRef:
    """A rule as it stood when it was relied on. ``version`` is the first day it was in force.

    ``verified`` is false while nobody has confirmed the value against its primary source; pages show that.
    """

    id: str
    version: str
    source: str
    verified: bool

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "version": self.version, "source": self.source, "verified": self.verified}


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One question that was asked on the way to a decision.

    ``code`` names the question; its text in three languages lives with the room that shows it. ``rule`` is a rule id
    or ``""`` where the step rests on the agreement's own policy. ``params`` are the facts, as strings or plain JSON.
    """

    code: str
    holds: bool
    rule: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "holds": self.holds, "rule": self.rule, "params": self.params}


@dataclass(frozen=True, slots=True)
class Decision:
    """An automated decision: its outcome, the code of its reason, the rules it relied on and its trace."""

    outcome: str
    reason: str
    rules: tuple[RuleRef, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        return self.outcome != "refused"
