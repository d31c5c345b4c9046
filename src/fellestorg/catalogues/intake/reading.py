"""Understanding the cells of a price list, a column at a time.

Cells of the plain kind (``1234.50``) are read in bulk. Every other is shown to the reader of :mod:`catalogues.rules` for
its kind, once for each different text: so the two can never disagree, and a fault has the words it always had.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fellestorg.catalogues import rules
from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.intake.price_models import with_models
from fellestorg.kernel.sheets import RowError, day_in, decimal_in, truth_in
from fellestorg.values import decimal_text

if TYPE_CHECKING:
    import polars as pl

# Decimals are whole numbers of this many places while they are columns: exact, and quick to compare.
PRICE_PLACES, RATE_PLACES, VAT_PLACES = 4, 5, 3
LONGEST = {
    "item": 60, "fallback": 60, "supplier_number": 60, "product_name": 200, "ecolabel": 60, "name_nb": 200, "name_nn": 200,
    "name_en": 200, "category": 60, "unit": 3, "cpv": 8, "description": 4000, "gtin": 14, "energy_class": 4,
    "visual_grade": 1, "erasure_proof": 200, "properties": 8000,
}  # fmt: skip
# Columns that keep what the price line says where the file does not have them.
KEPT = (
    "supplier_number", "product_name", "vat_rate", "co2e_kg", "ecolabel", "gtin", "energy_class", "visual_grade",
    "erasure_proof", "updates_until", "properties",
)  # fmt: skip
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f]"
_STEP = re.compile(r"([1-9][0-9]{0,8})=(0|[1-9][0-9]{0,11})(?:\.([0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file's lines, understood. ``given`` are the columns it has; ``lines`` holds the good values, with null where a
    cell was empty or could not be read (then ``faults`` says so)."""

    lines: pl.DataFrame
    given: frozenset[str]


def read_lines(texts: pl.DataFrame, faults: Faults) -> ReadFile:
    """Understand the cells. Every fault of every cell is noted, none raises."""
    import polars as pl

    given = frozenset(texts.columns)
    wanted = (*rules.COLUMNS, "fallback", "properties", "extra")
    missing = [name for name in wanted if name not in given and name not in rules.MODEL_COLUMNS]
    texts = texts.with_columns(pl.lit("").alias(name) for name in missing)
    _check_texts(texts, faults)
    columns = _Columns(texts, faults)
    price = columns.decimals("unit_price", decimal_in, PRICE_PLACES)
    list_price = columns.decimals("list_price", decimal_in, PRICE_PLACES)
    discount = columns.decimals("discount_rate", rules.rate_in, RATE_PLACES)
    lines = texts.select(
        "row",
        *(name for name in LONGEST if name not in ("item", "properties")),
        number="item",
        action=pl.col("action").str.to_lowercase(),
        properties=pl.when(pl.col("properties") == "").then(pl.lit("{}")).otherwise("properties"),
    ).with_columns(
        price.alias("unit_price"),
        list_price.alias("list_price"),
        discount.alias("discount_rate"),
        columns.decimals("vat_rate", _vat_in, VAT_PLACES).alias("vat_rate"),
        columns.decimals("co2e_kg", _co2e_in, PRICE_PLACES).alias("co2e_kg"),
        columns.values("tiers", _tiers_text, pl.String).fill_null("[]").alias("tiers"),
        columns.values("standard_assortment", truth_in, pl.Boolean).alias("standard_assortment"),
        columns.values("used", truth_in, pl.Boolean).alias("used"),
        columns.values("updates_until", day_in, pl.Date).alias("updates_until"),
        columns.values("valid_from", day_in, pl.Date).alias("valid_from"),
        columns.values("valid_to", day_in, pl.Date).alias("valid_to"),
    )
    lines = with_models(lines, texts, columns.bad, faults, PRICE_PLACES)
    return ReadFile(_priced(lines, faults), given)


def _priced(lines: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """Unit prices from list price and discount, half up to four decimals, and what does not fit together."""
    import polars as pl

    action, list_price, discount = pl.col("action"), pl.col("list_price"), pl.col("discount_rate")
    wide = pl.Int128
    whole = list_price.cast(wide) * (10**RATE_PLACES - discount.cast(wide))
    half = 10**RATE_PLACES // 2
    lines = lines.with_columns(
        net=((whole + half) // 10**RATE_PLACES).cast(pl.Int64),
        deletes=action == "delete",
        model=pl.coalesce(
            "asked_model", pl.when(list_price.is_null()).then(pl.lit("fixed")).otherwise(pl.lit("list_minus_discount"))
        ),
    )
    good = ~pl.col("bad") & ~pl.col("deletes")
    both = _("listepris og rabatt oppgis sammen")
    _note(lines.filter(good & list_price.is_not_null() & discount.is_null()), "discount_rate", "missing", both, faults)
    _note(lines.filter(good & list_price.is_null() & discount.is_not_null()), "list_price", "missing", both, faults)
    price, net = pl.col("unit_price"), pl.col("net")
    for row, wanted in lines.filter(good & (price != net)).select("row", "net").iter_rows():
        text = _("prisen stemmer ikke med listepris og rabatt, som gir %(net)s")
        faults.add(
            row, "unit_price", "does_not_add_up", text % {"net": decimal_text(Decimal(wanted).scaleb(-PRICE_PLACES))}
        )
    nothing = good & price.is_null() & list_price.is_null() & discount.is_null()
    _note(lines.filter(nothing), "unit_price", "missing", _("oppgi pris, eller listepris og rabatt"), faults)
    odd = lines.filter(~action.is_in(["", "add", "update", "delete", "legg til", "endre", "slett"]))
    _note(odd, "action", "unknown_action", _("ventet legg til, endre eller slett"), faults)
    return lines.with_columns(
        unit_price=pl.coalesce("net", "unit_price"), deletes=action.is_in(["delete", "slett"])
    ).drop("net", "action", "asked_model")


def _check_texts(texts: pl.DataFrame, faults: Faults) -> None:
    import polars as pl

    names = [name for name, kind in texts.schema.items() if kind == pl.String]
    # One look at all columns; mostly that is all.
    wrong = texts.select(
        pl.any_horizontal(pl.col(names).str.contains(_CONTROL).any(), (pl.col("extra") != "").any()),
        *(pl.col(name).str.len_chars().max().alias(f"{name} length") for name in names if name in LONGEST),
    ).row(0, named=True)
    lengths = {name: longest for name, longest in LONGEST.items() if (wrong.get(f"{name} length") or 0) > longest}
    if not lengths and not next(iter(wrong.values())):
        return
    for name in names:
        odd = texts.filter(pl.col(name).str.contains(_CONTROL))
        _note(odd, name, "not_text", _("cellen har tegn som ikke er tekst"), faults)
        if longest := LONGEST.get(name):
            over = texts.filter(pl.col(name).str.len_chars() > longest)
            _note(over, "item" if name == "fallback" else name, "too_long", _too_long(longest), faults)
    _note(
        texts.filter(pl.col("extra") != ""), "", "too_many_cells", _("raden har flere celler enn overskriften"), faults
    )


def _too_long(longest: int) -> str:
    return _("ventet høyst %(longest)s tegn") % {"longest": longest}


def _note(lines: pl.DataFrame, field: str, code: str, text: str, faults: Faults) -> None:
    """The same fault on every line of a frame."""
    for told, row in enumerate(lines.get_column("row")):
        if told and faults.full:
            faults.count_more(lines.height - told)
            return
        faults.add(row, field, code, text)


class _Columns:
    """Reads the columns of a file; ``bad`` marks the lines where one of them could not be read."""

    def __init__(self, texts: pl.DataFrame, faults: Faults) -> None:
        import polars as pl

        self.texts = texts
        self.faults = faults
        self.bad = pl.repeat(value=False, n=texts.height, dtype=pl.Boolean, eager=True)

    def decimals(self, name: str, reader: Callable[[str], Decimal], places: int) -> pl.Series:
        """Numbers as whole numbers of ``places`` places."""
        import polars as pl

        column = self.texts.get_column(name)
        pattern = _BULK.get(reader)
        plain = column.str.contains(pattern) if pattern else pl.repeat(False, len(column), eager=True)
        parts = column.str.replace(",", ".", literal=True).str.split_exact(".", 1).struct.unnest()
        whole, rest = parts.get_columns()
        rest = rest.fill_null("").str.pad_end(places, "0")
        bulk = (whole + rest).zip_with(plain, pl.Series([None], dtype=pl.String)).cast(pl.Int64, strict=False)
        if plain.all():
            return bulk
        slow = self.values(name, lambda text: int(reader(text).scaleb(places)), pl.Int64, unless=plain)
        return bulk.zip_with(plain, slow)

    def values(self, name: str, reader: Callable[[str], Any], dtype: Any, unless: pl.Series | None = None) -> pl.Series:
        """Each different text read once; null where the cell is empty or cannot be read."""
        import polars as pl

        column = self.texts.get_column(name)
        wanted = column != ""
        if unless is not None:
            wanted &= ~unless
        if not wanted.any():
            return pl.Series(name, [None], dtype=dtype).new_from_index(0, len(column))
        different = column.filter(wanted).unique().to_list()
        read: dict[str, Any] = {}
        failed: dict[str, RowError] = {}
        for text in different:
            try:
                read[text] = reader(text)
            except RowError as error:
                failed[text] = error
        if failed:
            self._fail(name, column, failed)
        values = pl.DataFrame(
            {"text": pl.Series(list(read), dtype=pl.String), "value": pl.Series(list(read.values()), dtype=dtype)}
        )
        return (
            pl.DataFrame({"text": column.zip_with(wanted, pl.Series([None], dtype=pl.String))})
            .join(values, on="text", how="left", maintain_order="left")
            .get_column("value")
        )

    def _fail(self, name: str, column: pl.Series, failed: dict[str, RowError]) -> None:
        wrong = column.is_in(list(failed))
        self.bad |= wrong
        for told, (row, text) in enumerate(self.texts.filter(wrong).select("row", name).iter_rows()):
            if told and self.faults.full:
                self.faults.count_more(int(wrong.sum()) - told)
                return
            self.faults.add(row, name, failed[text].code, failed[text].text)


def _vat_in(text: str) -> Decimal:
    rate = rules.rate_in(text)
    if rate != rate.quantize(Decimal("0.001")):
        raise RowError(
            "too_many_decimals",
            _("ventet høyst %(places)s desimaler – fant «%(found)s»") % {"places": 3, "found": text[:40]},
        )
    return rate


def _co2e_in(text: str) -> Decimal:
    return decimal_in(text, whole_digits=8)


# How the numbers of a reader look where they can be read in bulk.
_BULK: dict[Callable[[str], Decimal], str] = {
    decimal_in: r"^[0-9]{1,12}(?:[.,][0-9]{1,4})?$",
    _co2e_in: r"^[0-9]{1,8}(?:[.,][0-9]{1,4})?$",
}


def _tiers_text(text: str) -> str:
    """Tiers as the database writes them. Plain ones are read here; :func:`rules.tiers_in` has the word for the others."""
    plain = [_STEP.fullmatch(part) for part in text.split("|")]
    steps = [(int(found[1]), _shortest(found[2], found[3])) for found in plain if found]
    if len(steps) < len(plain) or any(later[0] <= step[0] for step, later in pairwise(steps)):
        return tiers_json(rules.tiers_in(text))
    return _steps_json((str(start), price) for start, price in steps)


def _shortest(whole: str, decimals: str | None) -> str:
    kept = (decimals or "").rstrip("0")
    return f"{whole}.{kept}" if kept else whole


def tiers_json(tiers: Sequence[tuple[Decimal, Decimal]]) -> str:
    """Tiers as PostgreSQL writes them as jsonb."""
    return _steps_json((decimal_text(start), decimal_text(price)) for start, price in tiers)


def _steps_json(steps: Iterable[tuple[str, str]]) -> str:
    written = (f'{{"from": "{start}", "unit_price": "{price}"}}' for start, price in steps)
    return f"[{', '.join(written)}]"
