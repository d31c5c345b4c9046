"""What sealed tenders keep of a person, and why she may have to wait before she goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.models import Follower
from fellestorg.competitions.tenders.models import Tender
from fellestorg.organisations.models import Person

_OVER = ("concluded", "ended", "cancelled")


def shown(person: Person) -> dict[str, Any]:
    """The receipts of what she delivered, and the competitions she follows."""
    return {
        "tenders": list(
            Tender.objects.filter(submitted_by=person).values(
                "competition__number", "supplier__number", "receipt", "received_at"
            )
        ),
        "followed": list(Follower.objects.filter(person=person).values("competition__number", "since")),
    }


def hindrances(person: Person, now: datetime) -> list[str]:
    """Each competition that goes on, in which a tender that she delivered stands."""
    rows = Tender.objects.filter(submitted_by=person, withdrawal=None).exclude(competition__stage__in=_OVER)
    text = _("Du har levert tilbud i %(number)s. Trekk tilbudet, eller vent til konkurransen er avsluttet.")
    numbers = rows.order_by("competition__number").values_list("competition__number", flat=True).distinct()
    return [text % {"number": number} for number in numbers]


def erase(person: Person, now: datetime) -> None:
    """She follows nothing any more."""
    Follower.objects.filter(person=person).delete()
