"""What every action of a competition does first and last: lock its row, ask who may, and tell the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import NoReturn

from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sql import columns, prepared
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Decision, Refused

SHORTEST_REASON = 10
BEFORE_NOTICE = ("preparing",)
BEFORE_OPENING = ("preparing", "published", "selecting", "invited", "dialogue", "negotiating")
_READ: tuple[tuple[str, type[models.Model]], ...] = (("c", Competition), ("l", Person), ("b", Organisation))


def locked(competition: Competition) -> tuple[Competition, datetime]:
    """The competition's row, locked and read anew, and the time: whatever is decided in it happens in one order."""
    return row_of(competition), clock.now()


def row_of(competition: Competition) -> Competition:
    """The competition's row with its buyer and lead, locked and read anew, for verbs that are given the time."""
    rows = prepared(_row(), [competition.pk])
    if not rows:
        raise Competition.DoesNotExist
    own, lead = len(columns(Competition)), len(columns(Person))
    row = Competition.from_db(DEFAULT_DB_ALIAS, columns(Competition), rows[0][:own])
    row.lead = Person.from_db(DEFAULT_DB_ALIAS, columns(Person), rows[0][own : own + lead])
    row.buyer = Organisation.from_db(DEFAULT_DB_ALIAS, columns(Organisation), rows[0][own + lead :])
    return row


@cache
def _row() -> str:
    wanted = [f"{table}.{name}" for table, model in _READ for name in columns(model)]
    return f"""
SELECT {", ".join(wanted)} FROM competitions_competition c
JOIN organisations_person l ON l.id = c.lead_id JOIN organisations_organisation b ON b.id = c.buyer_id
WHERE c.id = %s FOR UPDATE OF c
"""  # noqa: S608 (names of our own columns)


def for_change(
    competition: Competition, actor: Actor, now: datetime, stages: tuple[str, ...] = BEFORE_OPENING
) -> Competition:
    """The competition's row, locked and read anew, for its lead. Refused for anybody else, in a stage where this may no
    longer be changed, and once the deadline of the tenders that are asked for has passed."""
    row = row_of(competition)
    require(may_lead(actor, row))
    # In a dialogue or negotiation the deadline behind is that of an earlier round; the next is yet to be set.
    too_late = row.stage in ("published", "invited") and row.tenders_until is not None and row.tenders_until <= now
    if row.stage not in stages or too_late:
        refuse("fixed_by_the_notice" if stages == BEFORE_NOTICE else "deadline_is_over")
    return row


def record(
    competition: Competition,
    verb: str,
    actor: Actor,
    at: datetime,
    payload: Mapping[str, object],
    *covers: models.Model,
) -> None:
    """Tell the log what happened in a competition, with the protected rows written with it."""
    events.record(Happening(competition.stream, verb, competition.subject, actor, at, dict(payload), covers))


def require(decision: Decision) -> None:
    """Raise Refused, in words, where the answer is no."""
    if not decision.allowed:
        refuse(decision.reason, **decision.params)


def refuse(reason: str, **params: object) -> NoReturn:
    """Raise Refused with the words that belong to a reason."""
    text = reason_text(Decision("refused", reason, params=params))
    raise Refused(reason, text, **{key: str(value) for key, value in params.items()})


def reasoned(text: str, where: str = "reason", *, least: int = SHORTEST_REASON) -> str:
    """The text without spaces around it. Raises BadInput where it is too short to be a reason."""
    if len(text.strip()) < least:
        raise BadInput.of(where, "too_short", _("Skriv en begrunnelse på minst %(least)s tegn.") % {"least": least})
    return text.strip()
