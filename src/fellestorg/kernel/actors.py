"""Who acts. Rooms below the organisations know an actor only by this."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held in one organisation. ``limit`` is the budget authority in kroner; ``None`` is no limit of its own."""

    role: str
    organisation: str
    limit: Decimal | None = None
    deputy_for: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody, or the system itself, with what they may act as right now.

    ``key`` is a person's stable key (``person:17``), ``system`` or ``operator``; it is what the event log keeps.
    """

    key: str
    name: str
    grants: tuple[Grant, ...] = ()
    language: str = "nb"

    def has(self, *roles: str) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def organisations(self, *roles: str) -> frozenset[str]:
        """The numbers of the organisations in which the actor holds one of the roles (any role when none is named)."""
        return frozenset(grant.organisation for grant in self.grants if not roles or grant.role in roles)

    def limit_in(self, organisation: str) -> Decimal | None:
        """The highest budget authority in an organisation; ``None`` means unlimited, zero means none at all."""
        limits = [g.limit for g in self.grants if g.organisation == organisation and g.role in ("buyer", "approver")]
        if not limits:
            return Decimal(0)
        if any(limit is None for limit in limits):
            return None
        return max(limit for limit in limits if limit is not None)


ANONYMOUS = Actor("public", "")
SYSTEM = Actor("system", "Fellestorg")
# Whoever runs commands on the machine itself; the machine has already let them in.
OPERATOR = Actor("operator", "Operatør")
