"""The same paper as a document that can be edited (DOCX): headings, tables and lists that assistive technology reads."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Any

from fellestorg.ui.paper import Block, Bullets, Facts, Paper, Rich, Table, Text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as DocxTable
    from docx.text.paragraph import Paragraph

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LANGUAGES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}


def docx(paper: Paper) -> bytes:
    """Set a paper as DOCX. Text is text: nothing in it can become markup, a field or a macro."""
    import docx as word  # here: it takes memory that most processes never need

    document = word.Document()
    _properties(document, paper)
    _paragraph(document, paper.title, "Title")
    if paper.lead:
        document.add_paragraph(paper.lead)
    if paper.facts:
        _pairs(document, paper.facts)
    for section in paper.sections:
        _paragraph(document, section.heading, "Heading 1")
        for block in section.blocks:
            _block(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _properties(document: Document, paper: Paper) -> None:
    core = document.core_properties
    core.title, core.author, core.keywords = paper.title, paper.author, ", ".join(paper.keywords)
    core.language = _LANGUAGES[paper.language]
    core.created = core.modified = paper.made_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    head = document.sections[0].header.paragraphs[0]
    head.text = "\t".join(paper.header)
    document.sections[0].footer.paragraphs[0].text = paper.footer


def _block(document: Document, block: Block) -> None:
    if isinstance(block, Text):
        _paragraph(document, block.text, "Intense Quote" if block.tone != "plain" else "")
    elif isinstance(block, Bullets):
        for item in block.items:
            _paragraph(document, item, "List Bullet")
    elif isinstance(block, Facts):
        _pairs(document, block.rows)
    elif isinstance(block, Table):
        _table(document, block)
    elif isinstance(block, Rich):
        for runs in block.paragraphs:
            paragraph = _paragraph(document, "", "List Bullet" if block.bullets else "")
            for run in runs:
                text = f"{run.text} ({run.url})" if run.url else run.text
                paragraph.add_run(text).bold = run.bold


def _pairs(document: Document, rows: tuple[tuple[str, str], ...]) -> None:
    made = _grid(document, 2)
    for label, value in rows:
        _fill(made, (label, value), bold=(0,))


def _table(document: Document, block: Table) -> None:
    made = _grid(document, len(block.columns))
    every = tuple(range(len(block.columns)))
    _fill(made, tuple(column.label for column in block.columns), bold=every)
    # Word repeats a marked first row on every page, and readers take it as the headings.
    made.rows[0]._tr.get_or_add_trPr().append(_header_mark())
    sums = len(block.rows) - block.totals
    for index, row in enumerate(block.rows):
        _fill(made, row, bold=every if index >= sums else (), right=_right(block))


def _paragraph(document: Document, text: str, style: str) -> Paragraph:
    # By the style's id: given a name, the library looks through all styles for each paragraph.
    made = document.add_paragraph(text)
    if style:
        made._p.style = document.styles[style].style_id
    return made


def _grid(document: Document, columns: int) -> DocxTable:
    made: DocxTable = document.add_table(rows=0, cols=columns)
    made._tbl.tblStyle_val = document.styles["Table Grid"].style_id
    return made


def _fill(table: DocxTable, values: tuple[str, ...], *, bold: tuple[int, ...], right: tuple[int, ...] = ()) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    row = table.add_row()  # type: ignore[no-untyped-call]
    for index, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(value).bold = index in bold
        if index in right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _right(block: Table) -> tuple[int, ...]:
    return tuple(index for index, column in enumerate(block.columns) if column.align == "right")


def _header_mark() -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement("w:tblHeader")
