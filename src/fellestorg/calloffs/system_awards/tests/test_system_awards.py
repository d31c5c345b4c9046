"""The awards of a purchasing system, quarter by quarter, as the grouped notice tells of them (FA-12)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.calloffs.system_awards.quarters import Quarter, quarter_of, read_quarter
from fellestorg.calloffs.system_awards.queries import awards, quarters
from fellestorg.calloffs.system_awards.reminding import remind
from fellestorg.competitions.award.models import ConcludedContract
from fellestorg.kernel import clock
from fellestorg.kernel.models import Mail
from fellestorg.settings import _ocds_prefix
from fellestorg.values import BadInput

PATH = "/innkjopsordninger/kurs-og-konferanse"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_every_day_is_in_its_quarter(day: date) -> None:
    found = quarter_of(day)
    assert found.first <= day <= found.last < found.following
    assert read_quarter(str(found)) == found
    assert quarter_of(found.following) > found


@pytest.mark.parametrize("text", ["2023", "2023-k5", "2023-K3", "0001-k1", "", "2023-k3/"])
def test_what_is_no_quarter_is_not_read_as_one(text: str) -> None:
    assert read_quarter(text) is None


def test_the_quarters_have_every_award_once_with_value_winner_and_tenders(demo: None) -> None:
    system = FrameworkAgreement.objects.get(key="kurs-og-konferanse")
    rows = awards(system)
    assert [(one.category, one.tenders, one.value) for one in rows] == [
        ("course_day", 3, Decimal("132000.00")),
        ("conference_day", 2, Decimal("282100.00")),
        ("course_overnight", 2, Decimal("216000.00")),
    ]
    assert all(one.invited >= one.tenders and one.call_off for one in rows)
    sums = quarters(system)
    assert [str(one.quarter) for one in sums] == ["2023-k3"]
    assert (sums[0].count, sums[0].value) == (3, sum(one.value for one in rows))
    assert Quarter(2023, 3).notice_due().due == date(2023, 10, 30)


def test_everybody_reads_a_quarter_that_is_over_as_page_and_as_data(demo: None) -> None:
    public = Client()
    page = public.get(f"{PATH}/2023-k3").content.decode()
    assert "3. kvartal 2023" in page and "3 av " in page
    assert "2023-k3" in public.get(PATH).content.decode()
    data = json.loads(public.get(f"{PATH}/2023-k3.json").content)
    assert (data["count"], data["value"], data["notice_due"]) == (3, "630100.00", "2023-10-30")
    assert public.get(f"{PATH}/2023-k3.csv").content.decode().count("\n") == 4
    package = json.loads(public.get(f"{PATH}/2023-k3.ocds.json").content)
    first = package["releases"][0]
    assert (package["version"], first["tag"]) == ("1.1", ["award", "contract"])
    assert first["tender"]["numberOfTenderers"] == 3
    held = ConcludedContract.objects.select_related("award").get(award__competition__number=first["tender"]["id"])
    assert datetime.fromisoformat(first["awards"][0]["date"]) == held.award.sent_at, "the choice, not the signing"
    assert datetime.fromisoformat(first["contracts"][0]["dateSigned"]) == held.signed_at
    assert first["date"] == first["contracts"][0]["dateSigned"], (
        "the same release is the same, however often it is asked for"
    )
    assert first["awards"][0]["value"] == {"amount": 132000.0, "currency": "NOK"}
    parties = {one["id"] for one in first["parties"]}
    assert {first["buyer"]["id"], first["awards"][0]["suppliers"][0]["id"]} == parties
    assert len({one["ocid"] for one in package["releases"]}) == 3
    assert first["ocid"].startswith("ocds-unregistered-")


def test_an_ocid_begins_with_the_prefix_that_the_installation_has_registered(demo: None, settings: Any) -> None:
    settings.OCDS_PREFIX = "ocds-a1b2c3"
    package = json.loads(Client().get(f"{PATH}/2023-k3.ocds.json").content)
    assert {one["ocid"][:12] for one in package["releases"]} == {"ocds-a1b2c3-"}


@pytest.mark.parametrize(
    "text", ["a1b2c3", "ocds-", "ocds-A1B2C3", "ocds-a1b2c3-", "ocds-a1b2c34", "ocds-unregistered"]
)
def test_a_prefix_that_cannot_be_registered_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="FELLESTORG_OCDS_PREFIX"):
        _ocds_prefix(text)


def test_the_quarter_that_runs_is_for_those_inside(demo: None) -> None:
    inside = Client()
    inside.post("/logg-inn", {"person": "avtaleforvalter-reise"})
    assert inside.get(f"{PATH}/2023-k4").status_code == 200
    for path in (f"{PATH}/2023-k4", f"{PATH}/2023-k4.json", f"{PATH}/2023-k9", "/innkjopsordninger/pc-utstyr"):
        assert Client().get(path).status_code == 404


def test_the_manager_is_reminded_once_a_quarter(demo: None) -> None:
    now = clock.now()
    before = Mail.objects.count()
    assert [remind(now=now), remind(now=now + timedelta(days=1))] == [1, 0]
    assert Mail.objects.count() == before + 1
    assert remind(now=now + timedelta(days=92)) == 0, "nothing was awarded in the quarter after"
