"""Settlements of equipment handed in: read, refused, corrected, paid back; and never drawn from the ceiling."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.agreements.models import CeilingBalance, CeilingEntry, Lot
from fellestorg.calloffs.reuse.actions import Brought, bring_in
from fellestorg.calloffs.reuse.commands import reuse as command
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.policy import visible_to
from fellestorg.calloffs.reuse.queries import figures, settlements
from fellestorg.calloffs.reuse.rules import COLUMNS, share_of
from fellestorg.calloffs.tests.world import agency_of, somebody
from fellestorg.catalogues.models import PriceLine
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.models import Event
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
HEADINGS = ";".join(others[0] for others in COLUMNS.values())


def lot() -> Lot:
    return Lot.objects.select_related("agreement__owner", "agreement__manager").filter(
        agreement__key="ombruk-ikt"
    ).order_by("number")[0]  # fmt: skip


def sheet(**change: str) -> bytes:
    cells = {
        "reference": "F-900", "agency": agency_of("innkjoper"), "call_off": "", "kind": "pc", "picked_up_on": "02.10.2023",
        "wiped_on": "10.10.2023", "settled_on": "20.10.2023", "certificate": "sertifikat 1", "received": "10", "wiped": "10",
        "resold": "9", "recycled": "1", "fees": "300", "resale": "4321,10", **change,
    }  # fmt: skip
    return f"{HEADINGS}\n{';'.join(cells.values())}\n".encode()


def bring(content: bytes) -> Brought:
    return bring_in(content, lot(), actor=OPERATOR, now=clock.now())


def standing(reference: str = "F-900") -> ReuseSettlement:
    return ReuseSettlement.objects.get(reference=reference, corrected_by=None)


def test_the_share_of_the_resale_is_paid_back_and_the_ledger_is_left_alone() -> None:
    entries = CeilingEntry.objects.count()
    used = CeilingBalance.objects.get(lot=lot()).used
    done = bring(sheet())
    assert (done.new, done.rejected) == (1, ())
    row = standing()
    assert (row.return_rate, row.paid_back) == (Decimal("0.6"), Decimal("2592.66"))
    assert row.co2e_kg == 9 * Decimal(95)
    assert (CeilingEntry.objects.count(), CeilingBalance.objects.get(lot=lot()).used) == (entries, used)
    event = Event.objects.filter(verb="reuse_settled").latest("at", "seq")
    assert event.payload["paid_back"] == "2592.66" and event.covers


@pytest.mark.parametrize(("resale", "back"), [("0", "0.00"), ("0.01", "0.01"), ("100.01", "60.01"), ("99.99", "59.99")])
def test_the_share_is_rounded_half_up_to_the_ore(resale: str, back: str) -> None:
    assert str(share_of(Decimal(resale), Decimal("0.6"))) == back


def test_the_same_file_again_changes_nothing_and_another_figure_corrects() -> None:
    bring(sheet())
    assert (bring(sheet()).unchanged, ReuseSettlement.objects.filter(reference="F-900").count()) == (1, 1)
    assert bring(sheet(resale="5000")).corrected == 1
    assert standing().paid_back == 3000
    assert standing().corrects.paid_back == Decimal("2592.66")
    assert sum(one.reference == "F-900" for one in settlements(lot(), OPERATOR)) == 1
    assert audit.verify().faults == ()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"agency": "999999999"}, "agency", "unknown_agency"),
        ({"call_off": "SI-2023-999999"}, "call_off", "unknown_call_off"),
        ({"kind": "bil"}, "kind", "unknown_kind"),
        ({"received": "11"}, "received", "does_not_add_up"),
        ({"wiped": "11"}, "wiped", "too_many"),
        ({"resold": "0", "recycled": "10"}, "resale", "nothing_resold"),
        ({"wiped_on": "01.10.2023"}, "settled_on", "out_of_order"),
        ({"settled_on": "01.10.2030"}, "settled_on", "in_the_future"),
        ({"certificate": ""}, "certificate", "missing"),
        ({"fees": "mye"}, "fees", "not_a_decimal"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(change: dict[str, str], field: str, code: str) -> None:
    before = ReuseSettlement.objects.count()
    done = bring(sheet(**change))
    assert [(one.row, one.field, one.code) for one in done.rejected] == [(2, field, code)]
    assert ReuseSettlement.objects.count() == before


def test_one_bad_row_keeps_the_good_ones_out_and_the_same_row_twice_is_named() -> None:
    row = sheet().decode().splitlines()[1]
    done = bring(sheet() + f"{row}\n".encode())
    assert [(one.row, one.code) for one in done.rejected] == [(3, "twice")]
    assert not ReuseSettlement.objects.filter(reference="F-900").exists()


def test_a_file_that_is_no_sheet_of_settlements_is_bad_input() -> None:
    with pytest.raises(BadInput):
        bring(b"a;b\n1;2\n")


def test_only_the_supplier_and_the_manager_settle() -> None:
    for name in ("innkjoper", "atea"):
        with pytest.raises(Refused, match="Bare leverandøren"):
            bring_in(sheet(), lot(), actor=somebody(name)[0], now=clock.now())
    assert bring_in(sheet(), lot(), actor=somebody("avtaleforvalter-ikt")[0], now=clock.now()).new == 1


def test_without_a_share_in_the_price_list_nothing_is_settled() -> None:
    PriceLine.objects.filter(item__lot=lot(), model="revenue_share").update(valid_to=date(2023, 3, 1))
    with pytest.raises(Refused, match="Prislisten sier ikke"):
        bring(sheet())


def test_an_agency_sees_its_own_and_si_sees_all() -> None:
    bring(sheet(agency=agency_of("innkjopar"), reference="F-901"))
    assert {one.agency.number for one in visible_to(somebody("innkjoper")[0])} == {agency_of("innkjoper")}
    assert len({one.agency.number for one in visible_to(somebody("avtaleforvalter-ikt")[0])}) > 1
    assert not visible_to(somebody("lyreco")[0]).exists()


def test_the_figures_are_the_sums_and_quarters_have_no_gaps() -> None:
    bring(sheet(settled_on="05.01.2023", wiped_on="04.01.2023", picked_up_on="03.01.2023", reference="F-902"))
    rows = settlements(lot(), OPERATOR)
    found = figures(rows)
    assert found.received == found.resold + found.recycled == sum(one.received for one in rows)
    assert found.net == found.fees - found.paid_back
    assert [(one.year, one.number) for one in found.quarters] == [(2023, number) for number in range(1, 4)]
    assert sum(one.paid_back for one in found.quarters) == found.paid_back


def signed_in(client: Client, username: str) -> Client:
    client.post("/logg-inn", {"person": Person.objects.get(username=username).username})
    return client


def test_the_lots_page_shows_the_figures_with_a_chart_and_the_list_has_data(client: Client) -> None:
    address = f"/avtaler/ombruk-ikt/{lot().key}"
    assert "Betalt tilbake" not in client.get(address).content.decode()
    buyer = signed_in(client, "innkjoper")
    page = buyer.get(address).content.decode()
    assert "Betalt tilbake" in page and "t CO2e" in page and "<svg" in page
    told = buyer.get(f"{address}/ombruk.json").json()
    assert Decimal(told["sums"]["paid_back"]) == sum(Decimal(one["paid_back"]) for one in told["settlements"])
    assert buyer.get(f"{address}/ombruk.csv").status_code == 200
    assert buyer.post(f"{address}/ombruk", {}).status_code == 403


def test_the_manager_brings_in_a_sheet_and_a_row(client: Client) -> None:
    manager = signed_in(client, "avtaleforvalter-ikt")
    address = f"/avtaler/ombruk-ikt/{lot().key}/ombruk"
    file = SimpleUploadedFile("oppgjor.csv", sheet())
    assert manager.post(address, {"what": "file", "file": file}).status_code == 302
    wrong = manager.post(address, {"what": "file", "file": SimpleUploadedFile("x.csv", sheet(received="11"))})
    assert wrong.status_code == 422 and "Linje 2, antall mottatt" in wrong.content.decode()
    cells = dict(zip(COLUMNS, sheet(reference="F-903").decode().splitlines()[1].split(";"), strict=True))
    assert manager.post(address, cells).status_code == 302
    assert standing("F-903").resold == 9
    assert manager.post(address, {**cells, "received": "12", "reference": "F-904"}).status_code == 422


def test_a_lot_that_settles_nothing_has_no_such_page(client: Client) -> None:
    assert signed_in(client, "innkjoper").get("/avtaler/pc-utstyr/pc/ombruk").status_code == 404


def test_the_command_brings_in_the_same_sheet_and_shows_the_sums(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "oppgjor.csv"
    file.write_bytes(sheet())
    place = ["ombruk-ikt", lot().key]
    assert command(["import", *place, str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == {"new": 1, "corrected": 0, "unchanged": 0}
    assert command(["import", *place, str(file)]) == 0
    assert "uendret 1" in capsys.readouterr().out
    assert command(["show", *place, "--json"]) == 0
    found = figures(settlements(lot(), OPERATOR))
    assert json.loads(capsys.readouterr().out)["sums"]["paid_back"] == str(found.paid_back)
    file.write_bytes(sheet(received="11"))
    assert command(["import", *place, str(file)]) == 2
    assert f"{file}:2: received" in capsys.readouterr().out
    for words in (["import", "pc-utstyr", "pc", str(file)], ["import", *place, "nope.csv"], ["show"]):
        with pytest.raises(BadInput):
            command(words)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("slug", ["over-levetiden", "ombruk"])
def test_help_is_there_and_found_from_where_one_stands(slug: str, language: str) -> None:
    client = Client()
    client.post("/logg-inn", {"person": "innkjoper"})
    client.cookies["django_language"] = language
    assert client.get(f"/hjelp/{slug}").status_code == 200
    place = {"over-levetiden": "/avrop/over-levetiden", "ombruk": f"/avtaler/ombruk-ikt/{lot().key}/ombruk"}[slug]
    assert f"/hjelp/{slug}" in client.get(place).content.decode()
    assert "/avrop/over-levetiden" in client.get("/avrop/nytt").content.decode()
