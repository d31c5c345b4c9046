"""Coverage: a case is documented by the agency and decided by SI; the secondary's share is kept, whoever comes at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from fellestorg.agreements.models import SupplierPosition
from fellestorg.calloffs import actions as call_offs
from fellestorg.calloffs.answers import Answered, answer_need, names_for
from fellestorg.calloffs.coverage import actions
from fellestorg.calloffs.coverage.actions import Reported
from fellestorg.calloffs.coverage.models import CoverageCase, UnitCount
from fellestorg.calloffs.coverage.queries import Cap, cap_of
from fellestorg.calloffs.needs import Need, NeedLine, Stated
from fellestorg.calloffs.over_time.stretches import end_of
from fellestorg.calloffs.tests.world import agency_of, lot, somebody
from fellestorg.calloffs.texts import render
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.search.standing import standing_of
from fellestorg.kernel import audit, clock, events, files
from fellestorg.kernel.models import Event, Message
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Refused

PDF, PNG = b"%PDF-1.4 x", b"\x89PNG\r\n\x1a\n..."
REPORTED = Reported("Fyret på Ytterholmen", date(2023, 10, 2), date(2023, 10, 20), "Prøvd tre telefoner og antenne.")
WHY = "Målingene viser at det ikke er dekning."


def telephony() -> Any:
    return lot("telefoni", "telefoni")


def open_case() -> CoverageCase:
    return CoverageCase.objects.get(buyer__number=agency_of("innkjoper"), state="documented")


def need(quantity: int, case: str = "", item: str = "ABO-FRI-5", request_id: str = "r") -> Need:
    lines = (NeedLine(item, Decimal(quantity)),)
    asked = Need(request_id, agency_of("innkjoper"), agreement="telefoni", lot="telefoni", lines=lines)
    return replace(asked, stated=Stated(coverage_case=case))


def answered(asked: Need, on: date | None = None) -> Answered:
    at = end_of(on) if on else clock.now()
    return answer_need(asked, actor=somebody("godkjenner")[0], at=at)[0]


def commit(asked: Need) -> Any:
    actor, person = somebody("godkjenner")
    return call_offs.commit(asked, telephony(), actor=actor, person=person)


def cap() -> Cap:
    found = cap_of(telephony(), clock.now())
    assert found is not None and found.secondary is not None
    return found


def supplier(answer: Answered) -> str:
    number = answer.answer["orders"][0]["supplier"]
    return Organisation.objects.get(number=number).name


@pytest.mark.parametrize(
    ("quantity", "case", "outcome"),
    [
        (5, "", "Telia Norge AS (Phonero)"),
        (40, "own", "Unifon AS"),  # exactly 15 %
        (41, "own", "secondary_share_kept"),
        (60, "own", "secondary_share_kept"),  # 15.1 %
        (1, "999999", "coverage_documented"),
        (1, "x", "coverage_documented"),
        (1, "others", "coverage_documented"),
        (1, "rejected", "coverage_documented"),
    ],
)
def test_the_secondary_needs_a_documented_case_of_ones_own_and_stays_within_15_per_cent(
    demo: None, quantity: int, case: str, outcome: str
) -> None:
    rows = CoverageCase.objects.all()
    named = {
        "own": lambda: str(open_case().pk),
        "others": lambda: str(rows.get(state="submitted").pk),
        "rejected": lambda: str(rows.get(state="rejected").pk),
    }
    found = answered(need(quantity, named.get(case, lambda: case)()))
    if found.lawful:
        assert supplier(found) == outcome
    else:
        assert (found.answer["outcome"], found.answer["reason"]["code"]) == ("refused", outcome)


def test_the_refusal_at_the_cap_tells_the_figures(demo: None) -> None:
    found = answered(need(60, str(open_case().pk)))
    params = found.answer["reason"]["params"]
    assert (params["units"], params["total"], params["wanted"]) == ("2516", "17000", "60")
    assert (params["share_after"], params["max_share"]) == ("0.151", "0.15")


def test_data_packages_are_no_subscriptions_and_an_amount_cannot_be_counted(demo: None) -> None:
    case = str(open_case().pk)
    assert answered(need(500, case, "DATA-5")).lawful
    only_amount = replace(need(1, case), lines=(), amount=Decimal(500), category="subscription")
    assert answered(only_amount).answer["reason"]["code"] == "units_given"


def test_until_the_secondarys_agreement_starts_it_is_refused_with_the_day_it_is_expected(demo: None) -> None:
    found = answered(need(1, str(open_case().pk)), on=date(2022, 6, 1)).answer
    assert found["reason"]["code"] == "secondary_started"
    assert found["reason"]["params"]["expected"] == "2022-10-03"


def test_what_is_called_off_counts_at_once_and_what_is_cancelled_counts_no_more(demo: None) -> None:
    assert (cap().share, cap().room) == (Decimal("0.1480"), 40)
    made = commit(need(30, str(open_case().pk)))
    assert made.answer["outcome"] == "direct"
    assert (cap().secondary.units, cap().room) == (2546, 10)  # type: ignore[union-attr]
    assert commit(need(11, str(open_case().pk), request_id="r-2")).answer["outcome"] == "refused"
    call_offs.cancel(made.call_off, "Ombestemte oss", actor=somebody("godkjenner")[0])
    assert cap().room == 40


def test_a_new_count_takes_over_from_what_was_called_off_before_it(demo: None) -> None:
    manager, _ = somebody("avtaleforvalter-ikt")
    unifon = SupplierPosition.objects.get(lot=telephony(), rank=2).supplier
    commit(need(30, str(open_case().pk)))
    given: dict[str, Any] = {"actor": manager, "now": clock.now() + timedelta(days=2)}
    actions.register_count(telephony(), unifon, date(2023, 11, 2), 2540, "Rapport (demodata)", **given)
    later = cap_of(telephony(), clock.now() + timedelta(days=2))
    assert later is not None and later.secondary is not None
    assert (later.secondary.units, later.secondary.called_off) == (2540, 0)
    events.seal()
    with pytest.raises(BadInput) as bad:
        actions.register_count(telephony(), unifon, date(2024, 1, 1), -1, "", **given)
    assert {one.code for one in bad.value.problems} == {"not_yet", "not_a_number", "missing"}
    with pytest.raises(Refused):
        actions.register_count(
            telephony(), unifon, date(2023, 10, 1), 1, "Rapport", actor=somebody("innkjoper")[0], now=clock.now()
        )


def test_call_offs_at_once_never_pass_the_cap_together(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    case = str(open_case().pk)

    def one(number: int) -> str:
        try:
            return str(commit(need(15, case, request_id=f"r-{number}")).answer["outcome"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        outcomes = sorted(pool.map(one, range(6)))
    # There is room for 40: two get 15 each, and no third.
    assert outcomes == ["direct", "direct", "refused", "refused", "refused", "refused"]
    assert cap().share <= Decimal("0.15") and cap().room == 10
    assert audit.verify(events.seal()).faults == ()


def test_the_agency_documents_a_case_and_si_decides_it(demo: None) -> None:
    buyer = Organisation.objects.get(number=agency_of("innkjoper"))
    who, _ = somebody("innkjoper")
    manager, _ = somebody("avtaleforvalter-ikt")
    case = actions.register(buyer, telephony(), REPORTED, [PDF, PNG], actor=who, now=clock.now())
    assert [one.media_type for one in actions.documents_of(case)] == ["application/pdf", "image/png"]
    assert files.content_of(actions.documents_of(case)[1]) == PNG
    assert Message.objects.filter(code="coverage_case_registered", recipient=manager.key).exists()
    assert not answered(need(1, str(case.pk))).lawful
    for somebody_else in ("innkjoper", "lokal-avtaleforvalter", "avtaleforvalter-kontor"):
        with pytest.raises(Refused):
            actions.decide(case, True, WHY, actor=somebody(somebody_else)[0], now=clock.now())
    with pytest.raises(BadInput):
        actions.decide(case, True, "ok", actor=manager, now=clock.now())
    actions.add_documents(case, [PDF], actor=who, now=clock.now())
    actions.decide(case, True, WHY, actor=manager, now=clock.now())
    assert Message.objects.filter(code="coverage_case_documented", recipient=who.key).exists()
    assert supplier(answered(need(1, str(case.pk)))) == "Unifon AS"
    with pytest.raises(Refused):
        actions.decide(case, False, WHY, actor=manager, now=clock.now())
    with pytest.raises(Refused):
        actions.add_documents(case, [PDF], actor=who, now=clock.now())
    actions.close(case, "Ny mast er satt opp av primærleverandøren.", actor=who, now=clock.now())
    assert not answered(need(1, str(case.pk))).lawful
    verbs = Event.objects.filter(subject=case.subject).exclude(verb="file_stored").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == [
        "coverage_case_registered", "coverage_case_documented", "coverage_case_closed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reported", "documents", "codes"),
    [
        (replace(REPORTED, place=" "), [PDF], {"missing"}),
        (replace(REPORTED, failed_from=date(2024, 1, 1)), [PDF], {"not_yet", "before_start"}),
        (replace(REPORTED, failed_to=date(2023, 9, 1)), [PDF], {"before_start"}),
        (replace(REPORTED, tried="nei"), [], {"missing"}),
        (REPORTED, [b"MZ"], {"unknown_kind"}),
        (REPORTED, [PDF] * 11, {"too_many"}),
        (REPORTED, [b"%PDF-" + b"x" * 10_000_000], {"too_large"}),
    ],
    ids=[
        "no place",
        "not yet",
        "ends before it begins",
        "nothing tried or shown",
        "a program",
        "too many",
        "too large",
    ],
)
def test_a_case_that_is_not_documented_names_everything_that_lacks(
    demo: None, reported: Reported, documents: list[bytes], codes: set[str]
) -> None:
    buyer = Organisation.objects.get(number=agency_of("innkjoper"))
    with pytest.raises(BadInput) as bad:
        actions.register(buyer, telephony(), reported, documents, actor=somebody("innkjoper")[0], now=clock.now())
    assert {one.code for one in bad.value.problems} == codes
    with pytest.raises(Refused):
        actions.register(buyer, telephony(), REPORTED, [PDF], actor=somebody("innkjopar")[0], now=clock.now())


def test_a_count_is_never_changed(demo: None) -> None:
    with pytest.raises(Exception, match="append_only"):
        UnitCount.objects.update(units=1)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_while_the_primary_is_suspended_nobody_gets_the_secondary_without_a_case(language: str) -> None:
    SupplierPosition.objects.filter(lot=telephony(), rank=1).update(
        suspended_from=clock.today(), suspended_to=None, suspension_reason="Konkurs"
    )
    asked = answered(need(5))
    assert asked.answer["outcome"] == "refused" and asked.answer["orders"] == []
    assert asked.answer["reason"]["code"] == "supplier_of_rank_can_deliver"
    said = render(asked.answer, names_for(asked.answer), language).reason
    assert "Telia Norge AS (Phonero)" in said and "{" not in said
    by_case = answered(need(5, str(open_case().pk)))
    assert supplier(by_case) == "Unifon AS"
    item = Item.objects.get(lot=telephony(), number="ABO-FRI-5")
    shown = standing_of(agency_of("innkjoper"), clock.today()).line_of(item, PriceLine.objects.filter(item=item))
    assert shown is None, "the price list shows no price from somebody one may not order from"
