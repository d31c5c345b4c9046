"""Price models in the database, in price lists and in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from fellestorg.catalogues.models import PriceLine
from fellestorg.catalogues.price_words import MODEL_NAMES, price_words
from fellestorg.catalogues.tests.test_import import atea, bring, price
from fellestorg.engines.pricemodels import MODELS, read_terms, unit_price_of
from fellestorg.engines.tests.test_pricemodels import TERMS

GIVEN = {"fixed": "1", "transaction_fee": "95", "fee_and_bonus": "120", "hourly": "640", "revenue_share": "450"}
MODELLED = [model for model in MODELS if model not in ("fixed", "list_minus_discount")]


def unit_price(model: str) -> Decimal:
    return unit_price_of(model, TERMS.get(model, {})) or Decimal(GIVEN[model])


def line(model: str, **change: object) -> PriceLine:
    values = {
        "item": price().item, "supplier": atea(), "supplier_number": "x", "product_name": "x", "model": model,
        "unit_price": unit_price(model), "terms": TERMS.get(model, {}), "vat_rate": Decimal("0.25"),
        "valid_from": date(2010, 1, 1), "valid_to": date(2010, 1, 2), **change,
    }  # fmt: skip
    return PriceLine.objects.create(**values)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("model", MODELLED)
def test_the_database_takes_a_line_with_its_terms_and_none_without(model):
    assert line(model).terms == TERMS.get(model, {})
    wrong = {"terms": {}} if TERMS.get(model) else {"terms": {"monthly": "1"}}
    with pytest.raises(IntegrityError, match="price_fits_its_model"), transaction.atomic():
        line(model, valid_from=date(2011, 1, 1), valid_to=date(2011, 1, 2), **wrong)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("model", ["markup", "dynamic", "rent", "lease", "as_a_service"])
def test_the_database_refuses_a_unit_price_that_the_terms_do_not_give(model):
    with pytest.raises(IntegrityError, match="price_fits_its_model"), transaction.atomic():
        line(model, unit_price=unit_price(model) + Decimal("0.01"))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("model", "change"),
    [
        ("fixed", {"terms": {"monthly": "1"}}),
        ("rent", {"list_price": Decimal(1)}),
        ("revenue_share", {"terms": {"return_rate": "1"}}),
        ("fee_and_bonus", {"terms": {"bonus_rate": "-0.1"}}),
    ],
)
def test_terms_and_list_prices_stay_with_their_models(model, change):
    with pytest.raises(IntegrityError, match="price_fits_its_model"), transaction.atomic():
        line(model, **change)


ROWS = {
    "leie": ("månedspris;måneder", "249,50;24", "rent"),
    "leasing": ("månedspris;måneder;restverdi", "310;36;900", "lease"),
    "as_a_service": ("månedspris;måneder;inkluderer", "349;36;reparasjon og bytte", "as_a_service"),
    "påslag": ("kostpris;påslag;revisjonsrett", "800;7,5 %;Avtalens § 9", "markup"),
    "dynamisk pris": (
        "publisert pris;rabatt på publisert pris;priskilde;observert", "1999;12 %;nettpris;30.10.2023", "dynamic",
    ),
    "transaksjonsgebyr": ("kanal;pris", "nett;95", "transaction_fee"),
    "gebyr og bonus": ("bonus;ventet omsetning;pris", "0,75 %;48000;120", "fee_and_bonus"),
    "timepris": ("pris", "640", "hourly"),
    "inntektsdeling": ("andel tilbake;pris", "60 %;450", "revenue_share"),
}  # fmt: skip


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("word", ROWS, ids=[row[2] for row in ROWS.values()])
def test_a_price_list_brings_in_every_model_and_the_same_again_changes_nothing(word):
    names, cells, model = ROWS[word]
    sheet = f"varenummer;prismodell;{names}\nPC-14-STD;{word};{cells}\n"
    done = bring(sheet)
    assert not done.rejected, done.rejected
    held = price()
    assert (held.model, held.terms, held.unit_price) == (
        model,
        read_terms(model, TERMS.get(model, {})),
        unit_price(model),
    )
    again = bring(sheet)
    assert (again.changed, again.unchanged) == (0, 1)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("names", "cells", "faults"),
    [
        ("prismodell;pris", "bytte;100", {("price_model", "unknown_model")}),
        ("prismodell;månedspris", "leie;249", {("months", "missing")}),
        ("prismodell;månedspris;måneder;pris", "leie;100;12;1300", {("unit_price", "does_not_add_up")}),
        ("prismodell;månedspris;måneder;listepris;rabatt", "leie;100;12;2000;10 %", {("list_price", "not_of_the_model")}),
        ("prismodell;månedspris;måneder;bonus", "leie;x;0;1 %", {("monthly", "not_a_decimal")}),
        ("prismodell;månedspris;måneder;bonus", "leie;1;0;1 %", {("months", "not_months"), ("bonus_rate", "unknown_field")}),
        ("prismodell;månedspris;pris", ";249;100", {("monthly", "no_model")}),
        ("prismodell;andel tilbake", "inntektsdeling;60 %", {("unit_price", "missing")}),
    ],
    ids=["model", "missing", "sum", "list", "number", "two", "no_model", "no_price"],
)  # fmt: skip
def test_what_does_not_fit_the_model_is_named_with_its_row_and_column(names, cells, faults):
    done = bring(f"varenummer;{names}\nPC-14-STD;{cells}\n")
    assert {(one.field, one.code) for one in done.rejected} == faults
    assert all(one.row == 2 for one in done.rejected)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("model", MODELLED)
def test_every_model_is_said_in_words_in_every_language(model, language):
    with translation.override(language):
        said = price_words(model, unit_price(model), TERMS.get(model, {}))
    assert said.endswith(".") and "{" not in said
    assert MODEL_NAMES.keys() == MODELS.keys()


def test_the_words_say_what_is_paid_and_what_comes_back():
    with translation.override("nb"):
        leased = price_words("lease", unit_price("lease"), TERMS["lease"])
        shared = price_words("revenue_share", Decimal(450), TERMS["revenue_share"])
        assert price_words("fixed", Decimal(100), {}) == ""
    assert "36 måneder" in leased and "kjøpe enheten for" in leased
    assert "60" in shared and "betales tilbake" in shared
