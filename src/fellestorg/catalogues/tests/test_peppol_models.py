"""Price models in a Peppol catalogue: named by item properties, read as a sheet's columns are, and nothing to the rest."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from fellestorg.bench.catalogue_file import write_catalogue
from fellestorg.catalogues.tests.test_hostile_files import taken

_PROPERTY = "<cac:AdditionalItemProperty><cbc:Name>{}</cbc:Name><cbc:Value>{}</cbc:Value></cac:AdditionalItemProperty>"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("catalogue") / "small.xml"
    write_catalogue(path, 4, 3)
    return path.read_text(encoding="utf-8")


def with_properties(text: str, amount: str, *properties: tuple[str, str]) -> str:
    """The file with the first line's price and some more properties of it."""
    text = re.sub(r"(<cbc:PriceAmount[^>]*>)[^<]*", rf"\g<1>{amount}", text, count=1)
    added = "".join(_PROPERTY.format(name, value) for name, value in properties)
    return text.replace("<cac:AdditionalItemProperty>", f"{added}<cac:AdditionalItemProperty>", 1)


@pytest.mark.parametrize(
    ("amount", "properties", "model", "terms"),
    [
        ("120", [("PriceModel", "fee_and_bonus"), ("BonusRate", "0.0075"), ("Turnover", "48000")], "fee_and_bonus",
         {"bonus_rate": "0.0075", "turnover": "48000"}),
        ("95", [("Price Model", "transaksjonsgebyr"), ("Channel", "online")], "transaction_fee", {"channel": "online"}),
        ("5988", [("PriceModel", "leie"), ("Monthly", "249.50"), ("Months", "24")], "rent",
         {"monthly": "249.5", "months": "24"}),
        ("28.8", [("PriceModel", "rent"), ("Monthly", "1.200"), ("Months", "24")], "rent",
         {"monthly": "1.2", "months": "24"}),
    ],
    ids=["fee and bonus", "fee", "rent", "three decimals are no thousands"],
)  # fmt: skip
def test_a_line_names_its_model_and_terms(
    plain: str, tmp_path: Path, amount: str, properties: list[tuple[str, str]], model: str, terms: dict[str, str]
) -> None:
    lines, faults = taken(with_properties(plain, amount, *properties), tmp_path)
    assert faults.count == 0
    first, *others = lines
    assert (first["model"], json.loads(str(first["terms"]))) == (model, terms)
    kept = json.loads(str(first["properties"]))
    assert "Color" in kept and not {name for name, _value in properties} & kept.keys()
    before, _faults = taken(plain, tmp_path)
    assert [{**one, "row": 0} for one in others] == [{**one, "row": 0} for one in before[1:]]


def test_without_a_model_the_same_names_are_properties_as_any_other(plain: str, tmp_path: Path) -> None:
    lines, faults = taken(with_properties(plain, "10", ("Months", "24")), tmp_path)
    assert faults.count == 0 and lines[0]["model"] == "fixed" and lines[0]["terms"] == "{}"
    assert json.loads(str(lines[0]["properties"]))["Months"] == "24"


@pytest.mark.parametrize(
    ("amount", "properties", "field", "code"),
    [
        ("100", [("PriceModel", "bytte")], "price_model", "unknown_model"),
        ("100", [("PriceModel", "rent"), ("Monthly", "10")], "months", "missing"),
        ("100", [("PriceModel", "rent"), ("Monthly", "10"), ("Months", "12")], "unit_price", "does_not_add_up"),
        ("100", [("PriceModel", "fee_and_bonus"), ("BonusRate", "2")], "bonus_rate", "not_a_rate"),
    ],
    ids=["model", "missing", "sum", "rate"],
)
def test_what_does_not_fit_is_named_with_its_line(
    plain: str, tmp_path: Path, amount: str, properties: list[tuple[str, str]], field: str, code: str
) -> None:
    _lines, faults = taken(with_properties(plain, amount, *properties), tmp_path)
    assert {(one.row, one.field, one.code) for one in faults.told} == {(1, field, code)}
