"""Hotels of a place for the policy language: who delivers there, in the order that counts on the day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.needs import Need
from fellestorg.engines.travel.stays import STANDARD, Stay
from fellestorg.kernel import clock
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation
from fellestorg.travel.models import HotelPlace
from fellestorg.travel.stays import queries
from fellestorg.values import Refused, decimal_text, kroner


def hotels_of_the_place(
    need: Need, lot: Lot, _buyer: Organisation | None, at: datetime
) -> tuple[dict[str, Any], list[Rule]]:
    """The table ``location`` of a lot that has places: the suppliers by their best hotel for a night in a standard room.

    A place that the lot does not have has no rows; a need that names none gives a table without a key.
    """
    known = HotelPlace.objects.filter(lot=lot).select_related("lot__agreement")
    if not known.exists():
        return {}, []
    asked = need.stated.location
    place = known.filter(key=asked).first() if asked else None
    if place is None:
        return {"table": {"kind": "location", "key": asked or None, "rows": []}}, []
    day = clock.local_day(at)
    try:
        found = queries.rank(place, Stay(day, 1, STANDARD, queries.point_of(place)))
    except Refused:
        return {"table": {"kind": "location", "key": place.key, "rows": []}}, []
    rows: dict[str, dict[str, Any]] = {}
    for one in found.rows:
        basis = {
            "hotel": one.hotel.name,
            "net": kroner(one.net),
            "km": decimal_text(one.km),
            "ecolabel": one.hotel.ecolabel or None,
            "compared": kroner(one.compared),
        }
        rows.setdefault(
            one.hotel.supplier,
            {"supplier": one.hotel.supplier, "rank": len(rows) + 1, "closed": None, "basis": basis},
        )
    table = {"kind": "location", "key": place.key, "rows": list(rows.values())}
    return {"table": table}, [] if place.outside_vat else [queries.vat_on(day)]
