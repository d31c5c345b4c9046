"""``fellestorg deadline`` as its users meet it: words in, text and exit code out."""

from __future__ import annotations

import json

import pytest

from fellestorg.cli import main


def test_json_has_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "standstill", "--from", "2026-03-23", "--json"]) == 0
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert captured.err == ""
    assert list(answer) == ["rule", "from", "due", "first_day_after", "counted", "rules"]
    assert (answer["rule"], answer["from"]) == ("standstill", "2026-03-23")
    assert (answer["due"], answer["first_day_after"]) == ("2026-04-07", "2026-04-08")
    assert len(answer["counted"]) == 15
    expected = {"id": "D-4", "version": "2017-01-01", "source": "Anskaffelsesforskriften § 25-2", "verified": True}
    assert answer["rules"][0] == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Kontrakten kan inngås fra", "2026-04-08 onsdag", "flyttet: skjærtorsdag", "(ikke verifisert)"]),
        ("nn", ["Kontrakten kan inngåast frå", "2026-04-07 tysdag", "flytta: skjærtorsdag", "(ikkje verifisert)"]),
        ("en", ["The contract may be signed from", "2026-04-08 Wednesday", "moved: Maundy Thursday", "(not verified)"]),
    ],
)
def test_the_table_speaks_the_reader_s_language(
    language: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deadline", "standstill", "--from", "2026-03-23", "--lang", language]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words)


def test_the_table_is_bokmaal_by_default_and_says_what_is_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "dps_admission", "--from", "2026-03-26"]) == 0
    out = capsys.readouterr().out
    assert "Søknaden avgjøres senest  2026-04-14 tirsdag" in out
    assert "telles ikke: langfredag" in out


def test_another_day_s_law_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "standstill", "--from", "2026-06-25", "--at", "2026-07-01", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rules"][0]["version"] == "2026-07-01"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["karens", "--from", "2026-03-23"], "known are standstill, dps_admission, dps_admission_extended"),
        (["standstill", "--from", "2026-02-30"], "--from: expected a date such as 2026-03-23, found '2026-02-30'"),
        (["standstill", "--from", "23.03.2026"], "--from: expected a date"),
        (["standstill", "--from", "20260323"], "--from: expected a date"),
        (["standstill", "--from", "2026-W13-1"], "--from: expected a date"),
        (["standstill", "--from", ""], "--from: expected a date"),
        (["standstill", "--from", "2026-03-23", "--at", "i dag"], "--at: expected a date"),
        (["standstill", "--from", "2026-03-23", "--at", ""], "--at: expected a date"),
        (["standstill", "--from", "2016-12-31"], "rule D-4 is not known on 2016-12-31"),
        (["standstill", "--from", "9999-12-31"], "past the end of the calendar"),
        (["standstill"], "--from"),
        ([], "RULE"),
        (["standstill", "--from", "2026-03-23", "--lang", "se"], "--lang"),
        (["standstill", "--from", "2026-03-23", "--frm"], "--frm"),
    ],
)
def test_bad_input_exits_2_with_plain_words_and_prints_nothing(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deadline", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err
