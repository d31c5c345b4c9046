"""What preparing adds when Django starts: guards, sections, words, verbs and the entry of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.preparing import panels, words
from fellestorg.competitions.preparing.guards import GUARDS
from fellestorg.competitions.words import register_words
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help
from fellestorg.ui.shell import NavItem, add_navigation


def register() -> None:
    """Called once, from the app's ``ready``."""
    for name, guard in GUARDS.items():
        register_guard(name, guard)
    register_words(words.REFUSALS)
    register_verbs(words.VERBS)
    add_panel(10, "checklist", panels.checklist)
    add_panel(40, "contents", panels.contents)
    add_navigation(NavItem("competitions", _("Konkurranser"), "competitions", 45))
    add_help(
        HelpPage(
            "lede-konkurranse",
            _("Lede en konkurranse"),
            _("Fra behov til kunngjøring, og svar på spørsmål fram til fristen."),
            "competitions/help/lede-konkurranse",
            60,
        )
    )
