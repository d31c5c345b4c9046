"""In which order the catalogue index gives what it finds, at which prices, and to whom."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from fellestorg.agreements.models import SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search import Wanted, index, postgres
from fellestorg.catalogues.search.results import for_asker, results
from fellestorg.catalogues.search.words import distance
from fellestorg.catalogues.tests.item_case import DAY, EVERYBODY, agency, made, price_lines, priced, search, seen
from fellestorg.organisations.models import Organisation

pytestmark = pytest.mark.usefixtures("demo")
RELAXED = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.mark.parametrize("order", ["relevance", "price", "number"])
@pytest.mark.parametrize("text", ["", "pc", "papir"])
def test_pages_are_stable_and_no_item_stands_on_two(text: str, order: Any) -> None:
    wanted = for_asker(Wanted(text, DAY, order=order), EVERYBODY, agency())
    whole = index().search(wanted, start=0, stop=20_000)
    pages = [index().search(wanted, start=at, stop=at + 7) for at in range(0, min(whole.total, 70), 7)]
    turned = [hit.id for page in pages for hit in page.hits]
    assert turned == [hit.id for hit in whole.hits][: len(turned)] and len(set(turned)) == len(turned)
    assert {page.total for page in pages} == {whole.total}
    assert pages[0] == index().search(wanted, start=0, stop=7)
    beyond = index().search(wanted, start=10_000, stop=10_025)
    assert (beyond.hits, beyond.total) == ((), whole.total)


@pytest.mark.parametrize("text", ["", "pc", "skjerm", "papir"])
def test_by_price_is_what_the_agency_would_pay_and_unpriced_items_come_last(text: str) -> None:
    wanted = for_asker(Wanted(text, DAY, order="price"), EVERYBODY, agency())
    hits = index().search(wanted, start=0, stop=20_000).hits
    shown = [one.price for one in results(hits, wanted, EVERYBODY)]
    assert [hit.price for hit in hits] == shown
    have = [price for price in shown if price is not None]
    assert have == sorted(have) and shown[len(have) :] == [None] * (len(shown) - len(have))


def test_rank_decides_the_price_where_the_policy_ranks_and_the_lowest_where_it_does_not() -> None:
    ranked = Item.objects.get(number="PC-14-STD", lot__key="pc")
    first = SupplierPosition.objects.get(lot=ranked.lot, rank=1, valid_from__lte=DAY)
    PriceLine.objects.filter(item=ranked, supplier=first.supplier).update(unit_price=99_999)
    (shown,) = [
        one for one in seen(for_asker(Wanted("PC-14-STD", DAY), EVERYBODY, agency())) if one.number == ranked.number
    ]
    assert (shown.price, shown.supplier, shown.mechanism) == (Decimal(99_999), first.supplier.number, "rank")
    SupplierPosition.objects.filter(pk=first.pk).update(suspended_from=DAY, suspension_reason="x")
    (shown,) = [
        one for one in seen(for_asker(Wanted("PC-14-STD", DAY), EVERYBODY, agency())) if one.number == ranked.number
    ]
    assert shown.price is not None and shown.price < 99_999 and shown.supplier != first.supplier.number
    item = made("BILLIG-1", "Billigvare")
    priced(item, "7", rank=2)
    (shown,) = seen(for_asker(Wanted("BILLIG-1", DAY), EVERYBODY, agency()))
    assert (shown.price, shown.mechanism) == (Decimal(7), "lowest_net_price")


def test_an_agency_outside_every_agreement_finds_items_and_has_no_price() -> None:
    outsider = Organisation.objects.create(number="299999990", name="Utenfor", kind="agency", fictional=True)
    wanted = for_asker(Wanted("skjerm", DAY, order="price"), EVERYBODY, outsider.number)
    shown = seen(wanted)
    assert shown and all(one.price is None for one in shown)


def test_a_supplier_finds_only_what_it_prices_and_the_public_sees_no_price() -> None:
    number = SupplierPosition.objects.get(lot__key="pc", rank=1, valid_from__lte=DAY).supplier.number
    own = PriceSight(False, frozenset([number]))
    wanted = for_asker(Wanted("", DAY, order="price"), own, None)
    theirs = {item for item, supplier, _label in price_lines() if supplier == number}
    assert {hit.id for hit in index().search(wanted, start=0, stop=20_000).hits} == theirs
    assert {one.supplier for one in seen(wanted, own)} <= {number, ""}
    assert index().facets(wanted).counts["supplier"].keys() == {number}
    nobody = PriceSight(False)
    public = for_asker(Wanted("skjerm", DAY, order="price", supplier=(number,)), nobody, None)
    assert (public.order, public.supplier) == ("relevance", ())
    assert all(one.price is None and one.supplier == "" for one in seen(public, nobody))


def test_two_filters_narrow_and_two_values_widen() -> None:
    paper, monitors = search("", category=("paper",)).total, search("", category=("monitor",)).total
    assert search("", category=("paper", "monitor")).total == paper + monitors
    assert search("", category=("paper",), agreement=("pc-utstyr",)).total == 0
    assert search("", agreement=("finnes-ikke",)).total == 0
    one = replace(Wanted("", DAY), category=("paper",))
    assert index().facets(one).counts["category"]["monitor"] == monitors


def test_counting_stops_at_the_most_that_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setattr(postgres, "MOST_COUNTED", 10)
    wanted = for_asker(Wanted("papir", DAY, order="price"), EVERYBODY, agency())
    found = index().search(wanted, start=0, stop=8)
    assert (found.total, found.capped) == (10, True)
    monkeypatch.undo()
    assert [hit.id for hit in found.hits] == [hit.id for hit in index().search(wanted, start=0, stop=8).hits]


def test_a_distance_counts_letters_that_changed_places_once() -> None:
    words = ["stol", "stlo", "stl", "stool", "skjerm", "skerm", ""]
    for one, other in itertools.product(words, words):
        assert distance(one, other) == distance(other, one)
        assert (distance(one, other) == 0) == (one == other)
    assert (distance("stol", "stlo"), distance("", "stol"), distance("skerm", "skjerm")) == (1, 4, 1)
