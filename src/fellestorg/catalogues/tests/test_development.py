"""How prices have moved between two days: what is shown, to whom, and that it agrees with the rows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.development.query import Development, Moved, development
from fellestorg.catalogues.models import PriceLine
from fellestorg.catalogues.tests.test_pages import client, supplier
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation

PAGE = "/avtaler/pc-utstyr/pc/priser/utvikling"


def found(days: int = 0) -> Development:
    lot = Lot.objects.select_related("agreement").get(agreement__key="pc-utstyr", key="pc")
    first = Organisation.objects.get(positions__lot=lot, positions__rank=1)
    return development(lot, first, lot.agreement.starts, clock.today() + timedelta(days=days))


@pytest.mark.usefixtures("demo")
def test_the_movements_are_those_of_the_rows() -> None:
    moved = {one.number: one for one in found().moved}
    bag = moved["SEKK-15"]
    rows = PriceLine.objects.filter(item__number="SEKK-15", item__lot__key="pc", supplier__number=supplier("pc", 1))
    prices = list(rows.order_by("valid_from").values_list("unit_price", flat=True))
    assert (bag.kind, bag.before, bag.after) == ("changed", prices[0], prices[-1])
    assert bag.change == ((prices[-1] - prices[0]) / prices[0]).quantize(Decimal("0.000001"))


@pytest.mark.usefixtures("demo")
def test_what_is_gone_or_new_has_no_share_and_stands_last() -> None:
    line = PriceLine.objects.filter(item__lot__key="pc", supplier__number=supplier("pc", 1), valid_to=None).first()
    assert line is not None
    line.valid_to = clock.today()
    line.save()
    last = found(days=1).moved[-1]
    assert (last.kind, last.after, last.change, last.number) == ("removed", None, None, line.item.number)


def test_the_spread_counts_each_changed_price_once() -> None:
    def one(change: str | None) -> Moved:
        return Moved("", "", "changed", None, None, None if change is None else Decimal(change))

    shares = ("-0.2", "-0.1", "-0.03", "0", "0.019", "0.02", "0.1", "0.5", None)
    spread = Development(tuple(one(share) for share in shares), 0).spread
    assert spread == [1, 1, 1, 0, 2, 1, 0, 2]


@pytest.mark.usefixtures("demo")
def test_the_page_and_its_twins_say_the_same_and_the_public_sees_nothing() -> None:
    buyer = client("innkjoper")
    query = f"?leverandor={supplier('pc', 1)}&fra=2023-03-27&til=2023-11-01"
    page = buyer.get(PAGE + query).content.decode()
    told = buyer.get(f"{PAGE}.json{query}").json()
    assert "SEKK-15" in page and len(told["moved"]) == buyer.get(f"{PAGE}.csv{query}").content.count(b"\r\n") - 1
    assert client().get(PAGE).status_code == 403
    own = client("dustin").get(f"{PAGE}.json{query}").json()
    assert own["supplier"] != told["supplier"], "a supplier sees its own prices alone"


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("query", ["?fra=x&til=y", "?fra=2030-01-01&til=2020-01-01", "?leverandor=%00", "?side=99"])
def test_odd_questions_give_a_page(query: str) -> None:
    assert client("revisor").get(PAGE + query).status_code == 200
