"""The basket as people shop: every way of filling it, changing it, keeping it and going on to the answer."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fellestorg.calloffs.models import CallOff, ShoppingList
from fellestorg.calloffs.tests.world import agency_of
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.kernel.models import Event
from fellestorg.kernel.workbooks import workbook_of, workbook_rows
from tests.journeys.visiting import Page, Visitor

pytestmark = pytest.mark.usefixtures("demo")

BASKET = "/avrop/kurv"


def basket(who: Visitor) -> dict[str, str]:
    """The basket's lines, those that cannot be ordered too."""
    data = who.json("/avrop/kurv.json")
    found = {line["number"]: line["quantity"] for group in data["groups"] for line in group["lines"]}
    return found | {line["number"]: line["quantity"] for line in data["gone"]}


def paste(who: Visitor, text: str, status: int = 302) -> Page:
    return who.send("/avrop/kurv/lim-inn", {"lines": text}, status)


def put(who: Visitor, **items: str) -> None:
    who.send(BASKET, {"item": list(items), "quantity": list(items.values()), "next": BASKET})


class TestPasting:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("PC-14-STD\t10", {"PC-14-STD": "10"}),
            ("PC-14-STD;10\nTLF-STD;2", {"PC-14-STD": "10", "TLF-STD": "2"}),
            ("pc-14-std,10", {"PC-14-STD": "10"}),
            ("PC-14-STD 10", {"PC-14-STD": "10"}),
            ("PC-14-STD 1,5", {"PC-14-STD": "1.5"}),
            ("Varenummer;Antall\nPC-14-STD;10", {"PC-14-STD": "10"}),
            ("Varenummer\tBeskrivelse\tAntall\nPC-14-STD\tBærbar PC\t10", {"PC-14-STD": "10"}),
            ("PC-14-STD;1 000", {"PC-14-STD": "1000"}),
            ("PC-14-STD;2\nPC-14-STD;3", {"PC-14-STD": "5"}),
            ("Mobiltelefon, standard, 128 GB\t4", {"TLF-STD": "4"}),
            ("Mobiltelefon, standard, 128 GB, 4", {"TLF-STD": "4"}),
            ("Phone, standard, 128 GB;4", {"TLF-STD": "4"}),
            ("Berbar PC 14 tommar, standard, 16 GB;1", {"PC-14-STD": "1"}),
        ],
    )
    def test_lines_are_read_as_spreadsheets_and_people_write_them(self, text: str, expected: dict[str, str]) -> None:
        buyer = Visitor("innkjoper")
        paste(buyer, text)
        assert basket(buyer) == expected

    def test_the_suppliers_number_and_the_gtin_find_the_item(self) -> None:
        line = PriceLine.objects.filter(item__number="TLF-STD", valid_to=None).first()
        assert line is not None
        PriceLine.objects.filter(pk=line.pk).update(gtin="07038010001234")
        buyer = Visitor("innkjoper")
        paste(buyer, f"{line.supplier_number.lower()};2\n07038010001234;3")
        assert basket(buyer) == {"TLF-STD": "5"}

    def test_every_unreadable_line_is_named_and_stays_while_the_others_go_in(self) -> None:
        buyer = Visitor("innkjoper")
        text = "PC-14-STD;10\nFINNES-IKKE;3\nTLF-STD;mange\nTLF-STD;0\nTLF-ENKEL;-1\nbare-et-ord\n;5\nTLF-ROB;2"
        page = paste(buyer, text, 422)
        for said in ("linje 2", "linje 3", "linje 4", "linje 5", "linje 6", "linje 7", "«FINNES-IKKE»", "«mange»"):
            assert said in page.words, said
        assert "linje 1:" not in page.words and "linje 8" not in page.words
        left = page.form("Legg i kurven").fields["lines"]
        assert left.splitlines() == text.splitlines()[1:7]
        assert basket(buyer) == {"PC-14-STD": "10", "TLF-ROB": "2"}

    def test_a_name_that_several_items_have_is_not_guessed(self) -> None:
        first = Item.objects.get(number="TLF-STD", lot__agreement__key="mobil-2022")
        Item.objects.filter(number="TLF-ENKEL").update(name_nb=first.name_nb)
        page = paste(Visitor("innkjoper"), f"{first.name_nb}\t2", 422)
        assert "kan være flere varer: TLF-ENKEL, TLF-STD" in page.words

    @pytest.mark.parametrize("text", ["", "\n \n", "\x00", "a" * 300_000, ";;;;", "\t\t", '"', "=1+1;2", "TLF-STD;1e5"])
    def test_nonsense_is_named_and_puts_nothing_in(self, text: str) -> None:
        buyer = Visitor("innkjoper")
        paste(buyer, text, 422)
        assert basket(buyer) == {}


class TestUploading:
    def upload(self, who: Visitor, name: str, content: bytes, status: int = 302) -> Page:
        return who.send("/avrop/kurv/lim-inn", {"lines": "", "file": SimpleUploadedFile(name, content)}, status)

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.csv", "Varenummer;Antall\r\nPC-14-STD;10\r\n".encode("utf-8-sig")),
            ("a.csv", "navn;antall\nBærbar PC 14 tommer, standard, 16 GB;10\n".encode("cp1252")),
            ("a.csv", b"varenr,mengde\nPC-14-STD,10\n"),
            ("a.xlsx", workbook_of("Ark", ["Varenummer", "Antall"], [["PC-14-STD", "10"]])),
        ],
        ids=["utf-8 with a mark", "cp1252 by name", "commas", "workbook"],
    )
    def test_files_as_people_save_them(self, name: str, content: bytes) -> None:
        buyer = Visitor("innkjoper")
        self.upload(buyer, name, content)
        assert basket(buyer) == {"PC-14-STD": "10"}

    def test_the_template_can_be_filled_in_and_uploaded(self) -> None:
        buyer = Visitor("innkjoper")
        template = buyer.read("/avrop/kurv/mal.xlsx").response.content
        ((_number, headings),) = workbook_rows(template)
        self.upload(buyer, "mal.xlsx", workbook_of("Ark", headings, [["PC-14-STD", "3"]]))
        assert basket(buyer) == {"PC-14-STD": "3"}

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"varenummer;pris\nPC-14-STD;10\n", "ukjent kolonne"),
            (b"", "fila er tom"),
            (b"PK\x03\x04rest", "kan ikke leses"),
            (b"\x00\x01\x02", "ikke tekst"),
        ],
        ids=["other columns", "empty", "half a workbook", "no text"],
    )
    def test_a_file_that_cannot_be_read_says_why_and_puts_nothing_in(self, content: bytes, said: str) -> None:
        buyer = Visitor("innkjoper")
        assert said in self.upload(buyer, "a.csv", content, 422).words
        assert basket(buyer) == {}

    def test_rows_of_a_file_are_named_by_their_number_in_it(self) -> None:
        buyer = Visitor("innkjoper")
        page = self.upload(buyer, "a.csv", b"varenummer;antall\nPC-14-STD;1\nX;2\n\nTLF-STD;y\n", 422)
        assert "linje 3" in page.words and "linje 5" in page.words
        assert basket(buyer) == {"PC-14-STD": "1"}


class TestChanging:
    def test_quantities_change_and_what_is_no_quantity_is_named(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"PC-14-STD": "2", "TLF-STD": "3"})
        fields = {"item": ["PC-14-STD", "TLF-STD", "TLF-ROB"], "quantity": ["7", "tre", "9"]}
        page = buyer.send("/avrop/kurv/endre", fields, 422)
        assert "TLF-STD" in page.words and "«tre»" in page.words
        assert basket(buyer) == {"PC-14-STD": "7", "TLF-STD": "3"}

    def test_a_line_is_taken_out_and_brought_back(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"PC-14-STD": "2", "TLF-STD": "3"})
        buyer.send("/avrop/kurv/endre", {"remove": "PC-14-STD"})
        assert basket(buyer) == {"TLF-STD": "3"}
        buyer.press(buyer.read(BASKET), "Angre siste endring")
        assert basket(buyer) == {"PC-14-STD": "2", "TLF-STD": "3"}
        assert "Angre siste endring" not in buyer.read(BASKET).html  # once

    def test_emptying_is_undone(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"PC-14-STD": "2"})
        empty = buyer.press(buyer.read(BASKET), "Tøm kurven")
        assert empty.path == BASKET and "Kurven er tom" in empty.words
        buyer.press(empty, "Angre siste endring")
        assert basket(buyer) == {"PC-14-STD": "2"}

    @pytest.mark.parametrize("address", ["endre", "bytt", "angre", "tom", "lim-inn"])
    def test_what_is_not_there_changes_nothing(self, address: str) -> None:
        buyer = Visitor("innkjoper")
        fields: dict[str, Any] = {"remove": "X", "item": "X", "instead": "TLF-STD", "quantity": "\x00"}
        assert buyer.client.post(f"/avrop/kurv/{address}", fields).status_code in (302, 422)
        assert basket(buyer) == {}

    def test_the_prices_are_those_of_the_order(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"TON-LAS-01": "5", "PAP-KOPI-01": "20"})
        (group,) = buyer.json("/avrop/kurv.json")["groups"]
        made = buyer.commit(buyer.press(buyer.read(BASKET), "Gå videre til svaret", 200))
        call_off = CallOff.objects.get(number=buyer.number(made))
        assert Decimal(group["contract_value"]) == call_off.contract_value
        assert Decimal(group["co2e_kg"]) == call_off.co2e_kg
        lines = {line.item.number: line for order in call_off.orders.all() for line in order.lines.all()}
        assert {line["number"]: Decimal(line["unit_price"]) for line in group["lines"]} == {
            number: line.unit_price for number, line in lines.items()
        }

    def test_what_belongs_to_two_agreements_becomes_two_answers_and_the_rest_stays(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"PC-14-STD": "1", "TON-LAS-01": "5"})
        page = buyer.read(BASKET)
        assert "Hver avtale blir ett avrop" in page.words
        buyer.commit(buyer.press(page, "Gå videre med Fellesavtale for PC", 200))
        assert basket(buyer) == {"TON-LAS-01": "5"}

    def test_the_csv_can_be_pasted_back(self) -> None:
        buyer, other = Visitor("innkjoper"), Visitor("innkjopar")
        put(buyer, **{"PC-14-STD": "2", "TON-LAS-01": "5"})
        paste(other, buyer.read("/avrop/kurv.csv").html.removeprefix("\ufeff"))
        assert basket(other) == basket(buyer)


class TestRepeating:
    def test_a_call_off_is_ordered_again_from_its_page_and_from_the_list(self) -> None:
        buyer = Visitor("innkjoper")
        number = buyer.call_off(lines="TLF-STD;3\nDEKSEL-STD;3")
        page = buyer.press(buyer.read(f"/avrop/{number}"), "Bestill det samme på nytt")
        assert page.path == BASKET and basket(buyer) == {"TLF-STD": "3", "DEKSEL-STD": "3"}
        assert f"/avrop/{number}/pa-nytt" in buyer.read("/avrop").html

    def test_an_item_without_a_price_is_named_with_the_nearest_and_swapped_by_one_press(self) -> None:
        buyer = Visitor("innkjoper")
        number = buyer.call_off(lines="TLF-STD;3\nDEKSEL-STD;3")
        PriceLine.objects.filter(item__number="TLF-STD", item__lot__agreement__key="mobil-2022").update(
            valid_to=date(2023, 10, 31)
        )
        sent = buyer.send(f"/avrop/{number}/pa-nytt")
        page = buyer.read(sent.response["Location"])
        assert "Mobiltelefon, standard, 128 GB (TLF-STD) kan ikke bestilles" in page.html
        assert "Nærmeste" in page.html and "Kan ikke bestilles" in page.words
        near = buyer.json("/avrop/kurv.json")["gone"][0]["nearest"]
        assert near and all(number_ != "TLF-STD" for number_ in near)
        buyer.send("/avrop/kurv/bytt", {"item": "TLF-STD", "instead": next(iter(near))})
        assert basket(buyer) == {next(iter(near)): "3", "DEKSEL-STD": "3"}
        # What is gone does not follow to the answer.
        put(buyer, **{"TLF-STD": "1"})
        answer = buyer.press(buyer.read(BASKET), "Gå videre til svaret", 200)
        assert "TLF-STD" not in answer.needs[0]["lines"].__repr__().replace("TLF-STD-256", "")

    def test_a_call_off_by_amount_has_nothing_to_repeat(self) -> None:
        buyer = Visitor("innkjoper")
        number = buyer.call_off(amount="20000", category="phone")
        assert "ingen varelinjer" in buyer.read(buyer.send(f"/avrop/{number}/pa-nytt").response["Location"]).html

    def test_nobody_repeats_what_they_may_not_buy(self) -> None:
        number = Visitor("innkjoper").call_off(lines="TLF-STD;1")
        Visitor("innkjopar").send(f"/avrop/{number}/pa-nytt", status=404)
        Visitor("revisor").send(f"/avrop/{number}/pa-nytt", status=403)
        Visitor("atea").send(f"/avrop/{number}/pa-nytt", status=403)


class TestShoppingLists:
    def saved(self, who: Visitor, name: str = "Påfyll", waiting: str = "", **items: str) -> ShoppingList:
        put(who, **(items or {"TON-LAS-01": "5"}))
        fields = {"name": name, "buyer": agency_of("innkjoper"), **({"waiting": waiting} if waiting else {})}
        who.send("/avrop/handlelister/lagre", fields)
        return ShoppingList.objects.get(name=name)

    def test_a_list_is_shared_by_the_agencys_buyers_and_nobody_else(self) -> None:
        made = self.saved(Visitor("innkjoper"))
        colleague, other = Visitor("vikar"), Visitor("innkjopar")
        assert "Påfyll" in colleague.read("/avrop/handlelister").words
        colleague.send(f"/avrop/handlelister/{made.pk}/hent")
        assert basket(colleague) == {"TON-LAS-01": "5"}
        assert "Påfyll" not in other.read("/avrop/handlelister").words
        assert other.json("/avrop/handlelister.json") == {"shopping_lists": []}
        for verb in ("hent", "navn", "venter", "slett"):
            other.send(f"/avrop/handlelister/{made.pk}/{verb}", {"name": "X"}, status=404)
            Visitor("revisor").send(f"/avrop/handlelister/{made.pk}/{verb}", {"name": "X"}, status=403)
        assert ShoppingList.objects.get().name == "Påfyll"

    def test_nobody_saves_a_list_for_another_agency(self) -> None:
        other = Visitor("innkjopar")
        put(other, **{"TON-LAS-01": "5"})
        fields = {"name": "Snik", "buyer": agency_of("innkjoper")}
        other.send("/avrop/handlelister/lagre", fields, status=409)
        assert not ShoppingList.objects.exists()

    def test_a_list_is_renamed_and_deleted_with_events(self) -> None:
        buyer = Visitor("innkjoper")
        made = self.saved(buyer)
        buyer.send(f"/avrop/handlelister/{made.pk}/navn", {"name": "  Påfyll   kontor "})
        assert ShoppingList.objects.get().name == "Påfyll kontor"
        buyer.send(f"/avrop/handlelister/{made.pk}/slett")
        assert not ShoppingList.objects.exists()
        verbs = list(
            Event.objects.filter(subject=f"shopping_list:{made.pk}").order_by("id").values_list("verb", flat=True)
        )
        assert verbs == ["shopping_list_saved", "shopping_list_renamed", "shopping_list_deleted"]
        buyer.send(f"/avrop/handlelister/{made.pk}/slett", status=404)

    @pytest.mark.parametrize("name", ["", "   ", "a" * 81, "PÅFYLL"])
    def test_a_name_that_cannot_be_used_is_refused(self, name: str) -> None:
        buyer = Visitor("innkjoper")
        self.saved(buyer)
        buyer.send("/avrop/handlelister/lagre", {"name": name, "buyer": agency_of("innkjoper")}, status=422)
        assert [one.name for one in ShoppingList.objects.all()] == ["Påfyll"]

    def test_an_empty_basket_is_no_list(self) -> None:
        fields = {"name": "Tom", "buyer": agency_of("innkjoper")}
        Visitor("innkjoper").send("/avrop/handlelister/lagre", fields, status=422)

    def test_a_list_that_waits_is_suggested_to_a_colleague_and_merged_by_one_press_once(self) -> None:
        first = Visitor("innkjoper")
        made = self.saved(first, waiting="1", **{"PAP-KOPI-01": "5"})
        assert basket(first) == {}  # it waits; it is not in the basket as well
        colleague = Visitor("vikar")
        put(colleague, **{"TON-LAS-01": "1"})
        page = colleague.read(BASKET)
        assert "Samle bestillingen: spar" in page.words and "Handlelisten «Påfyll»" in page.words
        assert "et anslag som ikke er kontrollert" in page.words
        merged = colleague.press(page, "Ta med i kurven")
        assert basket(colleague) == {"TON-LAS-01": "1", "PAP-KOPI-01": "5"}
        assert "Handlelisten «Påfyll»" not in merged.words
        late = first.send(f"/avrop/handlelister/{made.pk}/hent", {"waiting": "1"}, status=409)
        assert "venter ikke lenger" in late.words and basket(first) == {}

    def test_merging_from_an_answer_takes_the_need_along(self) -> None:
        self.saved(Visitor("innkjoper"), waiting="1", **{"PAP-KOPI-01": "5"})
        colleague = Visitor("vikar")
        answer = colleague.state(lines="TON-LAS-01;1")
        colleague.press(answer, "Ta med i kurven")
        assert basket(colleague) == {"TON-LAS-01": "1", "PAP-KOPI-01": "5"}


class TestSuggestions:
    def test_a_used_phone_is_suggested_with_kroner_carbon_and_proof_and_swapped(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"TLF-STD": "10"})
        page = buyer.read(BASKET)
        assert "Mobiltelefon, brukt, klasse A, 128 GB" in page.words and "NIST SP 800-88" in page.words
        assert "17 450 kr mindre" in page.words or "16 000 kr mindre" in page.words
        buyer.send("/avrop/kurv/bytt", {"item": "TLF-STD", "instead": "TLF-BRUKT-A"})
        assert basket(buyer) == {"TLF-BRUKT-A": "10"}

    def test_a_swap_from_the_answer_is_a_link_to_the_other_answer(self) -> None:
        buyer = Visitor("innkjoper")
        answer = buyer.state(lines="TLF-STD;10")
        link = next(link for text, link in answer.links.items() if text == "Bytt")
        other = buyer.read(link)
        assert other.needs[0]["lines"][0]["item"].startswith("TLF-BRUKT")

    def test_an_item_that_is_not_there_is_not_swapped_to(self) -> None:
        buyer = Visitor("innkjoper")
        put(buyer, **{"TLF-STD": "10"})
        buyer.send("/avrop/kurv/bytt", {"item": "TLF-STD", "instead": "FINNES-IKKE"})
        assert basket(buyer) == {"TLF-STD": "10"}

    def test_the_figures_of_a_swap_are_those_of_the_two_answers(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Any
    ) -> None:
        from fellestorg.calloffs.commands import calloff

        def planned(item: str) -> dict[str, Any]:
            need = {"buyer": agency_of("innkjoper"), "lines": [{"item": item, "quantity": "10"}]}
            (tmp_path / "need.json").write_text(json.dumps(need))
            assert calloff(["plan", str(tmp_path / "need.json"), "--json"]) == 0
            made: dict[str, Any] = json.loads(capsys.readouterr().out)
            return made

        now = planned("TLF-STD")
        found = [one for one in now["suggestions"] if one["kind"] == "alternative"]
        assert len(found) == 3
        for one in found:
            then = planned(one["instead"])
            difference = Decimal(then["contract_value"]) - Decimal(now["contract_value"])
            assert difference == Decimal(one["kroner"])
            carbon = [
                sum(Decimal(line["co2e_kg"]) for order in plan["orders"] for line in order["order_lines"])
                for plan in (now, then)
            ]
            assert carbon[1] - carbon[0] == Decimal(one["co2e_kg"]) < 0
