"""Loads larger than what is there: faster, and in the end as sure and as findable as any other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
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
    monkeypatch.setattr(bulk, "_worth_it", lambda cursor, new: True)


def bring(text: str = LIST) -> Imported:
    lot = Lot.objects.select_related("agreement__owner", "agreement__manager").get(agreement__key="pc-utstyr", key="pc")
    supplier = Organisation.objects.get(positions__lot=lot, positions__rank=1)
    return import_prices(text.encode(), lot.agreement, lot, supplier, actor=OPERATOR, now=clock.now())


def made() -> list[tuple[Any, ...]]:
    """The two tables and all that hangs on them, as the database would write it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH mine AS (SELECT oid, relname FROM pg_class WHERE relname = ANY(%s) AND relkind = 'r')
            SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s)
            UNION ALL SELECT conrelid::regclass || conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint
                WHERE conrelid IN (SELECT oid FROM mine) OR confrelid IN (SELECT oid FROM mine)
            UNION ALL SELECT tgname, concat(pg_get_triggerdef(oid), tgenabled, obj_description(oid, 'pg_trigger'))
                FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM mine)
            UNION ALL SELECT relname || attname, concat_ws(' ', attnum, format_type(atttypid, atttypmod), attnotnull,
                    attidentity, attgenerated, attstorage, attcollation, pg_get_expr(adbin, adrelid),
                    pg_get_serial_sequence(relname, attname), attacl)
                FROM pg_attribute JOIN mine ON attrelid = mine.oid
                    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attnum > 0 AND NOT attisdropped
            ORDER BY 1, 2""",
            [list(bulk.TABLES)] * 2,
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
def test_what_a_large_load_must_not_hold_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before, prices = made(), PriceLine.objects.count()
    apply = store.apply

    def careless(submission: PriceListSubmission, *more: Any) -> int:
        submission.lines.update(before=None)
        return apply(submission, *more)

    monkeypatch.setattr(store, "apply", careless)
    with pytest.raises(IntegrityError, match="one_price_at_a_time"), transaction.atomic():
        bring()
    assert (made(), PriceLine.objects.count()) == (before, prices)


@pytest.mark.usefixtures("demo", "large")
def test_a_large_load_of_a_lot_that_is_gone_is_refused() -> None:
    with pytest.raises(IntegrityError, match="fk_agreements_lot"), transaction.atomic():
        beside = bulk.Beside()
        beside.take(connection.connection, 0, 0, 1)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO catalogues_item_beside (lot_id, number, name_nb, name_nn, name_en, category, unit, cpv,"
                " standard_assortment) VALUES (-1, 'a', 'a', 'a', 'a', 'a', 'a', 'a', false)"
            )
        with connection.wrap_database_errors:
            beside.put_in_place(connection.connection)


@pytest.mark.usefixtures("demo", "large")
def test_a_table_with_something_unknown_on_it_is_not_put_away() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW cheap AS SELECT * FROM catalogues_priceline")
        bring()
        cursor.execute("SELECT count(*) FROM cheap")
        assert cursor.fetchone()[0] == PriceLine.objects.count()
    assert Item.objects.get(number="NY-1").prices.exists()


@pytest.mark.usefixtures("large")
def test_others_read_while_a_large_load_is_under_way_and_it_waits_for_none_of_them(
    own_database: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_database(demo=True)
    taken, seen = bulk._taken, []

    def load() -> int:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '20s'")
            return bring().new
        finally:
            connection.close()

    def look() -> tuple[bool, int]:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")
            return Item.objects.filter(number="NY-1").exists(), PriceLine.objects.count()
        finally:
            connection.close()

    def looked_at(*given: Any) -> bool:
        # Everything is written and every index made; what is left is to change places.
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(look).result())
        return taken(*given)

    monkeypatch.setattr(bulk, "_taken", looked_at)
    monkeypatch.setattr(bulk, "_TRIES", 1)
    before = look()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        bulk.hold_tables(cursor)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(load).result() == 1
            assert pool.submit(look).result() == (True, before[1] + 2)
        # As it stands with the load in it, or without: never empty.
        assert PriceLine.objects.count() == before[1] + 2
    assert seen == [before]
    assert load() == 0
    assert seen == [before, (True, before[1] + 2)]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(("least", "lines", "worth"), [(10, 9, False), (10, 10**6, True), (1, 1, False)])
def test_only_a_load_that_is_large_and_larger_than_what_is_there_is_worth_it(
    monkeypatch: pytest.MonkeyPatch, least: int, lines: int, worth: bool
) -> None:
    monkeypatch.setattr(bulk, "LEAST_LINES", least)
    with connection.cursor() as cursor:
        assert bulk._worth_it(cursor.cursor, lines) is worth


@pytest.mark.usefixtures("demo")
def test_a_large_load_writes_what_a_small_one_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    for large in (False, True):
        monkeypatch.setattr(bulk, "_worth_it", lambda cursor, new, large=large: large)
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
    monkeypatch.setattr(bulk, "_worth_it", lambda cursor, new: large)
    add = store.Copying.add

    def late(copying: store.Copying, *lines: Any) -> None:
        Item.objects.create(
            lot=Lot.objects.get(agreement__key="pc-utstyr", key="pc"), number="NY-1", name_nb="a", name_nn="a", name_en="a",
            category="laptop", cpv="30213100", standard_assortment=False,
        )  # fmt: skip
        add(copying, *lines)

    monkeypatch.setattr(store.Copying, "add", late)
    bring()
    assert Item.objects.get(number="NY-1").prices.count() == 1
