"""What the evaluation adds to the room of competitions and to those below it."""

from __future__ import annotations

from fellestorg.competitions.evaluation import checks
from fellestorg.competitions.evaluation.panel import evaluation_panel
from fellestorg.competitions.evaluation.words import REASONS, VERBS
from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.words import register_words
from fellestorg.kernel.verbs import register_verbs


def register() -> None:
    """Called once, when Django has started."""
    register_words(REASONS)
    register_verbs(VERBS)
    register_guard("evaluators_impartial", checks.evaluators_impartial)
    register_guard("qualification_decided", checks.qualification_decided)
    register_guard("ranking_is_final", checks.ranking_is_final)
    add_panel(60, "evaluation", evaluation_panel)
