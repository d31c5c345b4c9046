"""What the database itself holds of routes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from fellestorg.travel.models import FareDiscount, Route, RouteArea

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2023, 11, 1)


def refused(make: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_a_route_is_there_once_whichever_way_it_is_written() -> None:
    route = Route.objects.get(origin="OSL", destination="TOS")
    refused(lambda: Route.objects.create(lot=route.lot, origin="TOS", destination="OSL"), "route_once_in_a_lot")
    refused(lambda: Route.objects.create(lot=route.lot, origin="OSL", destination="OSL"), "route_joins_two_airports")


def test_no_route_has_more_than_three_suppliers_on_any_day() -> None:
    route = Route.objects.get(origin="OSL", destination="TOS")
    fourth = RouteArea.objects.get(route__origin="OSL", route__destination="IST").supplier
    for rank, constraint in ((3, "one_area_a_rank"), (4, "three_suppliers_a_route")):
        refused(
            lambda rank=rank: RouteArea.objects.create(route=route, supplier=fourth, rank=rank, valid_from=DAY),
            constraint,
        )


def test_a_supplier_has_one_place_and_one_discount_a_class_at_a_time() -> None:
    area = RouteArea.objects.filter(route__origin="OSL", route__destination="IST").get()
    refused(
        lambda: RouteArea.objects.create(route=area.route, supplier=area.supplier, rank=2, valid_from=DAY),
        "one_area_a_supplier",
    )
    refused(
        lambda: FareDiscount.objects.create(
            route=area.route, supplier=area.supplier, fare_class="flex", rate=Decimal("0.1"), valid_from=DAY, source="x"
        ),
        "one_discount_a_class",
    )


def test_a_route_is_closed_with_a_reason() -> None:
    area = RouteArea.objects.filter(route__origin="OSL", route__destination="IST").get()
    refused(lambda: RouteArea.objects.filter(pk=area.pk).update(closed_from=DAY), "closed_route_has_a_reason")
