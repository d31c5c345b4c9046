"""Who may import studies and surveys: those who look after the marketplace for SI. Everybody reads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms.policy import KEEPERS, keeps
from fellestorg.values import Decision, Refused

IMPORTERS = tuple(role.value for role in KEEPERS)


def may_import(actor: Actor) -> Decision:
    """Whether the actor imports and withdraws studies and surveys. One person is enough: each figure bears its source,
    and every version stays."""
    return keeps(actor)


def require(actor: Actor) -> None:
    """Raise Refused unless the actor may."""
    if not may_import(actor).allowed:
        raise Refused("not_si", _("Bare avtaleforvaltere og administratorer hos SI kan gjøre dette."))
