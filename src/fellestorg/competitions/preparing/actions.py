"""The verbs of preparing a competition: start it, fill in its parts, add documents, name the team, set dates, send it out.

Every verb locks the competition's row first, asks whether the actor leads it, and records its event in the same
transaction. What tenderers compete on is fixed by the notice; documents and dates change after it in ``dialogue``.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.competitions import procedures
from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, record, require
from fellestorg.competitions.models import (
    AwardCriterion,
    Competition,
    CompetitionLot,
    PriceSheetLine,
    QualificationRequirement,
    Question,
    TeamMember,
)
from fellestorg.competitions.numbers import next_number
from fellestorg.competitions.policy import may_start
from fellestorg.competitions.preparing import hooks
from fellestorg.competitions.preparing.choices import (
    always_asked,
    answer_environment,
    ask_declaration,
    choose_clauses,
    set_deadlines,
)
from fellestorg.competitions.preparing.documents import Upload, add_document
from fellestorg.competitions.preparing.fields import fresh_key, require_whole, told, value_problems
from fellestorg.competitions.preparing.price_lines import SheetLine, replace_price_lines
from fellestorg.competitions.preparing.team import let_member_go, name_member
from fellestorg.competitions.selecting.models import SelectionCriterion
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import plain
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

__all__ = [
    "SheetLine",
    "Upload",
    "add_document",
    "answer_environment",
    "ask_declaration",
    "change",
    "choose_clauses",
    "let_member_go",
    "name_member",
    "put",
    "remove",
    "replace_price_lines",
    "rows_of",
    "send_out",
    "set_deadlines",
    "start",
]

Part = CompetitionLot | QualificationRequirement | AwardCriterion | Question | PriceSheetLine | SelectionCriterion


@transaction.atomic
def start(
    *,
    procedure: str,
    title: str,
    language: str,
    buyer: Organisation,
    lead: Person,
    description: str = "",
    cpv: Sequence[str] = (),
    estimated_value: Decimal | None = None,
    maximum_value: Decimal | None = None,
    lots: Sequence[str] = (),
    under: Lot | None = None,
    origin: str = "",
    pk: uuid.UUID | None = None,
    actor: Actor,
    now: datetime,
) -> Competition:
    """Start a competition for ``buyer``, led by ``lead``; amounts in kroner without VAT. Without ``lots`` it has one;
    ``pk`` is given by those who must know it beforehand.

    Raises Refused where the actor starts none for that organisation, BadInput for a procedure that is not in the table,
    a bad CPV code, or a maximum below the estimate.
    """
    require(may_start(actor, buyer.number))
    competition = Competition(
        id=pk or uuid.uuid4(),
        number=next_number(now),
        procedure=procedure,
        title=title.strip(),
        language=language,
        description=description.strip(),
        cpv=list(cpv),
        buyer=buyer,
        lead=lead,
        under=under,
        origin=origin,
        estimated_value=estimated_value,
        maximum_value=maximum_value,
        created_at=now,
    )
    BadInput.raise_if(value_problems(competition))
    competition.save(force_insert=True)
    parts: dict[str, CompetitionLot] = {}
    for number, name in enumerate(lots or (competition.title,), 1):
        key = fresh_key(name, parts)
        parts[key] = CompetitionLot(competition=competition, key=key, number=number, title=name)
    CompetitionLot.objects.bulk_create(parts.values())
    TeamMember.objects.create(competition=competition, person=lead, task=TeamMember.Task.LEAD, added_at=now)
    record(competition, "competition_started", actor, now, {"procedure": procedure, "title": competition.title})
    return competition


@transaction.atomic
def change(competition: Competition, fields: Mapping[str, Any], *, actor: Actor, now: datetime) -> Competition:
    """Change title, description, CPV codes, values or language before the notice."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    for name, value in fields.items():
        setattr(locked, name, value)
    BadInput.raise_if(value_problems(locked))
    locked.save(update_fields=list(fields))
    record(locked, "competition_changed", actor, now, {"part": "about", "values": plain(dict(fields))})
    return locked


@transaction.atomic
def put(
    competition: Competition,
    model: type[Part],
    pk: int | None,
    fields: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Part:
    """Add a lot, requirement, criterion, question or price line, or change the one with that id, before the notice.

    A new one gets its key from its title and stands last. Raises BadInput with everything wrong with the fields.
    """
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    row = rows_of(locked, model).filter(pk=pk).first() if pk else None
    if pk and row is None:
        raise BadInput.of("id", "unknown", _("Raden finnes ikke lenger."))
    if row is None:
        name = str(fields.get("title") or fields.get("text") or "")
        standing = _keys_and_places(locked, model, fields)
        row = model(number=max(standing.values(), default=0) + 1, key=fresh_key(name, standing))
        if not isinstance(row, PriceSheetLine):
            row.competition = locked
    for field, value in fields.items():
        setattr(row, field, value)
    require_whole(row)
    row.save()
    payload = {
        "part": model._meta.model_name,
        "key": row.key,
        "values": plain({k: told(v) for k, v in fields.items()}),
    }
    record(locked, "competition_changed", actor, now, payload)
    return row


@transaction.atomic
def remove(competition: Competition, model: type[Part], pk: int, *, actor: Actor, now: datetime) -> None:
    """Take a part out before the notice, with what belongs to it. The last lot stays, and so do the mandatory grounds."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    row = rows_of(locked, model).filter(pk=pk).first()
    if row is None:
        return
    if isinstance(row, CompetitionLot) and locked.lots.count() == 1:
        raise Refused("last_lot", _("En konkurranse har minst én delkontrakt."))
    if isinstance(row, QualificationRequirement) and row.ground in always_asked(locked):
        raise Refused("mandatory_ground", _("De obligatoriske avvisningsgrunnene kan ikke tas ut."))
    key = row.key
    row.delete()
    record(locked, "competition_changed", actor, now, {"part": model._meta.model_name, "key": key, "removed": True})


def rows_of(competition: Competition, model: type[Part]) -> models.QuerySet[Any]:
    """The rows of one kind that belong to a competition."""
    if model is PriceSheetLine:
        return PriceSheetLine.objects.filter(lot__competition=competition).select_related("lot")
    manager: models.Manager[Any] = model._default_manager
    return manager.filter(competition=competition)


@transaction.atomic
def send_out(competition: Competition, move: str, *, actor: Actor, now: datetime) -> Competition:
    """Publish or invite, by the procedure's move. Raises Refused with every guard's reason.

    A notice to all sets the day that chooses the law; invitees are invited now, and rooms that wait for it are told.
    """
    locked = for_change(competition, actor, now, ("preparing", "selecting", "dialogue", "negotiating"))
    first = locked.stage == "preparing"
    fields: dict[str, Any] = {"published_at": now, "notice_date": clock.local_day(now)} if first else {}
    hooks.before_sending(locked, move, actor, now)
    moved = procedures.move(locked, move, actor=actor, now=now, **fields)
    moved.invitees.filter(invited_at=None).update(invited_at=now)
    hooks.sent(moved, move, actor, now)
    return moved


def _keys_and_places(competition: Competition, model: type[Part], fields: Mapping[str, Any]) -> dict[str, int]:
    rows = rows_of(competition, model)
    if model is PriceSheetLine:
        rows = rows.filter(lot=fields["lot"])
    return dict(rows.order_by().values_list("key", "number"))
