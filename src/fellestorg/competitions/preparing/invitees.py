"""Who is invited to a competition under an agreement: every supplier in the lot that is able, fixed when it goes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from fellestorg.agreements.models import SupplierPosition
from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, record
from fellestorg.competitions.models import Competition, Invitee
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import Decision

Able = Callable[[Competition, date], frozenset[str] | None]

_sources: list[Able] = []


def register_able(source: Able) -> None:
    """Answer which suppliers (by number) are able to perform, or None where the source does not know of this kind."""
    _sources.append(source)


def able(competition: Competition, day: date) -> frozenset[str]:
    """The suppliers that must be invited: those a source names, otherwise every one with a place in the lot that day."""
    for source in _sources:
        if (found := source(competition, day)) is not None:
            return found
    places = SupplierPosition.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), lot=competition.under, valid_from__lte=day
    )
    return frozenset(places.values_list("supplier__number", flat=True))


@transaction.atomic
def invite_able(competition: Competition, day: date, *, basis: str, actor: Actor, now: datetime) -> list[Invitee]:
    """Let the list of invitees be those who are able on that day, before the invitation goes out."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    numbers = able(locked, day)
    locked.invitees.exclude(supplier__number__in=numbers).delete()
    have = set(locked.invitees.values_list("supplier__number", flat=True))
    for supplier in Organisation.objects.filter(number__in=numbers - have).order_by("number"):
        Invitee.objects.create(competition=locked, supplier=supplier, basis=basis)
    record(locked, "competition_changed", actor, now, {"part": "invitees", "suppliers": sorted(numbers)})
    return list(locked.invitees.select_related("supplier"))


def problems(competition: Competition, day: date) -> Iterator[Decision]:
    """Suppliers that are able and not invited, or invited and not able."""
    wanted = able(competition, day)
    invited = dict(competition.invitees.values_list("supplier__number", "supplier__name"))
    if not wanted:
        yield Decision("refused", "nobody_able")
    missing = wanted - invited.keys()
    if missing:
        names = Organisation.objects.filter(number__in=missing).order_by("name").values_list("name", flat=True)
        yield Decision("refused", "not_all_invited", params={"suppliers": ", ".join(names)})
    if extra := invited.keys() - wanted:
        names_of = ", ".join(sorted(invited[number] for number in extra))
        yield Decision("refused", "invited_but_not_able", params={"suppliers": names_of})
