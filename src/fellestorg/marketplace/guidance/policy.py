"""Who may write guidance, answer questions and decide on wishes: agreement managers and administrators at SI.

What stands there for all has been seen by two of them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.organisations import tries
from fellestorg.values import Decision, Refused

EDITORS = ("agreement_manager", "si_admin")
# Everybody who buys or manages for an agency. Suppliers ask in the competitions, where all get the same answer.
ASKERS = ("buyer", "approver", "local_agreement_manager", "agreement_manager", "project_lead", "si_admin")
_ALLOWED = Decision("allowed", "allowed")


def may_edit(actor: Actor) -> Decision:
    """Whether the actor writes guidance, answers questions and decides on wishes."""
    return _ALLOWED if actor.has(*EDITORS) or actor.key == SYSTEM.key else Decision("refused", "not_editor")


def may_publish(actor: Actor, written_by: Collection[str]) -> Decision:
    """Whether the actor publishes what these people wrote: an editor who is none of them."""
    if actor.key == SYSTEM.key:
        return _ALLOWED
    if not may_edit(actor).allowed:
        return Decision("refused", "not_editor")
    return Decision("refused", "own_words") if actor.key in written_by else _ALLOWED


def may_ask(actor: Actor) -> Decision:
    """Whether the actor asks SI and states wishes. Only those signed in: then there is somebody to answer, and no address
    of anybody outside need be kept."""
    return _ALLOWED if actor.has(*ASKERS) else Decision("refused", "not_buyer")


def require(decision: Decision) -> None:
    """Raise Refused, in words, unless the decision allows."""
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason))


def require_pace(who: str, now: datetime, *, most: int) -> None:
    """Count one more of what ``who`` sends; Refused past ``most``, for a quarter of an hour. ``who`` is kept as a digest."""
    if not tries.take(who, now, most=most):
        raise Refused("too_often", refusal_text("too_often"))


def refusal_text(code: str) -> str:
    """Why not, in words."""
    return {
        "not_editor": _("Bare avtaleforvaltere og administratorer hos SI kan gjøre dette."),
        "own_words": _("Du har skrevet dette selv. En annen hos SI må publisere det."),
        "not_buyer": _("Bare de som kjøper for en virksomhet, kan gjøre dette."),
        "too_often": _("Du har sendt mange på kort tid. Vent et kvarter og prøv igjen."),
    }[code]
