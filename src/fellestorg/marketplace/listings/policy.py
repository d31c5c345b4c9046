"""Who may do what with listings. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.marketplace.firms.policy import acts_for, keeps, sees_everything
from fellestorg.values import Decision

EDITORS = (FirmMember.Role.ADMINISTRATOR, FirmMember.Role.EDITOR)


def may_edit(actor: Actor, firm: Firm) -> Decision:
    """The firm's administrators and editors write, submit and take back its listings."""
    return acts_for(actor, firm, *EDITORS)


def may_see_drafts(actor: Actor, firm: Firm) -> Decision:
    """The firm's own people, SI and auditors see what is not public."""
    if sees_everything(actor):
        return Decision("allowed", "si")
    return acts_for(actor, firm)


def may_rule(actor: Actor, firm: Firm) -> Decision:
    """SI decides what is public, but nobody decides on a firm that they act for."""
    if not (answer := keeps(actor)).allowed:
        return answer
    if acts_for(actor, firm).allowed:
        return Decision("refused", "own_firm")
    return answer
