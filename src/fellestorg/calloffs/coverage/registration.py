"""What coverage tells the rest of the house when the room is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Panel, add_lot_panel
from fellestorg.calloffs.coverage import words
from fellestorg.calloffs.coverage.policy import REGISTRARS, SEES_ALL
from fellestorg.calloffs.coverage.queries import cap_of
from fellestorg.kernel import clock, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Register messages, verbs, the lot's section and the help page."""
    messages.register(words.MESSAGES)
    register_verbs(words.VERBS)
    register_subject("coverage_case", lambda key: f"/avrop/dekning/{key}")
    add_lot_panel("coverage", coverage_panel)
    add_help(
        HelpPage(
            "dekning",
            _("Når dekningen svikter"),
            _("Dokumentere stedet, og bruke sekundærleverandøren innenfor grensen."),
            "calloffs/help/dekning",
            24,
        )
    )


def coverage_panel(lot: Lot, actor: Actor) -> Panel | None:
    """On the lot's page: the cap as it stands, and the way to the cases."""
    if not lot.policies.exists():
        return None
    cap = cap_of(lot, clock.now())
    if cap is None:
        return None
    return Panel(
        "calloffs/coverage/panel.html", {"text": words.cap_text(cap), "reads": actor.has(*REGISTRARS, *SEES_ALL)}
    )
