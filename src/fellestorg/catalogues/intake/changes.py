"""How prices moved between two lists: new, gone, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

# Numbers are close to each other where a table of all between the least and the largest is at most so much longer.
_SPREAD = 8


class Places:
    """Where each of some different whole numbers stands among them.

    Items that came in one load have numbers that follow each other, or are close to each other: a difference or a table
    then tells at once. Others are joined.
    """

    def __init__(self, keys: pl.Series) -> None:
        import numpy as np

        self._keys = keys
        self._follow = False
        self._table: Any = None
        if not len(keys):
            return
        numbers = keys.to_numpy()
        self._first = int(numbers.min())
        span = int(numbers.max()) - self._first + 1
        self._follow = span == len(keys) and bool((numbers[1:] > numbers[:-1]).all())
        if not self._follow and span <= _SPREAD * len(keys):
            self._table = np.full(span, -1, dtype=np.int64)
            self._table[numbers - self._first] = np.arange(len(keys), dtype=np.int64)

    def of(self, wanted: pl.Series) -> Any:
        """The place of each number as an array; -1 where it is not among them, or is null."""
        import numpy as np

        if not self._follow and self._table is None:
            places = self._keys.to_frame("key").with_row_index("place")
            found = (
                wanted.cast(self._keys.dtype).to_frame("key").join(places, on="key", how="left", maintain_order="left")
            )
            return found.get_column("place").cast(int).fill_null(-1).to_numpy()
        numbers = (wanted.fill_null(self._first - 1) if wanted.null_count() else wanted).to_numpy()
        at = numbers.astype(np.int64, copy=False) - self._first
        # Read without a sign, what lies before the first is far beyond the last.
        outside = at.view(np.uint64) >= (len(self._keys) if self._follow else len(self._table))
        place = at if self._follow else self._table.take(at, mode="clip")
        place[outside] = -1
        return place


def price_changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The items whose price differs between two lists of ``item_id`` and ``unit_price`` (whole numbers of equal places).

    ``kind`` is ``new``, ``changed`` or ``removed``; ``change`` is :func:`share` for the changed ones. No item stands twice
    in a list, and none is without a price.
    """
    import numpy as np
    import polars as pl

    place = Places(before.get_column("item_id")).of(after.get_column("item_id"))
    prices, wide = before.get_column("unit_price").to_numpy(), before.height
    known = place >= 0
    was = prices[place] if wide else np.zeros(after.height, dtype=np.int64)
    differs = known & (was != after.get_column("unit_price").to_numpy())
    # The last one is for what was found nowhere.
    seen = np.zeros(wide + 1, dtype=np.bool_)
    seen[place] = True
    nothing = pl.lit(None, dtype=pl.Int64)
    changed, new, gone = (np.flatnonzero(which) for which in (differs, ~known, ~seen[:wide]))
    return pl.concat(
        [
            after[changed]
            .with_columns(pl.Series("old_price", was[changed]))
            .with_columns(kind=pl.lit("changed"), change=share("old_price", "unit_price")),
            after[new].with_columns(old_price=nothing, kind=pl.lit("new"), change=nothing),
            before[gone].select(
                "item_id", nothing.alias("unit_price"), old_price="unit_price", kind=pl.lit("removed"), change=nothing
            ),
        ]
    )


def share(old: str, new: str) -> pl.Expr:
    """The change from one column to another as a share of the old, in whole millionths, half up; null from nothing."""
    import polars as pl

    was, now = pl.col(old).cast(pl.Int128), pl.col(new).cast(pl.Int128)
    millionths = ((now - was) * (2 * 10**6) + was) // (was * 2)
    return pl.when(pl.col(old) > 0).then(millionths).cast(pl.Int64)
