"""Who may see which prices. Unit prices are usually trade secrets (offentleglova § 13; KOFA 2025/0650; domain E-10)."""

from __future__ import annotations

from dataclasses import dataclass

from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import RoleGrant

_SEES_ALL = (
    RoleGrant.Role.BUYER,
    RoleGrant.Role.APPROVER,
    RoleGrant.Role.LOCAL_AGREEMENT_MANAGER,
    RoleGrant.Role.AGREEMENT_MANAGER,
    RoleGrant.Role.SI_ADMIN,
    RoleGrant.Role.AUDITOR,
)


@dataclass(frozen=True, slots=True)
class PriceSight:
    """Whose unit prices somebody sees: ``everybody``'s, or those of the suppliers in ``own`` alone."""

    everybody: bool
    own: frozenset[str] = frozenset()

    @property
    def nobody(self) -> bool:
        return not self.everybody and not self.own

    def of(self, supplier: str) -> bool:
        """Whether the unit prices of a supplier (organisation number) show."""
        return self.everybody or supplier in self.own


def price_sight(actor: Actor) -> PriceSight:
    """Those who buy, manage or audit see every price; a supplier its own; the public none."""
    if actor.has(*_SEES_ALL) or actor.key in (SYSTEM.key, OPERATOR.key):
        return PriceSight(True)
    return PriceSight(False, actor.organisations(RoleGrant.Role.SUPPLIER))
