"""What a row of a sheet declares of a car: a new one's, and one's that stands."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext

from fellestorg.kernel.setup import Row
from fellestorg.travel.sheets.kinds import Read
from fellestorg.values import decimal_text


def declared_in(row: Row, fuel: str) -> Read:
    """What a row declares of a car that runs on a fuel: consumption, emissions and range. Notes what cannot be."""
    declared: Read = {
        "litres_100km": decimal_text(row.amount("litres_100km") or Decimal(0)),
        "kwh_100km": decimal_text(row.amount("kwh_100km") or Decimal(0)),
        "co2_g_km": row.whole("co2_g_km", 1000) or 0,
        "range_km": row.whole("range_km", 5000),
    }
    electric = fuel == "electric"
    if electric and (Decimal(declared["kwh_100km"]) == 0 or Decimal(declared["litres_100km"]) or declared["co2_g_km"]):
        row.bad(
            "kwh_100km", "not_electric", gettext("en elbil bruker kWh og ikke noe drivstoff, og slipper ikke ut CO2")
        )
    if fuel and not electric and Decimal(declared["litres_100km"]) == 0:
        row.bad("litres_100km", "missing", gettext("oppgi forbruket"))
    return declared
