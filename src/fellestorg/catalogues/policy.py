"""Who may see which prices. Unit prices are usually trade secrets (offentleglova § 13; KOFA 2025/0650; domain E-10)."""

from __future__ import annotations

from dataclasses import dataclass

from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision

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
    if actor.has(*_SEES_ALL) or actor.key in ("system", "operator"):
        return PriceSight(True)
    return PriceSight(False, actor.organisations(RoleGrant.Role.SUPPLIER))


def may_import_prices(actor: Actor, manager_key: str, owner: str) -> Decision:
    """The agreement's own manager, or SI's administrator, brings in price lists. ``owner`` is the owner's number."""
    if actor.key in (manager_key, "system", "operator") and actor.key:
        return Decision("allowed", "manages_agreement")
    if owner in actor.organisations(RoleGrant.Role.SI_ADMIN):
        return Decision("allowed", "si_admin")
    return Decision("refused", "not_agreement_manager")
