"""Papers and how they are set: what a document says, as plain data, and typst making an accessible PDF of it.

The PDF is tagged (PDF/UA-1) and archivable (PDF/A-2a). The same paper gives the same bytes.
"""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from fellestorg.ui.vendor import VENDOR

if TYPE_CHECKING:
    import typst

STANDARDS: list[Any] = ["a-2a", "ua-1"]
_TEMPLATES = Path(__file__).resolve().parent / "typst"
_REGIONS = {"nb": "no", "nn": "no", "en": "gb"}
# A compiler serves one thread at a time.
_setting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a label and what is so."""

    rows: tuple[tuple[str, str], ...]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; with a tone it stands in a box."""

    text: str
    tone: Literal["plain", "note", "warning"] = "plain"
    kind: str = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading of a table. ``width`` is a share of the free width, or ``auto`` for as wide as its content."""

    label: str
    align: Literal["left", "right"] = "left"
    width: str = "auto"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the last ``totals`` rows are sums. ``size`` is the type's size in points."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: int = 0
    size: float = 8.5
    kind: str = field(default="table", init=False)

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows with each cell beside its column's heading, for a page that stacks them on a phone."""
        return [[(column.label, cell) for column, cell in zip(self.columns, row, strict=True)] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Bullets:
    """Some short points."""

    items: tuple[str, ...]
    kind: str = field(default="list", init=False)


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a paragraph, perhaps bold, perhaps a link to a whole address."""

    text: str
    bold: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rich:
    """Paragraphs, or the points of a list, of words that may be bold or links."""

    paragraphs: tuple[tuple[Run, ...], ...]
    bullets: bool = False
    kind: str = field(default="rich", init=False)


Block = Facts | Text | Table | Bullets | Rich


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. ``of`` stands between page number and number of pages; ``made_at`` is its date in the file."""

    title: str
    lead: str
    language: str
    author: str
    keywords: tuple[str, ...]
    header: tuple[str, str]
    footer: str
    of: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    made_at: datetime


def pdf(paper: Paper) -> bytes:
    """Set a paper as a PDF. Raises RuntimeError (typst's) only where the template or the fonts are broken."""
    data = asdict(paper)
    made_at = data.pop("made_at")
    data["header"] = {"left": paper.header[0], "right": paper.header[1]}
    data["region"] = _REGIONS[paper.language]
    with _setting:
        made = _compiler().compile(
            input=_TEMPLATES / "paper.typ",
            format="pdf",
            sys_inputs={"paper": json.dumps(data, ensure_ascii=False)},
            pdf_standards=STANDARDS,
            timestamp=made_at.astimezone(UTC).replace(microsecond=0),
        )
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    import typst  # here: it takes time and memory that a process which makes no papers should not spend

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[VENDOR / "fonts"])
    return typst.Compiler(root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
