"""``fellestorg travel flights`` and ``travel routes``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fellestorg import cli
from fellestorg.agreements.models import ChangeProposal
from fellestorg.travel.models import Airline, PublishedFare

pytestmark = pytest.mark.usefixtures("demo")
OFFERS = [
    {"airline": "SK", "flight": "SK1", "class": "flex", "published": "2499.00"},
    {"airline": "DY", "flight": "DY1", "class": "flex", "published": "2199.00"},
    {"airline": "LH", "class": "flex", "published": "900"},
]


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_offers_in_a_file_are_ranked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, "offers.json", json.dumps({"from": "OSL", "to": "TOS", "offers": OFFERS}))
    assert cli.main(["travel", "flights", "rank", file, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [(one["rank"], one["airline"]) for one in answer["offers"]] == [(1, "DY"), (2, "SK"), (None, "LH")]
    assert [one["highlighted"] for one in answer["offers"]] == [True, True, False]
    assert cli.main(["travel", "flights", "rank", file]) == 0
    assert "LH har ingen avtale" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["{", "[]", '{"from": "OSL", "to": "TOS", "offers": []}'])
def test_offers_that_cannot_be_read_exit_with_2(text: str, tmp_path: Path) -> None:
    assert cli.main(["travel", "flights", "rank", written(tmp_path, "offers.json", text)]) == 2


def test_routes_are_shown_by_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["travel", "routes", "show", "--day", "2024-02-01", "--json"]) == 0
    found = {one["route"]: one for one in json.loads(capsys.readouterr().out)["routes"]}
    assert len(found["OSL-TOS"]["suppliers"]) == 3
    assert {one["closed_from"] for one in found["OSL-MOL"]["suppliers"]} == {None, "2024-02-01"}


def test_a_sheet_of_discounts_becomes_a_proposal_or_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = ChangeProposal.objects.count()
    bad = written(tmp_path, "bad.csv", "rute;selskap;klasse;prosent\nOSL-TOS;SK;flex;120")
    assert cli.main(["travel", "routes", "import", bad, "--on", "2023-12-01", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["rejected"][0]["field"] == "percent"
    good = written(tmp_path, "good.csv", "rute;selskap;klasse;prosent\nOSL-TOS;SK;flex;33")
    words = ["travel", "routes", "import", good, "--on", "2023-12-01", "--json"]
    assert cli.main([*words, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"]["discounts"][0]["after"] == "0.33"
    assert ChangeProposal.objects.count() == before
    assert cli.main([*words, "--reason", "Nytt tilbud fra selskapet"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "proposed"
    assert ChangeProposal.objects.count() == before + 1


def test_observed_fares_are_taken_in_once_however_often_they_come(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(
        tmp_path,
        "fares.csv",
        "rute;selskap;klasse;pris;sett;kilde\nTOS-OSL;SK;flex;2 499,00;30.10.2023;Reisebyrået\n"
        "OSL-TOS;DY;flex;1999;2023-10-30;Reisebyrået",
    )
    words = ["travel", "fares", "import", file, "--json"]
    assert cli.main(words) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == {"new": 2, "unchanged": 0}
    assert cli.main(words) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == {"new": 0, "unchanged": 2}


def test_a_fare_that_cannot_have_been_seen_is_rejected_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PublishedFare.objects.count()
    lines = ["rute;selskap;klasse;pris;sett;kilde", "OSL-TOS;SK;flex;2499;2023-10-30;Reisebyrået"]
    lines += ["OSL-TOS;SK;flex;2499;2023-11-30;x", "OSL-TOS;SK;flex;-1;i går;", "OSL-QQQ;XX;y;5;2023-10-30;x"]
    file = written(tmp_path, "fares.csv", "\n".join(lines))
    assert cli.main(["travel", "fares", "import", file, "--json"]) == 2
    rejected = json.loads(capsys.readouterr().out)["rejected"]
    assert [(one["row"], one["field"]) for one in rejected] == [
        (3, "seen_on"), (4, "source"), (4, "published"), (4, "seen_on"), (5, "route"), (5, "airline"), (5, "class"),
    ]  # fmt: skip
    assert PublishedFare.objects.count() == before


def test_an_airline_is_registered_with_a_supplier_of_the_lot(capsys: pytest.CaptureFixture[str]) -> None:
    sas = Airline.objects.get(code="SK").supplier.number
    assert cli.main(["travel", "airlines", "register", "S1", sas, "--name", "SAS Link"]) == 0
    assert "SAS Link" in capsys.readouterr().out
    assert cli.main(["travel", "airlines", "register", "SAS", "974761076"]) == 2


def test_a_group_that_is_not_there_exits_with_2() -> None:
    assert cli.main(["travel", "boats"]) == 2
