"""What opportunities add to the rest of the house when it starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.tenders.home import SeeAlso, add_see_also
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.opportunities import searching, subscribing, words
from fellestorg.marketplace.search.entries import Kind, register_kind
from fellestorg.organisations.own_data import OwnPart, register_own_part
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called when the marketplace is ready."""
    label = _("Muligheter for leverandører")
    text = _("Planlagte konkurranser, høringer, åpne konkurranser og innkjøpsordninger.")
    add_way(Way("procurement", label, text, "opportunities", 70))
    add_see_also(SeeAlso(label, text, "opportunities"))
    messages.register(words.MESSAGES)
    register_verbs(words.VERBS)
    register_own_part("opportunity_subscriptions", OwnPart(subscribing.shown, erase=subscribing.erase))
    register_subject("advance_notice", lambda key: f"/skytjenester/muligheter/{key}")
    register_kind(
        Kind(
            "advance_notice",
            _("Planlagt eller på høring"),
            75,
            searching.entries,
            {"advance_notice": lambda key: [key], "competition": searching.of_competition},
        )
    )
    add_help(
        HelpPage(
            "muligheter",
            _("Muligheter for leverandører"),
            _("Se hva som kommer, følg med i strøm, kalender eller e-post, og fortell om noe som er planlagt."),
            "marketplace/opportunities/help/muligheter",
            98,
        )
    )
