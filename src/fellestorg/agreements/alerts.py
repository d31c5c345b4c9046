"""Telling people: that a ceiling passed a level or was broken, and what only an agreement's participants need to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import translation

from fellestorg.agreements.models import CeilingBalance, FrameworkAgreement, Lot, Participation
from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.ui.formats import money


def warn_crossed(lot: Lot, percent: int, *, at: datetime) -> None:
    """Tell SI's agreement manager, and every participating agency's local ones, that a lot passed 50, 75 or 90 %."""
    people = manager_and_local(lot.agreement, clock.local_day(at))
    _tell_about_lot(people, "ceiling_crossed", lot, {"percent": percent}, at)


def warn_broken(lot: Lot, *, everybody: bool, at: datetime) -> None:
    """Tell that a recorded fact took a lot past its ceiling: the manager each time, the participants the first time."""
    people = (
        manager_and_local(lot.agreement, clock.local_day(at))
        if everybody
        else Person.objects.filter(pk=lot.agreement.manager_id)
    )
    balance = CeilingBalance.objects.get(lot=lot)
    past = max(balance.used + balance.reserved - lot.max_value, Decimal(0))
    _tell_about_lot(people, "ceiling_broken", lot, {"past": _in_all(past), "limit": _in_all(lot.max_value)}, at)


def tell_manager(lot: Lot, code: str, facts: Mapping[str, Any], *, at: datetime) -> None:
    """Tell SI's agreement manager something about a lot."""
    _tell_about_lot(Person.objects.filter(pk=lot.agreement.manager_id), code, lot, facts, at)


def local_managers(agreement: FrameworkAgreement, day: date) -> QuerySet[Person]:
    """The local agreement managers of the agencies that take part on a day."""
    return Person.objects.filter(_local(agreement, day), active=True).distinct()


def manager_and_local(agreement: FrameworkAgreement, day: date) -> QuerySet[Person]:
    """SI's agreement manager, and the local ones of the agencies that take part on a day."""
    return Person.objects.filter(Q(pk=agreement.manager_id) | _local(agreement, day), active=True).distinct()


def _local(agreement: FrameworkAgreement, day: date) -> Q:
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    participating = Participation.objects.filter(valid, agreement=agreement.pk, valid_from__lte=day)
    grants = current_grants(day).filter(
        role=RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, organisation__in=participating.values("organisation")
    )
    return Q(grants__in=grants)


def _tell_about_lot(people: QuerySet[Person], code: str, lot: Lot, facts: Mapping[str, Any], at: datetime) -> None:
    messages.tell(
        recipients(people),
        code,
        {
            **facts,
            "agreement": {key: getattr(lot.agreement, f"title_{key}") for key in LANGUAGES},
            "lot": {key: getattr(lot, f"title_{key}") for key in LANGUAGES},
        },
        link=f"/avtaler/{lot.agreement.key}/{lot.key}",
        at=at,
    )


def recipients(people: QuerySet[Person]) -> list[Recipient]:
    """People as those who are told."""
    return [
        Recipient(f"person:{key}", email, language)
        for key, email, language in people.values_list("id", "email", "language")
    ]


def _in_all(amount: Decimal) -> dict[str, str]:
    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = money(amount, 0)
    return found
