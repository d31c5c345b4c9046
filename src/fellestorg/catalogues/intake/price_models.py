"""Price models in a price list: the model a row names, its terms, and the unit price that follows from them.

Most lists have none of these columns and most rows of the others no model; only rows that name one are looked at singly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fellestorg.catalogues.intake.faults import Faults
from fellestorg.engines.pricemodels import MODELS, TERM_NAMES, Term, read_terms, unit_price_of
from fellestorg.kernel.sheets import RowError, day_in, decimal_in
from fellestorg.values import BadInput, Problem, decimal_text

if TYPE_CHECKING:
    import polars as pl

#: What people call the models in a sheet; the codes themselves count too.
WORDS = {
    "fastpris": "fixed",
    "fast pris": "fixed",
    "listepris minus rabatt": "list_minus_discount",
    "påslag": "markup",
    "dynamisk pris": "dynamic",
    "transaksjonsgebyr": "transaction_fee",
    "gebyr og bonus": "fee_and_bonus",
    "timepris": "hourly",
    "leie": "rent",
    "leige": "rent",
    "leasing": "lease",
    "som tjeneste": "as_a_service",
    "som teneste": "as_a_service",
    "inntektsdeling": "revenue_share",
}
_ONLINE = {"nett": "online", "manuelt": "offline"}


def with_models(lines: pl.DataFrame, texts: pl.DataFrame, bad: pl.Series, faults: Faults, places: int) -> pl.DataFrame:
    """The lines with ``asked_model`` (null where the row names none), ``terms`` as the database writes them, and the unit
    price that the terms give, as a whole number of ``places`` places. Rows with a fault are marked in the returned ``bad``.
    """
    import polars as pl

    given = [name for name in ("price_model", *TERM_NAMES) if name in texts.columns]
    if not given:
        return lines.with_columns(asked_model=pl.lit(None, dtype=pl.String), terms=pl.lit("{}"), bad=bad)
    asked: list[str | None] = []
    written: list[str] = []
    prices: list[int | None] = []
    wrong: list[bool] = []
    for row, stated, list_price, *cells in texts.select(
        "row", lines.get_column("unit_price").alias("price"), lines.get_column("list_price").alias("list"), *given
    ).iter_rows():
        before = faults.count
        model, terms, price = _row(row, dict(zip(given, cells, strict=True)), faults)
        whole = None if price is None else int(price.scaleb(places))
        if model is not None and list_price is not None and model != "list_minus_discount":
            text = _("listepris og rabatt hører ikke til denne prismodellen")
            faults.add(row, "list_price", "not_of_the_model", text)
        if price is not None and stated is not None and stated != whole:
            text = _("prisen stemmer ikke med prismodellen, som gir %(net)s") % {"net": decimal_text(price)}
            faults.add(row, "unit_price", "does_not_add_up", text)
        asked.append(model)
        written.append(_as_jsonb(terms))
        prices.append(whole)
        wrong.append(faults.count > before)
    return lines.with_columns(
        asked_model=pl.Series(asked, dtype=pl.String),
        terms=pl.Series(written, dtype=pl.String),
        unit_price=pl.coalesce(pl.Series(prices, dtype=pl.Int64), pl.col("unit_price")),
        bad=bad | pl.Series(wrong, dtype=pl.Boolean),
    )


def _row(row: int, cells: dict[str, str], faults: Faults) -> tuple[str | None, dict[str, str], Decimal | None]:
    said = cells.pop("price_model", "").strip().lower()
    if not said:
        for name, text in cells.items():
            if text:
                faults.add(row, name, "no_model", _("oppgi prismodellen som dette hører til"))
        return None, {}, None
    model = WORDS.get(said, said)
    if model not in MODELS:
        names = ", ".join(WORDS)
        faults.add(row, "price_model", "unknown_model", _("ventet en prismodell: %(names)s") % {"names": names})
        return None, {}, None
    kinds: dict[str, Term] = {term.name: term for term in MODELS[model]}
    plain: dict[str, str] = {}
    before = faults.count
    for name, text in cells.items():
        try:
            plain[name] = _plain(kinds[name].kind, text) if text and name in kinds else text
        except RowError as error:
            faults.add(row, name, error.code, error.text)
    if faults.count > before:
        return model, {}, None
    try:
        terms = read_terms(model, plain)
    except BadInput as error:
        for problem in error.problems:
            faults.add(row, problem.where.rpartition(".")[2], problem.code, _text_of(problem))
        return model, {}, None
    return model, terms, unit_price_of(model, terms)


def _plain(kind: str, text: str) -> str:
    """A cell as people write it (``12,5 %``, ``1.11.2023``) in the plain form of the terms."""
    readers: dict[str, Callable[[str], str]] = {
        "amount": lambda one: decimal_text(decimal_in(one)),
        "rate": _rate,
        "markup": _rate,
        "day": lambda one: day_in(one).isoformat(),
        "channel": lambda one: _ONLINE.get(one.lower(), one.lower()),
    }
    return readers.get(kind, str)(text)


def _rate(text: str) -> str:
    return decimal_text(decimal_in(text[:-1], places=3) / 100 if text.endswith("%") else decimal_in(text, places=5))


def _text_of(problem: Problem) -> str:
    texts = {
        "missing": _("prismodellen trenger dette"),
        "unknown_field": _("dette hører ikke til prismodellen"),
        "not_a_rate": _("ventet en sats, som 12,5 %"),
        "not_months": _("ventet 1 til 240 hele måneder"),
        "unknown": _("ventet nett eller manuelt"),
        "too_large": _("ventet kroner med høyst fire desimaler"),
        "too_long": _("ventet høyst %(longest)s tegn") % {"longest": 300},
    }
    return texts.get(problem.code, problem.text)


def _as_jsonb(terms: Mapping[str, Any]) -> str:
    """As PostgreSQL writes it: shorter names first. So that equal terms are equal texts."""
    ordered = {name: terms[name] for name in sorted(terms, key=lambda name: (len(name), name))}
    return json.dumps(ordered, ensure_ascii=False)
