"""The same need on any day gets that day's agreement and law: asked on the page, by command and side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fellestorg.calloffs.commands import calloff
from fellestorg.demo_data import agencies
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize(
    ("day", "amount", "words"),
    [
        ("2019-05-02", "90 000", ("2. mai 2019", "Bestill direkte hos Techstep", "mobiltelefoner og nettbrett")),
        ("2019-05-02", "100 000", ("Hold minikonkurranse", "Techstep Norway AS, Dustin Norway AS, Atea AS")),
        ("2022-10-10", "180 000", ("10. oktober 2022", "Bestill direkte hos Dustin", "mobile enheter")),
        ("2022-10-10", "250 000", ("Hold minikonkurranse", "Dustin Norway AS, Techstep Norway AS")),
    ],
)
def test_phones_are_called_off_as_the_agreement_of_the_day_says(day: str, amount: str, words: tuple[str, ...]) -> None:
    answer = Visitor("innkjoper").read(f"/avrop/nytt?amount={amount}&category=phone&day={day}")
    for text in (*words, "det kan ikke bestilles"):
        assert text in answer.words
    assert "commit_call_off" not in answer.html
    assert "/avrop/gjor" not in answer.html


def test_laptops_in_the_gap_are_answered_in_plain_words_with_the_thresholds_of_the_day() -> None:
    answer = Visitor("innkjoper").read("/avrop/nytt?text=10 bærbare PC-er&day=2023-01-10")
    for text in (
        "10. januar 2023 er det ingen fellesavtale for bærbar PC",
        "«Fellesavtale for PC-klienter» gjelder til og med 19. november 2022",
        "«Fellesavtale for PC-utstyr» gjelder fra 27. mars 2023",
        "Grensen denne dagen er 100 000 kr",
        "Grensen denne dagen er 1 300 000 kr",
        "Grensen denne dagen er 1 400 000 kr",
    ):
        assert text in answer.words


def test_today_written_as_a_day_is_today_and_may_be_ordered() -> None:
    answer = Visitor("innkjoper").read("/avrop/nytt?text=2 bærbare PC-er&day=2023-11-01")
    assert "Gjør avropet" in answer.words
    assert "det kan ikke bestilles" not in answer.words


@pytest.mark.parametrize("day", ["1999-01-01", "i går", "2023-02-30"])
def test_a_day_that_cannot_be_tried_is_said_so(day: str) -> None:
    Visitor("innkjoper").read(f"/avrop/nytt?text=2 bærbare PC-er&day={day}", 422)


def test_the_years_stand_side_by_side() -> None:
    buyer = Visitor("innkjoper")
    page = buyer.read("/avrop/over-tid?lines=PC-14-STD;10")
    for text in (
        "20. nov. 2018",
        "PC-klienter",
        "Ingen fellesavtale",
        "PC-utstyr",
        "Bestilles direkte",
        "Minikonkurranse",
    ):
        assert text in page.words
    rows = buyer.client.get("/avrop/over-tid.json?lines=PC-14-STD;10").json()["stretches"]
    told = [(one["first"], one["last"], one["agreement"], one["outcome"], one["suppliers"][:1]) for one in rows]
    assert told == [
        ("2018-11-20", "2022-11-19", "pc-klienter-2018", "mini_competition", ["Advania Norge AS"]),
        ("2022-11-20", "2023-03-26", None, "uncovered", []),
        ("2023-03-27", "2025-03-26", "pc-utstyr", "direct", ["Atea AS"]),
        ("2025-03-27", None, None, "uncovered", []),
    ]
    assert buyer.client.get("/avrop/over-tid.csv?lines=PC-14-STD;10").content.count(b"\r\n") == 5


def test_phones_had_an_agreement_all_the_time() -> None:
    rows = Visitor("innkjoper").client.get("/avrop/over-tid.json?amount=150000&category=phone").json()["stretches"]
    assert [(one["first"], one["agreement"], one["outcome"]) for one in rows][:2] == [
        ("2018-09-03", "mobil-2018", "mini_competition"),
        ("2022-09-03", "mobil-2022", "direct"),
    ]


def test_words_become_items_once_so_that_it_is_the_same_need() -> None:
    rows = Visitor("innkjoper").client.get("/avrop/over-tid.json?text=10 bærbare PC-er").json()["stretches"]
    assert rows[0]["agreement"] == "pc-klienter-2018"


@pytest.mark.parametrize("query", ["text=x&lines=PC-14-STD;1", "lines=FINNES-IKKE;1", "lines=PC-14-STD"])
def test_a_need_that_cannot_be_read_is_said_so_over_time_too(query: str) -> None:
    buyer = Visitor("innkjoper")
    for kind in ("", ".csv", ".json"):
        assert buyer.client.get(f"/avrop/over-tid{kind}?{query}").status_code == 422


def test_over_time_asks_what_is_needed_where_nothing_was_said() -> None:
    page = Visitor("innkjoper").read("/avrop/over-tid")
    assert page.response.status_code == 200 and "Hva trenger du?" in page.words and "Rett dette" not in page.words
    assert Visitor("innkjoper").client.get("/avrop/over-tid.json").status_code == 422


def test_only_those_who_buy_ask_over_time() -> None:
    assert Visitor("atea").client.get("/avrop/over-tid?lines=PC-14-STD;1").status_code == 403


@pytest.mark.parametrize(
    ("day", "exit_code", "agreement", "outcome"),
    [
        ("2019-05-02", 0, "pc-klienter-2018", "mini_competition"),
        ("2023-01-10", 1, "pc-klienter-2018", "refused"),
        ("2023-04-03", 0, "pc-utstyr", "direct"),
    ],
)
def test_the_command_plans_for_a_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str, exit_code: int, agreement: str, outcome: str
) -> None:
    need = {"buyer": agencies.MAIN_AGENCY, "date": day, "lines": [{"item": "PC-14-STD", "quantity": "10"}]}
    file = tmp_path / "need.json"
    file.write_text(json.dumps(need), encoding="utf-8")
    assert calloff(["plan", str(file), "--json"]) == exit_code
    answer = json.loads(capsys.readouterr().out)
    assert (answer["agreement"], answer["outcome"]) == (agreement, outcome)
    if outcome == "refused":
        assert answer["reason_code"] == "covered_by_an_agreement"
        assert {"FA-4", "T-LAW", "T-NAT", "T-EEA-STATE"} <= {rule["id"] for rule in answer["rules"]}
        assert all(rule["source"] for rule in answer["rules"])
