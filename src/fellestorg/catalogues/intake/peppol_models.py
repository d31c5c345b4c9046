"""Price models in a Peppol catalogue: a line names its model and terms as item properties (``PriceModel``, ``Months`` …).

A property counts as a term only on a line that names a model; elsewhere it is kept as any other. Most catalogues have none,
and for them this is one look at the names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fellestorg.catalogues.intake.peppol import Stretch
from fellestorg.engines.pricemodels import TERM_NAMES

if TYPE_CHECKING:
    import polars as pl

_MODEL = "pricemodel"
# The name of a property without spaces, in small letters, and the column of a price list that it stands for.
_COLUMNS = {_MODEL: "price_model", **{name.replace("_", ""): name for name in TERM_NAMES}}


def split_models(stretch: Stretch) -> tuple[Stretch, pl.DataFrame | None]:
    """The stretch without the properties that say a price model, and those as columns by ``line``; None where no line has
    any."""
    import polars as pl

    known = pl.col("property").fill_null("").str.to_lowercase().str.replace_all(" ", "")
    lines = stretch.properties.filter(known == _MODEL).select("line").unique()
    if lines.is_empty():
        return stretch, None
    named = stretch.properties.with_columns(known=known)
    mine = named.join(lines, on="line", how="semi").filter(pl.col("known").is_in(list(_COLUMNS)))
    # XML has no thousands: 1.200 is one and a fifth, and must not be read as a sheet would.
    value = pl.col("value").fill_null("").str.replace(r"^([0-9]+\.[0-9]{3})$", "${1}0")
    wide = (
        mine.with_columns(value=value, column=pl.col("known").replace_strict(_COLUMNS))
        .unique(["line", "column"], keep="last")
        .pivot(on="column", index="line", values="value")
    )
    rest = named.join(mine.select("line", "property"), on=["line", "property"], how="anti").drop("known")
    return replace(stretch, properties=rest), wide
