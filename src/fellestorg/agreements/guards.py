"""Stopping whoever may not, in words."""

from __future__ import annotations

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import refusal_text
from fellestorg.kernel.actors import Actor
from fellestorg.values import Refused


def require_manager(actor: Actor, agreement: FrameworkAgreement) -> None:
    """Raise Refused unless the actor manages the agreement."""
    decision = may_manage(actor, agreement)
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason), **decision.params)
