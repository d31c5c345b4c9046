"""Sections of a competition's page: the checklist for its lead, and what everybody reads of lots, criteria and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fellestorg.competitions import guards, procedures
from fellestorg.competitions.acting import BEFORE_OPENING
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import PUBLIC_STAGES, may_lead, may_see_inside
from fellestorg.competitions.preparing import document_pages
from fellestorg.competitions.preparing.guards import criteria_faults, document_problems
from fellestorg.competitions.preparing.limits import limits_shown
from fellestorg.competitions.preparing.parts import PARTS
from fellestorg.competitions.preparing.plan import current_plan
from fellestorg.competitions.preparing.queries import clauses_of, documents_of, price_lines_of
from fellestorg.competitions.preparing.words import DOCUMENT_KINDS, ENVIRONMENT_WAYS, GUARD_NAMES
from fellestorg.competitions.words import reason_text
from fellestorg.engines.evaluation import model_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import Move, procedure
from fellestorg.ui.parts import Download
from fellestorg.values import Decision

# The guards of a notice or an invitation, and the page where each is put in order.
_WHERE = {
    "documents_complete": "#dokumenter",
    "criteria_complete": "kriterier",
    "criteria_within_framework": "kriterier",
    "innovation_rewarded": "kriterier",
    "environment_answered": "competition_environment",
    "plan_fixed": "competition_rehearsal",
    "team_named": "competition_team",
    "deadlines_long_enough": "competition_deadlines",
    "all_able_are_invited": "#inviterte",
    "system_set_up": "competition_system",
    "opening_keys_ready": "competition_team",
    "selection_announced": "selection_rules",
}
_SHOWN_LINES = 100


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist: what, whether it is in order, what is missing, and where to put it right."""

    name: str
    done: bool
    missing: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Way:
    """A page where something is filled in, and how much is there."""

    title: str
    link: str
    count: int | None


def checklist(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """For the lead, while the competition is prepared: what is in order, what is missing, and the button that sends it."""
    if competition.stage != "preparing" or not may_lead(actor, competition).allowed:
        return None
    moves = [one for one in procedures.open_moves(competition, now) if one.move.key != "cancel"]
    if not moves:
        return None
    move = moves[0].move
    checks = [_check(competition, name, now) for name in move.guards]
    return Panel(
        "competitions/preparing/checklist.html",
        {
            "competition": competition,
            "checks": checks,
            "ways": _ways(competition),
            "move": move,
            "title": in_language(move.title),
            "law": move.law,
            "ready": all(check.done for check in checks),
            "left": sum(not check.done for check in checks),
            "invitees": list(competition.invitees.select_related("supplier").order_by("supplier__name")),
            "invites": _invites(move),
        },
    )


def contents(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """What the competition is: lots, documents, requirements, criteria with weights and model, and the price sheet."""
    inside = may_see_inside(actor, competition).allowed
    if not visible_contents(competition, inside=inside):
        return None
    plan = current_plan(competition)
    lines = price_lines_of(competition)
    today = clock.local_day(now)
    number = competition.number
    answer = getattr(competition, "environment", None)
    return Panel(
        "competitions/preparing/contents.html",
        {
            "competition": competition,
            "leads": may_lead(actor, competition).allowed and may_change_documents(competition, now),
            "lots": list(competition.lots.all()),
            "awards": procedure(competition.procedure).move("award") is not None,
            "limits": limits_shown(competition),
            "documents": [(one, DOCUMENT_KINDS[one.kind]) for one in documents_of(competition)],
            "requirements": [PARTS["kvalifikasjon"].labelled(one) for one in competition.requirements.all()],
            "criteria": [(one, PARTS["kriterier"].labelled(one)) for one in competition.criteria.all()],
            "questions": [
                PARTS["sporsmal"].labelled(one)
                for one in competition.questions.select_related("criterion", "requirement", "lot")
            ],
            "plan": plan,
            "model": model_name(plan.model, _language()) if plan else "",
            "tie_break": _tie_words(competition, plan.tie_break) if plan else [],
            "environment": (ENVIRONMENT_WAYS.get(answer.how, answer.how), answer.reason) if answer else None,
            "clauses": [
                (in_language(one.proposed.rule.title), one.proposed.text[competition.language], one.proposed.rule)
                for one in clauses_of(competition, today)
                if one.choice is not None and one.choice.included
            ],
            "lines": [PARTS["prisskjema"].labelled(one) for one in lines[:_SHOWN_LINES]],
            "line_count": len(lines),
            "more_lines": max(0, len(lines) - _SHOWN_LINES),
            "downloads": [
                Download(_("Prisskjema, XLSX"), reverse("price_sheet_xlsx", args=[number])),
                Download(_("Prisskjema, CSV"), reverse("price_sheet_csv", args=[number]), "csv"),
                Download(_("Alt som JSON"), reverse("competition_json", args=[number]), "json"),
                Download(_("Frister, iCal"), reverse("competition_calendar", args=[number])),
            ],
            "document_downloads": document_pages.downloads(number),
        },
    )


def visible_contents(competition: Competition, *, inside: bool) -> bool:
    """Whether the reader, who sees the competition, may also see what it asks: once it is sent out, or from inside."""
    return inside or competition.stage in (*PUBLIC_STAGES, "invited")


def may_change_documents(competition: Competition, now: datetime) -> bool:
    """Whether documents may still change: until tenders are in."""
    until = competition.tenders_until
    over = competition.published_at is not None and until is not None and until <= now
    return competition.stage in BEFORE_OPENING and not over


def _check(competition: Competition, name: str, now: datetime) -> Check:
    answer = guards.ask(name, competition, now)
    missing: list[Decision] = [] if answer.allowed else [answer]
    if name == "documents_complete":
        missing = list(document_problems(competition, clock.local_day(now)))
    elif name == "criteria_complete":
        missing = criteria_faults(competition)
    texts = dict.fromkeys(reason_text(one) for one in missing)
    return Check(
        str(GUARD_NAMES.get(name, name)), answer.allowed, tuple(texts), _link(competition, _WHERE.get(name, ""))
    )


def _link(competition: Competition, where: str) -> str:
    if where.startswith("#") or not where:
        return where
    if where in PARTS:
        return reverse("competition_part", args=[competition.number, where])
    return reverse(where, args=[competition.number])


def _ways(competition: Competition) -> list[Way]:
    number = competition.number
    two_stages = procedure(competition.procedure).move("close_requests") is not None
    counts = {
        "delkontrakter": competition.lots.count(),
        "kvalifikasjon": competition.requirements.count(),
        "kriterier": competition.criteria.count(),
        "sporsmal": competition.questions.count(),
        "prisskjema": len(price_lines_of(competition)),
        **({"utvelgelse": competition.selection_criteria.count()} if two_stages else {}),
    }
    ways = [Way(_("Om konkurransen"), reverse("competition_about", args=[number]), None)]
    ways += [
        Way(str(page.title), reverse("competition_part", args=[number, slug]), counts[slug])
        for slug, page in PARTS.items()
        if slug in counts
    ]
    if counts["delkontrakter"] > 1:
        ways.append(Way(_("Grenser og pakker"), reverse("competition_limits", args=[number]), None))
    if two_stages:
        ways.append(Way(_("Hvem som inviteres"), reverse("selection_rules", args=[number]), None))
    ways += [
        Way(_("Dokumenter"), reverse("edit_competition_document", args=[number]), len(documents_of(competition))),
        Way(_("Kontraktsklausuler"), reverse("competition_clauses", args=[number]), competition.clauses.count()),
        Way(_("Klima og miljø"), reverse("competition_environment", args=[number]), None),
        Way(_("Prøv evalueringen"), reverse("competition_rehearsal", args=[number]), competition.plans.count()),
        Way(_("Frister"), reverse("competition_deadlines", args=[number]), None),
        Way(_("Laget"), reverse("competition_team", args=[number]), competition.team.count()),
    ]
    return ways


def _invites(move: Move) -> bool:
    return "all_able_are_invited" in move.guards


def _tie_words(competition: Competition, keys: list[str]) -> list[str]:
    titles = dict(competition.criteria.values_list("key", "title"))
    return [titles.get(key, key) for key in keys]


def _language() -> str:
    return (get_language() or "nb")[:2]
