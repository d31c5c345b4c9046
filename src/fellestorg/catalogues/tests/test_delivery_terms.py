"""Delivery terms of a lot in use: proposed by one, decided by another, and what stood before is kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal, Lot
from fellestorg.agreements.tests.proposing import WHY, actor
from fellestorg.agreements.tests.test_manage_pages import client
from fellestorg.calloffs.facts import gather
from fellestorg.calloffs.tests.world import lot as lot_of
from fellestorg.calloffs.tests.world import need, somebody
from fellestorg.catalogues.models import DeliveryTerms
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.values import Refused

pytestmark = pytest.mark.usefixtures("demo")
PAGE = "/avtaler/pc-utstyr/pc/forvalt/leveringsvilkar"
TODAY = date(2023, 11, 1)
ON = TODAY + timedelta(days=14)


def standing(lot: Lot) -> DeliveryTerms:
    found = DeliveryTerms.objects.filter(lot=lot, valid_to=None).select_related("supplier").order_by("pk").first()
    assert found is not None
    return found


def form(number: str, **changed: Any) -> dict[str, Any]:
    return {"supplier": number, "on": ON.isoformat(), "lead_days": "9", "freight": "123,50", "free_freight_from": "",
            "min_order": "", "small_order_fee": "", "mode": "road", "reason": WHY, **changed}  # fmt: skip


def test_new_terms_hold_from_their_day_when_a_second_person_has_approved() -> None:
    lot, visitor = lot_of(), client("avtaleforvalter-ikt")
    before = standing(lot)
    number, count = before.supplier.number, DeliveryTerms.objects.count()
    assert visitor.post(PAGE, form(number, reason="")).status_code == 422
    assert visitor.post(PAGE, form(number)).status_code == 302
    row = ChangeProposal.objects.latest("id")
    assert "123,50" in visitor.get(f"/avtaler/endringer/{row.pk}").content.decode()
    assert DeliveryTerms.objects.count() == count
    with pytest.raises(Refused) as refused:
        proposals.approve(row, actor=actor("avtaleforvalter-ikt"), now=clock.now())
    assert refused.value.code == "own_proposal"
    proposals.approve(row, actor=actor("si-admin"), now=clock.now())

    made = standing_of(lot, number)
    before.refresh_from_db()
    assert (before.valid_to, made.valid_from, made.valid_to) == (ON - timedelta(days=1), ON, None)
    assert (made.freight, made.free_freight_from, made.lead_days) == (Decimal("123.50"), None, 9)
    assert made.spend_discounts == before.spend_discounts
    event = Event.objects.filter(verb="delivery_terms_changed").get()
    assert event.payload["before"]["freight"] == str(before.freight) and event.payload["after"]["freight"] == "123.50"
    for day, amount in ((ON - timedelta(days=1), before.freight), (ON, made.freight)):
        assert freight(number, day) == amount
    rows = client("avtaleforvalter-ikt").get(f"{PAGE}.json").json()["terms"]
    assert [one["state"] for one in rows if one["supplier"] == number][:2] == ["waits", "holds"]
    assert visitor.get(f"{PAGE}.csv").content.decode("utf-8-sig").startswith("supplier;supplier_name;lead_days")


def standing_of(lot: Lot, number: str) -> DeliveryTerms:
    return DeliveryTerms.objects.get(lot=lot, supplier__number=number, valid_to=None)


def freight(number: str, day: date) -> Decimal:
    """What the freight is for a call-off on a day, as the decision reads it."""
    at = clock.now() + timedelta(days=(day - TODAY).days)
    facts = gather(need(1), lot_of(), actor=somebody("innkjoper")[0], at=at).facts
    return Decimal(next(one for one in facts["suppliers"] if one["supplier"] == number)["terms"]["freight"])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": "2023-10-31"}, "on"),
        ({"on": ""}, "on"),
        ({"freight": "mye"}, "freight"),
        ({"lead_days": "400"}, "lead_days"),
        ({"supplier": "999999999"}, "supplier"),
        ({"mode": "fly"}, "mode"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_proposed(changed: dict[str, str], field: str) -> None:
    page = client("avtaleforvalter-ikt").post(PAGE, form(standing(lot_of()).supplier.number, **changed))
    assert page.status_code == 422 and field in page.context["form"].errors
    assert not ChangeProposal.objects.filter(kind="delivery_terms").exists()


def test_terms_that_wait_are_not_passed_by_and_the_same_again_changes_nothing() -> None:
    lot, visitor = lot_of(), client("avtaleforvalter-ikt")
    before = standing(lot)
    number = before.supplier.number
    filled = visitor.get(f"{PAGE}?leverandor={number}").context["form"]
    same = {name: filled[name].value() or "" for name in filled.fields}
    assert visitor.post(PAGE, {**same, "on": ON.isoformat(), "reason": WHY}).status_code == 422
    assert visitor.post(PAGE, form(number)).status_code == 302
    proposals.approve(ChangeProposal.objects.latest("id"), actor=actor("si-admin"), now=clock.now())
    page = visitor.post(PAGE, form(number, on=TODAY.isoformat()))
    assert page.status_code == 422 and "15.\xa0nov.\xa02023" in str(page.context["form"].errors["on"])


def test_in_a_draft_they_are_made_at_once_and_made_anew() -> None:
    lot, visitor = lot_of(), client("avtaleforvalter-ikt")
    number = standing(lot).supplier.number
    draft = Lot.objects.create(
        agreement=lot.agreement, key="ny", number=99, title_nb="Ny", title_nn="Ny", title_en="New", scope_nb="Ny",
        scope_nn="Ny", scope_en="New", cpv=["30213100"], categories=["laptop"], max_value=1, estimated_value=1,
    )  # fmt: skip
    draft.positions.create(supplier=standing(lot).supplier, rank=1, valid_from=lot.agreement.starts)
    url = "/avtaler/pc-utstyr/ny/forvalt/leveringsvilkar"
    for days in ("4", "6"):
        given = {**form(number, on="2023-06-01", lead_days=days), "reason": ""}
        assert visitor.post(url, given).status_code == 302
    assert [one.lead_days for one in DeliveryTerms.objects.filter(lot=draft)] == [6]
    assert not ChangeProposal.objects.filter(lot=draft).exists()


def test_only_those_who_manage_the_agreement_get_in() -> None:
    for username in ("avtaleforvalter-kontor", "innkjoper", "revisor"):
        assert client(username).get(PAGE).status_code == 403, username
    text = client("avtaleforvalter-ikt").get("/avtaler/pc-utstyr/pc/forvalt").content.decode()
    assert PAGE in text
