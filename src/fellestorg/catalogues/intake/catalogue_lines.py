"""A Peppol catalogue's lines in the columns of a price list: what each UBL element and item property means here."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.intake.peppol import Header, Stretch
from fellestorg.catalogues.intake.peppol_models import split_models
from fellestorg.values import decimal_text

if TYPE_CHECKING:
    import polars as pl

# Item properties with a column of their own; every other is kept as it is. The carbon ones are the EHF names.
PROPERTIES = {
    "emissionfactor": "co2e_kg",
    "energyclass": "energy_class",
    "used": "used",
    "visualgrade": "visual_grade",
    "erasureproof": "erasure_proof",
    "securityupdatesuntil": "updates_until",
    "category": "category",
    "standardassortment": "standard_assortment",
    "listprice": "list_price",
    "discountrate": "discount_rate",
    "namenynorsk": "name_nn",
    "nameenglish": "name_en",
}
# Certificate type codes of the EHF catalogue and the labels they stand for.
LABELS = {
    "NEO": "Svanemerket",
    "SVANEN": "Svanemerket",
    "FBL": "Fairtrade",
    "EOP": "EU økologisk",
    "EUE": "EU Ecolabel",
}
_CPV, _UNSPSC = "STI", "TST"  # UNCL 7143
_PIECE = ("C62", "H87")


def catalogue_lines(stretch: Stretch, header: Header, faults: Faults) -> pl.DataFrame:
    """The lines as columns of text, ``row`` counting them from 1. ``fallback`` is the number a new item gets where the
    file names none of the buyer's. Currencies other than NOK and prices that are no number are noted as faults."""
    import polars as pl

    stretch, models = split_models(stretch)
    lines = stretch.lines.rename({"line": "row", "vat": "vat_rate", "line_from": "valid_from", "line_to": "valid_to"})
    unit = pl.col("unit")
    lines = lines.with_columns(
        item=pl.col("buyers"),
        fallback=pl.coalesce("sellers", "gtin"),
        supplier_number=pl.col("sellers"),
        product_name=pl.col("name"),
        name_nb=pl.col("name"),
        vat_rate=pl.when(pl.col("vat_rate").is_not_null()).then(pl.col("vat_rate") + "%"),
        # Packages come as X and a code of recommendation 21.
        unit=pl.when(unit.is_in(_PIECE))
        .then(pl.lit("EA"))
        .when(unit.str.len_chars() == 3, unit.str.starts_with("X"))
        .then(unit.str.slice(1))
        .otherwise(unit),
    ).drop("id", "buyers", "sellers", "name")
    for columns in (_prices(stretch, faults), _properties(stretch), _classes(stretch), _labels(stretch)):
        lines = lines.join(columns, left_on="row", right_on="line", how="left", maintain_order="left")
    if models is not None:
        lines = lines.join(models, left_on="row", right_on="line", how="left", maintain_order="left")
    if header.action == "Delete":
        lines = lines.with_columns(action=pl.lit("Delete"))
    texts = pl.col(pl.String)
    return lines.with_columns(texts.fill_null(""))


def _prices(stretch: Stretch, faults: Faults) -> pl.DataFrame:
    """Unit price and tiers: the price for the least quantity is the unit price, the others its tiers."""
    import polars as pl

    prices = stretch.prices
    other = prices.filter(pl.col("currency").fill_null("") != "NOK")
    for line, currency in other.select("line", "currency").iter_rows():
        faults.add(
            line, "unit_price", "not_nok", _("prisene skal være i NOK – fant «%(found)s»") % {"found": currency or ""}
        )
        if faults.full:
            faults.count_more(other.height - faults.count)
            break
    divided = prices.filter(pl.col("base").is_not_null(), ~pl.col("base").is_in(["1", "1.0", "1.00"]))
    if divided.height:
        exact = [_per_one(amount, base) for amount, base in divided.select("amount", "base").iter_rows()]
        per_one = divided.with_columns(amount=pl.Series(exact, dtype=pl.String))
        prices = pl.concat(
            [prices.join(divided.select("line").unique(), on="line", how="anti"), _rest(prices, per_one)]
        )
    # The least quantity is for ordering only here; its own text is read with the tiers.
    prices = prices.with_columns(at=pl.col("least").cast(pl.Float64, strict=False).fill_null(0)).sort("line", "at")
    several = prices.filter(pl.col("line").is_duplicated())
    single = prices.filter(~pl.col("line").is_duplicated()).select("line", unit_price="amount", tiers=pl.lit(""))
    first = several.group_by("line", maintain_order=True).agg(unit_price=pl.col("amount").first())
    step = pl.col("least").fill_null("0") + "=" + pl.col("amount")
    tiers = several.group_by("line", maintain_order=True).agg(tiers=step.slice(1).str.join("|"))
    return pl.concat([single, first.join(tiers, on="line").select(single.columns)])


def _rest(prices: pl.DataFrame, per_one: pl.DataFrame) -> pl.DataFrame:
    """All prices of the lines that have one for another quantity than one, those divided put in."""
    touched = prices.join(per_one.select("line").unique(), on="line", how="semi")
    return touched.filter(touched.get_column("base").fill_null("1").is_in(["1", "1.0", "1.00"])).vstack(per_one)


def _per_one(amount: str | None, base: str) -> str:
    """The price of one where it is given for several; unreadable where it does not come out in four decimals."""
    try:
        price = Decimal(amount or "") / Decimal(base)
        return decimal_text(price) if price.is_finite() else f"{amount}/{base}"
    except (InvalidOperation, ZeroDivisionError):
        return f"{amount}/{base}"


def _properties(stretch: Stretch) -> pl.DataFrame:
    """Known properties as columns, and the rest as the JSON object that the database would write."""
    import polars as pl

    named = stretch.properties.filter(pl.col("property").is_not_null()).with_columns(
        pl.col("value").fill_null(""), known=pl.col("property").str.to_lowercase().str.replace_all(" ", "")
    )
    unspsc = stretch.classes.filter(pl.col("list") == _UNSPSC)
    extra = unspsc.select("line", property=pl.lit("UNSPSC"), value=pl.col("code"), known=pl.lit(""))
    others = pl.concat([named.filter(~pl.col("known").is_in(list(PROPERTIES))), extra])
    made = json_objects(others.select("line", "property", "value"))
    own = named.filter(pl.col("known").is_in(list(PROPERTIES))).unique(["line", "known"], keep="last")
    # Each a column, also those that no line has.
    wide = pl.DataFrame({"line": own.get_column("line").unique()})
    for (name,), found in own.partition_by("known", as_dict=True).items():
        column = found.select("line", pl.col("value").alias(PROPERTIES[str(name)]))
        wide = wide.join(column, on="line", how="left")
    absent = [pl.lit(None, dtype=pl.String).alias(one) for one in PROPERTIES.values() if one not in wide.columns]
    return made.join(wide, on="line", how="full", coalesce=True).with_columns(absent)


def json_objects(pairs: pl.DataFrame) -> pl.DataFrame:
    """``line``, ``property``, ``value`` rows as one ``properties`` text a line, written as PostgreSQL writes jsonb:
    the last of equal names, shorter names first. So that equal properties are equal texts."""
    import polars as pl

    odd = pl.concat_str("property", "value").str.contains(r'["\\\n\r\t]').any()
    escapes = pairs.select(odd).item()

    def quoted(name: str) -> pl.Expr:
        text = pl.col(name)
        for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
            text = text.str.replace_all(plain, escaped, literal=True) if escapes else text
        return pl.lit('"') + text + pl.lit('"')

    return (
        pairs.unique(["line", "property"], keep="last", maintain_order=True)
        .sort("line", pl.col("property").str.len_bytes(), "property")
        .select("line", pair=quoted("property") + ": " + quoted("value"))
        .group_by("line", maintain_order=True)
        .agg("pair")
        .select("line", properties=pl.lit("{") + pl.col("pair").list.join(", ") + "}")
    )


def _classes(stretch: Stretch) -> pl.DataFrame:
    import polars as pl

    cpv = stretch.classes.filter(pl.col("list") == _CPV).unique("line", keep="first")
    return cpv.select("line", cpv=pl.col("code").str.slice(0, 8))


def _labels(stretch: Stretch) -> pl.DataFrame:
    import polars as pl

    label = pl.col("label")
    named = stretch.labels.with_columns(label.replace(LABELS)).unique(maintain_order=True)
    return (
        named.group_by("line", maintain_order=True).agg(ecolabel=label).with_columns(pl.col("ecolabel").list.join(", "))
    )
