"""What the overview adds to the house when Django starts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.overview import own_panels, searched, study_panels, survey_panels, words
from fellestorg.marketplace.overview.panels import add_panels
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Panels, verbs, the studies as what can be searched, the ways from the front page and the help."""
    add_panels("own", "firmaer", _("Firmaer"), 10, own_panels.firm_panels)
    add_panels("own", "tjenester", _("Tjenester"), 20, own_panels.listing_panels)
    add_panels("own", "avrop", _("Avrop på avtalene"), 30, own_panels.calloff_panels)
    add_panels("studies", "verden", _("Verden og Norge"), 10, study_panels.beside)
    add_panels("survey", survey_panels.KEY, _("IT-drift i staten"), 10, survey_panels.survey_panels)
    register_verbs(words.VERBS)
    register_subject("study", lambda key: reverse("market_study", args=[key]))
    searched.register()
    add_way(
        Way("market", _("Markedet i tall"), _("Firmaer, tjenester, avrop og konsentrasjon."), "market_overview", 10),
        Way("market", _("Undersøkelser"), _("Hva andre har funnet ut, med kilde og metode."), "market_studies", 20),
        Way("market", _("IT-drift i staten"), _("Hvordan virksomhetene drifter IT."), "market_survey", 30),
    )
    add_help(
        HelpPage(
            "markedsoversikten", _("Markedsoversikten"),
            _("Hva tallene betyr, hvor de kommer fra, og hvordan SI leser inn undersøkelser."),
            "marketplace/overview/help/markedsoversikten", 94,
        )
    )  # fmt: skip
