"""What grows while a need is decided: the trace with the first reason to refuse, and the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fellestorg.values import TraceStep


@dataclass
class Walk:
    """The trace as it grows, and the first reason to refuse."""

    steps: list[TraceStep] = field(default_factory=list)
    refusal: tuple[str, dict[str, Any]] | None = None
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def note(self, code: str, rule: str, **params: Any) -> None:
        """Record a fact that the decision rests on."""
        self.steps.append(TraceStep(code, True, rule, params))

    def ask(self, code: str, rule: str, holds: bool, **params: Any) -> bool:
        """Record a question; an answer of no is a reason to refuse."""
        self.see(code, rule, holds, **params)
        if not holds and self.refusal is None:
            self.refusal = (code, params)
        return holds

    def see(self, code: str, rule: str, holds: bool, **params: Any) -> None:
        """Record a question whose answer of no refuses nothing."""
        self.steps.append(TraceStep(code, holds, rule, params))

    def warn(self, code: str, rule: str, **params: Any) -> None:
        """Record a question answered with no, which the buyer is to think of."""
        self.see(code, rule, False, **params)
        self.warnings.append({"code": code, "params": params})


@dataclass
class Result:
    """What a mechanism came to. ``reason`` is a code and ``params`` its facts.

    ``queue`` and ``hours`` are of a cascade: who is offered the need, in order, each with the order that it would be at
    the prices of the decision. ``due`` is the last day for tenders where an invitation has one.
    """

    outcome: str = "refused"
    reason: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    invitees: list[str] = field(default_factory=list)
    best: dict[str, Any] | None = None
    queue: list[dict[str, Any]] = field(default_factory=list)
    hours: int | None = None
    due: str | None = None
