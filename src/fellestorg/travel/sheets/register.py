"""What sheets add to the rooms below."""

from __future__ import annotations

from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Panel, add_lot_panel
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel.actors import Actor
from fellestorg.travel.rentals.facts_sheet import FACTS as CAR_FACTS
from fellestorg.travel.rentals.sheets import FEES, PRICES
from fellestorg.travel.rentals.sheets import TERMS as RENTAL_TERMS
from fellestorg.travel.sheets import actions
from fellestorg.travel.sheets.kinds import register_sheets, sheets_for
from fellestorg.travel.stays.facts_sheet import FACTS as HOTEL_FACTS
from fellestorg.travel.stays.sheets import PLACES, RATES
from fellestorg.travel.stays.sheets import TERMS as STAY_TERMS


def register() -> None:
    """Called once, when Django has started."""
    actions.register()
    register_sheets(RATES, HOTEL_FACTS, PLACES, STAY_TERMS, PRICES, CAR_FACTS, FEES, RENTAL_TERMS)
    add_lot_panel("travel_sheets", _panel)


def _panel(lot: Lot, actor: Actor) -> Panel | None:
    """For whoever manages a lot with hotels or rental cars: where its prices and terms are changed."""
    kinds = sheets_for(lot)
    if not kinds or not may_manage(actor, lot.agreement).allowed:
        return None
    return Panel("travel/sheets/panel.html", {"kinds": kinds, "agreement": lot.agreement.key, "lot": lot.key})
