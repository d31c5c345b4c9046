"""What the first stage adds when Django starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.selecting import checks, panel, words
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, from the app's ``ready``."""
    register_guard("selection_announced", checks.selection_announced)
    register_guard("candidates_decided", checks.candidates_decided)
    register_words(words.REFUSALS)
    register_verbs(words.VERBS)
    messages.register(words.MESSAGES)
    add_panel(25, "selection", panel.selection_panel)
    add_help(
        HelpPage(
            "to-steg",
            _("Konkurranser i to steg"),
            _("Forespørsler, utvelgelse, forhandling og dialog, fra kunngjøringen til det siste tilbudet."),
            "competitions/help/to-steg",
            61,
        )
    )
