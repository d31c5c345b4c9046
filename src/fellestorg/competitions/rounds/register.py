"""What negotiation and dialogue add when Django starts."""

from __future__ import annotations

from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.rounds import checks, panel, words
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs


def register() -> None:
    """Called once, from the app's ``ready``."""
    register_guard("field_reduced_by_criteria", checks.field_reduced_by_criteria)
    register_guard("minutes_written", checks.minutes_written)
    register_words(words.REFUSALS)
    register_verbs(words.VERBS)
    messages.register(words.MESSAGES)
    add_panel(27, "rounds", panel.rounds_panel)
