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

    old = before.rename({"unit_price": "old_price"})
    kept = after.join(old, on="number", how="left")
    moved = kept.filter(pl.col("old_price").is_null() | (pl.col("old_price") != pl.col("unit_price")))
    gone = old.join(after, on="number", how="anti")
    kind = pl.when(pl.col("old_price").is_null()).then(pl.lit("new")).otherwise(pl.lit("changed"))
    moved = moved.with_columns(kind=kind, change=share("old_price", "unit_price"))
    return pl.concat([moved, gone.with_columns(kind=pl.lit("removed"))], how="diagonal")


def share(old: str, new: str) -> pl.Expr:
    """The change from one column to another as a share of the old, in whole millionths, half up; null from nothing."""
    import polars as pl

    was, now = pl.col(old).cast(pl.Int128), pl.col(new).cast(pl.Int128)
    millionths = ((now - was) * (2 * 10**6) + was) // (was * 2)
    return pl.when(pl.col(old) > 0).then(millionths).cast(pl.Int64)
