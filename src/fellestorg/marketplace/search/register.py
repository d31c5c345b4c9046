"""What search adds to the rest of the house when it starts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.kernel import messages
from fellestorg.kernel.events import register_follower
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.search import indexing, kinds, saving
from fellestorg.organisations.own_data import OwnPart, register_own_part
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called when the marketplace is ready."""
    kinds.register()
    register_follower(indexing.follow)
    register_own_part(
        "saved_searches",
        OwnPart(
            lambda person: list(person.saved_searches.values("name", "query", "alerts", "saved_at")),
            erase=lambda person, now: saving.forget(person),
        ),
    )
    messages.register(
        {
            "saved_search_new": (
                _("Nytt i søket {name}"),
                _("Det er {count} nye treff i søket du har lagret:\n\n{titles}"),
            )
        }
    )
    add_way(
        Way("market", _("Søk i alt"), _("Tjenester, firmaer, veiledning, avtaler og konkurranser."), "search_all", 5)
    )
    add_help(
        HelpPage(
            "soke-i-alt",
            _("Søke i alt"),
            _("Ord, fraser, filtre, OG, ELLER og IKKE – og lagrede søk som varsler."),
            "marketplace/search/help/soke-i-alt",
            91,
        )
    )
