"""Concentration, small counts hidden, and what the sheets of studies and surveys may say. No database, but for agencies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.demo_data.seeded import invented_number
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.marketplace.overview import reading, survey, vocabulary
from fellestorg.marketplace.overview.concentration import concentration, reading_on
from fellestorg.marketplace.overview.suppression import SMALLEST, one_of_many, some_of_many
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput

AMOUNTS = st.lists(st.decimals(0, 10**9, places=2), max_size=15)
COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 40), min_size=1)
HEADINGS = ["Område", "Kategori", "Hva er målt", "Periode", "Verdi", "Enhet", "Merknad"]


@pytest.mark.parametrize(
    ("amounts", "suppliers", "cr1", "cr3", "points", "level"),
    [
        ([1], 1, 1, 1, 10_000, "high"),
        ([1, 1], 2, Fraction(1, 2), 1, 5_000, "high"),
        ([25, 25, 25, 25], 4, Fraction(1, 4), Fraction(3, 4), 2_500, "high"),
        ([1] * 5, 5, Fraction(1, 5), Fraction(3, 5), 2_000, "moderate"),
        ([1] * 10, 10, Fraction(1, 10), Fraction(3, 10), 1_000, "low"),
        ([60, 30, 10, 0], 3, Fraction(3, 5), 1, 4_600, "high"),
        ([Decimal("0.01"), Decimal("0.03")], 2, Fraction(3, 4), 1, 6_250, "high"),
    ],
)
def test_concentration_is_the_shares_of_the_largest_and_the_sum_of_their_squares(
    amounts: list[Decimal | int], suppliers: int, cr1: Fraction, cr3: Fraction, points: int, level: str
) -> None:
    found = concentration(amounts)
    assert found is not None
    assert (found.suppliers, found.cr1, found.cr3, found.points) == (suppliers, cr1, cr3, points)
    assert reading_on(date(2023, 11, 1)).level(found) == level
    assert reading_on(date(2023, 11, 1)).too_few(found) == (suppliers < 3)


@settings(max_examples=40)
@given(AMOUNTS)
def test_concentration_lies_between_equal_shares_and_one_and_asks_for_no_order(amounts: list[Decimal]) -> None:
    found = concentration(amounts)
    having = [one for one in amounts if one]
    if not having:
        assert found is None
        return
    assert found is not None
    assert Fraction(1, len(having)) <= found.hhi <= 1
    assert found.cr1 <= found.cr3 <= found.cr5 <= 1
    assert found.cr1**2 <= found.hhi <= found.cr1
    assert concentration(sorted(amounts)) == concentration(amounts[::-1]) == found
    assert concentration([one * 3 for one in amounts]) == found


def test_a_negative_share_is_none() -> None:
    with pytest.raises(ValueError, match="negative"):
        concentration([Decimal(5), Decimal(-1)])


@settings(max_examples=60)
@given(COUNTS)
def test_no_small_count_can_be_read_or_worked_out(counts: Mapping[str, int]) -> None:
    shown = one_of_many(counts)
    hidden = [key for key, count in shown.items() if count is None]
    assert all(count is None or count == 0 or count >= SMALLEST for count in shown.values())
    assert all(count == counts[key] for key, count in shown.items() if count is not None)
    if hidden:
        left_over = sum(counts[key] for key in hidden)
        nobody_else = all(shown[key] is None or not counts[key] for key in counts)
        assert nobody_else or (len(hidden) >= 2 and left_over >= SMALLEST)


@settings(max_examples=60)
@given(COUNTS, st.integers(0, 60))
def test_neither_those_who_chose_nor_those_who_did_not_are_few(counts: Mapping[str, int], more: int) -> None:
    answered = max(counts.values()) + more
    for count in some_of_many(counts, answered).values():
        assert count is None or all(group == 0 or group >= SMALLEST for group in (count, answered - count))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"a": 20, "b": 10}, {"a": 20, "b": 10}),
        ({"a": 20, "b": 3, "c": 7}, {"a": 20, "b": None, "c": None}),
        ({"a": 20, "b": 2, "c": 1, "d": 9}, {"a": 20, "b": None, "c": None, "d": None}),
        ({"a": 20, "b": 4, "c": 4, "d": 9}, {"a": 20, "b": None, "c": None, "d": 9}),
        ({"a": 3, "b": 0}, {"a": None, "b": None}),
        ({"a": 20, "b": 0}, {"a": 20, "b": 0}),
        ({"a": 20, "b": 1, "c": 0}, {"a": None, "b": None, "c": 0}),
    ],
)
def test_what_is_left_over_is_hidden_too(counts: dict[str, int], shown: dict[str, int | None]) -> None:
    assert one_of_many(counts) == shown


def test_answers_are_counted_of_those_who_answered_the_question() -> None:
    rows = [{"agency": str(n), "answers": {"strategi": ["approved" if n < 12 else "no"]}} for n in range(20)]
    rows += [{"agency": "20", "answers": {}}, {"agency": "21", "answers": {"drift": ["own"]}}]
    drift, strategy = survey.totals(rows)
    assert (strategy.asked, strategy.answered) == (22, 20)
    assert strategy.counts == {"approved": 12, "under_way": 0, "no": 8}
    assert drift.answered is None
    assert set(drift.counts.values()) == {None}
    assert survey.response(rows) == (21, 22)


def test_every_word_of_the_vocabulary_and_the_survey_is_there_in_three_languages() -> None:
    for field in vocabulary.FIELDS:
        for key, words in vocabulary.words(field).items():
            assert set(words) >= {"nb", "nn", "en"}, key
            assert all(vocabulary.key_of(field, name) for name in words.values())
    for question in survey.questions().values():
        assert all(set(words) == {"nb", "nn", "en"} for words in (question.words, *question.options.values()))


def sheet(*rows: str) -> bytes:
    return "\n".join([";".join(HEADINGS), *rows]).encode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_filled_in_template_is_read(form: str) -> None:
    rows = [["Hele verden", "Infrastruktur og plattform (CIPS)", "growth", "2022-q3", "12,5", "%", ""]]
    rows += [["norway", "cloud", "Egen måling", "2022", "-3", "poeng", "bare stat"]]
    content = sheet(*map(";".join, rows)) if form == "csv" else workbook_of("Mal", HEADINGS, rows)
    world, norway = reading.figures(content)
    assert world == {
        "geography": "global", "category": "cips", "measure": "growth", "period": "2022-K3", "value": "12.5",
        "unit": "percent", "note": "",
    }  # fmt: skip
    assert (norway["measure"], norway["value"], norway["unit"]) == ("Egen måling", "-3", "poeng")


def test_every_fault_of_a_sheet_is_named_with_its_line_and_column() -> None:
    content = sheet(
        "Månen;cloud;growth;2022;1;%;", "Norge;ukjent;;2022;1;%;", "Norge;cloud;growth;i fjor;x;%;",
        "Norge;cloud;growth;2022;1;%;", "norway;cloud;Vekst fra året før;2022;2;percent;",
        "Norge;cloud;growth;2023;1;;;ekstra",
    )  # fmt: skip
    with pytest.raises(BadInput) as caught:
        reading.figures(content)
    assert [(one.where, one.code) for one in caught.value.problems] == [
        ("linje 2, Område", "unknown"),
        ("linje 3, Kategori", "unknown"),
        ("linje 3, Hva er målt", "required"),
        ("linje 4, Periode", "not_a_period"),
        ("linje 4, Verdi", "not_a_decimal"),
        ("linje 6, Hva er målt", "twice"),
        ("linje 7", "extra_cell"),
        ("linje 7, Enhet", "required"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (sheet(), "empty"),
        (b"Kategori;Verdi\ncloud;1", "missing_column"),
        (b"PK\x03\x04 ingen bok", "not_a_workbook"),
        (sheet(*[f"Norge;cloud;m{n};2022;1;%;" for n in range(reading.MOST_FIGURES + 1)]), "too_many"),
    ],
    ids=["empty", "only a heading", "a column is missing", "a broken workbook", "too many rows"],
)
def test_a_sheet_that_is_none_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        reading.figures(content)
    assert code in {one.code for one in caught.value.problems}


def test_a_survey_is_read_by_keys_and_by_words_and_its_faults_are_named(db: None) -> None:
    first, second, unknown = (invented_number(8800 + turn) for turn in range(3))
    for number in (first, second):
        Organisation.objects.create(number=number, name=f"Etat {number}", kind="agency", fictional=True)
    headings = ";".join(reading.survey_headings().values())
    good = f"{headings}\n{first[:3]} {first[3:]};Etat;own;Under 25 %;;joint, broker;;\nNO{second};;;;;;;\n".encode()
    assert reading.answers(good) == [
        {"agency": first, "answers": {"drift": ["own"], "skyandel": ["under_25"], "anskaffelse": ["joint", "broker"]}},
        {"agency": second, "answers": {}},
    ]  # fmt: skip
    bad = f"{headings}\n{first};;månen;;;;;\n{first};;own;;;;;\n{unknown};;own;;;;;\n12;;;;;;;\n".encode()
    with pytest.raises(BadInput) as caught:
        reading.answers(bad)
    asked = reading.survey_headings()["drift"]
    assert [(one.where, one.code) for one in caught.value.problems] == [
        (f"linje 2, {asked}", "unknown_option"),
        ("linje 3, Organisasjonsnummer", "twice"),
        ("linje 4, Organisasjonsnummer", "unknown_agency"),
        ("linje 5, Organisasjonsnummer", "organisation_number"),
    ]
    nobody = f"{headings}\n{first};;;;;;;\n".encode()
    with pytest.raises(BadInput):
        reading.answers(nobody)


def test_the_survey_template_has_a_line_for_each_agency(db: None) -> None:
    Organisation.objects.create(number=invented_number(8800), name="Etat A", kind="agency", fictional=True)
    lines = reading.survey_template("csv").decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"{invented_number(8800)};Etat A;")
    assert len(lines) == 2
