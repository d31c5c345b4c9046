"""The main job from need to call-off, as a buyer does it on the pages: each test is a whole story."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from fellestorg.agreements.models import CeilingBalance, CeilingEntry
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import agency_of
from tests.journeys.visiting import Page, Visitor

pytestmark = pytest.mark.usefixtures("demo")


def used(lot: str) -> Decimal:
    return CeilingBalance.objects.get(lot__key=lot).used


def reserved(lot: str) -> Decimal:
    return CeilingBalance.objects.get(lot__key=lot).reserved


def entries(page: Page) -> int:
    return CeilingEntry.objects.filter(reference=Visitor.number(page)).count()


def fill(lot: str, share: str, less: int = 0) -> None:
    """The agreement manager registers purchases made elsewhere until a share of the lot's ceiling is used."""
    balance = CeilingBalance.objects.select_related("lot").get(lot__key=lot)
    amount = balance.lot.max_value * Decimal(share) - balance.used - balance.reserved - less
    manager = Visitor("avtaleforvalter-ikt")
    typed = {"kind": "elsewhere", "reference": f"Eget system {share}", "amount": str(amount).replace(".", ",")}
    where = {"lot": f"pc-utstyr/{lot}", "buyer": agency_of("innkjopar"), "on": "2023-10-31"}
    preview = manager.send("/kjop-andre-steder/nytt", {"step": "form", **typed, **where}, 200)
    form = preview.form("Registrer")
    manager.send(form.action, form.fields)


class TestPhones:
    """Job story (a): direct to number 1 under 250,000 kroner, else a mini-competition."""

    @pytest.mark.parametrize("need", [{"lines": "TLF-STD;40"}, {"amount": "180 000", "category": "phone"}])
    def test_phones_for_180000_are_ordered_directly_from_dustin(self, need: dict[str, str]) -> None:
        buyer, before = Visitor("innkjoper"), used("mobil")
        answer = buyer.state(**need, deliver_to="Kontorgata 1, 3126 Tønsberg", deliver_by="2023-12-01")
        assert "Dustin Norway AS" in answer.words and "Over laveste" in answer.words
        assert "Anskaffelsesforskriften" in answer.words  # the rules have their sources
        made = buyer.press(answer, "Gjør avropet for 180 000,00 kr", buyer_reference="4711")
        assert "Bestilt" in made.words and "Kontorgata 1, 3126 Tønsberg" in made.words
        assert used("mobil") == before + 180_000 and entries(made) == 1
        assert CallOff.objects.get(number=buyer.number(made)).orders.get().supplier.name == "Dustin Norway AS"
        buyer.pdf(made.links["Protokoll"])
        buyer.pdf(next(link for text, link in made.links.items() if text.startswith("Bestilling (PDF")))

    @pytest.mark.parametrize("need", [{"lines": "TLF-STD;56"}, {"amount": "250000", "category": "phone"}])
    def test_phones_from_250000_become_a_mini_competition_that_orders_and_draws_nothing(
        self, need: dict[str, str]
    ) -> None:
        buyer, before = Visitor("innkjoper"), (used("mobil"), reserved("mobil"))
        answer = buyer.state(**need)
        assert "Dustin Norway AS, Techstep Norway AS" in answer.words
        assert "Det lages ingen bestilling" in answer.words
        made = buyer.press(answer, "Registrer minikonkurransen")
        assert "Minikonkurranse" in made.words
        assert "Neste steg: hold minikonkurransen" in made.words
        assert (used("mobil"), reserved("mobil")) == before and entries(made) == 0
        call_off = CallOff.objects.get(number=buyer.number(made))
        assert call_off.orders.count() == 0 and call_off.invitations.count() == 2
        buyer.pdf(made.links["Protokoll"])


class TestStandardComputers:
    """Job story (b): the standard assortment goes to rank 1 whatever the amount."""

    def test_standard_pcs_for_900000_go_to_atea_without_competition_once_approved(self) -> None:
        buyer, before = Visitor("innkjoper"), (used("pc"), reserved("pc"))
        answer = buyer.state(lines="PC-14-STD;100")
        waiting = buyer.press(answer, "Send 900 000,00 kr til godkjenning")
        number = buyer.number(waiting)
        assert "Venter på godkjenning" in waiting.words and "holdt av under taket" in waiting.words
        assert (used("pc"), reserved("pc")) == (before[0], before[1] + 900_000)
        assert number not in Visitor("atea").read("/avrop").words  # nothing has reached the supplier yet

        approver = Visitor("godkjenner")
        assert number in approver.read("/").html
        page = approver.read(f"/avrop/{number}")
        done = approver.press(page, "Godkjenn og bestill")
        assert "Bestilt" in done.words and "Godkjent av" in done.words
        assert (used("pc"), reserved("pc")) == (before[0] + 900_000, before[1])
        assert number in Visitor("atea").read("/avrop").words
        assert "godkjent" in buyer.read("/meldinger").words

    def test_an_approver_orders_standard_pcs_for_900000_at_once(self) -> None:
        approver = Visitor("godkjenner")
        made = approver.press(approver.state(lines="PC-14-STD;100"), "Gjør avropet for 900 000,00 kr")
        assert "Atea AS" in made.words and "Bestilt" in made.words

    def test_other_pcs_for_300000_become_a_mini_competition(self) -> None:
        buyer = Visitor("innkjoper")
        made = buyer.press(buyer.state(lines="PC-16-GRAF-64;10"), "Registrer minikonkurransen")
        assert "Atea AS, Advania Norge AS, Dustin Norway AS" in made.words

    def test_ten_laptops_in_words_become_an_order_that_can_be_cancelled(self) -> None:
        buyer, before = Visitor("innkjoper"), used("pc")
        made = buyer.press(buyer.state(text="10 bærbare PC-er"), "Gjør avropet for 90 000,00 kr")
        number = buyer.number(made)
        cancelled = buyer.press(made, "Kanseller", reason="Feil modell")
        assert "Kansellert" in cancelled.words and "Feil modell" in cancelled.words
        assert used("pc") == before
        assert (
            "Feil modell" in Visitor("atea").read(f"/avrop/{number}").words
            or number in Visitor("atea").read("/meldinger").words
        )
        assert "Kanseller avropet" not in cancelled.words

    def test_a_no_gives_the_room_back_and_tells_why(self) -> None:
        buyer, before = Visitor("innkjoper"), (used("pc"), reserved("pc"))
        number = buyer.call_off(lines="PC-14-STD;40")
        approver = Visitor("godkjenner")
        page = approver.read(f"/avrop/{number}")
        asked = approver.press(page, "Avslå", reason="", status=422)
        assert "Skriv en grunn" in asked.words
        declined = approver.press(page, "Avslå", reason="Vi har nok")
        assert "Ikke godkjent" in declined.words and "Vi har nok" in declined.words
        assert (used("pc"), reserved("pc")) == before
        assert "Vi har nok" in buyer.read(f"/avrop/{number}").words


class TestCeiling:
    """Job story (g): 90 % warns, past 100 % is blocked."""

    def test_crossing_90_percent_warns_the_agreement_manager_and_the_local_ones(self) -> None:
        fill("mac", "0.9", less=1000)
        made = Visitor("innkjoper").call_off(lines="MAC-14-STD;1")
        for who in ("avtaleforvalter-ikt", "lokal-avtaleforvalter"):
            assert "90 %" in Visitor(who).read("/meldinger").words, who
        assert made

    def test_a_call_off_that_would_pass_the_ceiling_is_refused_with_the_reason(self) -> None:
        fill("mac", "1", less=1000)
        buyer, before = Visitor("innkjoper"), used("mac")
        answer = buyer.state(lines="MAC-14-STD;1")
        assert not answer.needs and "taket" in answer.words
        assert used("mac") == before

    def test_room_taken_between_the_answer_and_the_button_shows_the_new_answer(self) -> None:
        buyer = Visitor("innkjoper")
        answer = buyer.state(lines="MAC-14-STD;1")
        fill("mac", "1", less=1000)
        refused = buyer.press(answer, "Gjør avropet", status=409)
        assert "Svaret har endret seg" in refused.html
        assert not CallOff.objects.filter(request_id=answer.needs[0]["request_id"]).exists()


class TestConsumables:
    def test_a_basket_filled_from_the_price_list_is_covered_at_the_lowest_net_price(self) -> None:
        buyer, before = Visitor("innkjoper"), used("forbruk")
        prices = buyer.read("/avtaler/forbruksmateriell/forbruk/priser")
        form = prices.form("Legg i kurven")
        wanted = ["25", *[""] * (len(form.fields["item"]) - 2), "1 000"]
        back = buyer.press(prices, "Legg i kurven", quantity=wanted)
        assert back.path == prices.path and "2 varer er lagt i kurven" in back.html
        typed = buyer.read("/avrop/nytt").form("Finn avtale").fields["lines"]
        assert typed.split() == [f"{form.fields['item'][0]};25", f"{form.fields['item'][-1]};1000"]
        made = buyer.press(buyer.state(), "Gjør avropet")
        call_off = CallOff.objects.get(number=buyer.number(made))
        orders = list(call_off.orders.all())
        assert used("forbruk") == before + sum(one.contract_value for one in orders)
        assert sum(one.lines.count() for one in orders) == 2
        assert buyer.read("/avrop/nytt").form("Finn avtale").fields["lines"] == ""

    def test_a_basket_is_split_where_that_is_cheaper_and_each_supplier_gets_its_own_order(self) -> None:
        buyer = Visitor("innkjoper")
        items = buyer.json("/avtaler/forbruksmateriell/forbruk/priser.json")["items"]
        gaps: dict[str, list[tuple[Decimal, str]]] = {}
        for item in items:
            prices = {one["supplier"]: Decimal(one["unit_price"]) for one in item["prices"]}
            if len(prices) == 3:
                low = min(prices, key=lambda one: prices[one])
                gap = min(price for one, price in prices.items() if one != low) - prices[low]
                gaps.setdefault(low, []).append((gap, item["number"]))
        lines = "\n".join(f"{max(found)[1]};500" for found in gaps.values())
        approver = Visitor("godkjenner")
        made = approver.press(approver.state(lines=lines), "Gjør avropet")
        call_off = CallOff.objects.get(number=approver.number(made))
        assert call_off.orders.count() >= 2
        for order in call_off.orders.all():
            approver.pdf(f"{made.path}/bestilling/{order.number}.pdf")


def test_pressing_the_button_twice_makes_one_call_off() -> None:
    buyer, before = Visitor("innkjoper"), used("pc")
    answer = buyer.state(lines="PC-14-STD;1")
    first, again = buyer.press(answer, "Gjør avropet"), buyer.press(answer, "Gjør avropet")
    assert first.path == again.path
    assert used("pc") == before + 9_000


def test_a_need_answered_from_an_address_can_be_kept_and_sent_to_a_colleague() -> None:
    page = Visitor("innkjoper").read("/avrop/nytt?lines=PC-14-STD%3B10")
    assert page.needs[0]["lines"] == [{"item": "PC-14-STD", "quantity": "10"}]


def test_other_terms_than_the_agreements_are_refused() -> None:
    answer = Visitor("innkjoper").state(lines="PC-14-STD;1", changed_terms="90 dagers kreditt")
    assert not answer.needs and "90 dagers kreditt" in answer.words


def test_the_way_from_an_answer_by_words_has_filled_in_the_category() -> None:
    page = Visitor("innkjoper").client.get("/avrop/nytt?category=course_day").content.decode()
    assert re.search(r'<option value="course_day" selected', page)
