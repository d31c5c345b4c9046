"""Adjustment by exchange rate: rates brought in, lawful days, both directions, four eyes, notice, and what is kept."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal, Lot
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.tests.proposing import actor
from fellestorg.catalogues.currency import clause, rules
from fellestorg.catalogues.currency.actions import propose_adjustment
from fellestorg.catalogues.currency.commands import currency as command
from fellestorg.catalogues.currency.preview import preview
from fellestorg.catalogues.currency.rates import import_rates
from fellestorg.catalogues.models import AdjustedLine, CurrencyAdjustment, CurrencyClause, ExchangeRate, PriceLine
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event, Message
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

ON = date(2023, 12, 1)
WHY = "Dollaren har steget, og avtalen sier at prisene følger."
BANK = (
    "FREQ;Frekvens;BASE_CUR;Basisvaluta;QUOTE_CUR;Kvoteringsvaluta;TENOR;Løpetid;DECIMALS;CALCULATED;UNIT_MULT;"
    "Multiplikator;COLLECTION;Innsamlingstidspunkt;TIME_PERIOD;OBS_VALUE\n"
)
demo = pytest.mark.usefixtures("demo")


def bank(code: str, day: str, value: str, power: str = "0", quote: str = "NOK") -> str:
    return f"B;Virkedag;{code};x;{quote};Norske kroner;SP;Spot;4;false;{power};Enheter;C;ECB;{day};{value}\n"


def lot() -> Lot:
    return Lot.objects.select_related("agreement__owner", "agreement__manager").get(
        agreement__key="pc-utstyr", key="pc"
    )


def client(username: str) -> Client:
    made = Client()
    assert made.post("/logg-inn", {"person": username}).status_code == 302
    return made


def fixed() -> dict[int, Decimal]:
    rows = PriceLine.objects.filter(item__lot=lot(), item__standard_assortment=True, model="fixed", valid_to=None)
    return dict(rows.values_list("item_id", "unit_price"))


@pytest.mark.parametrize(
    ("base", "rate", "share", "threshold", "expected"),
    [
        ("10", "11", "0.6", "0.05", Fraction(106, 100)),
        ("10", "9", "0.6", "0.05", Fraction(94, 100)),  # both directions
        ("10", "10.5", "1", "0.05", Fraction(105, 100)),  # the threshold itself counts
        ("10", "10.499", "1", "0.05", None),
        ("10", "9.501", "1", "0.05", None),
        ("10", "10", "1", "0", None),
    ],
)
def test_the_factor(base: str, rate: str, share: str, threshold: str, expected: Fraction | None) -> None:
    assert rules.factor(Decimal(base), Decimal(rate), Decimal(share), Decimal(threshold)) == expected


@given(st.decimals("0.01", "100", places=4), st.decimals("0.01", "100", places=4), st.decimals("0.01", "1", places=2))
def test_prices_move_the_way_the_rate_moves_and_never_farther(base: Decimal, rate: Decimal, share: Decimal) -> None:
    by, moved = rules.factor(base, rate, share, Decimal(0)), rules.movement(base, rate)
    if by is None:
        assert moved == 0
    else:
        assert (by > 1) == (moved > 0) and abs(by - 1) <= abs(moved) and by > 0


def test_the_first_lawful_day_waits_for_notice_and_for_the_months_between() -> None:
    today, first = date(2023, 11, 1), date(2023, 9, 27)
    assert rules.first_lawful(first, None, 6, 30, today) == date(2023, 12, 1)
    assert rules.first_lawful(first, date(2023, 8, 31), 6, 30, today) == date(2024, 2, 29)
    assert rules.first_lawful(date(2024, 5, 1), None, 6, 30, today) == date(2024, 5, 1)


@demo
def test_the_banks_file_is_read_as_it_comes_and_replaces_what_was_there() -> None:
    content = BANK + bank("USD", "2023-10-31", "11.1894") + bank("SEK", "2023-10-31", "100.07", "2")
    first = import_rates(content.encode(), actor=OPERATOR, now=clock.now())
    assert (first.rejected, first.new, first.changed) == ((), 2, 0)
    assert ExchangeRate.objects.get(currency="SEK").rate == Decimal("1.0007"), "a hundred kronor are one rate"
    again = import_rates(
        (BANK + bank("USD", "2023-10-31", "11.2")).encode(), actor=OPERATOR, now=clock.now(), source="Rettet"
    )
    assert (again.new, again.changed) == (0, 1)
    event = Event.objects.filter(verb="exchange_rates_imported").order_by("pk").last()
    assert event is not None and event.payload["changed"] == [
        {"day": "2023-10-31", "before": "11.1894", "after": "11.2"}
    ]
    plain = import_rates(b"valuta;dag;kurs\nusd;01.11.2023;10,543\n", actor=OPERATOR, now=clock.now())
    assert plain.new == 1 and ExchangeRate.objects.get(currency="USD", day="2023-11-01").rate == Decimal("10.543")


@demo
@pytest.mark.parametrize(
    ("row", "code"),
    [
        (bank("NOK", "2023-10-31", "1"), "not_a_currency"),
        (bank("USD", "2023-10-31", "11", quote="SEK"), "not_kroner"),
        (bank("USD", "2023-11-02", "11"), "in_the_future"),
        (bank("USD", "i går", "11"), "not_a_date"),
        (bank("USD", "2023-10-31", "0"), "not_a_rate"),
        (bank("USD", "2023-10-31", "1,2,3"), "not_a_rate"),
        (bank("USD", "2023-10-31", "11", power="9"), "not_a_power"),
        (bank("USD", "2023-10-31", "11") * 2, "day_twice"),
    ],
    ids=["kroner", "other quote", "future", "no day", "zero", "no number", "power", "twice"],
)
def test_one_wrong_row_brings_in_nothing(row: str, code: str) -> None:
    before = ExchangeRate.objects.count()
    done = import_rates((BANK + row + bank("EUR", "2023-10-31", "11.8")).encode(), actor=OPERATOR, now=clock.now())
    assert [one.code for one in done.rejected] == [code] and done.accepted == 0
    assert ExchangeRate.objects.count() == before


@demo
def test_only_those_who_administer_bring_in_rates() -> None:
    with pytest.raises(Refused):
        import_rates(BANK.encode(), actor=actor("avtaleforvalter-ikt"), now=clock.now())
    assert client("avtaleforvalter-ikt").post("/valutakurser", {}).status_code == 403
    answer = client("si-admin").post("/valutakurser", {"source": "x"})
    assert answer.status_code == 422


@demo
@pytest.mark.parametrize(
    ("change", "on", "code"),
    [
        ({}, date(2023, 11, 30), "too_early"),
        ({"threshold": Decimal("0.5")}, ON, "below_threshold"),
        ({"valid_to": date(2023, 11, 30)}, ON, "clause_ended"),
        ({"currency": "JPY"}, ON, "no_rate"),
        ({"base_day": date(2020, 1, 1)}, ON, "no_rate"),
        ({}, date(2099, 1, 1), "agreement_ended"),
    ],
)
def test_what_is_not_lawful_is_refused_with_its_reason(change: dict[str, Any], on: date, code: str) -> None:
    CurrencyClause.objects.filter(lot=lot()).update(**change)
    with pytest.raises(Refused) as refused:
        preview(lot(), on, now=clock.now())
    assert refused.value.code == code
    if code == "too_early":
        assert refused.value.params["first"] == ON.isoformat()


@demo
def test_an_old_rate_is_not_used() -> None:
    ExchangeRate.objects.filter(day__gt=date(2023, 10, 21)).delete()
    with pytest.raises(Refused) as refused:
        preview(lot(), ON, now=clock.now())
    assert refused.value.code == "old_rate"


@demo
def test_a_lot_without_a_clause_follows_no_rate() -> None:
    with pytest.raises(Refused) as refused:
        preview(Lot.objects.get(agreement__key="pc-utstyr", key="mac"), ON, now=clock.now())
    assert refused.value.code == "no_clause"


@demo
def test_two_people_adjust_the_prices_and_everybody_concerned_is_told() -> None:
    before = fixed()
    found = preview(lot(), ON, now=clock.now())
    base = ExchangeRate.objects.get(currency="USD", day=date(2023, 3, 27)).rate
    latest = ExchangeRate.objects.filter(currency="USD").order_by("-day")[0].rate
    assert found.exact == 1 + Fraction(6, 10) * (Fraction(latest) / Fraction(base) - 1) > 1
    assert len(found.lines) > 10 and all(one.after > one.before for one in found.lines if one.before)
    manager = actor("avtaleforvalter-ikt")
    made = propose_adjustment(lot(), ON, WHY, actor=manager, now=clock.now())
    with pytest.raises(Refused):
        proposals.approve(made, actor=manager, now=clock.now())
    assert fixed() == before, "nothing is changed by a proposal"
    proposals.approve(made, actor=actor("si-admin"), now=clock.now())
    kept = CurrencyAdjustment.objects.get()
    assert (kept.takes_effect, kept.base_rate, kept.rate, kept.share) == (ON, base, latest, Decimal("0.6"))
    assert (kept.proposed_by, kept.approved_by) == (manager.name, actor("si-admin").name)
    for line in AdjustedLine.objects.select_related("before", "after"):
        assert line.before.valid_to == ON - timedelta(days=1) and line.after.valid_from == ON
        exact = Fraction(line.before.unit_price) * found.exact
        assert abs(Fraction(line.after.unit_price) - exact) <= Fraction(1, 200)
    told = Message.objects.filter(code="prices_adjusted")
    assert {Person.objects.get(username=who).key for who in ("atea", "lokal-avtaleforvalter")} <= set(
        told.values_list("recipient", flat=True)
    )
    event = Event.objects.get(verb="prices_adjusted")
    assert [table for table, _, _ in event.covers] == ["catalogues_currencyadjustment"]
    with pytest.raises(Refused) as refused:
        preview(lot(), ON + timedelta(days=30), now=clock.now())
    assert refused.value.params["first"] == "2024-06-01", "six months between"
    CurrencyClause.objects.filter(lot=lot()).update(months_between=0)
    with pytest.raises(Refused) as again:
        preview(lot(), ON + timedelta(days=30), now=clock.now())
    assert again.value.code == "old_rate", "the next counts from the rate used last, and there is none newer"


@demo
def test_an_adjustment_is_worked_out_anew_from_todays_prices() -> None:
    stale = propose_adjustment(lot(), ON, WHY, actor=actor("avtaleforvalter-ikt"), now=clock.now())
    key = min(fixed())
    PriceLine.objects.filter(item=key, item__lot=lot(), model="fixed", valid_to=None).update(unit_price=5000)
    with pytest.raises(Refused) as refused:
        proposals.approve(stale, actor=actor("si-admin"), now=clock.now())
    assert refused.value.code == "stale"
    made = proposals.propose_anew(stale, WHY, actor=actor("avtaleforvalter-ikt"), now=clock.now())
    was, now_is = (one.payload["change"] for one in (stale, made))
    assert was["sum_after"] != now_is["sum_after"] and was["change"] == now_is["change"]
    assert proposals.approve(made, actor=actor("si-admin"), now=clock.now()).state == "approved"


@demo
def test_a_clause_made_anew_keeps_what_another_has_decided_meanwhile() -> None:
    target, names = Target(lot().agreement, lot()), ("avtaleforvalter-ikt", "si-admin")
    manager, admin = (actor(name) for name in names)

    def ask(**changed: Any) -> ChangeProposal:
        payload = {**clause.standing(lot()), **changed}
        return proposals.propose(clause.KIND, target, payload, WHY, actor=manager, now=clock.now())

    first, stale = ask(notice_days=77), ask(share="0.4")
    proposals.approve(first, actor=admin, now=clock.now())
    made = proposals.propose_anew(stale, WHY, actor=manager, now=clock.now())
    assert [one.after for one in proposals.comparison(made) if one.changed] == ["40,0\xa0%"]
    proposals.approve(made, actor=admin, now=clock.now())
    assert {name: clause.standing(lot())[name] for name in ("notice_days", "share")} == {
        "notice_days": 77,
        "share": "0.4",
    }


@demo
def test_a_newer_rate_makes_a_new_proposal_necessary() -> None:
    made = propose_adjustment(lot(), ON, WHY, actor=actor("avtaleforvalter-ikt"), now=clock.now())
    import_rates((BANK + bank("USD", "2023-11-01", "11.9")).encode(), actor=OPERATOR, now=clock.now())
    with pytest.raises(Refused) as refused:
        proposals.approve(made, actor=actor("si-admin"), now=clock.now())
    assert refused.value.code == "newer_rate"
    assert not CurrencyAdjustment.objects.exists()


@demo
def test_the_manager_sees_every_price_before_and_after_and_proposes() -> None:
    path = "/avtaler/pc-utstyr/pc/valuta"
    public = Client().get(path)
    assert public.status_code == 200 and "60,0" in public.content.decode()
    assert Client().get(f"{path}.csv?fra={ON}").status_code == 403
    manager = client("avtaleforvalter-ikt")
    data = manager.get(f"{path}.json?fra={ON}").json()
    assert data["currency"] == "USD" and data["lines"] and data["share"] == "0.6"
    assert manager.get(f"{path}.json?fra=2023-11-02").status_code == 409
    assert "Priser før og etter" in manager.get(f"{path}?fra={ON}").content.decode()
    assert manager.post(path, {"fra": ON.isoformat(), "reason": "x"}).status_code == 422
    assert manager.post(path, {"fra": ON.isoformat(), "reason": WHY}).status_code == 302
    made = ChangeProposal.objects.get(kind="currency_adjustment")
    shown = client("si-admin").get(f"/avtaler/endringer/{made.pk}").content.decode()
    assert "Kurs for USD" in shown and f"/valuta?fra={ON}" in shown
    assert client("innkjoper").post(path, {"fra": ON.isoformat(), "reason": WHY}).status_code == 403


@demo
def test_the_clause_is_changed_by_two_people_and_checked() -> None:
    path = "/avtaler/pc-utstyr/pc/forvalt/valuta"
    manager = client("avtaleforvalter-ikt")
    given = {
        "currency": "eur", "base_day": "2023-03-27", "share": "50", "threshold": "4,5", "first_on": "2023-09-27",
        "months_between": "3", "notice_days": "20", "price_decimals": "2", "source": "Punkt 7", "reason": WHY,
    }  # fmt: skip
    for wrong in ({"share": "101"}, {"threshold": "100"}, {"base_day": "2024-01-01"}, {"first_on": "2040-01-01"}):
        assert manager.post(path, {**given, **wrong}).status_code == 422, wrong
    assert manager.post(path, given).status_code == 302
    assert CurrencyClause.objects.get(lot=lot()).currency == "USD"
    proposals.approve(ChangeProposal.objects.get(kind="currency_clause"), actor=actor("si-admin"), now=clock.now())
    row = CurrencyClause.objects.get(lot=lot())
    assert (row.currency, row.share, row.threshold) == ("EUR", Decimal("0.5"), Decimal("0.045"))


@demo
def test_the_command_imports_shows_previews_and_proposes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kurser.csv"
    file.write_text(BANK + bank("USD", "2023-10-31", "11.25"))
    assert command(["import", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]["new"] == 1
    assert command(["show", "usd"]) == 0
    assert "2023-10-31" in capsys.readouterr().out
    assert command(["preview", "pc-utstyr", "pc", "--on", ON.isoformat()]) == 0
    assert "PC-14-STD" in capsys.readouterr().out
    assert command(["propose", "pc-utstyr", "pc", "--on", ON.isoformat(), "--reason", WHY, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "proposed"
    file.write_text(BANK + bank("USD", "i morgen", "11.25"))
    assert command(["import", str(file)]) == 2
    for words in (["show", "QQQ"], ["preview", "pc-utstyr", "x", "--on", "2023-12-01"], ["import", "nope.csv"]):
        with pytest.raises(BadInput):
            command(words)
