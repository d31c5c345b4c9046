"""Content to another tendering tool and back: the same again, faults by their place, nothing written when one is wrong."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.competitions.interchange import reading, workbook, writing
from fellestorg.competitions.interchange.commands import competition as command
from fellestorg.competitions.interchange.exporting import FORMAT, VERSION, content_of, document_of
from fellestorg.competitions.interchange.fields import SECTIONS
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.tests.world import LEAD, actor, started
from fellestorg.kernel.models import Event
from fellestorg.values import BadInput, Refused

NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
# Formulas, separators and markup among them: nothing in a cell is anything but text.
LETTERS = st.sampled_from("abcxyzæøåÆØÅ0129 -=+@,;:.\"'<>|%&€\N{NO-BREAK SPACE}\N{GREEK SMALL LETTER PI}")
TEXT = st.text(LETTERS, max_size=40).map(str.strip)
NAME = st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
SHARE = st.integers(0, 100).map(lambda n: "0" if not n else f"{n / 100:.2f}".rstrip("0").rstrip("."))
COUNT = st.integers(1, 10_000).map(str)
KINDS: dict[str, st.SearchStrategy[Any]] = {"flag": st.booleans(), "list": st.just(["Ja", "Kanskje"])}


@st.composite
def contents(draw: Callable[..., Any]) -> dict[str, list[dict[str, Any]]]:
    """Content as it might be: a few rows of everything, pointing at each other."""
    keys = {name: [f"{name[:4]}-{n}" for n in range(1, draw(st.integers(1, 3)) + 1)] for name in SECTIONS}
    found: dict[str, list[dict[str, Any]]] = {}
    for name, fields in SECTIONS.items():
        rows = []
        for key in keys[name]:
            row: dict[str, Any] = {}
            for field in fields:
                if field.kind == "ref":
                    one = st.sampled_from(keys[field.section])
                    row[field.name] = draw(one if field.required else st.one_of(st.none(), one))
                elif field.kind == "choice":
                    row[field.name] = draw(st.sampled_from(field.choices))
                elif field.kind == "whole":
                    row[field.name] = draw(st.integers(1, 9))
                elif field.kind == "decimal":
                    row[field.name] = draw(SHARE if name == "criteria" else COUNT) if field.required else None
                elif field.kind == "text":
                    row[field.name] = draw(NAME if field.required else TEXT)[: field.most]
                elif field.kind != "key":
                    row[field.name] = draw(KINDS[field.kind])
            row["key"] = key
            if name == "questions":
                row["requirement"] = None if row["criterion"] else row["requirement"]
            rows.append({field.name: row[field.name] for field in fields})
        found[name] = rows
    return found


@settings(max_examples=12)
@given(contents())
def test_what_goes_out_as_json_or_workbook_comes_in_the_same(content: dict[str, Any]) -> None:
    content = {
        name: [{key: value.strip() if isinstance(value, str) else value for key, value in row.items()} for row in rows]
        for name, rows in content.items()
    }
    written = json.dumps({"format": FORMAT, "version": VERSION, **content}).encode()
    assert reading.read(written) == content
    assert reading.read(workbook.workbook(content)) == content


@pytest.mark.parametrize("title", ["Bærbare PC-er, delkontrakt 1 (demodata)", "Overnatting på 24 steder (demodata)"])
def test_a_competition_taken_into_an_empty_one_gives_the_same_again(demo: None, title: str) -> None:
    whole = content_of(Competition.objects.get(title=title))
    empty = started(NOW)
    content = reading.read(workbook.workbook(whole))
    changes = {one.section: one for one in writing.compare(empty, content)}
    assert changes["criteria"].new == len(whole["criteria"]) and changes["lots"].gone == 1
    writing.take_in(empty, content, actor=actor(LEAD), now=NOW)
    assert content_of(Competition.objects.get(pk=empty.pk)) == whole
    again = {one.section: one for one in writing.compare(empty, content)}
    assert not any(one.new or one.changed or one.gone for one in again.values())
    assert Event.objects.filter(subject=empty.subject, payload__part="interchange").count() == 1


def document(**changed: Any) -> bytes:
    lot = {"key": "en", "title": "En", "winners": "1"}
    whole = {"lots": [lot], "requirements": [], "criteria": [], "questions": [], "price_lines": []}
    return json.dumps({"format": FORMAT, "version": VERSION, **whole, **changed}).encode()


CRITERION = {"key": "pris", "kind": "price", "title": "Pris", "weight": "0,4"}
QUESTION = {"key": "a", "kind": "text", "text": "Hva?"}
LINE = {"lot": "en", "key": "x", "title": "Stol", "unit": "stk", "quantity": "2"}


@pytest.mark.parametrize(
    ("changed", "places"),
    [
        ({"criteria": [{**CRITERION, "weight": "1.2"}]}, ["criteria[0], weight"]),
        ({"criteria": [CRITERION, {**CRITERION, "title": ""}]}, ["criteria[1], title"]),
        ({"criteria": [CRITERION, CRITERION]}, ["criteria[1], key"]),
        ({"criteria": [{**CRITERION, "weight_from": "0.5", "weight_to": "0.6"}]}, ["criteria[0], weight_from"]),
        ({"criteria": [{**CRITERION, "kind": "magic", "weight": "mye"}]}, ["criteria[0], kind", "criteria[0], weight"]),
        ({"questions": [{**QUESTION, "criterion": "finnes-ikke"}]}, ["questions[0], criterion"]),
        ({"questions": [{**QUESTION, "kind": "choice", "options": ["Ja"]}]}, ["questions[0], options"]),
        ({"questions": [{**QUESTION, "secret": "x"}]}, ["questions[0], secret"]),
        (
            {"price_lines": [{**LINE, "lot": "to"}, {**LINE, "quantity": "0"}]},
            ["price_lines[0], lot", "price_lines[1], quantity"],
        ),
        ({"lots": [], "price_lines": []}, ["lots"]),
        ({"lots": [{"key": "bad key", "title": "x", "winners": "1"}]}, ["lots[0], key"]),
        ({"lots": [{"key": "en", "title": "x\x00y", "winners": "1"}]}, ["lots[0], title"]),
        ({"lots": "mange"}, ["lots"]),
        ({"surprise": []}, ["surprise"]),
        ({"format": "noe annet"}, ["format"]),
    ],
    ids=range(15),
)
def test_every_fault_is_named_by_its_place(changed: Any, places: list[str]) -> None:
    with pytest.raises(BadInput) as bad:
        reading.read(document(**changed))
    assert [one.where for one in bad.value.problems] == places


def test_faults_in_a_workbook_are_named_by_sheet_and_row() -> None:
    content = dict(reading.read(document(criteria=[CRITERION])))
    content["criteria"] = [{**content["criteria"][0], "weight": "tre"}]
    with pytest.raises(BadInput) as bad:
        reading.read(workbook.workbook(content))
    assert [one.where for one in bad.value.problems] == ["criteria rad 2, weight"]


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        bomb,
        lambda: b"PK\x03\x04 nothing",
        lambda: b"",
        lambda: b"[" * 200_000,
        lambda: b'{"format": NaN}',
        lambda: document(criteria=[{**CRITERION, "weight": 0.4}]),
        lambda: b"[]",
        lambda: b"\xff\xfe\x00",
        lambda: b" " * (reading.MOST_BYTES + 1),
    ],
    ids=["zip bomb", "no zip", "nothing", "deep", "not a number", "a float", "a list", "not text", "too large"],
)
def test_hostile_and_broken_files_are_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(BadInput):
        reading.read(make())


def test_only_the_lead_takes_in_before_the_notice_and_only_what_was_looked_at(demo: None) -> None:
    content = reading.read(document(criteria=[CRITERION]))
    out = Competition.objects.get(title="Overnatting på 24 steder (demodata)")
    with pytest.raises(Refused) as refused:
        writing.take_in(out, content, actor=actor(LEAD), now=NOW)
    assert refused.value.code == "fixed_by_the_notice"
    made = started(NOW)
    with pytest.raises(Refused):
        writing.take_in(made, content, actor=actor("evaluerer"), now=NOW)
    with pytest.raises(Refused) as refused:
        writing.take_in(made, content, actor=actor(LEAD), now=NOW, expected="noe annet")
    assert refused.value.code == "changed_meanwhile"
    assert not made.criteria.exists()


def test_what_the_database_would_not_keep_is_named_and_nothing_is_written(demo: None) -> None:
    made = started(NOW)
    before = content_of(made)
    content = reading.read(document(criteria=[{**CRITERION, "max_value": "1.1234"}]))
    with pytest.raises(BadInput) as bad:
        writing.take_in(made, content, actor=actor(LEAD), now=NOW)
    assert [one.where for one in bad.value.problems] == ["criteria[0], max_value"]
    assert content_of(Competition.objects.get(pk=made.pk)) == before


def test_on_the_page_a_file_is_shown_before_it_is_written(demo: None) -> None:
    made = started(NOW)
    lead = Client()
    lead.post("/logg-inn", {"person": LEAD})
    path = f"/konkurranser/{made.number}/utveksling"
    assert "Vis hva som endres" in lead.get(path).content.decode()
    bad = lead.post(f"{path}/les", {"file": SimpleUploadedFile("x.json", document(lots=[]))})
    assert bad.status_code == 422 and "minst én delkontrakt" in bad.content.decode()
    shown = lead.post(f"{path}/les", {"file": SimpleUploadedFile("x.json", document(criteria=[CRITERION]))})
    assert shown.status_code == 200 and not made.criteria.exists()
    kept = shown.context["kept"]
    assert lead.post(f"{path}/ta-inn", {"kept": kept + "x"}).status_code == 409
    assert lead.post(f"{path}/ta-inn", {"kept": kept}).status_code == 302
    assert made.criteria.get().title == "Pris"
    assert lead.post(f"{path}/ta-inn", {"kept": kept}).status_code == 409, "what it was compared with has changed"
    assert json.loads(lead.get(f"{path}.json").content) == json.loads(json.dumps(document_of(made)))
    assert reading.read(lead.get(f"{path}.xlsx").content) == content_of(made)
    outside = Client()
    outside.post("/logg-inn", {"person": "atea"})
    assert outside.get(f"{path}.json").status_code in (403, 404)


def test_the_command_writes_and_takes_in(demo: None, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    made, file = started(NOW), tmp_path / "ut.json"
    source = Competition.objects.get(title="Bærbare PC-er, delkontrakt 1 (demodata)")
    assert command(["export", source.number, "-o", str(file)]) == 0
    assert command(["import", made.number, str(file), "--as", LEAD, "--preview", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] is False
    assert not made.criteria.exists()
    assert command(["import", made.number, str(file), "--as", LEAD]) == 0
    assert content_of(made) == content_of(source)
    with pytest.raises(BadInput):
        command(["import", made.number, str(file), "--as", "ingen"])
    with pytest.raises(BadInput):
        command(["export", "K-0000-0"])
