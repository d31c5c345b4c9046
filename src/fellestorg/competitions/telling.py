"""Telling the people of a supplier about a competition, in the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.queries import people_with_role


def people_of(supplier: Organisation, at: datetime) -> list[Recipient]:
    """Whoever acts for a supplier that day, and its common e-mail address."""
    people = people_with_role(RoleGrant.Role.SUPPLIER, supplier, clock.local_day(at))
    told = [Recipient(one.key, one.email, one.language) for one in people]
    if supplier.email and supplier.email not in {one.email for one in told}:
        told.append(Recipient("", supplier.email, supplier.language_form))
    return told


def tell(
    told: list[Recipient],
    code: str,
    competition: Competition,
    at: datetime,
    facts: Mapping[str, str] | None = None,
    *,
    page: str = "",
) -> None:
    """Tell them, with the competition's title and number among the facts and a link to it or a page of it."""
    params = {"title": competition.title, "number": competition.number, **(facts or {})}
    messages.tell(told, code, params, link=f"/konkurranser/{competition.number}{page}", at=at)
