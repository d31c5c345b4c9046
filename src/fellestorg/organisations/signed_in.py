"""Who is behind a session, read in one statement that the server keeps planned: every request asks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.contrib.sessions.backends import db as sessions_in_the_database
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.sql import columns, prepared
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Account, Person


@dataclass(frozen=True, slots=True)
class Known:
    """An active person, with the account where there is one, and as the actor the roles of a day make of them. ``place``
    is the name, in the three languages, of the organisation of the first role; empty for somebody without roles."""

    person: Person
    account: Account | None
    actor: Actor
    place: dict[str, str]


def known(key: int, day: date) -> Known | None:
    """The active person with this id; ``None`` where there is none."""
    rows = prepared(_statement(), {"person": key, "day": day})
    if not rows:
        return None
    grants, *values = rows[0]
    count = len(columns(Person))
    person = Person.from_db(DEFAULT_DB_ALIAS, columns(Person), values[:count])
    account = None
    if values[count] is not None:
        account = Account.from_db(DEFAULT_DB_ALIAS, columns(Account), values[count:])
    Person._meta.get_field("account").set_cached_value(person, account)
    roles = tuple(
        Grant(role, number, None if limit is None else Decimal(limit), deputy or "")
        for role, number, limit, deputy, *_ in grants or ()
    )
    place = dict(zip(LANGUAGES, grants[0][4:], strict=True)) if grants else {}
    return Known(person, account, Actor(person.key, person.name, roles, person.language), place)


class SessionStore(sessions_in_the_database.SessionStore):
    """Django's sessions in the database, read by a planned statement. ``read_at`` is the instant it was, by the
    database's clock; ``None`` while it has not been."""

    read_at: datetime | None = None

    def load(self) -> dict[str, object]:
        rows = prepared(
            "SELECT session_data, fellestorg_now() FROM django_session WHERE session_key = %s AND expire_date > %s",
            [self.session_key, timezone.now()],
        )
        if rows:
            data, self.read_at = rows[0]
            read: dict[str, object] = self.decode(data)
            return read
        self._session_key = None
        return {}


@cache
def _statement() -> str:
    wanted = [f"p.{name}" for name in columns(Person)] + [f"a.{name}" for name in columns(Account)]
    return f"""
SELECT (SELECT array_agg(ARRAY[g.role, o.number, g.budget_limit::text, d.username, o.name, o.name_nn, o.name_en]
                         ORDER BY g.id)
        FROM organisations_rolegrant g
        JOIN organisations_organisation o ON o.id = g.organisation_id
        LEFT JOIN organisations_person d ON d.id = g.deputy_for_id
        WHERE g.person_id = p.id AND g.valid_from <= %(day)s::date
          AND (g.valid_to IS NULL OR g.valid_to >= %(day)s::date)),
       {", ".join(wanted)}
FROM organisations_person p LEFT JOIN organisations_account a ON a.person_id = p.id
WHERE p.id = %(person)s AND p.active
"""  # noqa: S608 (names of our own columns)
