"""The verbs of the dialogue. What one supplier is told, all are told at once; nobody learns who asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import for_change, record, require, row_of
from fellestorg.competitions.dialogue.interest import tell_interested
from fellestorg.competitions.dialogue.policy import OPEN_STAGES, may_ask, supplier_of
from fellestorg.competitions.dialogue.rules import answer_time
from fellestorg.competitions.models import (
    Competition,
    CompetitionDocument,
    DeadlineChange,
    Follower,
    PublishedAnswer,
    SupplierQuestion,
)
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.messages import Recipient, tell
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.ui import formats
from fellestorg.values import BadInput, Decision, Problem

SHORTEST, LONGEST = 10, 10_000
DEADLINES = ("questions_until", "requests_until", "tenders_until")


@transaction.atomic
def ask(competition: Competition, text: str, *, actor: Actor, person: Person, now: datetime) -> SupplierQuestion:
    """Ask on behalf of a supplier. The lead is told; the asker's name stays between the two rows and the audit."""
    locked = row_of(competition)
    require(may_ask(actor, locked, now))
    _require_text(text, "text")
    supplier = Organisation.objects.get(number=supplier_of(actor))
    row = SupplierQuestion.objects.create(
        competition=locked,
        number=_next(SupplierQuestion.objects.filter(competition=locked)),
        supplier=supplier,
        asked_by=person,
        asked_at=now,
        text=text.strip(),
    )
    # The log is open to the buyer: it tells that somebody asked, not who.
    somebody = Actor("supplier", _("En leverandør"))
    record(locked, "supplier_question_asked", somebody, now, {"number": row.number}, row)
    _follow(locked, person, supplier, now)
    leads = [member.person for member in locked.team.filter(task="lead", stepped_back_at=None).select_related("person")]
    told = [Recipient(one.key, one.email, one.language) for one in leads]
    facts = {"title": locked.title, "number": locked.number}
    tell(told, "competition_question_asked", facts, link=_link(locked), at=now)
    return row


@transaction.atomic
def answer(
    competition: Competition,
    asked: SupplierQuestion | None,
    question: str,
    text: str,
    *,
    number: int | None = None,
    extend_to: datetime | None = None,
    actor: Actor,
    person: Person,
    now: datetime,
) -> PublishedAnswer:
    """Answer to all at once. ``question`` is the question as everybody reads it. With ``number`` it corrects the answer
    of that number; without ``asked`` it is information the buyer gives by itself.

    An answer later than D-3 allows is refused unless ``extend_to`` moves the tender deadline far enough, for everybody.
    """
    locked = for_change(competition, actor, now, OPEN_STAGES)
    problems = _text_problems(question, "question") + _text_problems(text, "answer")
    if asked is not None and asked.competition_id != locked.pk:
        problems.append(Problem("asked", "unknown", _("Spørsmålet hører ikke til denne konkurransen.")))
    if asked is not None and asked.supplier.name.casefold() in f"{question}\n{text}".casefold():
        problems.append(Problem("question", "tells_who_asked", _("Ta bort navnet på den som spurte.")))
    before = locked.answers.filter(number=number).order_by("-version").first() if number else None
    if number and before is None:
        problems.append(Problem("number", "unknown", _("Svaret finnes ikke.")))
    BadInput.raise_if(problems)
    _require_in_time(locked, extend_to, now)
    if extend_to is not None:
        reason = _("Et svar på spørsmål ble gitt senere enn regelen tillater (D-3).")
        _move(locked, "tenders_until", extend_to, reason, actor, person, now)
    row = PublishedAnswer.objects.create(
        competition=locked,
        number=before.number if before else _next(PublishedAnswer.objects.filter(competition=locked)),
        version=before.version + 1 if before else 1,
        asked=before.asked if before else asked,
        question=question.strip(),
        answer=text.strip(),
        answered_at=now,
        answered_by=person,
    )
    payload = {"number": row.number, "version": row.version, "information": row.asked_id is None}
    record(locked, "question_answered", actor, now, payload, row)
    tell_interested(locked, "competition_answered", {"answer": row.number}, _link(locked), now)
    return row


@transaction.atomic
def extend(
    competition: Competition,
    field: str,
    until: datetime,
    reason: str,
    *,
    actor: Actor,
    person: Person,
    now: datetime,
) -> DeadlineChange:
    """Move a deadline later, for everybody. Raises BadInput for one that is not later, and without a reason."""
    locked = for_change(competition, actor, now, OPEN_STAGES)
    return _move(locked, field, until, reason, actor, person, now)


@transaction.atomic
def follow(competition: Competition, *, actor: Actor, person: Person, now: datetime) -> None:
    """Let somebody at a supplier be told of what changes."""
    if not actor.has(RoleGrant.Role.SUPPLIER):
        require(Decision("refused", "only_suppliers_follow"))
    _follow(competition, person, Organisation.objects.get(number=supplier_of(actor)), now)


@transaction.atomic
def unfollow(competition: Competition, *, person: Person) -> None:
    """No longer be told."""
    Follower.objects.filter(competition=competition, person=person).delete()


def document_changed(competition: Competition, document: CompetitionDocument, now: datetime) -> None:
    """Tell everybody of a document's new version; registered with those who keep documents."""
    link = reverse("competition_document", args=[competition.number, document.key])
    params = {"document": document.title, "version": document.version, "reason": document.reason}
    tell_interested(competition, "competition_document_changed", params, link, now)


def _move(
    locked: Competition, field: str, until: datetime, reason: str, actor: Actor, person: Person, now: datetime
) -> DeadlineChange:
    before: datetime | None = getattr(locked, field) if field in DEADLINES else None
    problems = []
    if before is None:
        raise BadInput.of("field", "no_such_deadline", _("Konkurransen har ikke denne fristen."))
    if until <= before:
        problems.append(Problem("until", "not_later", _("En frist kan bare flyttes fram i tid, og for alle.")))
    if len(reason.strip()) < SHORTEST:
        problems.append(Problem("reason", "no_reason", _("Skriv hvorfor, med minst ti tegn.")))
    BadInput.raise_if(problems)
    setattr(locked, field, until)
    fields = [field]
    tenders = locked.tenders_until
    if locked.validity_until and tenders and locked.validity_until < clock.local_day(tenders):
        raise BadInput.of(
            "until", "validity_before_deadline", _("Tilbudene står ikke så lenge. Velg en tidligere dag.")
        )
    locked.save(update_fields=fields)
    change = DeadlineChange.objects.create(
        competition=locked,
        field=field,
        before=before,
        after=until,
        reason=reason.strip(),
        changed_at=now,
        changed_by=person,
    )
    payload = {
        "field": field,
        "before": before.isoformat(),
        "after": until.isoformat(),
        "reason": reason,
    }
    record(locked, "deadline_moved", actor, now, payload, change)
    when = {code: formats.instant(until, code=code) for code in ("nb", "nn", "en")}
    tell_interested(locked, "competition_deadline_moved", {"until": when, "reason": reason.strip()}, _link(locked), now)
    return change


def _require_in_time(competition: Competition, extend_to: datetime | None, now: datetime) -> None:
    until = competition.tenders_until
    if until is None:
        return
    notice = competition.notice_date or clock.local_day(now)
    time = answer_time(clock.local_day(until), clock.local_day(now), notice)
    if time.in_time or (extend_to is not None and clock.local_day(extend_to) >= time.earliest_deadline):
        return
    params = {"by": time.by.isoformat(), "earliest": time.earliest_deadline.isoformat(), "rule": time.rule.id}
    require(Decision("refused", "answer_too_late", (time.rule,), params=params))


def _follow(competition: Competition, person: Person, supplier: Organisation, now: datetime) -> None:
    Follower.objects.get_or_create(
        competition=competition, person=person, defaults={"supplier": supplier, "since": now}
    )


def _next(rows: models.QuerySet[Any]) -> int:
    return int(rows.aggregate(most=models.Max("number"))["most"] or 0) + 1


def _require_text(text: str, where: str) -> None:
    BadInput.raise_if(_text_problems(text, where))


def _text_problems(text: str, where: str) -> list[Problem]:
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        return [Problem(where, "bad_length", _("Skriv minst ti tegn, og ikke mer enn ti tusen."))]
    return []


def _link(competition: Competition) -> str:
    return reverse("questions_and_answers", args=[competition.number])
