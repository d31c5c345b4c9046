"""The dialogue's sections on a competition's page: questions and answers, and what the competition rests on."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from fellestorg.competitions.dialogue.evidence import evidence_of, ways_to_attach
from fellestorg.competitions.dialogue.policy import OPEN_STAGES, may_ask
from fellestorg.competitions.dialogue.queries import answers_of, unanswered
from fellestorg.competitions.dialogue.words import DEADLINE_NAMES
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_lead, may_see_inside
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import in_language
from fellestorg.law.load import rule_book
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Download

_SHOWN = 3


def dialogue(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """The latest answers, the deadlines that were moved, what waits, and the way to ask or follow; once it is out."""
    if competition.stage == "preparing":
        return None
    rows = answers_of(competition)
    leads = may_lead(actor, competition).allowed
    until = competition.tenders_until
    open_now = competition.stage in OPEN_STAGES and (until is None or until > now)
    if not rows and not open_now:
        return None
    supplier = actor.has(RoleGrant.Role.SUPPLIER)
    key = actor.key.partition(":")[2]
    return Panel(
        "competitions/dialogue/panel.html",
        {
            "competition": competition,
            "rows": rows[:_SHOWN],
            "count": len(rows),
            "waiting": len(unanswered(competition)) if leads else 0,
            "leads": leads and open_now,
            "may_ask": may_ask(actor, competition, now).allowed,
            "may_follow": supplier and open_now,
            "follows": supplier and competition.followers.filter(person_id=key).exists(),
            "moved": [(one, DEADLINE_NAMES[one.field]) for one in competition.deadline_changes.all()],
        },
    )


def evidence(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """What is attached as evidence, and how more is; for those inside, where there is something to see or do."""
    if not may_see_inside(actor, competition).allowed:
        return None
    found, ways = evidence_of(competition), ways_to_attach(competition, actor, now)
    if not found and not ways:
        return None
    rule = rule_book().rule("MARKET-EQUAL", on=competition.notice_date or clock.local_day(now))
    return Panel(
        "competitions/dialogue/evidence.html",
        {
            "evidence": found,
            "ways": ways,
            "rule_text": in_language(rule.text),
            "source": rule.source,
            "verified": rule.verified,
            "downloads": [
                Download("CSV", reverse("competition_evidence_csv", args=[competition.number]), "csv"),
                Download("JSON", reverse("competition_evidence_json", args=[competition.number]), "json"),
            ],
        },
    )
