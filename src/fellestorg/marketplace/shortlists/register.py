"""What comparison and shortlists add to the rest of the house when it starts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.shortlists import using
from fellestorg.marketplace.shortlists.words import VERBS
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Called when the marketplace is ready."""
    register_verbs(VERBS)
    register_subject("shortlist", lambda key: reverse("shortlist", args=[key]))
    using.register()
    add_way(
        Way("procurement", _("Sammenlign tjenester"), _("Inntil seks side om side, på de spørsmålene du velger."),
            "compare_listings", 20),
        Way("procurement", _("Kortlister"), _("For innkjøpere: hva dere fant, valgte og valgte bort, med begrunnelse."),
            "shortlists", 30),
    )  # fmt: skip
    add_help(
        HelpPage(
            "sammenligne-skytjenester",
            _("Sammenlign tjenester og lag kortliste"),
            _("Side om side, og et grunnlag som står seg i en minikonkurranse eller markedsundersøkelse."),
            "marketplace/shortlists/help/sammenligne-skytjenester",
            97,
        )
    )
