"""A competition made ready in a few lines, for tests of what stands on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fellestorg.competitions.models import AwardCriterion, Competition, PriceSheetLine, Question
from fellestorg.competitions.preparing import actions, plan
from fellestorg.competitions.tenders import sealing
from fellestorg.competitions.tenders.models import OpeningKey
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.organisations.models import Person

LEAD, OPENERS, EVALUATOR = "prosjektleder", ("apner", "si-admin"), "evaluerer"


def actor(username: str) -> Actor:
    """Somebody of the demo, with their roles."""
    person = Person.objects.get(username=username)
    grants = tuple(Grant(one.role, one.organisation.number) for one in person.grants.select_related("organisation"))
    return Actor(person.key, person.name, grants, person.language)


def person(username: str) -> Person:
    """Somebody of the demo."""
    return Person.objects.get(username=username)


def started(now: datetime, **fields: Any) -> Competition:
    """A competition that has just been started: one lot, no content."""
    lead = person(LEAD)
    grant = lead.grants.select_related("organisation").get(role="project_lead")
    given: dict[str, Any] = {
        "procedure": "open",
        "title": "Bærbare PC-er",
        "language": "nb",
        "buyer": grant.organisation,
        "lead": lead,
        "cpv": ["30213100"],
        "estimated_value": Decimal(1_000_000),
        "maximum_value": Decimal(1_500_000),
    }
    return actions.start(**{**given, **fields}, actor=actor(LEAD), now=now)


def filled_in(competition: Competition, now: datetime) -> Competition:
    """The same with all that a notice needs: criteria 40/30/30, a question, a price line, documents, team, dates, plan."""
    lead = actor(LEAD)
    for kind, title, weight, green in (
        ("price", "Pris", "0.4", False),
        ("points", "Kvalitet", "0.3", False),
        ("points", "Miljø", "0.3", True),
    ):
        fields = {"kind": kind, "title": title, "weight": Decimal(weight), "environment": green}
        if kind == "points":
            fields |= {"text": "10 poeng når alt er svært godt, 0 når noe mangler.", "max_value": Decimal(300_000)}
        actions.put(competition, AwardCriterion, None, fields, actor=lead, now=now)
    quality = competition.criteria.get(key="kvalitet")
    question = {"text": "Hvor mange timer varer batteriet?", "kind": "number", "criterion": quality, "unit": "timer"}
    actions.put(competition, Question, None, question, actor=lead, now=now)
    line = {"lot": competition.lots.all()[0], "title": "PC 14 tommer", "unit": "stk.", "quantity": Decimal(100)}
    actions.put(competition, PriceSheetLine, None, line, actor=lead, now=now)
    for kind, title in (("specification", "Kravspesifikasjon"), ("contract", "Kontraktsutkast")):
        actions.add_document(
            competition, kind=kind, title=title, text="Demodata.", actor=lead, person=person(LEAD), now=now
        )
    actions.answer_environment(competition, "weight", "", actor=lead, now=now)
    for username in OPENERS:
        actions.name_member(competition, person(username), "opener", actor=lead, now=now)
        opening_key(person=person(username))
    opening_key(organisation=competition.buyer)
    actions.name_member(competition, person(EVALUATOR), "evaluator", actor=lead, now=now)
    actions.set_deadlines(
        competition,
        tenders_until=now + timedelta(days=40),
        questions_until=now + timedelta(days=25),
        validity_until=clock.local_day(now + timedelta(days=130)),
        actor=lead,
        now=now,
    )
    planned(competition, now)
    return Competition.objects.get(pk=competition.pk)


def opening_key(**holder: Any) -> str:
    """Let an opener, or an organisation in escrow, have proved a key; the private one is given back. The demo's own are
    known already, and given as none."""
    if OpeningKey.objects.filter(**holder, retired_at=None).exists():
        return ""
    made, now = sealing.new_key(), clock.now()
    OpeningKey.objects.create(recipient=made.recipient, made_at=now, confirmed_at=now, **holder)
    return made.secret


def planned(competition: Competition, now: datetime, **changes: Any) -> Any:
    """The plan fixed: priced quality unless told otherwise."""
    given: dict[str, Any] = {
        "model": "priced_quality_deduction",
        "scale": Decimal(10),
        "parameters": {},
        "tie_break": ["pris", "miljo"],
        "reason": "",
        "rehearsal": {},
    }
    return plan.fix_plan(competition, **{**given, **changes}, actor=actor(LEAD), person=person(LEAD), now=now)


def published(now: datetime, **fields: Any) -> Competition:
    """A competition that has been published."""
    competition = filled_in(started(now, **fields), now)
    return actions.send_out(competition, "publish", actor=actor(LEAD), now=now)
