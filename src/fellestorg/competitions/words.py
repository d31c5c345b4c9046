"""What stages, procedures, tasks and refusals are called. The rooms inside competitions register words of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import procedure, stage_title
from fellestorg.ui.formats import day, instant
from fellestorg.values import Decision

_DATED = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d\S*)?\Z")
_REASONS: dict[str, Promise] = {
    "not_from_here": _("Steget kan ikke tas slik konkurransen står nå."),
    "too_early": _("Fristen har ikke gått ut."),
    "guard_unanswered": _("Et vilkår kan ikke kontrolleres her ennå: %(guard)s."),
    "not_on_the_team": _("Bare de som er satt opp med denne oppgaven i konkurransen, kan gjøre dette."),
    "not_a_project_lead": _("Bare den som leder konkurransen, kan gjøre dette."),
}
TASKS: dict[str, Promise] = {
    TeamMember.Task.LEAD: _("Prosjektleder"),
    TeamMember.Task.EVALUATOR: _("Evaluerer"),
    TeamMember.Task.OPENER: _("Åpner tilbud"),
    TeamMember.Task.LAWYER: _("Jurist"),
}


def register_words(words: Mapping[str, Promise]) -> None:
    """Add the words of refusals: reason code -> a sentence, with ``%(name)s`` for the decision's params."""
    _REASONS.update(words)


def reason_text(decision: Decision) -> str:
    """Why something is refused, in the active language; the code where no room has words for it."""
    words = _REASONS.get(decision.reason)
    if words is None:
        return decision.reason.replace("_", " ")
    return str(words) % {name: _readable(value) for name, value in decision.params.items()}


def _readable(value: Any) -> Any:
    """A day or an instant of a decision's params as people read it; anything else as it is."""
    if not isinstance(value, str) or not _DATED.match(value):
        return value
    return instant(value) if "T" in value else day(value)


def stage_name(competition: Competition) -> str:
    """What the competition's stage is called."""
    return in_language(stage_title(competition.stage))


def procedure_name(competition: Competition) -> str:
    """What the competition's procedure is called."""
    return in_language(procedure(competition.procedure).title)
