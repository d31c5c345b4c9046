"""What firms keep of a person: what she is shown of it, what she must settle first, and how it is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.kernel.actors import Actor
from fellestorg.marketplace.firms import joining
from fellestorg.marketplace.firms.models import FirmMember, FirmStep, JoinRequest
from fellestorg.organisations.models import Person


def shown(person: Person) -> dict[str, Any]:
    """Her memberships, and what she has asked for and registered."""
    return {
        "memberships": list(
            person.firm_memberships.values("firm__organisation__number", "role", "started_at", "ended_at")
        ),
        "join_requests": list(person.join_requests.values("organisation__number", "text", "state", "made_at")),
        "registrations": list(person.registrations.values("firm__organisation__number", "right", "made_at")),
    }


def hindrances(person: Person, now: datetime) -> list[str]:
    """Each firm that would have no administrator."""
    text = _(
        "Du er den eneste administratoren i %(firm)s. Gi rollen til en annen, eller trekk firmaet fra markedsplassen først."
    )
    administrators = FirmMember.objects.filter(role=FirmMember.Role.ADMINISTRATOR, ended_at=None)
    return [
        text % {"firm": one.firm.name}
        for one in administrators.filter(person=person).select_related("firm")
        if not administrators.filter(firm=one.firm).exclude(person=person).exists()
    ]


def erase(person: Person, now: datetime) -> None:
    """Out of every firm; what she wrote of herself to be let in is gone, and steps keep that they were taken, not by whom."""
    nobody = Actor(person.key, "")
    firms = list(person.firm_memberships.values_list("firm", flat=True))
    for member in person.firm_memberships.filter(ended_at=None).select_related("firm", "person"):
        joining.remove(member, actor=nobody, now=now)
    FirmStep.objects.filter(firm__in=firms, by=person.name).update(by="")
    JoinRequest.objects.filter(person=person, state=JoinRequest.State.WAITING).delete()
    JoinRequest.objects.filter(person=person).update(text="")
