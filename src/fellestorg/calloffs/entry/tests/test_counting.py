"""Figures over no, one and many needs."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.calloffs.entry.keeping import Counted, by_month, counted, stated
from fellestorg.calloffs.entry.models import StatedNeed
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation

count = st.integers(0, 10_000)


@given(count, count, count)
def test_the_share_is_of_all_and_unknown_where_nothing_was_stated(covered: int, partly: int, not_covered: int) -> None:
    one = Counted(covered, partly, not_covered)
    if one.total == 0:
        assert one.share is None
    else:
        assert one.share is not None
        assert one.share * one.total == pytest.approx(Decimal(covered))
        assert 0 <= one.share <= 1


@pytest.mark.django_db
@pytest.mark.usefixtures("db")
def test_months_are_those_in_which_something_was_stated() -> None:
    agency = Organisation.objects.create(number="312345671", name="Prøve", kind="agency", region="NO081")
    for day, coverage in ((date(2023, 1, 31), "covered"), (date(2023, 3, 1), "partly"), (date(2023, 3, 2), "covered")):
        StatedNeed.objects.create(
            agency=agency, day=day, text=f"noe {day}", coverage=coverage,
            reason="" if coverage == "covered" else "similar", stated_at=clock.now(),
        )  # fmt: skip
    rows = stated(date(2023, 1, 1), date(2023, 3, 1))
    assert counted(rows) == Counted(1, 1, 0)
    assert by_month(rows) == [(date(2023, 1, 1), Counted(1, 0, 0)), (date(2023, 3, 1), Counted(0, 1, 0))]
    assert counted(stated(date(2024, 1, 1), date(2024, 2, 1))) == Counted()
