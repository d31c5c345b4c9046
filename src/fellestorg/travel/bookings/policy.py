"""Who may send in bookings, see them and book. Each answer is a decision that can say why."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.travel.models import BookingSource
from fellestorg.values import Decision

SI = (RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AGREEMENT_MANAGER)
SEES_ALL = (*SI, RoleGrant.Role.AUDITOR)
AGENCY = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
SENDERS = (*SI, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, RoleGrant.Role.SUPPLIER)
_TEXTS: dict[str, str | Promise] = {
    "not_sender": _(
        "Bare Statens innkjøpssenter og den som kilden hører til, kan lese inn bestillinger fra denne kilden."
    ),
}


def refusal_text(code: str) -> str:
    """Why not, in the active language."""
    return str(_TEXTS[code])


def may_send(actor: Actor, source: BookingSource) -> Decision:
    """SI for every source; a travel agency its own; an agency's local agreement manager the agency's own cards."""
    if runs_the_machine(actor):
        return Decision("allowed", "runs_the_machine")
    if actor.has(*SI):
        return Decision("allowed", "si")
    if source.organisation.number in actor.organisations(
        RoleGrant.Role.SUPPLIER, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER
    ):
        return Decision("allowed", "own_source")
    return Decision("refused", "not_sender")


def runs_the_machine(actor: Actor) -> bool:
    """The operator and the house itself: the machine has already let them in."""
    return actor.key in (SYSTEM.key, OPERATOR.key)
