"""Questions to one tenderer about its tender, and what was made of the answers. The tender itself never changes (E-8)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import locked, reasoned, record, refuse, require
from fellestorg.competitions.evaluation import policy
from fellestorg.competitions.evaluation.models import Clarification
from fellestorg.competitions.models import Competition
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput


def ask(
    competition: Competition,
    supplier: Organisation,
    kind: str,
    text: str,
    due: datetime,
    *,
    actor: Actor,
    person: Person,
) -> Clarification:
    """Ask one tenderer to clarify, to send evidence, or to explain a low price. It may not improve the tender (E-8)."""
    if kind not in Clarification.Kind.values:
        raise BadInput.of("kind", "unknown", f"expected one of {', '.join(Clarification.Kind.values)}")
    reasoned(text, "text")
    with transaction.atomic():
        competition, at = locked(competition)
        require(policy.may_decide(actor, competition))
        if due <= at:
            raise BadInput.of("due", "in_the_past", _("Oppgi et tidspunkt fram i tid."))
        row = Clarification.objects.create(
            competition=competition,
            supplier=supplier,
            kind=kind,
            text=text.strip(),
            asked_at=at,
            asked_by=person,
            due=due,
        )
        record(competition, "clarification_asked", actor, at, {"supplier": supplier.number, "kind": kind, "id": row.pk})
    return row


def answer(clarification: Clarification, text: str, *, actor: Actor, person: Person) -> Clarification:
    """The tenderer's answer. It stands beside the tender, which stays as it was; an answer after the deadline says so."""
    reasoned(text, "text", least=1)
    with transaction.atomic():
        competition, at = locked(clarification.competition)
        row = Clarification.objects.select_for_update().select_related("supplier").get(pk=clarification.pk)
        require(policy.may_answer(actor, row))
        row.answer, row.answered_at, row.answered_by = text.strip(), at, person
        row.save(update_fields=["answer", "answered_at", "answered_by"])
        record(
            competition, "clarification_answered", actor, at, {"id": row.pk, "late": at > row.due, "text": row.answer}
        )
    return row


def assess(clarification: Clarification, text: str, *, actor: Actor) -> Clarification:
    """What the team made of an answer, or of its absence after the deadline."""
    reasoned(text, "assessment")
    with transaction.atomic():
        competition, at = locked(clarification.competition)
        require(policy.may_decide(actor, competition))
        row = Clarification.objects.select_for_update().get(pk=clarification.pk)
        if row.answered_at is None and at <= row.due:
            refuse("answer_awaited")
        row.assessment, row.assessed_at = text.strip(), at
        row.save(update_fields=["assessment", "assessed_at"])
        record(competition, "clarification_assessed", actor, at, {"id": row.pk, "text": row.assessment})
    return row
