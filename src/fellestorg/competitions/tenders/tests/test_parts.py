"""A long tender form comes in parts, and each is saved by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fellestorg.competitions.models import CompetitionLot, PriceSheetLine
from fellestorg.competitions.tenders import drafts, parts, queries
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.models import OpenedQuality, TenderDraft
from fellestorg.competitions.tenders.packages import Offered, Package
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.test_pages import ADDRESS, signed_in
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel.models import Installation


@pytest.fixture
def world(db: None) -> World:
    """Lots of 2, 230 and 40 lines."""
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    world = worlds.make()
    for number, (key, count) in enumerate((("senger", 230), ("laken", 40)), 2):
        lot = CompetitionLot.objects.create(
            competition=world.competition, key=key, number=number, title=key.capitalize()
        )
        PriceSheetLine.objects.bulk_create(
            PriceSheetLine(lot=lot, key=f"l{at}", number=at, title=f"Linje {at}", unit="stk", quantity="2")
            for at in range(count)
        )
    return world


def kept() -> Draft:
    return drafts.read(TenderDraft.objects.get())


def send(client: Any, part: int, typed: dict[str, str], **more: str) -> Any:
    return client.post(f"{ADDRESS}/tilbud?del={part}", typed | more)


def test_a_part_has_a_hundred_lines_at_most_and_every_line_is_in_one(world: World) -> None:
    divided = parts.parts_of(world.form)
    assert [[(one.lot, one.start, one.stop) for one in part.stretches] for part in divided] == [
        [],
        [("puter", 0, 2)],
        [("senger", 0, 100)],
        [("senger", 100, 200)],
        [("senger", 200, 230), ("laken", 0, 40)],
    ]
    where = [parts.holding(divided, world.form, field) for field in ("p:senger:l150", "t:senger", "a:maate", "lots")]
    assert where == [3, 4, 0, 0]


def test_parts_are_saved_one_at_a_time_and_none_wipes_out_another(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    first = send(client, 0, {"lots": "senger", "a:maate": "Slik", "next": "on"})
    assert first["Location"] == f"{ADDRESS}/tilbud?del=1"
    send(client, 2, {"p:senger:l0": "10", "p:senger:l1": "20"})
    told = client.post(
        f"{ADDRESS}/tilbud?del=3",
        json.dumps([["p:senger:l100", "5,50"]]),
        content_type="application/json",
        HTTP_ACCEPT="application/json",
    )
    assert "saved_at" in told.json()
    send(client, 2, {"p:senger:l0": "", "p:senger:l1": "21"})
    draft = kept()
    assert (draft.lots, draft.answers["maate"]) == (("senger",), "Slik")
    assert draft.prices == {"senger": {"l0": "", "l1": "21", "l100": "5,50"}}
    page = client.get(f"{ADDRESS}/tilbud?del=3").content.decode()
    assert "Del 4 av 5: Senger, linje 101–200" in page and "2 av 272 linjer er priset, 53,00" in page
    assert page.count('inputmode="decimal"') == 100
    assert client.get(f"{ADDRESS}/tilbud?del=99").status_code == 200


def test_a_stated_total_can_be_taken_away_again_and_a_sum_of_the_sheet_falls_with_its_price(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    supplier, person = world.suppliers[0]
    draft = Draft(("laken",), {}, {"laken": {"l0": "1", "l1": "2"}}, {"laken": {"l0": "2", "l1": "9"}}, {"laken": "11"})
    drafts.save(world.competition, supplier, draft, person=person, now=world.competition.published_at)  # type: ignore[arg-type]
    send(client, 4, {"p:laken:l0": "1", "p:laken:l1": "3", "t:laken": ""})
    assert kept().sums == {"laken": {"l0": "2"}} and not kept().totals["laken"]


def test_the_check_counts_what_each_part_lacks(world: World) -> None:
    client = signed_in(world.suppliers[0][1])
    send(client, 0, {"lots": "senger", "a:maate": "Slik", "a:dager": "3"})
    page = client.get(f"{ADDRESS}/tilbud/lever").content.decode()
    assert "Senger, linje 1–100</a>: 100 mangler" in page and "Senger – Laken</a>: 30 mangler" in page
    assert "Puter" not in page.split("Dette blir levert")[0].split("må rettes")[1]


def test_a_package_and_a_capacity_are_checked_sealed_and_read_after_the_opening(world: World) -> None:
    CompetitionLot.objects.update(limits={"packages": True})
    PriceSheetLine.objects.filter(lot__key__in=("senger", "laken"), number__gt=0).delete()
    client = signed_in(world.suppliers[0][1])
    typed: dict[str, Any] = {
        "lots": ["puter", "senger"], "a:maate": "Slik", "a:dager": "3", "p:puter:pute": "10", "p:puter:trekk": "10",
        "p:senger:l0": "100", "k:1:lot": ["puter", "laken"], "k:1:discount": "100", "most_lots": "ingen",
    }  # fmt: skip
    client.post(f"{ADDRESS}/tilbud", typed)
    page = client.get(f"{ADDRESS}/tilbud/lever").content.decode()
    for said in ("minst to delkontrakter som dere gir tilbud", "rabatten må være over 0", "et helt tall fra 1"):
        assert said in page
    client.post(f"{ADDRESS}/tilbud", {**typed, "k:1:lot": ["puter", "senger"], "k:1:discount": "7,5", "most_lots": "2"})
    assert 'value="7,5"' in client.get(f"{ADDRESS}/tilbud").content.decode()
    assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 200
    world.open()
    (found,) = queries.offered_across_lots(world.competition).values()
    assert found == Offered((Package(("puter", "senger"), Decimal("0.075")),), 2)
    assert "0.075" not in str(OpenedQuality.objects.get().content)
