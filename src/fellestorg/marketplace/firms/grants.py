"""The supplier's role that a firm's administrators hold because of the firm, and lose with it. A role that somebody held
before is hers still."""

from __future__ import annotations

from datetime import datetime

from fellestorg.kernel import clock
from fellestorg.kernel.actors import SYSTEM
from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.organisations.actions import grant_role, revoke_role
from fellestorg.organisations.models import RoleGrant
from fellestorg.organisations.queries import current_grants


def give_supplier_role(member: FirmMember, now: datetime) -> None:
    """Let an administrator act as the supplier, unless she does already."""
    day, organisation = clock.local_day(now), member.firm.organisation
    held = current_grants(day).filter(person=member.person, organisation=organisation, role=RoleGrant.Role.SUPPLIER)
    if member.role != FirmMember.Role.ADMINISTRATOR or held.exists():
        return
    member.grant = grant_role(member.person, organisation, RoleGrant.Role.SUPPLIER, day, actor=SYSTEM, now=now)
    member.save(update_fields=["grant"])


def take_supplier_role(member: FirmMember, now: datetime) -> None:
    """End the role that came with the firm; nothing where none did."""
    day, grant = clock.local_day(now), member.grant
    if grant is None:
        return
    member.grant = None
    member.save(update_fields=["grant"])
    if grant.valid_to is None or grant.valid_to >= day:
        revoke_role(grant, actor=SYSTEM, now=now)


def settle_roles(firm: Firm, now: datetime) -> None:
    """Give the role to those of a firm that is verified, take it from those of one refused. One taken down keeps it."""
    for member in firm.members.filter(ended_at=None).select_related("person", "firm__organisation", "grant"):
        if firm.state == Firm.State.VERIFIED:
            give_supplier_role(member, now)
        elif firm.state in (Firm.State.REFUSED, Firm.State.WITHDRAWN):
            take_supplier_role(member, now)
