"""What the house keeps of a person, given to her as a file; and the account that she made herself, deleted by her.

Other rooms keep things of people too, and register what: how it is shown, what must be settled first, and how it is erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import Event, Mail, Message
from fellestorg.organisations.actions import revoke_role
from fellestorg.organisations.models import Account, AccountRequest, OneTimeLink, Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.values import Refused


@dataclass(frozen=True, slots=True)
class OwnPart:
    """What a room keeps of a person. ``shown`` gives it as plain data; ``hindrances`` sentences that say what she must
    settle before she can go; ``erase`` takes it away, in the transaction that deletes her account: it is given her as she
    was, and her row is nobody's by then."""

    shown: Callable[[Person], Any]
    hindrances: Callable[[Person, datetime], list[str]] = lambda person, now: []
    erase: Callable[[Person, datetime], None] = lambda person, now: None


_parts: dict[str, OwnPart] = {}


def register_own_part(name: str, part: OwnPart) -> None:
    """Add what a room keeps of people. Called when the room is ready."""
    _parts[name] = part


def is_own(person: Person) -> bool:
    """Whether she made her account herself; an agency's people are their agency's to enter and to end."""
    made = Event.objects.filter(subject=person.key, verb="person_registered", actor=person.key)
    return person.active and made.exists()


def export(person: Person, now: datetime) -> dict[str, Any]:
    """Everything that is kept of a person, as plain data."""
    return {
        "made_at": now,
        "person": {
            "username": person.username,
            "name": person.name,
            "email": person.email,
            "language": person.language,
        },
        "account": list(Account.objects.filter(person=person).values("made_at", "password_at")),
        "roles": list(person.grants.values("role", "organisation__number", "valid_from", "valid_to")),
        "messages": list(
            Message.objects.filter(recipient=person.key).values("code", "params", "created_at", "read_at")
        ),
        "log": list(Event.objects.filter(actor=person.key).order_by("id").values("at", "verb", "subject")),
        **{name: part.shown(person) for name, part in sorted(_parts.items())},
    }


def hindrances(person: Person, now: datetime) -> list[str]:
    """What stands in the way of deleting her account, each with what she can do about it. Empty: nothing."""
    found = [] if is_own(person) else [_("Kontoen er laget av virksomheten din. Be dem avslutte den.")]
    held = current_grants(clock.local_day(now)).filter(person=person).exclude(role=RoleGrant.Role.SUPPLIER)
    for grant in held.select_related("organisation"):
        text = _("Du har en rolle i %(organisation)s. Be dem avslutte den først.")
        found.append(text % {"organisation": grant.organisation.name})
    for part in _parts.values():
        found += part.hindrances(person, now)
    return found


@transaction.atomic
def delete(person: Person, now: datetime) -> None:
    """Delete an account that she made herself: name, address, password, messages and what rooms keep of her.

    Whatever she did stays in the log under her number, which no longer leads to anybody; the row stays as that number.
    Raises Refused with every hindrance.
    """
    row = Person.objects.select_for_update().get(pk=person.pk)
    found = hindrances(row, now)
    if found:
        raise Refused("not_settled", " ".join(found))
    nobody = Actor(row.key, _("Slettet konto"))
    row.username, row.name, row.email, row.active = f"slettet-{row.pk}", nobody.name, "", False
    row.save(update_fields=["username", "name", "email", "active"])
    # From here on nothing that is written can name her: every room reads the row anew.
    for part in _parts.values():
        part.erase(person, now)
    for grant in current_grants(clock.local_day(now)).filter(person=row):
        revoke_role(grant, actor=SYSTEM, now=now)
    OneTimeLink.objects.filter(person=row).delete()
    Account.objects.filter(person=row).delete()
    AccountRequest.objects.filter(email__iexact=person.email).delete()
    Message.objects.filter(recipient=row.key).delete()
    Mail.objects.filter(recipient__iexact=person.email).delete()
    events.record(Happening(row.key, "account_deleted", row.key, nobody, now, {}))
