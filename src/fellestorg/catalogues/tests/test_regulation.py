"""Price regulation from preview to prices: what is lawful, four eyes, waiting prices, notice, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal, Lot, RegulationClause
from fellestorg.calloffs.facts import gather
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import lot as lot_of
from fellestorg.calloffs.tests.world import need, somebody
from fellestorg.catalogues.models import DeliveryTerms, IndexValue, PriceLine, PriceRegulation, RegulatedLine
from fellestorg.catalogues.regulation import allowed_rise, rules
from fellestorg.catalogues.regulation.actions import propose_regulation, remind
from fellestorg.catalogues.regulation.preview import preview
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.kernel.models import DecisionRecord, Event, Installation, Mail, Message
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused, canonical_json

ON = date(2024, 3, 1)
NOW = datetime(2023, 11, 1, 9, 30, tzinfo=clock.OSLO)
REASON = "Årlig regulering etter avtalen"
# September 2023 over December 2022, the newest published on 1 November and the one used last.
FACTOR = Fraction(1094, 1058)


@pytest.fixture
def lot(demo: None) -> Lot:
    # 2024 lies after the agreement's first period; its extension was decided in October 2023.
    return lot_of("forbruksmateriell", "forbruk")


def propose(lot: Lot, on: date = ON, who: str = "avtaleforvalter-kontor", now: datetime = NOW) -> ChangeProposal:
    return propose_regulation(lot, on, REASON, actor=somebody(who)[0], now=now)


def approve(proposal: ChangeProposal, who: str = "si-admin", now: datetime = NOW) -> ChangeProposal:
    return proposals.approve(proposal, actor=somebody(who)[0], now=now)


def lines_on(lot: Lot, day: date) -> dict[tuple[str, int], PriceLine]:
    rows = PriceLine.objects.filter(item__lot=lot, valid_from__lte=day).exclude(valid_to__lt=day).select_related("item")
    return {(row.item.number, row.supplier_id): row for row in rows}


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def clause(lot: Lot, **fields: Any) -> None:
    RegulationClause.objects.filter(lot=lot).update(**fields)


class TestPreview:
    def test_every_fixed_price_of_the_standard_assortment_before_and_after(self, lot: Lot) -> None:
        found = preview(lot, ON, now=NOW)
        assert found.basis.factor.exact == FACTOR and not found.basis.verified
        assert (found.basis.base_month, found.basis.month) == (date(2022, 12, 1), date(2023, 9, 1))
        valid = lines_on(lot, ON - timedelta(days=1)).values()
        fixed = [one for one in valid if one.model == "fixed" and one.item.standard_assortment]
        assert {one.line.pk for one in found.lines} == {one.pk for one in fixed}
        assert all(one.after == rules.regulated(one.before, FACTOR, 2) for one in found.lines)
        assert found.list_priced == sum(one.model == "list_minus_discount" for one in valid)
        assert len(found.fees) == 6

    def test_the_effect_is_what_last_years_purchases_would_cost_more(self, lot: Lot) -> None:
        found = preview(lot, ON, now=NOW)
        standing = CallOff.objects.filter(lot=lot, state="committed", made_at__gt=NOW - timedelta(days=365))
        bought: dict[tuple[int, int], Decimal] = {}
        for call_off in standing:
            for order in call_off.orders.all():
                for line in order.lines.all():
                    key = (order.supplier_id, line.item_id)
                    bought[key] = bought.get(key, Decimal(0)) + line.quantity
        key = [(one.line.supplier_id, one.line.item_id) for one in found.lines]
        prices = [
            (one.after - one.before) * bought.get(at, Decimal(0)) for one, at in zip(found.lines, key, strict=True)
        ]
        expected = sum(prices, Decimal(0)) + sum((one.effect for one in found.fees), Decimal(0))
        assert found.effect == expected.quantize(Decimal("0.01")) > 0
        assert all(one.times > 0 for one in found.fees if one.fee == "freight")

    def test_after_the_last_day_of_the_clause_prices_stand(self, lot: Lot) -> None:
        clause(lot, valid_to=ON)
        assert preview(lot, ON, now=NOW).lines
        assert allowed_rise(lot, ON, ON + timedelta(days=500)) == 0
        clause(lot, valid_to=ON - timedelta(days=1))
        assert code_of(lambda: preview(lot, ON, now=NOW)) == "clause_ended"
        assert allowed_rise(lot, date(2023, 3, 1), ON) == 0
        assert remind(datetime(2024, 1, 10, 9, tzinfo=clock.OSLO)) == 0

    def test_oddities_are_pointed_out(self, lot: Lot) -> None:
        lines = sorted(preview(lot, ON, now=NOW).lines, key=lambda one: one.line.pk)
        zero, tiny, recent, ending = (one.line for one in lines[:4])
        PriceLine.objects.filter(pk=zero.pk).update(unit_price=0)
        PriceLine.objects.filter(pk=tiny.pk).update(unit_price=Decimal("0.05"))
        PriceLine.objects.filter(pk=recent.pk).update(valid_from=date(2023, 10, 1))
        PriceLine.objects.filter(pk=ending.pk).update(valid_to=date(2024, 6, 30))
        odd = {one.line.pk: one.oddities for one in preview(lot, ON, now=NOW).lines}
        assert odd[zero.pk] == ("zero",) and odd[tiny.pk] == ("unchanged",)
        assert odd[recent.pk] == ("recent",) and odd[ending.pk] == ("ends",)

    @pytest.mark.parametrize(
        ("on", "now", "code", "first"),
        [
            (date(2023, 2, 28), NOW, "too_early", "2024-03-01"),
            (date(2023, 12, 15), NOW, "already_regulated", "2024-03-01"),
            (date(2024, 2, 29), NOW, "already_regulated", "2024-03-01"),
            (ON, datetime(2024, 2, 1, 9, tzinfo=clock.OSLO), "notice_too_late", "2024-03-02"),
            (ON, datetime(2024, 2, 20, 9, tzinfo=clock.OSLO), "notice_too_late", "2024-03-21"),
        ],
    )
    def test_a_day_that_is_not_lawful_is_refused_with_the_first_that_is(
        self, lot: Lot, on: date, now: datetime, code: str, first: str
    ) -> None:
        with pytest.raises(Refused) as refused:
            preview(lot, on, now=now)
        assert (refused.value.code, refused.value.params["first"]) == (code, first)

    def test_notice_given_on_the_last_day_is_in_time(self, lot: Lot) -> None:
        assert preview(lot, ON, now=datetime(2024, 1, 31, 23, tzinfo=clock.OSLO)).on == ON

    def test_without_a_clause_outside_the_agreement_or_without_an_index_there_is_none(self, lot: Lot) -> None:
        assert code_of(lambda: preview(lot_of(), ON, now=NOW)) == "no_clause"
        late = lot.agreement.ends + timedelta(days=1)
        assert code_of(lambda: preview(lot, late, now=NOW)) == "agreement_ended"
        IndexValue.objects.create(
            series="KPI", month=date(2023, 9, 1), value=130, source="SSB", imported_by="a", imported_at=NOW
        )
        assert code_of(lambda: preview(lot, ON, now=NOW)) == "no_index"
        IndexValue.objects.update(month=date(2022, 12, 1))
        assert code_of(lambda: preview(lot, ON, now=NOW)) == "no_newer_index"

    def test_made_up_values_regulate_nothing_in_a_real_installation(self, lot: Lot) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kernel_installation SET clock_offset = '0', kind = 'real'")
        assert Installation.objects.get().kind == "real"
        assert code_of(lambda: preview(lot, ON, now=NOW)) == "index_synthetic"
        assert allowed_rise(lot, date(2023, 3, 1), ON) == 0

    def test_a_cap_holds_the_rise_and_decimals_are_the_clauses(self, lot: Lot) -> None:
        clause(lot, max_rise=Decimal("0.02"), price_decimals=1)
        found = preview(lot, ON, now=NOW)
        assert found.basis.factor.capped and found.basis.factor.exact == Fraction(51, 50)
        assert all(one.after == one.after.quantize(Decimal("0.1")) for one in found.lines)

    def test_fees_only_where_the_clause_says_so(self, lot: Lot) -> None:
        clause(lot, delivery_fees=False)
        assert preview(lot, ON, now=NOW).fees == ()


class TestFourEyes:
    def test_nobody_approves_their_own_and_nothing_happens_before(self, lot: Lot) -> None:
        before = PriceLine.objects.count()
        proposal = propose(lot)
        assert code_of(lambda: approve(proposal, "avtaleforvalter-kontor")) == "own_proposal"
        assert PriceLine.objects.count() == before and PriceRegulation.objects.count() == 1
        assert not Message.objects.filter(code="prices_regulated").exists()

    def test_whoever_does_not_manage_may_not_propose_and_a_reason_is_needed(self, lot: Lot) -> None:
        for who in ("avtaleforvalter-ikt", "innkjoper", "lyreco", "revisor"):
            with pytest.raises(Refused):
                propose(lot, who=who)
        with pytest.raises(BadInput):
            propose_regulation(lot, ON, "kort", actor=somebody("avtaleforvalter-kontor")[0], now=NOW)

    def test_prices_that_changed_meanwhile_make_the_proposal_stale(self, lot: Lot) -> None:
        proposal = propose(lot)
        line = preview(lot, ON, now=NOW).lines[0].line
        PriceLine.objects.filter(pk=line.pk).update(unit_price=line.unit_price + 1)
        assert code_of(lambda: approve(proposal)) == "stale"

    def test_an_index_published_meanwhile_makes_a_new_proposal_necessary(self, lot: Lot) -> None:
        proposal = propose(lot)
        assert code_of(lambda: approve(proposal, now=NOW.replace(day=10))) == "newer_index"

    def test_notice_that_would_come_too_late_is_refused_at_approval_too(self, lot: Lot) -> None:
        on = date(2024, 3, 1)
        now = datetime(2024, 1, 31, 9, tzinfo=clock.OSLO)
        proposal = propose(lot, on, now=now)
        assert code_of(lambda: approve(proposal, now=now + timedelta(days=1))) == "notice_too_late"

    def test_the_comparison_tells_what_is_decided(self, lot: Lot) -> None:
        rows = {row.label: (row.before, row.after) for row in proposals.comparison(propose(lot))}
        assert rows["Endring i faste priser"][1].startswith("+3,40")
        assert "105,8" in rows["Indeks"][0] and "109,4" in rows["Indeks"][1]


class TestApproved:
    def test_prices_wait_for_their_day_and_everything_else_stays(self, lot: Lot) -> None:
        before = lines_on(lot, ON - timedelta(days=1))
        fees = {row.supplier_id: row for row in DeliveryTerms.objects.filter(lot=lot, valid_to=None)}
        approve(propose(lot))
        assert {key: row.pk for key, row in lines_on(lot, ON - timedelta(days=1)).items()} == {
            key: row.pk for key, row in before.items()
        }
        after = lines_on(lot, ON)
        assert after.keys() == before.keys()
        for key, row in after.items():
            was = before[key]
            if was.model == "list_minus_discount" or not was.item.standard_assortment:
                assert row.pk == was.pk and row.valid_to is None
                continue
            assert row.valid_from == ON and row.unit_price == rules.regulated(was.unit_price, FACTOR, 2)
            assert [tier["from"] for tier in row.tiers] == [tier["from"] for tier in was.tiers]
            for tier, old in zip(row.tiers, was.tiers, strict=True):
                assert Decimal(tier["unit_price"]) == rules.regulated(Decimal(old["unit_price"]), FACTOR, 2)
            for name in ("supplier_number", "product_name", "vat_rate", "co2e_kg", "ecolabel", "gtin", "properties"):
                assert getattr(row, name) == getattr(was, name)
        for terms in DeliveryTerms.objects.filter(lot=lot, valid_from=ON):
            was_terms = fees[terms.supplier_id]
            assert terms.freight == rules.regulated(was_terms.freight, FACTOR, 2)
            assert (terms.min_order, terms.lead_days) == (was_terms.min_order, was_terms.lead_days)

    def test_a_call_off_uses_the_old_price_the_day_before_and_the_new_one_on_the_day(self, lot: Lot) -> None:
        approve(propose(lot))
        line = RegulatedLine.objects.filter(regulation__year=2024).select_related("before__item", "after").first()
        assert line is not None
        actor, _person = somebody("innkjoper")

        def price(day: date) -> str:
            at = datetime.combine(day, datetime.min.time(), clock.OSLO)
            wanted = need(1, line.before.item.number, agreement="forbruksmateriell", lot="forbruk")
            facts = gather(wanted, lot, actor=actor, at=at).facts
            offers = {one["supplier"]: one["offers"] for one in facts["suppliers"]}
            return str(offers[line.before.supplier.number][0]["unit_price"])

        assert Decimal(price(ON - timedelta(days=1))) == line.before.unit_price
        assert Decimal(price(ON)) == line.after.unit_price

    def test_what_it_rests_on_is_kept_and_cannot_be_changed(self, lot: Lot) -> None:
        approve(propose(lot))
        one = PriceRegulation.objects.get(lot=lot, year=2024)
        assert (one.base_value, one.value, one.index_verified) == (Decimal("105.8"), Decimal("109.4"), False)
        assert "syntetisk" in one.index_source and one.reason == REASON
        manager, admin = (somebody(who)[0].name for who in ("avtaleforvalter-kontor", "si-admin"))
        assert (one.proposed_by, one.approved_by) == (manager, admin)
        told = Event.objects.filter(verb="prices_regulated").latest("id")
        assert told.subject == "lot:forbruksmateriell/forbruk" and told.covers[0][1] == str(one.pk)
        with pytest.raises(Exception, match="Cannot update"):
            PriceRegulation.objects.filter(pk=one.pk).update(factor=2)

    def test_agencies_and_suppliers_are_told_with_percentage_and_link(self, lot: Lot) -> None:
        approve(propose(lot))
        told = Message.objects.filter(code="prices_regulated")
        keys = set(told.values_list("recipient", flat=True))
        for who in ("lokal-avtaleforvalter", "lyreco", "maske"):
            assert Person.objects.get(username=who).key in keys
        for who in ("innkjoper", "atea", "revisor"):
            assert Person.objects.get(username=who).key not in keys
        assert len(keys) > 150
        one = told.first()
        assert one is not None and one.link == "/avtaler/forbruksmateriell/forbruk/regulering/2024"
        assert "3,40" in one.params["percent"]["nb"] and "2024" in one.params["day"]["en"]
        assert Mail.objects.filter(body__contains="3,40").exists()

    def test_the_same_year_is_not_regulated_twice(self, lot: Lot) -> None:
        first, second = propose(lot), propose(lot)
        approve(first)
        assert code_of(lambda: approve(second)) in ("already_regulated", "stale")
        assert code_of(lambda: propose(lot)) == "already_regulated"

    def test_decisions_made_before_replay_to_the_same_answer(self, lot: Lot) -> None:
        approve(propose(lot))
        kept = list(DecisionRecord.objects.filter(facts__lot__key="forbruk")[:40])
        assert kept
        for one in kept:
            assert canonical_json(decide(one.facts)) == canonical_json(one.answer)

    def test_a_falling_index_makes_prices_fall(self, lot: Lot) -> None:
        for month, value in ((date(2022, 12, 1), "130.0"), (date(2023, 9, 1), "127.4")):
            IndexValue.objects.create(
                series="KPI", month=month, value=Decimal(value), source="SSB", imported_by="a", imported_at=NOW
            )
        found = preview(lot, ON, now=NOW)
        assert found.basis.factor.exact == Fraction(98, 100) and found.basis.verified and found.effect < 0
        approve(propose(lot))
        assert all(
            line.after.unit_price <= line.before.unit_price
            for line in RegulatedLine.objects.filter(regulation__year=2024)
        )
        assert PriceRegulation.objects.get(year=2024).factor == Decimal("0.98")

    def test_a_price_that_the_supplier_has_waiting_is_left_in_peace(self, lot: Lot) -> None:
        lines = preview(lot, ON, now=NOW).lines
        same_day, later = lines[0].line, lines[1].line
        for line, start in ((same_day, ON), (later, date(2024, 5, 1))):
            PriceLine.objects.filter(pk=line.pk).update(valid_to=start - timedelta(days=1))
            line.pk, line.valid_from, line.unit_price = None, start, Decimal("9.99")
            line.save(force_insert=True)
        found = preview(lot, ON, now=NOW)
        assert found.replaced == 1 and len(found.lines) == len(lines) - 1
        approve(propose(lot))
        assert lines_on(lot, ON)[same_day.item.number, same_day.supplier_id].unit_price == Decimal("9.99")
        moved = lines_on(lot, ON)[later.item.number, later.supplier_id]
        assert (moved.valid_from, moved.valid_to) == (ON, date(2024, 4, 30))


def test_two_approvals_at_once_make_one_regulation(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    lot = lot_of("forbruksmateriell", "forbruk")
    proposed = [propose(lot), propose(lot)]

    def press(proposal: ChangeProposal) -> str:
        try:
            approve(proposal)
            return "approved"
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(press, proposed))
    assert answers in (["already_regulated", "approved"], ["approved", "stale"])
    assert PriceRegulation.objects.filter(lot=lot, year=2024).count() == 1


def test_the_manager_is_reminded_once_while_there_is_time_for_notice(lot: Lot) -> None:
    def at(day: date) -> datetime:
        return datetime.combine(day, datetime.min.time(), clock.OSLO) + timedelta(hours=6)

    assert remind(at(date(2023, 12, 31))) == 0
    assert remind(at(date(2024, 1, 5))) == 1
    assert remind(at(date(2024, 1, 6))) == 0
    told = Message.objects.get(code="regulation_near")
    assert told.recipient == lot.agreement.manager.key and "2024" in told.params["last"]["nb"]
    # After the last day for notice there is nothing to remind of.
    clause(lot, reminded_for=None)
    assert remind(at(date(2024, 2, 1))) == 0
