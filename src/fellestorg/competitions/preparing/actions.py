"""The verbs of preparing a competition: start it, fill in its parts, add documents, name the team, set dates, send it out.

Every verb locks the competition's row first, asks whether the actor leads it, and records its event in the same
transaction. What tenderers compete on is fixed by the notice; documents and dates change after it in ``dialogue``.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.competitions import procedures
from fellestorg.competitions.models import (
    AwardCriterion,
    ClauseChoice,
    Competition,
    CompetitionDocument,
    CompetitionLot,
    EnvironmentAnswer,
    PriceSheetLine,
    QualificationRequirement,
    Question,
    TeamMember,
)
from fellestorg.competitions.numbers import next_number
from fellestorg.competitions.policy import may_start
from fellestorg.competitions.preparing import hooks
from fellestorg.competitions.preparing.opening import BEFORE_NOTICE, BEFORE_OPENING, for_change
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock, events, files
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.http import plain
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.law.procedures import procedures as all_procedures
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, Refused

LARGEST_FILE = 25 * 1024 * 1024
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})
Part = CompetitionLot | QualificationRequirement | AwardCriterion | Question | PriceSheetLine


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    media_type: str
    content: bytes


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
    allowed = may_start(actor, buyer.number)
    if not allowed.allowed:
        raise Refused(allowed.reason, reason_text(allowed))
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
    BadInput.raise_if(_value_problems(competition))
    competition.save(force_insert=True)
    for number, name in enumerate(lots or (competition.title,), 1):
        key = _fresh_key(name, competition.lots.values_list("key", flat=True))
        CompetitionLot.objects.create(competition=competition, key=key, number=number, title=name)
    TeamMember.objects.create(competition=competition, person=lead, task=TeamMember.Task.LEAD, added_at=now)
    _record(competition, "competition_started", actor, now, {"procedure": procedure, "title": competition.title})
    return competition


@transaction.atomic
def change(competition: Competition, fields: Mapping[str, Any], *, actor: Actor, now: datetime) -> Competition:
    """Change title, description, CPV codes, values or language before the notice."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    for name, value in fields.items():
        setattr(locked, name, value)
    BadInput.raise_if(_value_problems(locked))
    locked.save(update_fields=list(fields))
    _record(locked, "competition_changed", actor, now, {"part": "about", "values": plain(dict(fields))})
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
        row = model(number=_next_place(locked, model, fields), key=_new_key(locked, model, name, fields))
        if not isinstance(row, PriceSheetLine):
            row.competition = locked
    for field, value in fields.items():
        setattr(row, field, value)
    _require_whole(row)
    row.save()
    payload = {
        "part": model._meta.model_name,
        "key": row.key,
        "values": plain({k: _told(v) for k, v in fields.items()}),
    }
    _record(locked, "competition_changed", actor, now, payload)
    return row


@transaction.atomic
def remove(competition: Competition, model: type[Part], pk: int, *, actor: Actor, now: datetime) -> None:
    """Take a part out before the notice, with what belongs to it. The last lot stays."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    row = rows_of(locked, model).filter(pk=pk).first()
    if row is None:
        return
    if isinstance(row, CompetitionLot) and locked.lots.count() == 1:
        raise Refused("last_lot", _("En konkurranse har minst én delkontrakt."))
    key = row.key
    row.delete()
    _record(locked, "competition_changed", actor, now, {"part": model._meta.model_name, "key": key, "removed": True})


def rows_of(competition: Competition, model: type[Part]) -> models.QuerySet[Any]:
    """The rows of one kind that belong to a competition."""
    if model is PriceSheetLine:
        return PriceSheetLine.objects.filter(lot__competition=competition).select_related("lot")
    manager: models.Manager[Any] = model._default_manager
    return manager.filter(competition=competition)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a price sheet, as a sheet or a form gives it."""

    lot: str
    title: str
    unit: str
    quantity: Decimal
    max_unit_price: Decimal | None = None
    key: str = ""


@transaction.atomic
def replace_price_lines(
    competition: Competition, lines: Sequence[SheetLine], *, actor: Actor, now: datetime
) -> list[PriceSheetLine]:
    """Let these be the price sheet. Raises BadInput for a lot that is not the competition's and a key given twice."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    lots = {lot.key: lot for lot in locked.lots.all()}
    problems = [
        Problem(f"lines[{at}].lot", "unknown_lot", _("Delkontrakten «%(lot)s» finnes ikke.") % {"lot": line.lot})
        for at, line in enumerate(lines)
        if line.lot not in lots
    ]
    BadInput.raise_if(problems)
    taken: dict[str, set[str]] = {key: set() for key in lots}
    rows = []
    for number, line in enumerate(lines, 1):
        if line.key and line.key in taken[line.lot]:
            text = _("Nøkkelen «%(key)s» står to ganger.") % {"key": line.key}
            problems.append(Problem(f"lines[{number - 1}].key", "key_twice", text))
        key = line.key or _fresh_key(line.title, taken[line.lot])
        taken[line.lot].add(key)
        rows.append(
            PriceSheetLine(
                lot=lots[line.lot],
                key=key,
                number=number,
                title=line.title,
                unit=line.unit,
                quantity=line.quantity,
                max_unit_price=line.max_unit_price,
            )
        )
    BadInput.raise_if(problems)
    PriceSheetLine.objects.filter(lot__competition=locked).delete()
    made = PriceSheetLine.objects.bulk_create(rows)
    content = "\n".join(f"{r.lot.key};{r.key};{r.title};{r.unit};{r.quantity};{r.max_unit_price}" for r in rows)
    payload = {"part": "pricesheetline", "lines": len(rows), "sha256": hashlib.sha256(content.encode()).hexdigest()}
    _record(locked, "competition_changed", actor, now, payload)
    return made


@transaction.atomic
def ask_declaration(competition: Competition, codes: Collection[str], *, actor: Actor, now: datetime) -> None:
    """Ask tenderers to declare themselves (ESPD) on every mandatory ground for exclusion and on these besides."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    wanted = {one.code: one for one in exclusion_grounds() if one.mandatory or one.code in codes}
    old = QualificationRequirement.objects.filter(competition=locked).exclude(ground="")
    old.exclude(ground__in=wanted).delete()
    have = set(old.values_list("ground", flat=True))
    place = _next_place(locked, QualificationRequirement, {})
    for at, (code, ground) in enumerate((c, g) for c, g in wanted.items() if c not in have):
        kind = QualificationRequirement.Kind
        QualificationRequirement.objects.create(
            competition=locked,
            key=f"espd-{code}",
            number=place + at,
            kind=kind.PASS_FAIL if ground.mandatory else kind.DISCRETIONARY,
            title=ground.title[locked.language],
            ground=code,
        )
    _record(locked, "competition_changed", actor, now, {"part": "declaration", "grounds": sorted(wanted)})


@transaction.atomic
def answer_environment(competition: Competition, how: str, reason: str, *, actor: Actor, now: datetime) -> None:
    """Say how the rule on climate and environment is met. Whether it holds is asked of the guard, by the notice's day."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    EnvironmentAnswer.objects.update_or_create(competition=locked, defaults={"how": how, "reason": reason.strip()})
    _record(locked, "competition_changed", actor, now, {"part": "environment", "how": how, "reason": reason.strip()})


@transaction.atomic
def choose_clauses(
    competition: Competition, chosen: Mapping[str, tuple[bool, str]], *, actor: Actor, now: datetime
) -> None:
    """Take proposed clauses into the contract, or leave them out with a reason: rule id -> (included, reason)."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    BadInput.raise_if(
        Problem(rule, "clause_without_reason", _("Skriv hvorfor klausulen ikke skal med."))
        for rule, (included, reason) in chosen.items()
        if not included and not reason.strip()
    )
    for rule, (included, reason) in chosen.items():
        ClauseChoice.objects.update_or_create(
            competition=locked, clause=rule, defaults={"included": included, "reason": reason.strip()}
        )
    told = {rule: {"included": included, "reason": reason} for rule, (included, reason) in chosen.items()}
    _record(locked, "competition_changed", actor, now, {"part": "clauses", "chosen": told})


@transaction.atomic
def add_document(
    competition: Competition,
    *,
    kind: str,
    title: str,
    text: str = "",
    upload: Upload | None = None,
    key: str = "",
    reason: str = "",
    withdrawn: bool = False,
    actor: Actor,
    person: Person,
    now: datetime,
) -> CompetitionDocument:
    """Add a document, or the next version of the one with that ``key``. After the notice a version needs its reason.

    Raises BadInput for one that holds neither text nor file, and for a file over 25 MB.
    """
    locked = for_change(competition, actor, now, BEFORE_OPENING)
    latest = locked.documents.filter(key=key).order_by("-version").first() if key else None
    if key and latest is None:
        raise BadInput.of("key", "unknown", _("Dokumentet finnes ikke."))
    document = CompetitionDocument(
        competition=locked,
        key=latest.key if latest else _fresh_key(title, locked.documents.values_list("key", flat=True)),
        version=latest.version + 1 if latest else 1,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        reason=reason.strip(),
        withdrawn=withdrawn,
        made_at=now,
        made_by=person,
    )
    problems = _whole_problems(document, exclude=("file",))
    if not (document.text or upload or withdrawn):
        problems.append(Problem("text", "empty_document", _("Skriv teksten, eller legg ved en fil.")))
    if upload and len(upload.content) > LARGEST_FILE:
        problems.append(Problem("file", "too_large", _("Filen er større enn 25 MB.")))
    if locked.published_at is not None and not document.reason:
        problems.append(Problem("reason", "change_without_reason", _("Skriv hva som er nytt, så alle kan lese det.")))
    BadInput.raise_if(problems)
    if upload:
        document.file = files.store(
            locked.subject,
            "competition_document",
            f"{document.key}-{document.version}-{upload.name}"[-200:],
            upload.media_type,
            upload.content,
            at=now,
            actor=actor,
            stream=locked.stream,
        )
    document.save()
    payload = {"key": document.key, "version": document.version, "kind": kind, "reason": document.reason}
    events.record(
        Happening(locked.stream, "competition_document_added", locked.subject, actor, now, payload, (document,))
    )
    if locked.published_at is not None:
        hooks.document_changed(locked, document, now)
    return document


@transaction.atomic
def name_member(competition: Competition, person: Person, task: str, *, actor: Actor, now: datetime) -> TeamMember:
    """Give somebody a task in the competition. An opener or evaluator may sit in any organisation, but with no supplier."""
    locked = for_change(competition, actor, now, (*BEFORE_OPENING, "opened", "evaluating"))
    if task not in TeamMember.Task.values:
        raise BadInput.of("task", "unknown_task", _("Velg en oppgave."))
    roles = set(person.grants.filter(valid_to=None).values_list("role", flat=True))
    if not person.active or not roles or "supplier" in roles:
        raise BadInput.of("person", "not_a_member", _("Velg noen som har en rolle hos en oppdragsgiver."))
    member, made = TeamMember.objects.get_or_create(
        competition=locked, person=person, task=task, defaults={"added_at": now}
    )
    if made:
        _record(locked, "team_member_named", actor, now, {"person": person.key, "task": task})
    return member


@transaction.atomic
def let_member_go(competition: Competition, member: int, *, actor: Actor, now: datetime) -> None:
    """Take a task from somebody: they are shown as stepped back. The lead keeps theirs."""
    locked = for_change(competition, actor, now, (*BEFORE_OPENING, "opened", "evaluating"))
    row = locked.team.filter(pk=member, stepped_back_at=None).exclude(person=locked.lead, task="lead").first()
    if row is None:
        return
    if locked.stage == "preparing":
        row.delete()
    else:
        row.stepped_back_at = now
        row.save(update_fields=["stepped_back_at"])
    _record(locked, "team_member_left", actor, now, {"person": row.person.key, "task": row.task})


@transaction.atomic
def set_deadlines(
    competition: Competition,
    *,
    tenders_until: datetime | None = None,
    requests_until: datetime | None = None,
    questions_until: datetime | None = None,
    validity_until: date | None = None,
    reason: str = "",
    voluntary_standstill: bool = False,
    actor: Actor,
    now: datetime,
) -> Competition:
    """Set the dates before the notice or the invitation. One before the law's earliest day needs its reason; the guard
    asks."""
    locked = for_change(competition, actor, now, ("preparing", "selecting", "dialogue", "negotiating"))
    given = {
        "tenders_until": tenders_until,
        "requests_until": requests_until,
        "questions_until": questions_until,
        "validity_until": validity_until,
        "deadline_reason": reason.strip(),
        "voluntary_standstill": voluntary_standstill,
    }
    if validity_until and tenders_until and validity_until < clock.local_day(tenders_until):
        text = _("Tilbudene må stå lenger enn til tilbudsfristen.")
        raise BadInput.of("validity_until", "validity_before_deadline", text)
    for name, value in given.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(given))
    _record(locked, "competition_changed", actor, now, {"part": "deadlines", "values": plain(given)})
    return locked


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


def _record(competition: Competition, verb: str, actor: Actor, now: datetime, payload: dict[str, Any]) -> None:
    events.record(Happening(competition.stream, verb, competition.subject, actor, now, payload))


def _value_problems(competition: Competition) -> list[Problem]:
    found = []
    if len(competition.title) < 3:
        found.append(Problem("title", "too_short", _("Skriv en tittel.")))
    if competition.procedure not in all_procedures():
        found.append(Problem("procedure", "unknown_procedure", _("Velg en prosedyre.")))
    if competition.language not in Competition.Language.values:
        found.append(Problem("language", "unknown_language", _("Velg et språk.")))
    found += [
        Problem("cpv", "bad_cpv", _("«%(code)s» er ingen CPV-kode: skriv åtte sifre.") % {"code": code[:20]})
        for code in competition.cpv
        if not re.fullmatch(r"\d{8}", code)
    ]
    least, most = competition.estimated_value, competition.maximum_value
    if least is not None and most is not None and most < least:
        found.append(Problem("maximum_value", "below_estimate", _("Høyeste verdi er lavere enn anslått verdi.")))
    return found


def _require_whole(row: models.Model) -> None:
    BadInput.raise_if(_whole_problems(row))


def _whole_problems(row: models.Model, exclude: Iterable[str] = ()) -> list[Problem]:
    # What may be empty is left out: the models say so with null, not with blank.
    empty = {
        one.name
        for one in row._meta.fields
        if getattr(row, one.attname) in (None, []) and (one.null or one.has_default())
    }
    try:
        row.full_clean(exclude={*exclude, *empty})
    except ValidationError as error:
        return [
            Problem("" if field == "__all__" else field, "invalid", " ".join(texts))
            for field, texts in error.message_dict.items()
        ]
    return []


def _next_place(competition: Competition, model: type[Part], fields: Mapping[str, Any]) -> int:
    rows = rows_of(competition, model)
    if model is PriceSheetLine:
        rows = rows.filter(lot=fields["lot"])
    return int(rows.aggregate(most=models.Max("number"))["most"] or 0) + 1


def _new_key(competition: Competition, model: type[Part], name: str, fields: Mapping[str, Any]) -> str:
    rows = rows_of(competition, model)
    if model is PriceSheetLine:
        rows = rows.filter(lot=fields["lot"])
    return _fresh_key(name, rows.values_list("key", flat=True))


def _fresh_key(name: str, taken: Iterable[str]) -> str:
    """A readable key that nobody has yet: ``pris``, ``pris-2``."""
    used, base = set(taken), slugify(name.translate(_LETTERS))[:50].strip("-") or "del"
    return next(key for n in range(1, len(used) + 2) if (key := base if n == 1 else f"{base}-{n}") not in used)


def _told(value: object) -> object:
    return getattr(value, "key", value) if isinstance(value, models.Model) else value
