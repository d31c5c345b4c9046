"""Bringing in price lists: what is read, what is refused, and what happens to prices over time."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.catalogues.actions import Imported, import_prices
from fellestorg.catalogues.commands import catalogue
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")


def atea() -> Organisation:
    return Organisation.objects.get(positions__lot__key="pc", positions__rank=1)


def agreement() -> FrameworkAgreement:
    return FrameworkAgreement.objects.select_related("owner", "manager").get(key="pc-utstyr")


def bring(text: str, *, lot: str | None = "pc", **more: Any) -> Imported:
    found = Lot.objects.get(agreement__key="pc-utstyr", key=lot) if lot else None
    options = {"actor": OPERATOR, "now": clock.now(), **more}
    return import_prices(text.encode(), agreement(), found, atea(), **options)


def price(number: str = "PC-14-STD", day: date | None = None) -> PriceLine:
    day = day or clock.today()
    rows = PriceLine.objects.filter(item__number=number, item__lot__key="pc", supplier=atea(), valid_from__lte=day)
    return rows.exclude(valid_to__lt=day).get()


def same_as(line: PriceLine, **change: str) -> str:
    """A file that says what a price line says, with some cells otherwise."""
    cells = {
        "item": line.item.number,
        "supplier_number": line.supplier_number,
        "product_name": line.product_name,
        "unit_price": str(line.unit_price),
        "list_price": "" if line.list_price is None else str(line.list_price),
        "discount_rate": "" if line.discount_rate is None else str(line.discount_rate),
        "tiers": "|".join(f"{tier['from']}={tier['unit_price']}" for tier in line.tiers),
        "vat_rate": str(line.vat_rate),
        "co2e_kg": "" if line.co2e_kg is None else str(line.co2e_kg),
        "ecolabel": line.ecolabel,
        **change,
    }
    if "unit_price" in change:
        cells["list_price"] = cells["discount_rate"] = ""
    return ";".join(cells) + "\n" + ";".join(f'"{value}"' for value in cells.values()) + "\n"


def test_a_price_that_is_the_same_is_left_alone() -> None:
    before = price()
    done = bring(same_as(before))
    assert (done.new, done.changed, done.unchanged) == (0, 0, 1)
    assert price().pk == before.pk and price().valid_to == before.valid_to


def test_what_means_something_to_the_database_comes_in_as_the_text_it_is() -> None:
    name, told = "Stativ\\t \tsvart", "første\nandre \\. \r\ntredje \\"
    cells = ("NY-\\", "10", name, "laptop", "30213100", told, "\\N")
    heading = "item;unit_price;name_nb;category;cpv;description;product_name\n"
    assert bring(heading + ";".join(f'"{one}"' for one in cells)).new == 1
    made = Item.objects.get(name_nb=name)
    assert (made.number, made.description, made.prices.get().product_name) == ("NY-\\", told, "\\N")


def test_a_changed_price_closes_the_old_row_the_day_before_and_adds_another() -> None:
    before, today = price(), clock.today()
    done = bring(same_as(before, unit_price="9 999,50"))
    assert (done.new, done.changed, done.unchanged) == (0, 1, 0)
    before.refresh_from_db()
    assert before.valid_to == today - timedelta(days=1)
    assert price().unit_price == Decimal("9999.5") and price().valid_from == today
    assert price(day=today - timedelta(days=1)).pk == before.pk


def test_a_price_may_change_from_a_day_to_come() -> None:
    later = clock.today() + timedelta(days=30)
    before = price()
    bring(same_as(before, unit_price="1"), valid_from=later)
    assert price().pk == before.pk
    assert price(day=later).unit_price == 1


def test_a_price_that_began_today_waits_until_tomorrow_and_no_price_changes_backwards() -> None:
    today = clock.today()
    bring(same_as(price(), unit_price="1"))
    assert bring(same_as(price(), unit_price="2")).rejected[0].code == "later_price"
    assert bring(same_as(price(), unit_price="2"), valid_from=today + timedelta(days=1)).changed == 1
    assert (price().unit_price, price(day=today + timedelta(days=1)).unit_price) == (1, 2)
    other = price("DOKK-USBC")
    assert bring(same_as(other, unit_price="2"), valid_from=today - timedelta(days=1)).rejected[0].code == "day_passed"


@pytest.mark.parametrize(("first", "second"), [(30, 30), (30, 20), (30, 0), (30, 40)])
def test_a_newer_list_takes_the_place_of_one_that_waits_for_its_day_or_a_later(first: int, second: int) -> None:
    today, before = clock.today(), price()
    bring(same_as(before, unit_price="1"), valid_from=today + timedelta(days=first))
    assert bring(same_as(before, unit_price="2"), valid_from=today + timedelta(days=second)).changed == 1
    far = today + timedelta(days=100)
    assert price(day=far).unit_price == 2
    waiting = PriceLine.objects.filter(item=before.item, supplier=atea(), unit_price=1).exists()
    assert waiting == (second > first)
    assert PriceLine.objects.get(pk=before.pk).valid_to == today + timedelta(days=min(first, second) - 1)


def test_items_that_are_not_in_the_file_keep_their_prices() -> None:
    other = price("DOKK-USBC")
    bring(same_as(price(), unit_price="1"))
    assert price("DOKK-USBC").pk == other.pk


def test_a_new_item_is_made_where_the_row_describes_it() -> None:
    text = "varenummer;pris;navn;kategori;cpv;enhet;standardsortiment\nNY-1;10,5;Ny vare;laptop;30213100;ea;ja\n"
    done = bring(text)
    assert (done.new, done.accepted) == (1, 1)
    item = Item.objects.get(number="NY-1")
    assert (item.name_nb, item.name_en, item.unit, item.standard_assortment) == ("Ny vare", "Ny vare", "EA", True)
    assert item.prices.get().vat_rate == Decimal("0.25")


def test_list_price_less_discount_gives_the_unit_price() -> None:
    bring("item;list_price;discount_rate\nPC-14-STD;1000;12,5 %\n")
    now = price()
    assert (now.model, now.unit_price, now.discount_rate) == ("list_minus_discount", Decimal(875), Decimal("0.125"))


def test_tier_prices_are_kept_as_the_engine_reads_them() -> None:
    bring("item;unit_price;tiers\nPC-14-STD;1000;10=900|100=850,50\n")
    assert price().tiers == [{"from": "10", "unit_price": "900"}, {"from": "100", "unit_price": "850.5"}]


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (";10;;;;;", "item", "missing"),
        ("NOPE;10;;;;;", "item", "unknown_item"),
        ("PC-14-STD;;;;;;", "unit_price", "missing"),
        ("PC-14-STD;ti;;;;;", "unit_price", "not_a_decimal"),
        ("PC-14-STD;-1;;;;;", "unit_price", "too_small"),
        ("PC-14-STD;1,23456;;;;;", "unit_price", "too_many_decimals"),
        ("PC-14-STD;9999999999999;;;;;", "unit_price", "too_large"),
        ("PC-14-STD;;100;;;;", "discount_rate", "missing"),
        ("PC-14-STD;;;0,1;;;", "list_price", "missing"),
        ("PC-14-STD;50;100;0,1;;;", "unit_price", "does_not_add_up"),
        ("PC-14-STD;;100;1,5;;;", "discount_rate", "not_a_rate"),
        ("PC-14-STD;10;;;10;;", "tiers", "not_tiers"),
        ("PC-14-STD;10;;;10=9|5=8;;", "tiers", "not_rising"),
        ("PC-14-STD;10;;;;mye;", "co2e_kg", "not_a_decimal"),
        ("PC-14-STD;10;;;;;" + "x" * 61, "ecolabel", "too_long"),
        ("PC-14-STD;10;;;;;;;extra", "", "too_many_cells"),
    ],
)
def test_every_fault_of_a_row_is_named_by_line_field_and_code(row: str, field: str, code: str) -> None:
    before = PriceLine.objects.count()
    done = bring(f"item;unit_price;list_price;discount_rate;tiers;co2e_kg;ecolabel\n\n{row}\n")
    assert [(one.row, one.field, one.code) for one in done.rejected] == [(3, field, code)]
    assert (done.accepted, PriceLine.objects.count()) == (0, before)


def test_nothing_is_written_when_any_row_is_bad() -> None:
    before = price()
    done = bring("item;unit_price\nPC-14-STD;1\nPC-14-STD;2\nNOPE;3\n")
    assert [(one.row, one.code) for one in done.rejected] == [(3, "item_twice"), (4, "unknown_item")]
    assert price().pk == before.pk


@pytest.mark.parametrize("cells", ["X;nope;30213100;EA", "X;laptop;123;EA", "X;laptop;30213100;STYKK"])
def test_a_new_item_must_fit_the_lot(cells: str) -> None:
    done = bring(f"item;unit_price;name_nb;category;cpv;unit\nNY-2;1;{cells}\n")
    assert len(done.rejected) == 1
    assert not Item.objects.filter(number="NY-2").exists()


def test_without_a_lot_the_item_tells_which_lot_it_is() -> None:
    assert bring("item;unit_price\nPC-14-STD;1\n", lot=None).accepted == 1


def test_a_preview_writes_nothing() -> None:
    before = price()
    assert bring(same_as(before, unit_price="1"), preview=True).changed == 1
    assert price().pk == before.pk


@pytest.mark.parametrize("text", ["", "item\n", "item;pris;unit_price\n", "hei\n1\n", 'item;pris\n"a'])
def test_a_file_that_is_no_price_list_is_bad_input(text: str) -> None:
    if text == "item\n":
        assert bring(text).read == 0
        return
    with pytest.raises(BadInput):
        bring(text)


def test_a_file_as_excel_saves_it_is_read() -> None:
    text = '\ufeffVarenummer;Pris\r\nPC-14-STD;"1 234,50"\r\n'
    found = Lot.objects.get(agreement__key="pc-utstyr", key="pc")
    for content in (text.encode("utf-8"), text.lstrip("\ufeff").encode("cp1252")):
        done = import_prices(content, agreement(), found, atea(), actor=OPERATOR, now=clock.now(), preview=True)
        assert done.changed == 1


def test_a_supplier_without_a_place_in_the_lot_has_no_prices_there() -> None:
    lyreco = Organisation.objects.get(positions__lot__key="forbruk", positions__rank=1)
    with pytest.raises(BadInput):
        import_prices(b"item;pris\n", agreement(), None, lyreco, actor=OPERATOR, now=clock.now())


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("avtaleforvalter-ikt", True),
        ("si-admin", True),
        ("avtaleforvalter-kontor", False),
        ("atea", False),
        ("revisor", False),
        ("innkjoper", False),
    ],
)
def test_only_the_agreements_manager_brings_in_prices(who: str, may: bool) -> None:
    actor = actor_for(Person.objects.get(username=who), clock.today())
    if may:
        assert bring(same_as(price(), unit_price="1"), actor=actor).changed == 1
    else:
        with pytest.raises(Refused):
            bring(same_as(price(), unit_price="1"), actor=actor)


def test_an_import_is_an_event_with_the_files_hash() -> None:
    bring(same_as(price(), unit_price="1"))
    event = Event.objects.order_by("-id")[0]
    assert (event.verb, event.payload["changed"]) == ("prices_imported", 1)
    assert len(event.payload["sha256"]) == 64
    assert audit.verify().faults == ()


def test_the_command_answers_exactly_as_promised(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "priser.csv"
    words = ["import", str(file), "--agreement", "pc-utstyr", "--supplier", atea().number, "--lot", "pc", "--json"]
    file.write_text(same_as(price(), unit_price="5"))
    assert catalogue([*words, "--preview"]) == 0
    capsys.readouterr()
    assert catalogue(words) == 0
    assert json.loads(capsys.readouterr().out) == {
        "read": 1,
        "accepted": 1,
        "rejected": [],
        "changes": {"new": 0, "changed": 1, "unchanged": 0},
    }
    file.write_text("item;unit_price\nPC-14-STD;x\n")
    assert catalogue(words) == 2
    answer = json.loads(capsys.readouterr().out)
    assert (answer["accepted"], answer["rejected"][0].keys()) == (
        0,
        {"row": 0, "field": 0, "code": 0, "text": 0}.keys(),
    )


@pytest.mark.parametrize(
    "change",
    [
        ["--agreement", "nope"],
        ["--lot", "nope"],
        ["--supplier", "123"],
        ["--supplier", "910000004"],
        ["--from", "i dag"],
        ["--x"],
    ],
)
def test_the_command_names_what_it_cannot_find(change: list[str], tmp_path: Path) -> None:
    file = tmp_path / "priser.csv"
    file.write_text("item;unit_price\n")
    words = ["import", str(file), "--agreement", "pc-utstyr", "--supplier", atea().number, *change]
    with pytest.raises(BadInput):
        catalogue(words)
    with pytest.raises(BadInput):
        catalogue(["import", str(tmp_path / "nope"), *words[2:]])
