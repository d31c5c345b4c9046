"""Who may answer an offer, and who sees it."""

from __future__ import annotations

from datetime import datetime

from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.cascade.rules import still_open
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision


def may_answer(actor: Actor, offer: RankedOffer, at: datetime) -> Decision:
    """The supplier that is asked, while its time lasts; whether the worker has noticed the end does not matter."""
    if offer.supplier.number not in actor.organisations(RoleGrant.Role.SUPPLIER) or offer.opened_at is None:
        return Decision("refused", "not_asked")
    if offer.state == RankedOffer.State.TIMED_OUT:
        return Decision("refused", "answer_too_late", params={"until": offer.answer_by})
    if offer.state != RankedOffer.State.OPEN:
        return Decision("refused", "already_closed")
    assert offer.answer_by is not None
    if not still_open(at, offer.answer_by):
        return Decision("refused", "answer_too_late", params={"until": offer.answer_by})
    return Decision("allowed", "asked")
