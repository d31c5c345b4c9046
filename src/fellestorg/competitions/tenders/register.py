"""What this room adds to the house when Django starts."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy

from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.preparing.hooks import add_before_sending
from fellestorg.competitions.tenders import keys, opening, own_data, panels, renewing, words
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import register_follower
from fellestorg.kernel.verbs import register_verbs
from fellestorg.organisations.models import RoleGrant
from fellestorg.organisations.own_data import OwnPart, register_own_part
from fellestorg.ui import shell
from fellestorg.ui.help import HelpPage, add_help
from fellestorg.ui.shell import NavItem


def register() -> None:
    """Guards, words, verbs and messages of sealed tenders."""
    add_before_sending(_lock)
    add_panel(30, "tender", panels.supplier_panel)
    add_panel(60, "opening", panels.opening_panel)
    shell.add_navigation(
        NavItem("supplier_home", gettext_lazy("Leverandør"), "supplier_home", 15, (RoleGrant.Role.SUPPLIER,))
    )
    register_guard("two_openers", opening.two_openers)
    register_guard("opening_keys_ready", keys.opening_keys_ready)
    register_follower(renewing.ask_to_be_let_in)
    register_words(words.REFUSALS)
    register_verbs(words.VERBS)
    messages.register(words.MESSAGES)
    register_own_part("tenders", OwnPart(own_data.shown, own_data.hindrances, own_data.erase))
    add_help(
        HelpPage(
            "levere-tilbud",
            gettext_lazy("Levere tilbud"),
            gettext_lazy("Kladd, priser, vedlegg, kvittering og kode, for leverandører."),
            "competitions/help/levere-tilbud",
            62,
        )
    )
    add_help(
        HelpPage(
            "apne-tilbud",
            gettext_lazy("Åpne tilbud"),
            gettext_lazy("Nøkler, åpning ved to personer, ny åpner og tapt nøkkel."),
            "competitions/help/apne-tilbud",
            63,
        )
    )


def _lock(competition: Competition, move: str, actor: Actor, now: datetime) -> None:
    """Before a competition goes out it gets its lock; where keys are missing, the guard says so."""
    if keys.opening_keys_ready(competition, now).allowed and competition.tenders_until is not None:
        keys.lock(competition, actor, now)
