"""Job story (d): the route Oslo–Tromsø has three ranked airlines; the first is sold out, so the second gets the call-off,
with the reason. On the pages and by the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fellestorg import cli
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import agency_of
from fellestorg.travel.models import RouteArea
from tests.journeys.visiting import Page, Visitor

pytestmark = pytest.mark.usefixtures("demo")
TRIP = {"fra": "OSL", "til": "TOS", "dag": "2023-11-20"}


def airlines(origin: str = "OSL", destination: str = "TOS") -> list[RouteArea]:
    rows = RouteArea.objects.filter(route__origin=origin, route__destination=destination).order_by("rank")
    return list(rows.select_related("supplier"))


def asked(visitor: Visitor, **fields: str) -> Page:
    return Page(visitor.client.post("/reiser/fly", {**TRIP, **fields}), "/reiser/fly")


def test_the_first_airline_is_sold_out_so_the_second_gets_the_call_off_with_the_reason() -> None:
    buyer, (first, second, third) = Visitor("innkjoper"), airlines()
    page = asked(buyer)
    assert f"1. {first.supplier.name}" in page.words and f"3. {third.supplier.name}" in page.words
    assert need_of(page)["facts"]["route"] == "OSL-TOS"
    page = asked(buyer, **{f"ledig-{first.supplier.number}": "sold_out"})
    assert f"Hoppet over: {first.supplier.name} (utsolgt)" in page.words
    made = buyer.press(page, "Gjør avropet for")
    call_off = CallOff.objects.get(number=buyer.number(made))
    assert call_off.orders.get().supplier == second.supplier
    passed = next(step for step in call_off.decision.answer["trace"] if step["code"] == "table_supplier_chosen")
    assert passed["params"]["passed"] == [
        {"supplier": first.supplier.number, "rank": 1, "because": "sold_out"},
    ]
    buyer.pdf(made.links["Protokoll"])


def test_the_call_off_is_for_the_cheapest_offer_of_whoever_has_the_turn() -> None:
    buyer, (first, *_rest) = Visitor("innkjoper"), airlines()
    code = first.supplier.airlines.get().code
    other = "SK" if code != "SK" else "DY"
    offers = f"selskap;klasse;pris\n{code};flex;3000\n{code};flex;2000\n{other};flex;500\n"
    need = need_of(asked(buyer, tilbud=offers))
    rate = first.route.discounts.get(supplier=first.supplier, fare_class="flex", valid_to=first.valid_to).rate
    assert float(need["amount"]) == pytest.approx(2000 * (1 - float(rate)))


def test_where_nobody_flies_any_more_the_answer_is_no_and_there_is_no_button() -> None:
    page = asked(Visitor("innkjoper"), til="BDU")
    assert "Flyr ikke lenger" in page.words
    assert "Gjør avropet for" not in page.words


@pytest.mark.parametrize(
    ("route", "unavailable", "place"),
    [
        ("OSL-TOS", 0, 1),
        ("TOS-OSL", 0, 1),
        ("OSL-TOS", 1, 2),
        ("OSL-TOS", 2, 3),
        ("OSL-TOS", 3, None),
        ("OSL-BDU", 0, None),
    ],
)
def test_the_command_plans_by_the_route(
    route: str, unavailable: int, place: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ranked = airlines(*sorted(route.split("-"), key=lambda code: code != "OSL"))
    code, answer = plan(
        tmp_path,
        capsys,
        {
            "route": route,
            "unavailable": [{"supplier": one.supplier.number, "reason": "sold_out"} for one in ranked[:unavailable]],
        },
    )
    if place is None:
        assert (code, answer["outcome"], answer["orders"]) == (1, "refused", [])
    else:
        assert (code, answer["outcome"]) == (0, "direct")
        assert answer["orders"][0]["supplier"] == ranked[place - 1].supplier.number


@pytest.mark.parametrize("facts", [{}, {"route": "OSL-XXX"}, {"route": "VDS-LYR"}])
def test_without_a_route_of_the_agreement_the_command_refuses(
    facts: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, answer = plan(tmp_path, capsys, facts)
    assert (code, answer["outcome"]) == (1, "refused")


def plan(folder: Path, capsys: pytest.CaptureFixture[str], facts: dict[str, Any]) -> tuple[int, Any]:
    need = {
        "buyer": agency_of("innkjoper"),
        "agreement": "flyreiser",
        "lot": "fly",
        "amount": "1500",
        "category": "flight",
        "facts": facts,
    }
    path = folder / "need.json"
    path.write_text(json.dumps(need))
    code = cli.main(["calloff", "plan", str(path), "--as", "innkjoper", "--json"])
    return code, json.loads(capsys.readouterr().out)


def need_of(page: Page) -> Any:
    return json.loads(page.form("Gjør avropet for").fields["need"][0])
