"""What listings add to the house when Django starts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.listings.words import VERBS
from fellestorg.ui.help import HelpPage, add_help

_HELP = "marketplace/listings/help"


def register() -> None:
    """Verbs of the log, the listings' page as a subject's, and the ways from the front page."""
    register_verbs(VERBS)
    register_subject("listing", lambda key: reverse("listing", args=[key]))
    add_way(
        Way("procurement", _("Tjenester etter kategori"), _("Svar, belegg og priser, side om side."), "listings", 10),
        Way("procurement", _("Mine tjenester"), _("For firmaer: presenter og hold ved like."), "my_listings", 90),
    )
    add_help(
        HelpPage(
            "presentere-skytjenester", _("Presentere skytjenester"),
            _("For firmaer: fra kladd til publisert, belegg, regneark og API."), f"{_HELP}/presentere-skytjenester", 92,
        ),
        HelpPage(
            "rekkefolge-skytjenester", _("Rekkefølgen på skytjenester"),
            _("Hvorfor tjenestene står som de står, og at ingen kan kjøpe en plass."),
            f"{_HELP}/rekkefolge-skytjenester", 93,
        ),
    )  # fmt: skip
