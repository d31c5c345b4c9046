"""Reads of the dialogue. What others read never tells who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fellestorg.competitions.models import Competition, PublishedAnswer, SupplierQuestion
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question and its answer as everybody reads them."""

    number: int
    version: int
    question: str
    answer: str
    answered_at: datetime
    information: bool
    corrected: bool


def answers_of(competition: Competition) -> list[AnswerRow]:
    """The newest version of each answer, the newest number first."""
    newest: dict[int, PublishedAnswer] = {}
    for one in competition.answers.order_by("-number", "-version"):
        newest.setdefault(one.number, one)
    return [
        AnswerRow(
            one.number, one.version, one.question, one.answer, one.answered_at, one.asked_id is None, one.version > 1
        )
        for one in newest.values()
    ]


def unanswered(competition: Competition) -> list[SupplierQuestion]:
    """What has been asked and waits for an answer, the oldest first."""
    return list(competition.asked.filter(answers=None).order_by("number"))


def own_questions(competition: Competition, actor: Actor) -> list[SupplierQuestion]:
    """What the reader's own supplier has asked."""
    suppliers = actor.organisations(RoleGrant.Role.SUPPLIER)
    return list(competition.asked.filter(supplier__number__in=suppliers).prefetch_related("answers"))
