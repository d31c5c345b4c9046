"""What the award adds to the room of competitions and to those below it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.award import checks, notices, words
from fellestorg.competitions.award.panel import award_panel, results
from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.tenders.home import add_results
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called once, when Django has started."""
    register_words(words.REASONS)
    register_verbs(words.VERBS)
    messages.register(notices.TEXTS)
    register_guard("letters_ready", checks.letters_ready)
    register_guard("standstill_over", checks.standstill_over)
    register_guard("no_complaint_waits", checks.no_complaint_waits)
    add_panel(70, "award", award_panel)
    add_results(results)
    add_help(
        HelpPage(
            "evaluere-og-tildele",
            _("Evaluere og tildele"),
            _("Fra åpnede tilbud til brev, karens, klage og kontrakt."),
            "competitions/help/evaluere-og-tildele",
            61,
        )
    )
