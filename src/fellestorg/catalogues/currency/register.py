"""What the room tells the rest of the house about exchange rates when it is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Panel, add_lot_panel
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Kind, as_proposed, register_kind
from fellestorg.catalogues.currency import actions, clause
from fellestorg.catalogues.models import CurrencyClause
from fellestorg.kernel import messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Register the kinds of change, messages, verbs, the section of the lot's page and the help."""
    register_kind(
        actions.KIND,
        Kind(
            _("Valutajustering"),
            actions.rests_on,
            actions.check,
            actions.compare,
            actions.apply,
            direct_in_draft=False,
            anew=actions.anew,
        ),
    )
    name = _("Vilkår for valutajustering")
    anew = as_proposed(clause.rests_on)
    register_kind(clause.KIND, Kind(name, clause.rests_on, clause.check, clause.compare, clause.apply, anew=anew))
    messages.register(
        {
            "prices_adjusted": (
                _("Nye priser fra {day}: {agreement}"),
                _(
                    "De faste prisene under {lot} endres med {percent} fra {day}. Endringen følger kursen for {currency} "
                    "{rate_day}, slik avtalen sier. Frem til da gjelder dagens priser."
                ),
            ),
        }
    )
    register_verbs(
        {
            "prices_adjusted": _("Priser justert etter valutakurs"),
            "exchange_rates_imported": _("Valutakurser lest inn"),
            "currency_clause_changed": _("Vilkår for valutajustering endret"),
        }
    )
    register_subject("currency", lambda _key: "/valutakurser")
    add_lot_panel("regulation_currency", _panel)
    add_help(
        HelpPage(
            "valutajustering",
            _("Når prisene følger en valutakurs"),
            _("Kurser, vilkår, forslag og varsel."),
            "catalogues/help/valutajustering",
            65,
        )
    )


def _panel(lot: Lot, actor: Actor) -> Panel | None:
    """That prices follow an exchange rate, where they do; and the way to say so, for those who manage the agreement."""
    found = CurrencyClause.objects.filter(lot=lot).first()
    manages = may_manage(actor, lot.agreement).allowed
    if found is None and not manages:
        return None
    context: dict[str, object] = {"clause": found, "manages": manages, "agreement": lot.agreement.key, "lot": lot.key}
    return Panel("catalogues/currency_panel.html", context)
