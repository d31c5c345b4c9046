"""How prices moved between two lists: new, gone, and by how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def price_changes(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The items whose price differs between two lists of ``number`` and ``unit_price`` (whole numbers of equal places).

    ``kind`` is ``new``, ``changed`` or ``removed``; ``change`` is :func:`share` for the changed ones.
    """
    import polars as pl

    old, new = pl.col("old_price"), pl.col("unit_price")
    both = after.join(before.rename({"unit_price": "old_price"}), on="number", how="full", coalesce=True)
    kind = (
        pl.when(old.is_null())
        .then(pl.lit("new"))
        .when(new.is_null())
        .then(pl.lit("removed"))
        .otherwise(pl.lit("changed"))
    )
    return both.filter(old.ne_missing(new)).with_columns(kind=kind, change=share("old_price", "unit_price"))


def share(old: str, new: str) -> pl.Expr:
    """The change from one column to another as a share of the old, in whole millionths, half up; null from nothing."""
    import polars as pl

    was, now = pl.col(old).cast(pl.Int128), pl.col(new).cast(pl.Int128)
    millionths = ((now - was) * (2 * 10**6) + was) // (was * 2)
    return pl.when(pl.col(old) > 0).then(millionths).cast(pl.Int64)
