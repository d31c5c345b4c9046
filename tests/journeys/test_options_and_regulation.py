"""Choosing an option before buying from it, and regulating prices by an index: each test is a whole story."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fellestorg.agreements.models import OptionChoice
from fellestorg.calloffs.tests.world import agency_of
from fellestorg.catalogues.models import PriceRegulation, RegulatedLine
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")
LOT = "/avtaler/forbruksmateriell/forbruk"
INK, PAPER = "TON-BLEK-01", "PAP-KOPI-01"


class TestOptions:
    def test_ink_is_refused_until_the_local_agreement_manager_chooses_it(self) -> None:
        buyer = Visitor("innkjoper")
        refused = buyer.state(lines=f"{INK};2")
        assert "ikke valgt opsjonen Blekk" in refused.words and INK in refused.words
        local = Visitor("lokal-avtaleforvalter")
        page = local.read(refused.links["Se og velg opsjoner"])
        assert "Ingenting er svart" in page.words
        chosen = local.press(page, "Lagre svaret: Blekk", chosen="1")
        assert "Svaret er lagret og gjelder fra 1. november 2023" in chosen.words
        made = buyer.commit(buyer.state(lines=f"{INK};2"))
        assert "Bestilt" in made.words
        assert OptionChoice.objects.get(organisation__number=agency_of("innkjoper"), option__key="blekk").chosen

    def test_where_some_lines_lack_an_option_the_answer_says_which_and_the_rest_can_be_ordered(self) -> None:
        buyer = Visitor("innkjoper")
        refused = buyer.state(lines=f"{INK};2\n{PAPER};10")
        assert f"Det gjelder {INK}." in refused.words and "så kan resten bestilles nå" in refused.words
        assert "Bestilt" in buyer.commit(buyer.state(lines=f"{PAPER};10")).words

    @pytest.mark.parametrize(
        ("language", "words"), [("nn", "har ikkje valt opsjonen Blekk"), ("en", "has not chosen the option Ink")]
    )
    def test_the_refusal_in_other_languages(self, language: str, words: str) -> None:
        buyer = Visitor("innkjoper", language)
        sent = buyer.send("/avrop/nytt", {"lines": f"{INK};2"}, status=200)
        assert words in sent.words

    def test_a_change_of_mind_waits_a_month_and_may_be_taken_back(self) -> None:
        local = Visitor("lokal-avtaleforvalter")
        page = local.press(local.read(f"{LOT}/opsjoner"), "Endre svaret: Toner", chosen="0")
        assert "Fra 1. desember 2023 er opsjonen valgt bort" in page.words
        assert "Bestilt" in Visitor("innkjoper").commit(Visitor("innkjoper").state(lines="TON-LAS-01;1")).words
        page = local.press(page, "Endre svaret: Toner", chosen="1")
        assert "er opsjonen valgt bort" not in page.words

    def test_si_chooses_for_an_agency_and_says_why(self) -> None:
        si, number = Visitor("avtaleforvalter-kontor"), agency_of("innkjoper")
        page = si.read(f"{LOT}/opsjoner?virksomhet={number}")
        bad = si.press(page, "Lagre svaret: Blekk", status=422, chosen="1")
        assert "skriv hvorfor" in bad.words
        done = si.press(bad, "Lagre svaret: Blekk", chosen="1", reason="Bedt om på telefon 1. november")
        assert "Bedt om på telefon" in done.words
        assert "valgt for dere" in Visitor("lokal-avtaleforvalter").read("/meldinger").words


class TestRegulation:
    def test_from_preview_to_proposal_approval_notice_and_waiting_prices(self) -> None:
        manager, admin = Visitor("avtaleforvalter-kontor"), Visitor("si-admin")
        home = manager.read(f"{LOT}/regulering")
        assert "1. mars 2024" in home.words and "syntetisk" in home.words and "5,80 %" in home.words
        late = manager.read(f"{LOT}/regulering/forslag?fra=2023-11-15", status=409)
        assert "Første lovlige dag er 1. mars 2024" in late.words
        shown = manager.read(f"{LOT}/regulering/forslag?fra=2024-03-01")
        assert "3,40 %" in shown.words and "ikke verifisert" in shown.words
        data = manager.json(f"{LOT}/regulering/forslag.json?fra=2024-03-01")
        assert len(data["lines"]) > 100 and Decimal(data["effect"]) > 0
        assert manager.read(f"{LOT}/regulering/forslag.csv?fra=2024-03-01").html.count("\r\n") == len(data["lines"]) + 1
        assert "Begrunnelse (valgfritt)" not in shown.words and "Minst ti tegn" in shown.words
        short = manager.press(shown, "Foreslå reguleringen", status=422, reason="kort")
        assert short.html.count("oppgi en grunn på minst ti tegn") == 2, "in the summary and at the field"
        proposed = manager.press(short, "Foreslå reguleringen", reason="Årlig regulering etter avtalen")
        manager.send(f"{proposed.path}/godkjenn", {"reason": ""}, status=409)
        assert not PriceRegulation.objects.filter(year=2024).exists()
        page = admin.read(proposed.path)
        assert "+3,40" in page.words
        assert (
            f'href="{LOT}/regulering/forslag?fra=2024-03-01"' in page.html and "Se prisene før og etter" in page.words
        )
        assert "regulering/forslag?fra=" not in page.words
        admin.send(f"{proposed.path}/godkjenn", {"reason": "Stemmer med avtalen"})
        line = RegulatedLine.objects.filter(regulation__year=2024).select_related("before__item", "after").first()
        assert line is not None
        number = line.before.item.number
        for day, price in (("2024-02-29", line.before.unit_price), ("2024-03-01", line.after.unit_price)):
            items = manager.json(f"{LOT}/priser.json?q={number}&dag={day}")["items"]
            prices = {
                one["supplier"]: one["unit_price"]
                for item in items
                if item["number"] == number
                for one in item["prices"]
            }
            assert Decimal(prices[line.before.supplier.number]) == price
        for who in ("lokal-avtaleforvalter", "lyreco"):
            inbox = Visitor(who).read("/meldinger")
            assert "Nye priser fra 1. mars 2024" in inbox.words and "3,40" in inbox.words
        told = Visitor("lokal-avtaleforvalter").read(f"{LOT}/regulering/2024")
        assert "venter på dagen sin" in told.words and "105,8" in told.words and "109,4" in told.words

    def test_a_supplier_sees_its_own_prices_and_the_public_none(self) -> None:
        everybody = Visitor("innkjoper").json(f"{LOT}/regulering/2023.json")
        own = Visitor("lyreco").json(f"{LOT}/regulering/2023.json")
        assert len({one["supplier"] for one in everybody["lines"]}) == 3
        assert len({one["supplier"] for one in own["lines"]}) == 1
        public = Visitor()
        assert public.json(f"{LOT}/regulering/2023.json")["lines"] == []
        assert "forretningshemmeligheter" in public.read(f"{LOT}/regulering/2023").words
        for path in ("", ".csv", ".json"):
            public.read(f"{LOT}/regulering{path}")
        assert public.json(f"{LOT}/regulering.json")["regulations"][0]["rate"] == "0.058"

    def test_only_those_who_manage_or_audit_look_ahead(self) -> None:
        path = f"{LOT}/regulering/forslag?fra=2024-03-01"
        for who in ("innkjoper", "lokal-avtaleforvalter", "lyreco"):
            Visitor(who).read(path, status=403)
        for who in ("avtaleforvalter-ikt", "revisor"):
            assert "Foreslå reguleringen" not in Visitor(who).read(path).words
        Visitor("avtaleforvalter-ikt").send(f"{LOT}/regulering/forslag", {"fra": "2024-03-01"}, status=403)
        Visitor("avtaleforvalter-kontor").read(f"{LOT}/regulering/forslag?fra=x", status=422)
        Visitor().read(f"{LOT}/regulering/1999", status=404)
        assert "reguleres ikke" in Visitor().read("/avtaler/pc-utstyr/pc/regulering").words
