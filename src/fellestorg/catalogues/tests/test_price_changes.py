"""How prices moved between two lists, whatever numbers the items have."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.catalogues.intake.changes import Places, price_changes

NUMBERS = st.integers(1, 60) | st.integers(1, 10**12)
LISTS = st.dictionaries(NUMBERS, st.integers(0, 10**9), max_size=20)


@pytest.mark.parametrize(
    "keys",
    [[], [7], [4, 5, 6], [6, 5, 4], [9, 2, 5], [1, 10**12], [-3, -2, -1]],
    ids=["none", "one", "in a row", "backwards", "close", "far apart", "below zero"],
)
def test_each_number_is_found_where_it_stands_and_others_are_not(keys: list[int]) -> None:
    wanted = [*reversed(keys), 3, 11, -(10**12), 10**13, None]
    places = Places(pl.Series(keys, dtype=pl.Int64)).of(pl.Series(wanted, dtype=pl.Int64))
    assert places.tolist() == [keys.index(one) if one in keys else -1 for one in wanted]


@settings(max_examples=60, deadline=None)
@given(LISTS, LISTS)
def test_what_is_new_changed_and_gone_is_what_a_loop_finds(old: dict[int, int], new: dict[int, int]) -> None:
    whole = {"item_id": pl.Int64, "unit_price": pl.Int64}
    before, after = (pl.DataFrame(list(one.items()), schema=whole, orient="row") for one in (old, new))
    rows = price_changes(before, after).select("item_id", "kind", "old_price", "unit_price").rows()
    changed = [(one, "changed", old[one], price) for one, price in new.items() if one in old and old[one] != price]
    added = [(one, "new", None, price) for one, price in new.items() if one not in old]
    gone = [(one, "removed", price, None) for one, price in old.items() if one not in new]
    assert sorted(rows) == sorted([*changed, *added, *gone])
