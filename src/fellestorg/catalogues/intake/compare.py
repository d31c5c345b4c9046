"""A price list beside the prices that hold: what is new, changed, gone or the same, and what cannot be.

Which rows may change. A row that has begun is only ever closed, from the day the new list holds, and never on its own
first day: what it said that day, somebody may have decided by. So a second change from today waits until tomorrow. A
row that has not begun is only waiting: a newer list for its day or an earlier one takes its place, unless it came of a
decided regulation.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from fellestorg.catalogues import rules
from fellestorg.catalogues.intake.changes import Places, share
from fellestorg.catalogues.intake.current import Current, Near
from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.intake.reading import KEPT, ReadFile
from fellestorg.ui import formats

if TYPE_CHECKING:
    import polars as pl

#: What a price line says, but for whose it is and when it holds.
SAID = (
    "supplier_number", "product_name", "model", "unit_price", "list_price", "discount_rate", "terms", "tiers", "vat_rate",
    "co2e_kg", "ecolabel", "gtin", "energy_class", "visual_grade", "erasure_proof", "updates_until", "properties",
)  # fmt: skip
_RISE_PLACES = 8


class Comparison:
    """Compares a file stretch by stretch, and remembers what it must know of those before."""

    def __init__(self, current: Current, faults: Faults) -> None:

        self.current = current
        self.faults = faults
        self.seen: list[pl.DataFrame] = []
        self.counts = {"new": 0, "changed": 0, "removed": 0, "unchanged": 0, "over_regulation": 0}
        self._categories = current.categories()

    def _beside(self, near: Near) -> None:
        """Take what lies near the lines that come next."""
        import polars as pl

        items, prices = near.items, near.prices
        self._known = items.with_columns(several=pl.col("number").is_duplicated())
        theirs = prices.join(items.select("id", "number"), left_on="item_id", right_on="id")
        self._by = {
            name: theirs.filter(pl.col(name) != "").select(name, "number").unique().unique(name, keep="none")
            for name in ("supplier_number", "gtin")
        }
        self._before = prices.select(
            "item_id",
            pl.col("id").alias("before_id"),
            pl.col("regulated"),
            pl.exclude("id", "item_id", "regulated").name.suffix("_b"),
        )
        items_held = self._before.get_column("item_id")
        self._places = None if items_held.is_duplicated().any() else Places(items_held)

    def stretch(self, read: ReadFile) -> pl.DataFrame:
        """The lines of a stretch with what they do: ``kind``, the row ``before_id`` they follow, the change in price."""
        import polars as pl

        self._beside(self.current.near(read.lines))
        lines = self._with_items(read.lines)
        self.seen.append(lines.select("row", "number", "item_id"))
        lines = lines.with_columns(
            day=pl.max_horizontal(pl.lit(self.current.day), "valid_from"),
        )
        self._note(
            lines.filter(pl.col("valid_to") < pl.col("day")),
            "valid_to",
            "not_a_period",
            _("siste dag er før første dag"),
        )
        lines = self._with_before(lines)
        held = pl.col("before_id").is_not_null()
        lines = lines.with_columns(
            pl.when(held).then(pl.col(f"{name}_b")).otherwise(pl.col(name)).alias(name)
            for name in KEPT
            if name not in read.given
        )
        lines = lines.with_columns(
            product_name=pl.when(pl.col("product_name") == "").then(pl.col("name")).otherwise("product_name"),
            supplier_number=pl.when(pl.col("supplier_number") == "")
            .then(pl.col("number"))
            .otherwise("supplier_number"),
            vat_rate=pl.col("vat_rate").fill_null(int(rules.DEFAULT_VAT.scaleb(3))),
        )
        same = held & pl.col("later").is_null() & pl.col("valid_to").eq_missing(pl.col("valid_to_b"))
        for name in SAID:
            same &= pl.col(name).eq_missing(pl.col(f"{name}_b"))
        kind = (
            pl.when("deletes")
            .then(pl.lit("removed"))
            .when(same)
            .then(pl.lit("unchanged"))
            .when(held)
            .then(pl.lit("changed"))
        ).otherwise(pl.lit("new"))
        lines = lines.with_columns(kind=kind)
        self._placed(lines)
        self._proved(lines)
        lines = self._changes(lines)
        for name in ("new", "changed", "removed", "unchanged"):
            self.counts[name] += int((lines.get_column("kind") == name).sum())
        self.counts["over_regulation"] += int(lines.get_column("over_regulation").sum())
        return lines

    def finish(self, *, replaces: bool) -> pl.DataFrame | None:
        """Items named twice; and where the file is the whole price list, the prices that go out."""
        import polars as pl

        if not self.seen:
            return None
        seen = pl.concat(self.seen)
        named = seen.filter(pl.col("number") != "")
        twice = named.filter(pl.col("number").is_duplicated())
        first = twice.group_by("number").agg(first=pl.col("row").min())
        for row, line in (
            twice.join(first, on="number")
            .filter(pl.col("row") != pl.col("first"))
            .select("row", "first")
            .sort("row")
            .iter_rows()
        ):
            self.faults.add(row, "item", "item_twice", _("varen står alt på linje %(line)s") % {"line": line})
        if not replaces:
            return None
        left = self.current.others(seen.get_column("item_id").drop_nulls().unique().to_list())
        if not left.items.height:
            return None
        self._beside(left)
        gone = left.items.rename({"id": "item_id"})
        gone = gone.with_columns(
            day=pl.lit(self.current.day),
            deletes=pl.lit(value=True),
            kind=pl.lit("removed"),
            row=pl.lit(None, dtype=pl.UInt32),
        )
        gone = self._with_before(gone)
        gone = gone.with_columns(
            *(pl.col(f"{name}_b").alias(name) for name in SAID),
            name_nn=pl.lit(""), name_en=pl.lit(""), description=pl.lit(""),
            standard_assortment=pl.lit(None, dtype=pl.Boolean),
            valid_to=pl.lit(None, dtype=pl.Date),
        )  # fmt: skip
        self._placed(gone)
        gone = self._changes(gone)
        self.counts["removed"] += gone.height
        return gone

    def _with_items(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The item each line is about, or what is wrong with the new one it describes."""
        import polars as pl

        number = pl.col("number")
        if (lines.get_column("number") == "").any():
            for name, known in self._by.items():
                lines = lines.join(known.rename({"number": f"by_{name}"}), on=name, how="left", maintain_order="left")
            fallback = pl.col("fallback")
            numbers = pl.coalesce("by_supplier_number", "by_gtin", pl.when(fallback != "").then(fallback), pl.lit(""))
            lines = lines.with_columns(number=pl.when(number == "").then(numbers).otherwise(number)).drop(
                "by_supplier_number", "by_gtin"
            )
        known = self._known.select(
            "number", "several", pl.col("id").alias("item_id"), pl.col("lot_id"), pl.col("name_nb").alias("item_name"),
            pl.col("used").alias("item_used"), pl.col("cpv").alias("item_cpv"),
        ).unique("number", keep="first", maintain_order=True)  # fmt: skip
        lines = lines.join(known, on="number", how="left", maintain_order="left")
        self._note(lines.filter(number == ""), "item", "missing", _("varenummeret mangler"))
        ambiguous = _("varen kan ligge i flere delkontrakter; les inn én delkontrakt om gangen")
        self._note(lines.filter(pl.col("several")), "item", "ambiguous_item", ambiguous)
        unknown = (number != "") & pl.col("item_id").is_null()
        if lines.select(unknown.any()).item():
            lines = self._described(lines, unknown)
        lines = lines.with_columns(
            name=pl.coalesce("item_name", "name_nb"),
            name_nn=pl.when(pl.col("name_nn") == "").then(pl.col("name_nb")).otherwise("name_nn"),
            name_en=pl.when(pl.col("name_en") == "").then(pl.col("name_nb")).otherwise("name_en"),
            unit=pl.when(pl.col("unit") == "").then(pl.lit("EA")).otherwise(pl.col("unit").str.to_uppercase()),
            used=pl.coalesce("item_used", "used", pl.lit(value=False)),
        )
        # A known item keeps its code, whatever the file says.
        lines = lines.with_columns(own_cpv=pl.coalesce("item_cpv", "cpv")).drop("item_cpv")
        return lines.drop("item_name", "item_used", "several", "fallback")

    def _described(self, lines: pl.DataFrame, unknown: pl.Expr) -> pl.DataFrame:
        """New items: in the one lot, of a category it has, with a name and a CPV code."""
        import polars as pl

        text = _("varen har ingen pris som kan gå ut")
        self._note(lines.filter(unknown & pl.col("deletes")), "item", "nothing_to_delete", text)
        unknown = unknown & ~pl.col("deletes")
        if len(self.current.lots) > 1:
            text = _("varen finnes ikke i avtalen; velg delkontrakt for å ta inn nye varer")
            self._note(lines.filter(unknown), "item", "unknown_item", text)
            return lines
        lot = next(iter(self.current.lots.values()))
        bare = unknown & (pl.col("name_nb") == "")
        text = _("varen finnes ikke i avtalen; oppgi navn, kategori og CPV for en ny vare")
        self._note(lines.filter(bare), "item", "unknown_item", text)
        named = unknown & ~bare
        by_cpv = self._categories.filter(pl.col("lot_id") == lot.pk).select("cpv", "by_cpv")
        lines = lines.join(by_cpv, on="cpv", how="left", maintain_order="left")
        only = pl.lit(lot.categories[0] if len(lot.categories) == 1 else "")
        category = pl.col("category")
        guessed = pl.when(named & (category == "")).then(pl.coalesce("by_cpv", only)).otherwise(category)
        lines = lines.with_columns(category=guessed, lot_id=pl.coalesce("lot_id", pl.lit(lot.pk))).drop("by_cpv")
        text = _("ventet en av delkontraktens kategorier: %(names)s") % {"names": ", ".join(lot.categories)}
        self._note(lines.filter(named & ~category.is_in(lot.categories)), "category", "unknown_category", text)
        self._note(
            lines.filter(named & ~pl.col("cpv").str.contains(r"^\d{8}$")),
            "cpv",
            "not_cpv",
            _("ventet en CPV-kode på åtte sifre"),
        )
        return lines

    def _with_before(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The row that holds on each line's day (``_b``), and the first day of the rows after it."""
        import polars as pl

        begins, ends, day = pl.col("valid_from_b"), pl.col("valid_to_b"), pl.col("day")
        wanted = lines.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), "item_id", "day")
        pairs = self._pairs(wanted)
        held = pairs.filter(begins <= day, ends.is_null() | (ends >= day)).drop("item_id", "day")
        after = pairs.filter(begins > day).group_by("at").agg(
            later=begins.min(),
            begun=(begins <= self.current.today).any(),
            pinned=(pl.col("regulated") & (begins > self.current.today)).any(),
            old_later=pl.col("unit_price_b").sort_by(begins).first(),
        )  # fmt: skip
        at = pl.int_range(pl.len(), dtype=pl.UInt32).alias("at")
        lines = lines.with_columns(at).join(held, on="at", how="left", maintain_order="left")
        return lines.join(after, on="at", how="left", maintain_order="left").drop("at")

    def _pairs(self, wanted: pl.DataFrame) -> pl.DataFrame:
        """Each wanted line beside each row of its item; mostly there is one, whose place is told without a join."""
        import polars as pl

        if self._places is None:
            return wanted.join(self._before, on="item_id", how="inner")
        place = self._places.of(wanted.get_column("item_id"))
        known = place >= 0
        return wanted.filter(pl.Series(known)).hstack(self._before[place[known]].drop("item_id"))

    def _placed(self, lines: pl.DataFrame) -> None:
        """What keeps a price from taking its place in time."""
        import polars as pl

        today = self.current.today
        begins, day, kind = pl.col("valid_from_b"), pl.col("day"), pl.col("kind")
        moves = kind.is_in(["changed", "removed"]) & pl.col("before_id").is_not_null()
        begun = (moves & (begins == day) & (begins <= today)) | (
            (kind != "unchanged") & pl.col("begun").fill_null(value=False)
        )
        for row, number, held, later in (
            lines.filter(begun).select("row", "number", "valid_from_b", "later").iter_rows()
        ):
            text = _("varen har alt en annen pris fra %(day)s; velg en senere dag") % {
                "day": formats.day(later or held)
            }
            self.faults.add(row or 0, "item", "later_price", text if row else f"{number}: {text}")
        passed = lines.filter(moves & ~begun & (day < today))
        self._note(passed, "item", "day_passed", _("prisen kan ikke endres fra en dag som har vært"))
        waiting = moves & (begins == day) & (begins > today) & pl.col("regulated")
        pinned = (kind != "unchanged") & (pl.col("pinned").fill_null(value=False) | waiting.fill_null(value=False))
        self._note(
            lines.filter(pinned), "item", "regulated", _("prisen er alt regulert fra en senere dag; velg dagen etter")
        )
        nothing = (
            pl.col("deletes")
            & pl.col("before_id").is_null()
            & pl.col("later").is_null()
            & pl.col("item_id").is_not_null()
        )
        self._note(lines.filter(nothing), "item", "nothing_to_delete", _("varen har ingen pris som kan gå ut"))

    def _proved(self, lines: pl.DataFrame) -> None:
        """Used units without what NSM's advice asks for are not taken in (rule USED)."""
        import polars as pl

        texts = {
            "visual_grade": _("brukte enheter må ha tilstand A, B eller C"),
            "erasure_proof": _("brukte enheter må ha bevis for at data er slettet"),
            "updates_until": _("brukte enheter må få sikkerhetsoppdateringer fra produsenten"),
        }
        used = lines.filter(pl.col("used"), ~pl.col("deletes"), pl.col("kind") != "unchanged")
        columns = ("row", "visual_grade", "erasure_proof", "updates_until", "day", "own_cpv")
        for row, grade, proof, until, day, cpv in used.select(columns).iter_rows():
            for field in rules.missing_proof(grade, proof, until, day, stores_data=rules.stores_data(cpv, day)):
                self.faults.add(row, field, "no_proof", texts[field])

    def _changes(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The change as a share in millionths, and whether it is more than the agreement's regulation allows."""
        import polars as pl

        new, old, wide = pl.col("unit_price").cast(pl.Int128), pl.col("unit_price_b").cast(pl.Int128), pl.Int128
        moved = pl.col("kind").is_in(["changed", "unchanged"]) & (old > 0)
        rises = (
            (pl.col("kind") == "changed") & (new > old) & (pl.col("model") == "fixed") & (pl.col("model_b") == "fixed")
        )
        lines = lines.with_columns(
            change=pl.when(moved).then(share("unit_price_b", "unit_price")),
            rises=rises.fill_null(value=False),
            old_price=pl.col("unit_price_b"),
        )
        keys = lines.filter("rises").select("lot_id", "valid_from_b", "day").unique()
        allowed = keys.with_columns(
            allowed=pl.Series([_scaled(self.current.allowed(*key)) for key in keys.iter_rows()], dtype=pl.Int64)
        )
        lines = lines.join(allowed, on=["lot_id", "valid_from_b", "day"], how="left", maintain_order="left")
        limit = old * (10**_RISE_PLACES + pl.col("allowed").fill_null(0).cast(wide))
        return lines.with_columns(
            over_regulation=pl.col("rises") & (new * 10**_RISE_PLACES > limit),
            allowed=pl.when("rises").then(pl.col("allowed")),
        )

    def _note(self, lines: pl.DataFrame, field: str, code: str, text: str) -> None:
        for told, (row, number) in enumerate(lines.select("row", "number").iter_rows()):
            if told and self.faults.full:
                self.faults.count_more(lines.height - told)
                return
            self.faults.add(row or 0, field, code, text if row else f"{number}: {text}")


def _scaled(rise: Decimal | None) -> int | None:
    return None if rise is None else int(rise.scaleb(_RISE_PLACES))
