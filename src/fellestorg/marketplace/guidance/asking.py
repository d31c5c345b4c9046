"""«Spør en ekspert»: a question to SI, its answer to whoever asked, and, without the name, guidance for all.

Only those signed in who buy for an agency ask: then SI can answer by message, and keeps no address of anybody outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.guidance import private
from fellestorg.marketplace.guidance.actions import editors
from fellestorg.marketplace.guidance.models import Article, ExpertQuestion
from fellestorg.marketplace.guidance.policy import ASKERS, may_ask, may_edit, may_publish, require, require_pace
from fellestorg.marketplace.listings import questions
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, Refused

LONGEST_TITLE, LONGEST_BODY, LONGEST_ANSWER = 140, 4000, 8000
MOST_IN_A_QUARTER = 10


@transaction.atomic
def ask(given: Mapping[str, Any], *, actor: Actor, person: Person, now: datetime) -> ExpertQuestion:
    """Send a question to SI: ``title``, ``body`` and perhaps ``category``. SI's editors get a message.

    Raises BadInput, Refused.
    """
    require(may_ask(actor))
    title, wrong = private.short("title", str(given["title"]), LONGEST_TITLE)
    body, more = private.long("body", str(given["body"]), LONGEST_BODY)
    category = str(given.get("category", ""))
    if category and questions.category(category) is None:
        more = [*more, Problem("category", "unknown", _("ukjent kategori"))]
    BadInput.raise_if([*wrong, *more])
    require_pace(f"ask:{person.pk}", now, most=MOST_IN_A_QUARTER)
    row = ExpertQuestion.objects.create(
        asked_by=person,
        organisation=_own_organisation(actor),
        language=actor.language,
        title=title,
        body=body,
        category=category,
        asked_at=now,
    )
    _record(row, "expert_question_asked", actor, now, {})
    link = f"/skytjenester/sporsmal/{row.pk}"
    messages.tell(editors(clock.local_day(now)), "expert_question_asked", {"title": title}, link=link, at=now)
    return row


@transaction.atomic
def take(question: ExpertQuestion, *, actor: Actor, person: Person, now: datetime) -> ExpertQuestion:
    """Take a question on: it is shown to the others at SI as being looked at. Raises Refused."""
    require(may_edit(actor))
    row = _locked(question)
    _require_state(row, ExpertQuestion.State.RECEIVED)
    row.handler = person
    row.save(update_fields=["handler"])
    _record(row, "expert_question_taken", actor, now, {})
    return row


@transaction.atomic
def answer(
    question: ExpertQuestion,
    public: Mapping[str, Mapping[str, str]],
    related: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
) -> ExpertQuestion:
    """Answer: the question as SI words it for all, and the answer, by language. Whoever asked gets a message at once.

    The language of the question is required; another may lack. Names of whoever asked may not stand there. An answer not yet
    published may be written again. Raises BadInput with every problem, Refused.
    """
    require(may_edit(actor))
    row = _locked(question)
    _require_state(row, ExpertQuestion.State.RECEIVED, ExpertQuestion.State.ANSWERED)
    forbidden = [row.asked_by.name, row.organisation.name]
    found: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for code in LANGUAGES:
        given = public.get(code, {})
        asked, wrong = private.short(f"question_{code}", given.get("question", ""), LONGEST_TITLE, required=False)
        said, more = private.long(f"answer_{code}", given.get("answer", ""), LONGEST_ANSWER, required=False)
        problems += [*wrong, *more]
        problems += private.names(f"question_{code}", asked, forbidden)
        problems += private.names(f"answer_{code}", said, forbidden)
        if bool(asked) != bool(said) or (code == row.language and not said):
            where = f"answer_{code}" if asked or not said else f"question_{code}"
            problems.append(Problem(where, "missing", _("skriv både spørsmål og svar")))
        if asked and said:
            found[code] = {"question": asked, "answer": said}
    known = set(Article.objects.filter(slug__in=related).values_list("slug", flat=True))
    if set(related) - known:
        problems.append(Problem("related", "unknown", _("ukjent artikkel")))
    BadInput.raise_if(problems)
    row.public, row.related, row.state = found, list(related), ExpertQuestion.State.ANSWERED
    row.answered_by_key, row.answered_by, row.answered_at = actor.key, actor.name, now
    row.save()
    _record(row, "expert_question_answered", actor, now, {"languages": sorted(found)})
    asker = Recipient(row.asked_by.key, row.asked_by.email, row.asked_by.language)
    link = f"/skytjenester/sporsmal/{row.pk}"
    messages.tell([asker], "expert_question_answered", {"title": row.title}, link=link, at=now)
    return row


@transaction.atomic
def publish(question: ExpertQuestion, *, actor: Actor, now: datetime) -> ExpertQuestion:
    """Let all read question and answer, without whose question it was. Another than whoever answered does. Raises Refused."""
    row = _locked(question)
    _require_state(row, ExpertQuestion.State.ANSWERED)
    require(may_publish(actor, [row.answered_by_key]))
    row.state, row.published_at = ExpertQuestion.State.PUBLISHED, now
    row.published_by_key, row.published_by = actor.key, actor.name
    row.save()
    _record(row, "expert_answer_published", actor, now, {"answered_by": row.answered_by})
    return row


@transaction.atomic
def close(question: ExpertQuestion, reason: str, *, actor: Actor, now: datetime) -> ExpertQuestion:
    """Close a question without publishing it, or take a published one back, with a reason that whoever asked sees."""
    require(may_edit(actor))
    row = _locked(question)
    if row.state == ExpertQuestion.State.CLOSED:
        raise Refused("closed", _("Spørsmålet er alt lukket."))
    said, wrong = private.short("reason", reason, 500)
    BadInput.raise_if(wrong)
    row.state, row.closed_reason = ExpertQuestion.State.CLOSED, said
    row.save(update_fields=["state", "closed_reason"])
    _record(row, "expert_question_closed", actor, now, {"reason": said})
    asker = Recipient(row.asked_by.key, row.asked_by.email, row.asked_by.language)
    told = {"title": row.title, "reason": said}
    messages.tell([asker], "expert_question_closed", told, link=f"/skytjenester/sporsmal/{row.pk}", at=now)
    return row


def _own_organisation(actor: Actor) -> Organisation:
    """The agency the actor asks for: their own, or the first of them."""
    return Organisation.objects.get(number=sorted(actor.organisations(*ASKERS))[0])


def _locked(question: ExpertQuestion) -> ExpertQuestion:
    rows = ExpertQuestion.objects.select_for_update(of=("self",)).select_related("asked_by", "organisation")
    return rows.get(pk=question.pk)


def _require_state(row: ExpertQuestion, *states: str) -> None:
    if row.state not in states:
        raise Refused("state", _("Spørsmålet er alt behandlet. Last siden på nytt."))


def _record(row: ExpertQuestion, verb: str, actor: Actor, now: datetime, payload: dict[str, Any]) -> None:
    subject = f"expert_question:{row.pk}"
    events.record(Happening(subject, verb, subject, actor, now, payload))
