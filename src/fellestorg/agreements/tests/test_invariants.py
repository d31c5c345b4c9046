"""What the database itself refuses about agreements, whoever writes (FA-1, FA-3, ranks, participation, append-only)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import Error, IntegrityError, connection, transaction

from fellestorg.agreements.models import (
    CeilingEntry,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.kernel.models import DecisionRecord, Event, RootSeal

pytestmark = pytest.mark.usefixtures("demo")


def agreement(**changes: Any) -> FrameworkAgreement:
    like = FrameworkAgreement.objects.get(key="pc-utstyr")
    fields = {
        "key": "ny-avtale", "title_nb": "n", "title_nn": "n", "title_en": "n", "category": "ict",
        "owner": like.owner, "manager": like.manager, "ruleset_date": date(2023, 1, 1),
        "starts": date(2023, 3, 27), "ends": date(2025, 3, 26), "latest_end": date(2027, 3, 26),
    }  # fmt: skip
    return FrameworkAgreement(**(fields | changes))


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({}, True),  # 48 months to the day
        ({"latest_end": date(2027, 3, 27)}, False),
        ({"latest_end": date(2028, 3, 26)}, False),
        ({"latest_end": date(2028, 3, 26), "long_duration_reason": "Utbygging av dekning tar tid"}, True),
        ({"ends": date(2023, 3, 26)}, False),
        ({"latest_end": date(2024, 3, 26)}, False),
    ],
)
def test_an_agreement_over_48_months_has_a_reason_and_ends_after_it_starts(changes, stands) -> None:
    if stands:
        agreement(**changes).save()
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        agreement(**changes).save()


def test_a_lot_has_a_maximum_value() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.filter(key="pc").update(max_value=0)


@pytest.mark.parametrize("same", ["rank", "supplier"])
def test_two_suppliers_never_hold_one_rank_and_one_supplier_never_two(same) -> None:
    first, second = SupplierPosition.objects.filter(lot__key="pc").order_by("rank")[:2]
    taken = SupplierPosition(lot=first.lot, supplier=first.supplier, rank=9, valid_from=first.valid_from)
    if same == "rank":
        taken.supplier, taken.rank = second.supplier, first.rank
    with pytest.raises(IntegrityError), transaction.atomic():
        taken.save()


def test_a_suspension_has_a_reason() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplierPosition.objects.filter(lot__key="pc", rank=1).update(suspended_from=date(2023, 11, 1))


def test_nobody_participates_twice_at_a_time() -> None:
    one = Participation.objects.filter(agreement__key="pc-utstyr").first()
    assert one is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            agreement=one.agreement, organisation=one.organisation, ground="opt_in", valid_from=one.valid_from
        )


@pytest.mark.parametrize("model", [CeilingEntry, PolicyVersion, DecisionRecord, Event, RootSeal])
@pytest.mark.parametrize(
    "statement", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"]
)
def test_an_append_only_table_refuses_raw_sql(model, statement) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    assert model.objects.exists()
    with pytest.raises(Error, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table=table, key=key))


def test_only_the_demo_moves_the_clock() -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_installation SET kind = 'real'")
