"""What stages, procedures, tasks and refusals are called. The rooms inside competitions register words of their own."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.kernel.text import in_language
from fellestorg.law.procedures import procedure, stage_title
from fellestorg.values import Decision

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
    return str(words) % decision.params if words is not None else decision.reason.replace("_", " ")


def stage_name(competition: Competition) -> str:
    """What the competition's stage is called."""
    return in_language(stage_title(competition.stage))


def procedure_name(competition: Competition) -> str:
    """What the competition's procedure is called."""
    return in_language(procedure(competition.procedure).title)
