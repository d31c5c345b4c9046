"""The facts that a call-off policy asks for of a route: who delivers there, in which rank, and who has stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.needs import Need
from fellestorg.kernel import clock
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation
from fellestorg.travel.flights.queries import areas_on, route_by_code
from fellestorg.travel.models import Route


def route_table(need: Need, lot: Lot, _buyer: Organisation | None, at: datetime) -> tuple[dict[str, Any], list[Rule]]:
    """The table of the route that a need states, for lots with routes; nothing for other lots."""
    if not Route.objects.filter(lot=lot).exists():
        return {}, []
    day = clock.local_day(at)
    asked = need.stated.route
    route = route_by_code(asked, lot) if asked else None
    rows = [
        {
            "supplier": one.supplier.number,
            "rank": one.rank,
            "closed": None
            if one.closed_from is None
            else {"from": one.closed_from.isoformat(), "reason": one.closed_reason},
            "basis": one.basis,
        }
        for one in (areas_on(route, day) if route is not None else ())
    ]
    key = route.code if route is not None else asked or None
    return {"table": {"kind": "route", "key": key, "rows": rows}}, [rule_book().rule("FLY-RANK", on=day)]
