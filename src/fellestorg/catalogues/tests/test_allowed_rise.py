"""How much a fixed price may rise under a lot's clause, as the intake of price lists asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fellestorg.agreements.models import Lot, RegulationClause
from fellestorg.catalogues.models import IndexValue, PriceRegulation
from fellestorg.catalogues.regulation import allowed_rise

NOW = datetime(2023, 1, 15, 9, tzinfo=UTC)


@pytest.fixture
def lot(demo: None) -> Lot:
    lot = Lot.objects.get(agreement__key="pc-utstyr", key="pc")
    clause(lot)
    return lot


def clause(lot: Lot, **fields: Any) -> RegulationClause:
    given = {
        "series": "KPI",
        "base_month": date(2021, 12, 1),
        "first_on": date(2023, 3, 1),
        "notice_days": 30,
        "source": "test",
        **fields,
    }
    return RegulationClause.objects.update_or_create(lot=lot, defaults=given)[0]


def test_without_a_clause_nothing_can_be_said(demo: None) -> None:
    lot = Lot.objects.get(agreement__key="mobil-2022", key="mobil")
    assert allowed_rise(lot, date(2022, 9, 3), date(2024, 9, 2)) is None


@pytest.mark.parametrize(
    ("since", "day", "rate"),
    [
        (date(2022, 3, 1), date(2023, 2, 28), "0"),
        (date(2022, 3, 1), date(2023, 3, 1), "0.058"),
        (date(2023, 3, 1), date(2023, 12, 31), "0"),
        # What was not taken in 2023 may be taken in 2024: the base month has not moved.
        (date(2023, 3, 1), date(2024, 3, 1), "0.101"),
        (date(2022, 3, 1), date(2024, 3, 1), "0.101"),
    ],
)
def test_each_regulation_day_in_between_counts(lot: Lot, since: date, day: date, rate: str) -> None:
    assert allowed_rise(lot, since, day) == Decimal(rate)


def test_each_year_is_held_to_the_cap(lot: Lot) -> None:
    clause(lot, max_rise=Decimal("0.03"))
    assert allowed_rise(lot, date(2022, 3, 1), date(2024, 3, 1)) == Decimal("0.0609")


def test_what_was_decided_counts_before_what_the_clause_would_give(lot: Lot) -> None:
    PriceRegulation.objects.create(
        lot=lot, year=2023, takes_effect=date(2023, 4, 1), series="KPI", base_month=date(2021, 12, 1),
        base_value=Decimal(100), month=date(2022, 12, 1), value=Decimal("105.8"), index_source="test",
        index_verified=False, max_rise=Decimal("0.02"), capped=True, factor=Decimal("1.02"), price_decimals=2,
        clause_source="test", proposed_by="a", approved_by="b", noticed_at=NOW,
    )  # fmt: skip
    assert allowed_rise(lot, date(2022, 3, 1), date(2023, 3, 31)) == 0
    assert allowed_rise(lot, date(2022, 3, 1), date(2023, 4, 1)) == Decimal("0.02")
    # The next counts from December 2022: 110.1 / 105.8.
    assert allowed_rise(lot, date(2023, 4, 1), date(2024, 3, 1)) == Decimal("0.04064272")


def test_imported_values_win_and_a_fall_is_no_rise(lot: Lot) -> None:
    values = {date(2021, 12, 1): "120.0", date(2022, 12, 1): "118.0"}
    for month, value in values.items():
        IndexValue.objects.create(
            series="KPI", month=month, value=Decimal(value), source="SSB", imported_by="a", imported_at=NOW
        )
    assert allowed_rise(lot, date(2022, 3, 1), date(2023, 3, 1)) == 0
    IndexValue.objects.filter(month=date(2022, 12, 1)).update(value=Decimal("123.6"))
    assert allowed_rise(lot, date(2022, 3, 1), date(2023, 3, 1)) == Decimal("0.03")
