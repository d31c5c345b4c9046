"""Time without an agreement: the arithmetic, what the demo's agreements leave open, and what is known on which day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.agreements import gaps
from fellestorg.agreements.gaps import Gap, Period, find_gaps
from fellestorg.agreements.models import FrameworkAgreement

ZERO = date(2020, 1, 1)


def on(number: int) -> date:
    return ZERO + timedelta(days=number)


def period(key: str, first: int, last: int, option: int | None = None, category: str = "laptop") -> Period:
    return Period(key, category, on(first), on(last), on(last if option is None else option))


def between(found: list[Gap]) -> list[tuple[int, int | None, str, str]]:
    return [
        ((one.first - ZERO).days, None if one.last is None else (one.last - ZERO).days, one.after, one.before)
        for one in found
    ]


@pytest.mark.parametrize(
    ("periods", "wanted"),
    [
        ([period("a", 0, 9)], [(10, None, "a", "")]),
        ([period("a", 0, 9), period("b", 10, 19)], [(20, None, "b", "")]),
        ([period("a", 0, 9), period("b", 11, 19)], [(10, 10, "a", "b"), (20, None, "b", "")]),
        ([period("a", 0, 9), period("b", 5, 19)], [(20, None, "b", "")]),
        ([period("a", 0, 30), period("b", 5, 9), period("c", 40, 50)], [(31, 39, "a", "c"), (51, None, "c", "")]),
        ([period("b", 20, 29), period("a", 0, 9)], [(10, 19, "a", "b"), (30, None, "b", "")]),
        ([], []),
    ],
    ids=["one", "adjacent days", "one day between", "overlap", "inside another", "in any order", "none"],
)
def test_a_gap_is_the_days_that_nobody_covers(periods: list[Period], wanted: list[object]) -> None:
    assert between(find_gaps(periods)) == wanted


@pytest.mark.parametrize(
    ("periods", "certain_from"),
    [
        ([period("a", 0, 9)], 10),
        ([period("a", 0, 9, option=19)], 20),
        ([period("a", 0, 9, option=19), period("b", 15, 30)], None),
        ([period("a", 0, 9, option=19), period("b", 20, 30)], None),
        ([period("a", 0, 9, option=19), period("b", 22, 30)], 20),
    ],
    ids=["no option", "an option", "closed by it", "closed to the day", "not quite closed"],
)
def test_an_option_puts_a_gap_off_or_closes_it(periods: list[Period], certain_from: int | None) -> None:
    assert find_gaps(periods)[0].certain_from == (None if certain_from is None else on(certain_from))


def test_categories_with_the_same_gap_are_told_of_together() -> None:
    periods = [period("a", 0, 9, category=one) for one in ("laptop", "desktop")] + [period("m", 0, 9, None, "monitor")]
    assert [one.categories for one in find_gaps(periods)] == [("desktop", "laptop"), ("monitor",)]


spans = st.tuples(st.integers(0, 60), st.integers(0, 20), st.integers(0, 20), st.sampled_from(("laptop", "phone")))


@given(st.lists(spans, max_size=8))
def test_a_day_after_the_first_is_covered_or_in_exactly_one_gap(drawn: list[tuple[int, int, int, str]]) -> None:
    periods = [
        period(f"a{index}", first, first + length, first + length + option, category)
        for index, (first, length, option, category) in enumerate(drawn)
    ]
    found = find_gaps(periods)
    for category in {one.category for one in periods}:
        mine = [one for one in periods if one.category == category]
        begin = min(one.starts for one in mine)
        for offset in range(110):
            day = begin + timedelta(days=offset)
            covered = any(one.starts <= day <= one.ends for one in mine)
            gaps_of_day = [one for one in found if category in one.categories and one.holds(day)]
            assert len(gaps_of_day) == (0 if covered else 1)
    for one in found:
        assert one.last is None or one.first <= one.last
        certain = one.certain_from
        assert certain is None or one.holds(certain)


def test_the_gaps_between_the_agreements_of_2018_and_todays(demo: None) -> None:
    closed = {
        category: (str(one.first), str(one.last), one.after, one.before)
        for one in gaps.all_gaps(date(2023, 11, 1))
        if one.last is not None
        for category in one.categories
    }
    pcs = ("2022-11-20", "2023-03-26", "pc-klienter-2018", "pc-utstyr")
    assert closed == {
        "laptop": pcs,
        "desktop": pcs,
        "pc_accessory": pcs,
        "monitor": ("2022-12-05", "2023-03-26", "pc-skjermer-2018", "pc-utstyr"),
    }


@pytest.mark.parametrize(
    ("day", "within", "wanted"),
    [
        # On 1 November 2023 every agreement lasts over a year, open options counted.
        (date(2023, 11, 1), 365, set()),
        # The first option of each is used, the next may be, but for phones, where the time to use one has passed.
        (date(2025, 2, 28), 370, {("forbruksmateriell", "2026-03-01")}),
        (date(2025, 3, 3), 365, {("forbruksmateriell", "2025-03-01"), ("mobil-2022", "2025-03-03")}),
        (date(2022, 6, 10), 180, {("pc-klienter-2018", "2022-11-20"), ("pc-skjermer-2018", "2022-12-05")}),
    ],
)
def test_gaps_to_come_count_the_options_that_may_still_be_used(
    demo: None, day: date, within: int, wanted: set[tuple[str, str]]
) -> None:
    for agreement in FrameworkAgreement.objects.filter(key__in=("forbruksmateriell", "mobil-2022", "pc-utstyr")):
        first = agreement.extensions.order_by("starts")[0]
        agreement.extensions.filter(pk=first.pk).update(exercised_on=first.starts - timedelta(days=100))
        FrameworkAgreement.objects.filter(pk=agreement.pk).update(ends=first.ends)
    goods = FrameworkAgreement.objects.exclude(category="travel").filter(lots__items__isnull=False)
    told = set(goods.exclude(key__in=("kontormobler-demo", "ombruk-ikt", "telefoni")).values_list("key", flat=True))
    coming = gaps.coming_gaps(day, within_days=within)
    assert {(one.after, str(one.certain_from)) for one in coming if one.after in told} == wanted


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2019, 5, 2), "2020-09-02"),
        (date(2020, 5, 13), "2020-09-02"),
        (date(2020, 5, 14), "2021-03-02"),
        (date(2022, 9, 3), "2022-09-02"),
    ],
)
def test_the_last_day_is_told_as_it_was_known(demo: None, day: date, ends: str) -> None:
    agreement = FrameworkAgreement.objects.get(key="mobil-2018")
    assert str(gaps.end_on(agreement, agreement.extensions.all(), day)) == ends


def test_nothing_was_between_the_agreements_on_phones(demo: None) -> None:
    for day in (date(2022, 9, 2), date(2022, 9, 3)):
        assert gaps.covered(["phone"], day)
    assert not gaps.covered(["laptop"], date(2023, 1, 10))
