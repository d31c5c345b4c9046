"""Who may see and do what with a call-off: the agency, its suppliers, other agencies, the auditor, the public."""

from __future__ import annotations

import csv
import io
import json

import pytest

from fellestorg.calloffs.models import CallOff, Order
from fellestorg.values import decimal_text
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")

OUTSIDE_PATHS = ("", ".json", "/protokoll.pdf", "/godkjenn", "/avsla", "/kanseller")


def orders_of(number: str) -> list[Order]:
    return list(CallOff.objects.get(number=number).orders.select_related("supplier").order_by("number"))


@pytest.fixture
def waiting() -> str:
    """A call-off that waits for approval."""
    return Visitor("innkjoper").call_off(lines="PC-14-STD;40")


@pytest.mark.parametrize("who", ["innkjopar", "godkjennar", "maske", "lyreco"])
def test_people_of_other_organisations_find_no_such_call_off(who: str) -> None:
    number = Visitor("innkjoper").call_off(lines="PC-14-STD;2")
    stranger = Visitor(who)
    order = orders_of(number)[0].number
    for path in ("", ".json", "/protokoll.pdf", f"/bestilling/{order}.pdf"):
        stranger.read(f"/avrop/{number}{path}", 404)
    for verb in ("godkjenn", "avsla", "avlys"):
        stranger.send(f"/avrop/{number}/{verb}", {"reason": "fordi"}, 404)
    for path in ("/avrop", "/avrop.csv", "/avrop.json"):
        assert number not in stranger.read(path).html
    assert CallOff.objects.get(number=number).state == CallOff.State.COMMITTED


class TestApproval:
    @pytest.mark.parametrize(
        ("who", "status"), [("innkjoper", 409), ("lokal-avtaleforvalter", 409), ("godkjennar", 404), ("si-admin", 409)]
    )
    def test_the_wrong_person_cannot_approve_or_decline(self, waiting: str, who: str, status: int) -> None:
        person = Visitor(who)
        if status != 404:
            assert "Godkjenn og bestill" not in person.read(f"/avrop/{waiting}").words
        person.send(f"/avrop/{waiting}/godkjenn", {}, status)
        person.send(f"/avrop/{waiting}/avsla", {"reason": "fordi"}, status)
        assert CallOff.objects.get(number=waiting).state == CallOff.State.AWAITING_APPROVAL

    def test_a_deputy_with_too_little_authority_is_told_so(self) -> None:
        number = Visitor("innkjoper").call_off(lines="PC-14-STD;70")
        deputy = Visitor("vikar")
        refused = deputy.send(f"/avrop/{number}/godkjenn", {}, 409)
        assert "fullmakt" in refused.words

    def test_a_deputy_with_authority_approves(self, waiting: str) -> None:
        deputy = Visitor("vikar")
        done = deputy.press(deputy.read(f"/avrop/{waiting}"), "Godkjenn og bestill")
        assert "Bestilt" in done.words

    def test_nothing_is_approved_twice(self, waiting: str) -> None:
        approver = Visitor("godkjenner")
        page = approver.read(f"/avrop/{waiting}")
        approver.press(page, "Godkjenn og bestill")
        again = approver.press(page, "Godkjenn og bestill", status=409)
        assert "venter ikke" in again.words

    def test_the_supplier_sees_nothing_before_the_approval(self, waiting: str) -> None:
        atea = Visitor("atea")
        atea.read(f"/avrop/{waiting}", 404)
        atea.read(f"/avrop/{waiting}/bestilling/{orders_of(waiting)[0].number}.pdf", 404)
        Visitor("innkjoper").read(f"/avrop/{waiting}/bestilling/{orders_of(waiting)[0].number}.pdf", 404)


class TestCancelling:
    @pytest.mark.parametrize("who", ["atea", "lokal-avtaleforvalter", "avtaleforvalter-ikt", "si-admin"])
    def test_only_the_agencys_buyers_and_approvers_cancel(self, who: str) -> None:
        number = Visitor("innkjoper").call_off(lines="PC-14-STD;2")
        refused = Visitor(who).send(f"/avrop/{number}/kanseller", {"reason": "fordi det"}, 409)
        assert "Det gikk ikke" in refused.words
        assert CallOff.objects.get(number=number).state == CallOff.State.COMMITTED

    def test_an_approver_cancels_and_the_reason_is_asked_for_first(self) -> None:
        number = Visitor("innkjoper").call_off(lines="PC-14-STD;2")
        approver = Visitor("godkjenner")
        assert "Skriv en grunn" in approver.send(f"/avrop/{number}/kanseller", {"reason": " "}, 422).words
        approver.send(f"/avrop/{number}/kanseller", {"reason": "Feil vare"})
        assert approver.send(f"/avrop/{number}/kanseller", {"reason": "Feil vare"}, 409)


class TestSupplier:
    @pytest.fixture
    def split(self) -> CallOff:
        """A basket that was split over three suppliers."""
        approver = Visitor("godkjenner")
        items = approver.json("/avtaler/forbruksmateriell/forbruk/priser.json")["items"]
        chosen: dict[str, tuple[float, str]] = {}
        for item in items:
            prices = {one["supplier"]: float(one["unit_price"]) for one in item["prices"]}
            if len(prices) == 3:
                low = min(prices, key=lambda one: prices[one])
                gap = min(price for one, price in prices.items() if one != low) - prices[low]
                chosen[low] = max(chosen.get(low, (0.0, "")), (gap, item["number"]))
        number = approver.call_off(lines="\n".join(f"{item};500" for _, item in chosen.values()))
        return CallOff.objects.get(number=number)

    def test_a_supplier_sees_its_own_order_and_no_competitors_prices(self, split: CallOff) -> None:
        lyreco = Visitor("lyreco")
        page = lyreco.read(f"/avrop/{split.number}")
        own, others = [], []
        for order in orders_of(split.number):
            (own if order.supplier.name.startswith("Lyreco") else others).append(order)
        assert len(own) == 1 and others
        for order in others:
            assert order.number not in page.html and order.supplier.name not in page.words
            lyreco.read(f"/avrop/{split.number}/bestilling/{order.number}.pdf", 404)
        lyreco.pdf(f"/avrop/{split.number}/bestilling/{own[0].number}.pdf")
        lyreco.read(f"/avrop/{split.number}/protokoll.pdf", 403)
        lyreco.read(f"/avrop/{split.number}.json", 403)

    def test_the_lists_show_the_suppliers_own_share_of_a_split_basket(self, split: CallOff) -> None:
        own = next(one for one in orders_of(split.number) if one.supplier.name.startswith("Lyreco"))
        lyreco = Visitor("lyreco")
        row = next(one for one in lyreco.json("/avrop.json")["call_offs"] if one["number"] == split.number)
        assert row["contract_value"] == decimal_text(own.contract_value)
        assert str(split.contract_value).replace(".", ",") not in lyreco.read("/avrop.csv").html

    def test_a_supplier_sees_only_its_own_prices(self) -> None:
        dustin = Visitor("dustin")
        for item in dustin.json("/avtaler/pc-utstyr/pc/priser.json")["items"]:
            assert {price["supplier_name"] for price in item["prices"]} <= {"Dustin Norway AS"}
        page = dustin.read("/avtaler/pc-utstyr/pc/priser")
        assert "Du ser bare dine egne varer og priser" in page.words

    def test_a_supplier_cannot_call_off(self) -> None:
        atea = Visitor("atea")
        atea.read("/avrop/nytt", 403)
        atea.send("/avrop/gjor", {"need": "{}"}, 403)
        assert "Nytt avrop" not in atea.read("/").html


class TestPublic:
    @pytest.mark.parametrize(
        "path",
        ["/", "/avtaler", "/avtaler/pc-utstyr", "/avtaler/pc-utstyr/pc", "/avtaler/pc-utstyr/deltakere",
         "/avtaler/pc-utstyr/pc/priser", "/virksomheter", "/hjelp", "/tilgjengelighet", "/om"],
    )  # fmt: skip
    def test_agreements_are_open_to_everybody(self, path: str) -> None:
        Visitor().read(path)

    def test_unit_prices_are_not(self) -> None:
        public, buyer = Visitor(), Visitor("innkjoper")
        with_prices = buyer.json("/avtaler/pc-utstyr/pc/priser.json")["items"]
        assert with_prices[0]["prices"][0]["unit_price"]
        assert all(not item["prices"] for item in public.json("/avtaler/pc-utstyr/pc/priser.json")["items"])
        headings = public.read("/avtaler/pc-utstyr/pc/priser.csv").html.splitlines()[0]
        assert "unit_price" not in headings
        assert " kr " not in public.read("/avtaler/pc-utstyr/pc/priser").words.replace("med mva.", "")

    @pytest.mark.parametrize(
        "path",
        ["/avrop", "/avrop.csv", "/avrop.json", "/avrop/nytt", "/meg", "/meldinger", "/hendelser", "/hendelser.csv",
         "/avtaler/pc-utstyr/pc/tak", "/avtaler/pc-utstyr/pc/tak.csv", "/avtaler/pc-utstyr/pc/forvalt"],
    )  # fmt: skip
    def test_what_is_not_public_asks_one_to_sign_in_and_leads_back(self, path: str) -> None:
        public = Visitor()
        sent = public.read(path, 302).response["Location"]
        assert sent.startswith("/logg-inn?next=")
        public.read(sent)

    def test_call_offs_do_not_exist_for_the_public(self) -> None:
        number = Visitor("innkjoper").call_off(lines="PC-14-STD;2")
        public = Visitor()
        for path in ("", ".json", "/protokoll.pdf"):
            public.read(f"/avrop/{number}{path}", 404)
        for page in ("/", "/avtaler/pc-utstyr", "/avtaler/pc-utstyr/pc"):
            assert number not in public.read(page).html


class TestAgreementManager:
    def test_sees_the_agreement_with_everything_it_needs(self) -> None:
        manager = Visitor("avtaleforvalter-ikt")
        number = Visitor("innkjoper").call_off(lines="PC-14-STD;2")
        lot = manager.read("/avtaler/pc-utstyr/pc")
        for words in ("Atea AS", "standardsortiment", "600 000 000 kr", number):
            assert words in lot.words, words
        assert "<svg" in lot.html  # the chart
        assert number in manager.read("/avtaler/pc-utstyr/pc/tak").words or manager.read("/avtaler/pc-utstyr/pc/tak")
        assert number in manager.read("/meldinger").html

    def test_cannot_manage_another_managers_agreement(self) -> None:
        manager = Visitor("avtaleforvalter-kontor")
        manager.read("/avtaler/pc-utstyr/pc/forvalt", 403)
        for page in ("rediger", "leverandorer", "avropsregler"):
            manager.read(f"/avtaler/pc-utstyr/pc/forvalt/{page}", 403)


def lists() -> list[tuple[str, str, str, str]]:
    """(page, the key in its JSON, the column that names a row, who reads it)"""
    return [
        ("/avrop", "call_offs", "number", "innkjoper"),
        ("/avrop", "call_offs", "number", "revisor"),
        ("/avrop?tilstand=committed&avtale=pc-utstyr", "call_offs", "number", "revisor"),
        ("/avrop?q=standard&fra=2022-01-01&til=2023-10-30", "call_offs", "number", "revisor"),
        ("/avrop", "call_offs", "number", "atea"),
        ("/avtaler", "agreements", "key", ""),
        ("/avtaler?q=mobil", "agreements", "key", ""),
        ("/avtaler/pc-utstyr/deltakere", "participants", "number", ""),
        ("/avtaler/pc-utstyr/pc/tak", "entries", "id", "revisor"),
        ("/avtaler/pc-utstyr/pc/priser", "items", "number", "innkjoper"),
        ("/avtaler/pc-utstyr/pc/priser?q=skjerm&standard=1", "items", "number", ""),
        ("/virksomheter", "organisations", "number", ""),
        ("/virksomheter?q=direktoratet", "organisations", "number", ""),
        ("/hendelser", "events", "id", "revisor"),
    ]


@pytest.mark.parametrize(("path", "key", "column", "who"), lists())
def test_every_list_has_twins_in_csv_and_json_that_agree_with_the_page(
    path: str, key: str, column: str, who: str
) -> None:
    reader = Visitor(who)
    page = reader.read(path)
    base, _, _query = path.partition("?")
    links = [link for link in page.links.values() if link.startswith((f"{base}.csv", f"{base}.json"))]
    assert len(links) == 2, f"{path} does not link to its twins: {page.links}"
    rows = json.loads(reader.read(next(one for one in links if ".json" in one)).response.content)[key]
    sheet = reader.read(next(one for one in links if ".csv" in one)).response.content
    assert sheet.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";"))
    assert rows, path
    names = [str(row[column]) for row in rows]
    assert list(dict.fromkeys(row[column] for row in table))[: len(names)] == list(dict.fromkeys(names))
    shown = [name for name in names if name in page.html]
    assert shown and (len(names) > 25 or shown == names)
