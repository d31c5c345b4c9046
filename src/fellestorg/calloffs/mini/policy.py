"""Who may hold the competition that a call-off leads to."""

from __future__ import annotations

from fellestorg.calloffs.mini.kinds import KINDS
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.policy import may_commit
from fellestorg.competitions.models import Competition
from fellestorg.kernel.actors import Actor
from fellestorg.values import Decision


def may_hold(actor: Actor, call_off: CallOff) -> Decision:
    """The agency's buyers and approvers, while the call-off waits for it and none is under way."""
    if call_off.state not in KINDS:
        return Decision("refused", "no_mini_competition")
    if Competition.objects.filter(origin=call_off.subject).exclude(stage="cancelled").exists():
        return Decision("refused", "mini_competition_under_way")
    return may_commit(actor, call_off.buyer.number)
