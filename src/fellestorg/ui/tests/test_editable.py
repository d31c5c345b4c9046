from __future__ import annotations

import io
from datetime import UTC, datetime

from docx import Document

from fellestorg.ui.editable import docx
from fellestorg.ui.paper import Bullets, Column, Facts, Paper, Rich, Run, Section, Table, Text

PAPER = Paper(
    title="Melding <b>om</b> valget",
    lead="Innledning",
    language="nn",
    author="Etaten",
    keywords=("K-1",),
    header=("Etaten", "Demodata"),
    footer="Melding",
    of="av",
    facts=(("Nummer", "K-1"),),
    sections=(
        Section(
            "Tabellen",
            (
                Table((Column("Navn"), Column("Sum", "right")), (("A", "1"), ("I alt", "1")), totals=1),
                Bullets(("eitt", "to")),
                Text("Hugs dette", "note"),
                Facts((("Frist", "i dag"),)),
                Rich(((Run("feit", bold=True), Run("lenkje", url="https://example.org")),)),
            ),
        ),
    ),
    made_at=datetime(2026, 3, 23, 12, tzinfo=UTC),
)


def test_the_paper_has_its_headings_tables_and_lists() -> None:
    read = Document(io.BytesIO(docx(PAPER)))
    headings = [p.text for p in read.paragraphs if p.style.name.startswith(("Heading", "Title"))]
    assert headings == ["Melding <b>om</b> valget", "Tabellen"]
    assert [[cell.text for cell in row.cells] for row in read.tables[1].rows] == [
        ["Navn", "Sum"],
        ["A", "1"],
        ["I alt", "1"],
    ]
    assert [p.text for p in read.paragraphs if p.style.name == "List Bullet"] == ["eitt", "to"]
    assert "feitlenkje (https://example.org)" in [p.text for p in read.paragraphs]


def test_it_says_its_language_and_who_made_it() -> None:
    core = Document(io.BytesIO(docx(PAPER))).core_properties
    assert (core.language, core.author, core.title) == ("nn-NO", "Etaten", "Melding <b>om</b> valget")
    assert core.created == datetime(2026, 3, 23, 12, tzinfo=UTC)
