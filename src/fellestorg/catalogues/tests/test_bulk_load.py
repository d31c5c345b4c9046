"""Loads larger than what is there: faster, and in the end as sure and as findable as any other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.actions import Imported, import_prices
from fellestorg.catalogues.intake import bulk, store
from fellestorg.catalogues.models import Item, PriceLine, PriceListSubmission
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.organisations.models import Organisation

LIST = "varenummer;pris;navn;kategori;cpv\nNY-1;10,5;Ny vare;laptop;30213100\nPC-14-STD;1;;;\n"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any load counts as larger than what is there."""
    monkeypatch.setattr(bulk, "_worth_it", lambda lines: True)


def bring(text: str = LIST) -> Imported:
    lot = Lot.objects.select_related("agreement__owner", "agreement__manager").get(agreement__key="pc-utstyr", key="pc")
    supplier = Organisation.objects.get(positions__lot=lot, positions__rank=1)
    return import_prices(text.encode(), lot.agreement, lot, supplier, actor=OPERATOR, now=clock.now())


def made() -> list[tuple[Any, ...]]:
    """Every index and constraint of the two tables, as the database would write them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('catalogues_item', 'catalogues_priceline')"
            " UNION ALL SELECT conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint"
            " WHERE conrelid IN ('catalogues_item'::regclass, 'catalogues_priceline'::regclass) ORDER BY 1, 2"
        )
        return list(cursor.fetchall())


@pytest.mark.usefixtures("demo", "large")
def test_a_large_load_leaves_every_index_and_constraint_as_it_was() -> None:
    before = made()
    done = bring()
    assert (done.new, done.changed) == (1, 1)
    assert made() == before
    assert Item.objects.get(number="NY-1").prices.get().unit_price.normalize().as_tuple().digits == (1, 0, 5)


@pytest.mark.usefixtures("demo", "large")
def test_after_a_large_load_two_prices_still_cannot_hold_at_once() -> None:
    bring()
    line = Item.objects.get(number="NY-1").prices.get()
    line.pk, line.valid_from = None, line.valid_from + timedelta(days=9)
    with pytest.raises(IntegrityError, match="one_price_at_a_time"), transaction.atomic():
        line.save(force_insert=True)


@pytest.mark.usefixtures("demo", "large")
def test_what_a_large_load_must_not_hold_stops_it() -> None:
    before, prices = made(), PriceLine.objects.count()
    line = PriceLine.objects.first()
    assert line is not None
    with pytest.raises(IntegrityError, match="one_price_at_a_time"), transaction.atomic(), bulk.bulk_load(1):
        line.pk = None
        line.save(force_insert=True)
    assert (made(), PriceLine.objects.count()) == (before, prices)


@pytest.mark.usefixtures("large")
def test_a_large_load_does_not_wait_for_somebody_who_reads(own_database: Callable[..., str]) -> None:
    own_database(demo=True)

    def load() -> int:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '20s'")
            return bring().new
        finally:
            connection.close()

    with transaction.atomic():
        assert not Item.objects.filter(number="NY-1").exists()
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(load).result() == 1
    assert Item.objects.filter(number="NY-1").exists()


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("least", "lines", "worth"), [(10, 9, False), (10, 10**6, True), (1, 1, False)])
def test_only_a_load_that_is_large_and_larger_than_what_is_there_is_worth_it(
    monkeypatch: pytest.MonkeyPatch, least: int, lines: int, worth: bool
) -> None:
    monkeypatch.setattr(bulk, "LEAST_LINES", least)
    assert bulk._worth_it(lines) is worth


@pytest.mark.usefixtures("demo")
def test_a_large_load_writes_what_a_small_one_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    for large in (False, True):
        monkeypatch.setattr(bulk, "_worth_it", lambda lines, large=large: large)
        with transaction.atomic():
            bring()
            prices = PriceLine.objects.order_by("item__lot_id", "item__number", "supplier_id", "valid_from")
            columns = [field.name for field in PriceLine._meta.fields if field.name not in ("id", "item")]
            kept = [f"item__{field.name}" for field in Item._meta.fields if field.name != "id"]
            ways.append(list(prices.values_list(*kept, *columns)))
            transaction.set_rollback(True)
    assert ways[0] == ways[1]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("large", [False, True])
def test_an_item_that_another_has_made_meanwhile_is_not_made_twice(
    monkeypatch: pytest.MonkeyPatch, *, large: bool
) -> None:
    monkeypatch.setattr(bulk, "_worth_it", lambda lines: large)
    apply = store.apply

    def late(submission: PriceListSubmission, today: date) -> int:
        assert submission.lot is not None
        Item.objects.create(
            lot=submission.lot, number="NY-1", name_nb="a", name_nn="a", name_en="a", category="laptop", cpv="30213100",
            standard_assortment=False,
        )  # fmt: skip
        return apply(submission, today)

    monkeypatch.setattr(store, "apply", late)
    bring()
    assert Item.objects.get(number="NY-1").prices.count() == 1
