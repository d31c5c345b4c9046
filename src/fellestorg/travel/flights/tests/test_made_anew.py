"""Stale proposals about flights, made anew from today's state: what each changed stays, the rest is as it has become."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Q

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal
from fellestorg.agreements.proposals import Payload, Target
from fellestorg.agreements.tests.proposing import actor, approve
from fellestorg.kernel import clock
from fellestorg.travel.flights.changes import CLOSURE, RANKING, closure_payload
from fellestorg.travel.flights.importing import KIND as DISCOUNTS
from fellestorg.travel.models import FareDiscount, RouteArea
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
WHY = "Vedtatt i styringsgruppa."
MANAGER = "avtaleforvalter-reise"


def held(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def areas(count: int) -> list[RouteArea]:
    """Areas on different routes, of the agreement that holds now."""
    rows = (
        RouteArea.objects.filter(held(clock.today()))
        .filter(closed_from=None, rank=1)
        .select_related("route__lot__agreement", "supplier")
        .order_by("id")
    )
    return list(rows[:count])


def ask(kind: str, area: RouteArea, payload: Payload) -> ChangeProposal:
    lot = area.route.lot
    return proposals.propose(kind, Target(lot.agreement, lot), payload, WHY, actor=actor(MANAGER), now=clock.now())


def anew(stale: ChangeProposal) -> ChangeProposal:
    with pytest.raises(Refused) as refused:
        approve(stale)
    assert refused.value.code == "stale"
    return approve(proposals.propose_anew(stale, WHY, actor=actor(MANAGER), now=clock.now()))


def test_an_airline_that_stops_on_another_day_than_was_decided_meanwhile() -> None:
    (area,) = areas(1)
    first, later = (clock.today() + timedelta(days=days) for days in (20, 40))
    stale = ask(CLOSURE, area, closure_payload(area, later, "Ruten legges ned til sommeren"))
    approve(ask(CLOSURE, area, closure_payload(area, first, "Ruten legges ned før jul")))
    anew(stale)
    area.refresh_from_db()
    assert (area.closed_from, area.closed_reason) == (later, "Ruten legges ned til sommeren")


def test_discounts_that_the_proposal_left_alone_are_as_they_have_become() -> None:
    one, other = areas(2)
    on = clock.today() + timedelta(days=14)

    def rate(area: RouteArea) -> FareDiscount:
        rows = FareDiscount.objects.filter(held(on), route=area.route, supplier=area.supplier)
        return rows.order_by("fare_class")[0]

    def payload(**rates: str) -> dict[str, Any]:
        rows = [[area.route.code, area.supplier.number, rate(area).fare_class, said] for area, said in (
            (one, rates["one"]), (other, rates["other"]),
        )]  # fmt: skip
        return {"on": on.isoformat(), "rows": rows, "areas": []}

    was = f"{rate(other).rate.normalize():f}"
    stale = ask(DISCOUNTS, one, payload(one="0.31", other=was))
    approve(ask(DISCOUNTS, one, payload(one="0.22", other="0.44")))
    anew(stale)
    assert [f"{rate(area).rate.normalize():f}" for area in (one, other)] == ["0.31", "0.44"]


def test_a_new_order_holds_on_the_routes_it_changed_and_not_where_other_airlines_fly_now() -> None:
    on = clock.today() + timedelta(days=14)
    rows = RouteArea.objects.filter(held(on)).select_related("route__lot__agreement")
    flown: dict[str, list[RouteArea]] = {}
    for area in rows.select_related("supplier").order_by("route_id", "rank"):
        flown.setdefault(area.route.code, []).append(area)
    first, second = [each for each in flown.values() if len(each) > 1][:2]

    def order(*routes: list[RouteArea]) -> dict[str, Any]:
        ranked = [
            {
                "route": each[0].route.code,
                "ranking": [{"supplier": area.supplier.number, "basis": area.basis} for area in each],
            }
            for each in routes
        ]
        return {"on": on.isoformat(), "routes": ranked}

    def stands(each: list[RouteArea]) -> list[str]:
        rows = RouteArea.objects.filter(held(on), route=each[0].route)
        return list(rows.order_by("rank").values_list("supplier__number", flat=True))

    stale = ask(RANKING, first[0], order(first[::-1], second))
    approve(ask(RANKING, first[0], order(second[::-1])))
    anew(stale)
    assert [stands(first), stands(second)] == [[one.supplier.number for one in each[::-1]] for each in (first, second)]

    stale = ask(RANKING, first[0], order(first))
    RouteArea.objects.filter(route=first[0].route, rank=2, valid_from=on).delete()
    with pytest.raises(BadInput) as bad:
        proposals.propose_anew(stale, WHY, actor=actor(MANAGER), now=clock.now())
    assert [one.code for one in bad.value.problems] == ["other_suppliers"]
