"""Needs as they come from people and their spreadsheets: read where they can be, refused with the line where not."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import agency_of
from tests.journeys.visiting import Page, Visitor

pytestmark = pytest.mark.usefixtures("demo")
STANDARD = [{"item": "PC-14-STD", "quantity": "10"}, {"item": "SKJ-24-STD", "quantity": "2"}]


def upload(content: bytes, status: int = 200, **typed: Any) -> Page:
    return Visitor("innkjoper").state(status, file=SimpleUploadedFile("behov.csv", content), **typed)


@cache
def pc_items() -> list[str]:
    """The demo's assortment is the same in every test."""
    items = Visitor("innkjoper").json("/avtaler/pc-utstyr/pc/priser.json?standard=1")["items"]
    return [item["number"] for item in items if item["number"] != "PC-14-STD"]


@pytest.mark.parametrize(
    "written",
    [
        "Varenummer;Antall\r\nPC-14-STD;10\r\n{other};2\r\n",
        "varenummer,antall\nPC-14-STD,10\n{other},2",
        "PC-14-STD\t10\n{other}\t2\n",
        "PC-14-STD;10,0\n\n;\n{other};2,00\n",
        '"PC-14-STD";"10"\n"{other}";"2"\n',
        "PC-14-STD 10\n{other} 2",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_spreadsheets_csv_is_read_however_it_was_saved(written: str, encoding: str) -> None:
    other = pc_items()[0]
    page = upload(written.format(other=other).encode(encoding))
    assert page.needs[0]["lines"] == [{"item": "PC-14-STD", "quantity": "10"}, {"item": other, "quantity": "2"}]


def test_norwegian_letters_in_latin_1_do_no_harm() -> None:
    assert upload("Vare­nummer;Antall på bestilling\nPC-14-STD;10\n".encode("cp1252")).needs


def test_every_bad_line_is_named_and_what_was_typed_is_kept() -> None:
    buyer = Visitor("innkjoper")
    typed = {
        "lines": "PC-14-STD;10\nPC-14-STD;mange\n;3\nFINNES-IKKE",
        "deliver_to": "Kontorgata 7",
        "deliver_by": "2023-12-24",
        "buyer_reference": "Min referanse",
    }
    page = buyer.state(422, **typed)
    for words in ("linje 2", "«mange» er ikke et antall", "linje 3", "linje 4"):
        assert words.lower() in page.words.lower(), words
    kept = page.form("Finn avtale").fields
    assert kept["lines"] == typed["lines"]
    for name in ("deliver_to", "deliver_by", "buyer_reference"):
        assert kept[name] == [typed[name]], name


def test_a_file_with_bad_lines_names_them_too() -> None:
    page = upload(b"PC-14-STD;10\nPC-14-STD;-3\nPC-14-STD;0\n", 422, deliver_to="Kontorgata 7")
    assert "Linje 2" in page.words or "linje 2" in page.words
    assert page.form("Finn avtale").fields["deliver_to"] == ["Kontorgata 7"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({}, "Si hva du trenger"),
        ({"text": "10 PC-er", "lines": "PC-14-STD;1"}, "på én måte"),
        ({"lines": "FINNES-IKKE;1"}, "varenummer"),
        ({"lines": "PC-14-STD;0"}, "over 0"),
        ({"lines": "PC-14-STD;1,23456"}, "desimaler"),
        ({"text": "xyzzy plugh"}, "Ingen avtale"),
        ({"text": "0 PC-er"}, "over 0"),
        ({"amount": "mye", "category": "phone"}, "Skriv et tall"),
        ({"amount": "-5", "category": "phone"}, "over 0"),
        ({"amount": "100000"}, "varegruppe"),
        ({"amount": "9" * 17, "category": "phone"}, "for stort"),
        ({"amount": "9" * 25, "category": "phone"}, "Skriv et tall"),
        ({"text": "10 PC-er", "deliver_by": "31.02.2024"}, "dato"),
        ({"text": "10 PC-er", "deliver_by": "i morgen"}, "dato"),
        ({"text": "PC " * 400}, "500"),
        ({"lines": "PC-14-STD;1", "category": "finnes-ikke"}, "valg"),
        ({"lines": "PC-14-STD;1", "buyer": "123"}, "valg"),
        ({"lines": "PC-14-STD;1\x00"}, ""),
        ({"lines": "PC-14-STD;ti\nTLF-STD;3"}, "«ti» er ikke et antall"),
        ({"lines": "Varenummer;Antall"}, "minst én linje"),
        ({"lines": "PC-14-STD;1e5"}, "ikke et antall"),
        ({"lines": "PC-14-STD;NaN"}, "ikke et antall"),
        ({"lines": "PC-14-STD;" + "9" * 12}, "Antallet"),
    ],
)
def test_what_cannot_be_used_is_said_beside_the_form(typed: dict[str, str], says: str) -> None:
    page = Visitor("innkjoper").state(422, **typed)
    assert says in page.words
    assert not page.needs


def test_items_of_two_agreements_are_no_single_call_off() -> None:
    page = Visitor("innkjoper").state(lines="TLF-STD;1\nPAP-KOPI-01;1")
    assert not page.needs and "ligger utenfor" in page.words


@pytest.mark.parametrize("day", ["2023-10-31", "1900-01-01", "9999-12-31"])
def test_a_delivery_day_that_makes_no_sense_is_no_server_error(day: str) -> None:
    visitor = Visitor("innkjoper")
    page = visitor.client.post("/avrop/nytt", {"text": "2 bærbare PC-er", "deliver_by": day})
    assert page.status_code in (200, 422)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 50, b"PK\x03\x04" + b"\x00" * 100, b"\n" * 30])
def test_a_file_that_is_no_sheet_is_said_so(content: bytes) -> None:
    assert not upload(content, 422).needs


def test_a_file_over_a_megabyte_is_refused() -> None:
    assert "1 MB" in upload(b"PC-14-STD;1\n" * 100_000, 422).words


def test_more_than_2000_lines_are_refused() -> None:
    assert "2000" in upload(b"PC-14-STD;1\n" * 2001, 422).words


class TestTamperedNeeds:
    """The need travels through the browser: whatever comes back is read as anything from outside is."""

    def wire(self, **changed: Any) -> dict[str, Any]:
        wire = Visitor("innkjoper").state(lines="PC-14-STD;1").needs[0]
        return {**wire, **changed}

    def sent(self, need: Any, status: int) -> Page:
        text = need if isinstance(need, str) else json.dumps(need)
        return Visitor("innkjoper").send("/avrop/gjor", {"need": text}, status)

    @pytest.mark.parametrize(
        "text", ["", "{", "null", "[]", '"x"', "17", "{}", '{"buyer": 5}', "[" * 100_000, '{"a": NaN}', "\x00"]
    )
    def test_broken_json_says_so_and_starts_over(self, text: str) -> None:
        before = CallOff.objects.count()
        page = self.sent(text, 302)
        assert page.response["Location"] == "/avrop/nytt"
        assert CallOff.objects.count() == before

    def test_another_agency_as_buyer_is_refused(self) -> None:
        before = CallOff.objects.count()
        visitor = Visitor("innkjoper")
        sent = visitor.send("/avrop/gjor", {"need": json.dumps(self.wire(buyer=agency_of("innkjopar")))})
        assert "ikke innkjøper" in visitor.read(sent.response["Location"]).html
        assert CallOff.objects.count() == before

    def test_another_lot_gives_that_lots_answer_and_no_call_off(self) -> None:
        page = self.sent(self.wire(agreement="mobil-2022", lot="mobil"), 409)
        assert "Avropet ble ikke gjort" in page.html

    @pytest.mark.parametrize("changed", [{"lot": "finnes-ikke"}, {"agreement": "finnes-ikke"}])
    def test_a_lot_that_does_not_exist_is_not_found(self, changed: dict[str, str]) -> None:
        self.sent(self.wire(**changed), 404)

    @pytest.mark.parametrize(
        "changed",
        [
            {"price": "1"},
            {"date": "2022-10-15"},
            {"lines": [{"item": "PC-14-STD", "quantity": 1.5}]},
            {"lines": [{"item": "PC-14-STD", "quantity": "1", "unit_price": "1"}]},
            {"lines": []},
            {"lines": "PC-14-STD"},
            {"facts": {"standard_assortment": True}},
            {"facts": []},
            {"deliver_by": "aldri"},
            {"request_id": "x" * 500},
            {"buyer": "986252931"},
            {"amount": "5"},
        ],
    )
    def test_fields_that_do_not_belong_are_refused(self, changed: dict[str, Any]) -> None:
        before = CallOff.objects.count()
        assert self.sent(self.wire(**changed), 302).response["Location"] == "/avrop/nytt"
        assert CallOff.objects.count() == before

    def test_items_that_do_not_exist_are_refused(self) -> None:
        before = CallOff.objects.count()
        page = Visitor("innkjoper").client.post(
            "/avrop/gjor", {"need": json.dumps(self.wire(lines=[{"item": "FINNES-IKKE", "quantity": "1"}]))}
        )
        assert page.status_code in (302, 409, 422)
        assert CallOff.objects.count() == before

    def test_a_text_need_that_was_never_placed_is_refused(self) -> None:
        wire = self.wire(text="10 PC-er")
        del wire["lines"]
        before = CallOff.objects.count()
        page = Visitor("innkjoper").client.post("/avrop/gjor", {"need": json.dumps(wire)})
        assert page.status_code in (302, 409, 422)
        assert CallOff.objects.count() == before


class TestBasket:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"item": ["PC-14-STD"], "quantity": [""]},
            {"item": ["PC-14-STD"], "quantity": ["mange"]},
            {"item": ["PC-14-STD"], "quantity": ["-1"]},
            {"item": [""], "quantity": ["1"]},
            {"item": ["PC-14-STD", "X"], "quantity": []},
            {"item": ["PC-14-STD"], "quantity": ["Infinity"]},
            {"item": ["PC-14-STD"], "quantity": ["1e400"]},
            {"item": ["\x00"], "quantity": ["1"], "next": "https://example.org/"},
        ],
    )
    def test_what_is_no_quantity_is_passed_over(self, fields: dict[str, Any]) -> None:
        buyer = Visitor("innkjoper")
        sent = buyer.send("/avrop/kurv", fields)
        assert sent.response["Location"] == "/avrop/nytt"
        buyer.read("/avrop/nytt")

    def test_the_basket_adds_up_and_is_emptied(self) -> None:
        buyer = Visitor("innkjoper")
        for quantity in ("2", "3"):
            buyer.send("/avrop/kurv", {"item": ["PC-14-STD"], "quantity": [quantity]})
        page = buyer.read("/avrop/nytt")
        assert page.form("Finn avtale").fields["lines"] == "PC-14-STD;5"
        empty = buyer.press(page, "Tøm kurven")
        assert empty.form("Finn avtale").fields["lines"] == ""
