"""Compared lines into the database by COPY, and from there to items and price lines, a statement for each."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any, Self

import psycopg
from django.db import connection

from fellestorg.catalogues.intake.bulk import ITEM, SAID, Beside
from fellestorg.catalogues.intake.reading import PRICE_PLACES, RATE_PLACES, VAT_PLACES, ReadFile
from fellestorg.catalogues.models import PriceListSubmission

if TYPE_CHECKING:
    import polars as pl
    from django.db.backends.utils import CursorWrapper

_PLACES = {
    "unit_price": PRICE_PLACES, "list_price": PRICE_PLACES, "discount_rate": RATE_PLACES, "vat_rate": VAT_PLACES,
    "co2e_kg": PRICE_PLACES, "old_price": PRICE_PLACES, "change": 6, "allowed_rise": 8,
}  # fmt: skip
_PLAIN = (
    "row", "kind", "lot_id", "item_id", "before_id", "number", "name_nb", "name_nn", "name_en", "description", "category",
    "unit", "cpv", "standard_assortment", "used", "supplier_number", "product_name", "model", "terms", "tiers", "ecolabel",
    "gtin", "energy_class", "visual_grade", "erasure_proof", "updates_until", "properties", "valid_from", "valid_to",
    "over_regulation",
)  # fmt: skip
_ANALYZED_FROM = 10_000
_SPECIAL = r"[\\\n\r\t]"
_COLUMNS = ("submission_id", *_PLAIN, *_PLACES)
_NEW_ITEMS = (
    f"INSERT INTO catalogues_item ({', '.join(ITEM)}) SELECT {', '.join(ITEM)} FROM catalogues_submittedline s"  # noqa: S608
    " WHERE submission_id = %s AND item_id IS NULL AND kind = 'new'"
    # Others may make the same items at the same time: all in one order, so that nobody waits in a ring.
    " ORDER BY number ON CONFLICT (lot_id, number) DO NOTHING"
)
_NEW_PRICES = (
    f"INSERT INTO catalogues_priceline (item_id, supplier_id, {', '.join(SAID)})"  # noqa: S608 (fixed text)
    f" SELECT coalesce(s.item_id, i.id), %s, {', '.join('s.' + name for name in SAID)}"
    " FROM catalogues_submittedline s"
    " LEFT JOIN catalogues_item i ON s.item_id IS NULL AND i.lot_id = s.lot_id AND i.number = s.number"
    " WHERE s.submission_id = %s AND s.kind IN ('new', 'changed') ORDER BY 1"
)


class Copying:
    """Copies compared lines into a submission, one stretch at a time, while its owner goes on with the next.

    Given where to, lines of a large load are also written ``beside`` what is there (:mod:`bulk`), as a list that is taken as
    it comes needs no more looking at. The connection is busy until :meth:`wait`, which also raises what went wrong. Used as a
    context, it leaves nothing under way behind it.
    """

    def __init__(self, submission: PriceListSubmission, beside: Beside | None = None) -> None:
        self._submission, self._supplier = submission.pk, submission.supplier_id
        self._beside = beside
        self._pool = ThreadPoolExecutor(1, "copying")
        self._under_way: Future[None] | None = None
        connection.ensure_connection()
        self._connection: psycopg.Connection[Any] = connection.connection

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        self._pool.shutdown()
        if kind is None:
            self.wait()

    def add(self, lines: pl.DataFrame, new: int) -> None:
        """Begin to copy some lines, when those before are done. ``new``: how many are new so far."""
        rows = _rows(self._submission, lines)
        self.wait()
        self._under_way = self._pool.submit(self._copy, rows, new)

    def wait(self) -> None:
        """Return when all that was added is in the database and the connection is free."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            with connection.wrap_database_errors:
                under_way.result()

    def _copy(self, rows: memoryview, new: int) -> None:
        statement = f"COPY catalogues_submittedline ({', '.join(_COLUMNS)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(rows)
        if self._beside:
            self._beside.take(self._connection, self._submission, self._supplier, new)


def _rows(submission: int, lines: pl.DataFrame) -> memoryview:
    """Compared lines as COPY reads them."""
    import polars as pl

    ready = lines.with_columns(
        submission_id=pl.lit(submission),
        unit_price=pl.coalesce("unit_price", "unit_price_b", "old_later", pl.lit(0)),
        vat_rate=pl.coalesce("vat_rate", "vat_rate_b", pl.lit(0)),
        standard_assortment=pl.col("standard_assortment").fill_null(value=False),
        valid_from="day",
        allowed_rise="allowed",
    )
    ready = ready.select(*(_decimal(name) if name in _PLACES else pl.col(name) for name in _COLUMNS))
    ready = ready.with_columns(pl.col(pl.String).fill_null(""))
    if ready.select(pl.any_horizontal(pl.col(pl.String).str.contains(_SPECIAL).any())).item():
        ready = ready.with_columns(_escaped(pl.col(pl.String)))
    content = io.BytesIO()
    ready.write_csv(content, include_header=False, separator="\t", quote_style="never", null_value="\\N")
    return content.getbuffer()


def _escaped(text: pl.Expr) -> pl.Expr:
    """What COPY would read as the end of a cell or of a line, or as a sign of its own, as it writes them."""
    for plain, escaped in (("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.str.replace_all(plain, escaped, literal=True)
    return text


def _decimal(name: str) -> pl.Expr:
    """A whole number of so many places as the decimal text of a column."""
    import polars as pl

    places = _PLACES[name]
    size = pl.col(name).abs()
    text = (size // 10**places).cast(pl.String) + "." + (size % 10**places).cast(pl.String).str.zfill(places)
    return pl.when(pl.col(name) < 0).then("-" + text).otherwise(text).cast(pl.Decimal(38, places)).alias(name)


def apply(submission: PriceListSubmission, today: date, beside: Beside | None = None) -> int:
    """Make the lines of a submission valid, in the caller's transaction: new items, waiting rows taken away, old prices
    closed the day before, new ones added. Returns how many items were made. ``beside`` has what is written already."""
    key, supplier, large = submission.pk, submission.supplier_id, submission.new >= _ANALYZED_FROM
    beside = beside or Beside()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if large and not beside.is_open:
            _look_over(cursor, "catalogues_submittedline", "submission_id", "kind", "lot_id", "item_id", "number")
        beside.take(connection.connection, key, supplier, submission.new)
        cursor.execute(
            "DELETE FROM catalogues_priceline p USING catalogues_submittedline s WHERE s.submission_id = %s"
            " AND s.kind <> 'unchanged' AND s.item_id = p.item_id AND p.supplier_id = %s"
            " AND p.valid_from >= s.valid_from AND p.valid_from > %s",
            [key, supplier, today],
        )
        cursor.execute(
            "UPDATE catalogues_priceline p SET valid_to = s.valid_from - 1 FROM catalogues_submittedline s"
            " WHERE s.submission_id = %s AND s.kind IN ('changed', 'removed') AND p.id = s.before_id",
            [key],
        )
        if beside.is_open and beside.put_in_place(connection.connection):
            made = beside.made
        else:
            cursor.execute(_NEW_ITEMS, [key])
            made = cursor.rowcount
            cursor.execute(_NEW_PRICES, [supplier, key])
        if large:
            # What is asked next, in this transaction or after it, is planned for what now is there.
            _look_over(cursor, "catalogues_item", *ITEM)
            _look_over(
                cursor, "catalogues_priceline", "item_id", "supplier_id", "supplier_number", "valid_from", "valid_to"
            )
    return made


def _look_over(cursor: CursorWrapper, table: str, *columns: str) -> None:
    """Give the planner a first impression of a table from few of its rows. A list of columns leaves the server's own, larger
    survey due as before."""
    cursor.execute(
        f"SET LOCAL default_statistics_target = 10; ANALYZE {table} ({', '.join(columns)});"
        " SET LOCAL default_statistics_target TO DEFAULT"
    )


def staged_lines(submission: PriceListSubmission, stretch: int = 20_000) -> Iterator[ReadFile]:
    """What a submission's file said, read back from its lines, to be compared anew."""
    import polars as pl

    given = frozenset(submission.columns)
    whole = ", ".join(
        f"({name} * {10**places})::bigint AS {name}"
        for name, places in _PLACES.items()
        if name not in ("old_price", "change", "allowed_rise")
    )
    kinds = {
        **dict.fromkeys(("unit_price", "list_price", "discount_rate", "vat_rate", "co2e_kg"), pl.Int64),
        "row": pl.UInt32, "standard_assortment": pl.Boolean, "used": pl.Boolean, "deletes": pl.Boolean,
        "updates_until": pl.Date, "valid_from": pl.Date, "valid_to": pl.Date,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row, number, '' AS fallback, name_nb, name_nn, name_en, description, category, unit, cpv,"  # noqa: S608
            f" standard_assortment, used, supplier_number, product_name, model, {whole}, terms::text, tiers::text,"
            " ecolabel, gtin, energy_class, visual_grade, erasure_proof, updates_until, properties::text,"
            " CASE WHEN valid_from > %s THEN valid_from END AS valid_from, valid_to, kind = 'removed' AS deletes"
            " FROM catalogues_submittedline WHERE submission_id = %s AND row IS NOT NULL ORDER BY row",
            [submission.valid_from, submission.pk],
        )
        names = [column.name for column in cursor.description]
        schema = {name: kinds.get(name, pl.String) for name in names}
        while rows := cursor.fetchmany(stretch):
            yield ReadFile(pl.DataFrame(rows, schema=schema, orient="row"), given)
