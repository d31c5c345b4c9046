"""Who may do what with flights: roles only; prices are ruled by ``catalogues/policy.py``, changes by the agreement's."""

from __future__ import annotations

from fellestorg.organisations.models import RoleGrant

READERS = (
    RoleGrant.Role.BUYER,
    RoleGrant.Role.APPROVER,
    RoleGrant.Role.LOCAL_AGREEMENT_MANAGER,
    RoleGrant.Role.AGREEMENT_MANAGER,
    RoleGrant.Role.SI_ADMIN,
    RoleGrant.Role.AUDITOR,
)
"""Those who see every unit price, and so what an offer costs."""
BUYERS = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)
MANAGERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
SI = (*MANAGERS, RoleGrant.Role.AUDITOR)
"""Those who see what the agreement as a whole saves."""
