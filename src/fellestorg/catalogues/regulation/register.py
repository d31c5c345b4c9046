"""What the room tells the rest of the house about price regulation when it is ready."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Panel, add_lot_panel
from fellestorg.agreements.proposals import Kind, register_kind
from fellestorg.catalogues.regulation import actions, rules
from fellestorg.catalogues.regulation.preview import clause_of, terms_of, used_years
from fellestorg.kernel import clock, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.values import Refused


def register() -> None:
    """Register the kind of change, messages, verbs and the section of the lot's page."""
    register_kind(
        actions.KIND,
        Kind(
            _("Prisregulering"),
            actions.rests_on,
            actions.check,
            actions.compare,
            actions.apply,
            direct_in_draft=False,
            anew=actions.anew,
        ),
    )
    messages.register(
        {
            "prices_regulated": (
                _("Nye priser fra {day}: {agreement}"),
                _(
                    "De faste prisene under {lot} endres med {percent} fra {day}. Endringen følger indeksen for {month}, "
                    "slik avtalen sier. Frem til da gjelder dagens priser."
                ),
            ),
            "regulation_near": (
                _("Prisene kan snart reguleres: {agreement}, {lot}"),
                _(
                    "Etter avtalen kan prisene under {lot} reguleres fra {day}. Da må virksomhetene og leverandørene være "
                    "varslet senest {last}. Forslaget må godkjennes av en annen enn den som lager det."
                ),
            ),
        }
    )
    register_verbs({"prices_regulated": _("Priser regulert"), "index_imported": _("Indeks lest inn")})
    register_subject("index", lambda key: f"/indekser/{key}")
    add_lot_panel("regulation", _panel)


def _panel(lot: Lot, actor: Actor) -> Panel | None:
    """When the lot's prices may be regulated next; nothing where they may not."""
    try:
        clause = clause_of(lot)
    except Refused:
        return None
    day = rules.next_regulation_day(terms_of(clause), used_years(lot), clock.today())
    ends = min(lot.agreement.ends, clause.valid_to or date.max)
    context = {"day": day, "ends": ends, "agreement": lot.agreement.key, "lot": lot.key}
    return Panel("catalogues/regulation_panel.html", context)
