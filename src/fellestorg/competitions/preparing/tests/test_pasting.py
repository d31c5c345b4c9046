from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.competitions.preparing.pasting import MOST_TENDERS, read_pasted
from fellestorg.competitions.preparing.rehearsing import TrialTender
from fellestorg.competitions.preparing.tests.world import LEAD, filled_in, started
from fellestorg.values import BadInput


@dataclass
class Row:
    key: str
    kind: str
    title: str


CRITERIA = [Row("pris", "price", "Pris"), Row("kvalitet", "points", "Kvalitet"), Row("miljo", "points", "Miljø")]
A, B = (
    TrialTender("A", "1000000.5", {"kvalitet": "7.5", "miljo": "6"}),
    TrialTender("B", "900", {"kvalitet": "5", "miljo": "4"}),
)


@pytest.mark.parametrize(
    "text",
    [
        "A\t1 000 000,50\t7,5\t6\nB\t900\t5\t4",
        "A;1.000.000,50;7,5;6\n\nB;900;5;4\n",
        "Tilbud\tPris\tKvalitet\tMiljø\nA\tkr 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000,50\t7,50\t6\nB\t900 kr\t5\t4",
        "Miljø;Tilbud;kvalitet;Pris\n6;A;7.5;1000000.50\n4;B;5;900,-",
        '"A"\t1000000,5\t"7,5"\t6\r\nB\t900\t5\t4\r\n',
    ],
    ids=["cells", "semicolons", "heading and kroner", "another order", "quotes"],
)
def test_a_table_is_read_as_a_spreadsheet_gives_it(text: str) -> None:
    assert read_pasted(text, CRITERIA) == [A, B]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (" \n", [("paste", "nothing")]),
        ("Tilbud;Pris;Kvalitet;Miljø", [("paste", "nothing")]),
        ("Tilbud;Pris;Kvalitet;Service\nA;1;2;3", [("paste", "unknown_heading"), ("paste", "missing_column")]),
        ("A;1;2;3\nA;1;2;3", [("Rad 2", "twice")]),
        (
            "A;1;2;3\n;1;x;",
            [("Rad 2", "not_a_name"), ("Rad 2, Kvalitet", "not_a_decimal"), ("Rad 2, Miljø", "not_a_decimal")],
        ),
        ("A;-1;2;3;4", [("Rad 1", "too_many_columns"), ("Rad 1, pris", "too_small")]),
        ("\n".join(f"T{n};1;2;3" for n in range(MOST_TENDERS + 1)), [("paste", "too_many")]),
        ("x" * 20_001, [("paste", "too_large")]),
    ],
    ids=["nothing", "heading alone", "headings", "twice", "row 2", "too much", "too many", "too long"],
)
def test_what_is_wrong_is_named_by_row_and_column(text: str, wrong: list[tuple[str, str]]) -> None:
    with pytest.raises(BadInput) as bad:
        read_pasted(text, CRITERIA)
    assert [(one.where, one.code) for one in bad.value.problems] == wrong


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 1000)), min_size=1, max_size=MOST_TENDERS))
def test_every_amount_comes_back_exactly(rows: list[tuple[int, int]]) -> None:
    text = "\n".join(
        f"T{at}\t{price // 100},{price % 100:02}\t{points / 100:.2f}\t0" for at, (price, points) in enumerate(rows)
    )
    found = read_pasted(text, CRITERIA)
    assert [round(float(one.price) * 100) for one in found] == [price for price, _points in rows]
    assert [one.name for one in found] == [f"T{at}" for at in range(len(rows))]


def test_pasted_tenders_fill_the_form_and_nothing_is_saved(demo: None, client: Client) -> None:
    competition = filled_in(started(datetime(2023, 11, 1, 8, tzinfo=UTC)), datetime(2023, 11, 1, 8, tzinfo=UTC))
    client.post("/logg-inn", {"person": LEAD})
    path = f"/konkurranser/{competition.number}/prove-evalueringen"
    text = "\n".join(f"Firma {n};{1_000_000 + n};7,5;{n % 10}" for n in range(12))
    filled = {"model": "priced_quality_deduction", "scale": "10", "tie-0": "pris", "step": "paste", "pasted": text}
    page = client.post(path, filled).content.decode()
    assert 'value="Firma 11"' in page and "12 tilbud er lest inn." in page and "Hva hver modell gjør" in page
    bad = client.post(path, {**filled, "pasted": "A;1;2"})
    assert bad.status_code == 422
    assert "Rad 1, Miljø" in bad.content.decode() and "A;1;2</textarea>" in bad.content.decode()
    assert competition.plans.count() == 1
