"""Shopping lists: baskets that an agency's buyers keep under a name and share. One transaction each, with its event.

A list that waits is to be ordered once, by whoever comes first: :func:`take` gives it to one and refuses the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fellestorg.calloffs.models import ShoppingList, ShoppingListLine
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import BadInput, Refused

_BUYING = (RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)
_LONGEST_NAME = 80
_MOST_LINES = 500
_MOST_LISTS = 500


def visible_to(actor: Actor) -> QuerySet[ShoppingList]:
    """The lists an actor may see and use: those of the agencies that the actor buys for."""
    return ShoppingList.objects.filter(organisation__number__in=actor.organisations(*_BUYING)).select_related(
        "organisation", "saved_by", "taken_by"
    )


def save(
    name: str,
    quantities: Mapping[str, Decimal],
    organisation: Organisation,
    *,
    waiting: bool,
    actor: Actor,
    person: Person | None,
    now: datetime,
) -> ShoppingList:
    """Keep quantities of items under a name. Raises BadInput for an empty or used name and an empty or too long list;
    Refused where the actor does not buy for the agency."""
    name = _name(name)
    if organisation.number not in actor.organisations(*_BUYING):
        raise Refused("not_buyer_of_agency", _("Du er ikke innkjøper eller godkjenner i denne virksomheten."))
    if not 0 < len(quantities) <= _MOST_LINES:
        raise BadInput.of("lines", "no_lines", _("En handleliste har fra 1 til 500 varer."))
    if ShoppingList.objects.filter(organisation=organisation).count() >= _MOST_LISTS:
        raise BadInput.of("name", "too_many", _("Virksomheten har alt 500 handlelister. Slett noen først."))
    with _one_of_a_name(name), transaction.atomic():
        made = ShoppingList.objects.create(
            organisation=organisation, name=name, waiting=waiting, saved_by=person, saved_at=now
        )
        ShoppingListLine.objects.bulk_create(
            ShoppingListLine(list=made, item=item, quantity=quantity) for item, quantity in quantities.items()
        )
        _record(made, "shopping_list_saved", actor, now, lines=len(quantities), waiting=waiting)
    return made


def rename(made: ShoppingList, name: str, *, actor: Actor, now: datetime) -> ShoppingList:
    """Give a list another name. Raises BadInput for an empty or used one, Refused where the list is gone."""
    name = _name(name)
    with _one_of_a_name(name), transaction.atomic():
        fresh = _locked(made, actor)
        before, fresh.name = fresh.name, name
        fresh.save(update_fields=["name"])
        _record(fresh, "shopping_list_renamed", actor, now, before=before)
    return fresh


def wait(made: ShoppingList, waiting: bool, *, actor: Actor, now: datetime) -> ShoppingList:
    """Say that a list waits to be ordered, or that it no longer does. Raises Refused where the list is gone."""
    with transaction.atomic():
        fresh = _locked(made, actor)
        fresh.waiting = waiting
        if waiting:
            fresh.taken_by = None
        fresh.save(update_fields=["waiting", "taken_by"])
        _record(fresh, "shopping_list_waits" if waiting else "shopping_list_rests", actor, now)
    return fresh


def take(
    made: ShoppingList, *, only_waiting: bool, actor: Actor, person: Person | None, now: datetime
) -> dict[str, Decimal]:
    """The list's items and quantities, for somebody's basket. A list that waits waits no longer: it is theirs to order.

    Raises Refused where the list is gone, or where ``only_waiting`` and somebody else has taken it already.
    """
    with transaction.atomic():
        fresh = _locked(made, actor)
        if only_waiting and not fresh.waiting:
            who = fresh.taken_by.name if fresh.taken_by else _("noen")
            text = _("Handlelisten «{name}» venter ikke lenger: {who} har tatt den.").format(name=fresh.name, who=who)
            raise Refused("already_taken", text)
        if fresh.waiting:
            fresh.waiting, fresh.taken_by = False, person
            fresh.save(update_fields=["waiting", "taken_by"])
            _record(fresh, "shopping_list_taken", actor, now)
        return {line.item: line.quantity for line in fresh.lines.all()}


def delete(made: ShoppingList, *, actor: Actor, now: datetime) -> None:
    """Delete a list for everybody at the agency. Raises Refused where somebody else has done so first."""
    with transaction.atomic():
        fresh = _locked(made, actor)
        _record(fresh, "shopping_list_deleted", actor, now, lines=fresh.lines.count())
        fresh.delete()


def _locked(made: ShoppingList, actor: Actor) -> ShoppingList:
    # Who has taken it is read after the lock: joined to the locked row it would be as it was before the wait.
    fresh = (
        ShoppingList.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=made.pk, organisation__number__in=actor.organisations(*_BUYING))
        .first()
    )
    if fresh is None:
        raise Refused("gone", _("Handlelisten «{name}» finnes ikke lenger.").format(name=made.name))
    return fresh


def _name(text: str) -> str:
    name = " ".join(text.replace("\x00", " ").split())
    if not name or len(name) > _LONGEST_NAME:
        raise BadInput.of("name", "not_a_name", _("Gi handlelisten et navn på høyst 80 tegn."))
    return name


@contextmanager
def _one_of_a_name(name: str) -> Iterator[None]:
    """Turn the database's refusal of a second list with the same name into words."""
    try:
        yield
    except IntegrityError as error:
        if "one_shopping_list_of_a_name" not in str(error):
            raise
        text = _("Dere har alt en handleliste som heter «{name}».").format(name=name)
        raise BadInput.of("name", "name_in_use", text) from None


def _record(made: ShoppingList, verb: str, actor: Actor, now: datetime, **told: Any) -> None:
    stream = f"shopping:{made.organisation.number}"
    events.record(Happening(stream, verb, made.subject, actor, now, {"name": made.name, **told}))
