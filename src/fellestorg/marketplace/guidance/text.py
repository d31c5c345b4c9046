"""An article's text as it is written and kept: a title, a lead, and sections, in the house's little markup.

::

    # Title
    Two sentences that say what it is about.

    ## A section
    Paragraphs, lists with ``- ``, **bold** words and [links](/avtaler) to pages of the house.

    !diagram shared_responsibility

Everything else is text: what looks like HTML is shown as it was written.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from fellestorg.agreements.office.markup import as_plain, clean

_DIAGRAM = re.compile(r"!diagram +(?P<name>[a-z_]+)\s*\Z")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a section: marked-up text, or the name of a diagram."""

    text: str = ""
    diagram: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section, or in a guide a step. What stands before the first heading of a text has none."""

    heading: str
    parts: tuple[Part, ...]

    @property
    def plain(self) -> str:
        """Its words alone, for search and feeds."""
        return "\n".join(as_plain(part.text) for part in self.parts if part.text)


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article in one language."""

    title: str
    lead: str
    sections: tuple[Section, ...]

    @property
    def diagrams(self) -> tuple[str, ...]:
        """The diagrams it shows, in order."""
        return tuple(part.diagram for section in self.sections for part in section.parts if part.diagram)

    @property
    def plain(self) -> str:
        """All words, without the marks."""
        lines = [self.title, self.lead]
        for section in self.sections:
            lines += [section.heading, section.plain]
        return "\n".join(line for line in lines if line)


@lru_cache(maxsize=256)
def read(text: str) -> ArticleText:
    """The text in its parts. Whatever is given can be read: what has no heading becomes the lead and a section without."""
    lines = clean(text).split("\n")
    title = ""
    if lines and lines[0].startswith("# "):
        title = " ".join(lines.pop(0)[2:].split())
    stretches: list[tuple[str, list[str]]] = [("", [])]
    for line in lines:
        if line.startswith("## "):
            stretches.append((" ".join(line[3:].split()), []))
        else:
            stretches[-1][1].append(line)
    lead, _empty, rest = "\n".join(stretches[0][1]).strip().partition("\n\n")
    sections = [Section("", _parts(rest))] if rest.strip() else []
    sections += [Section(heading, _parts("\n".join(body))) for heading, body in stretches[1:]]
    return ArticleText(title, " ".join(lead.split()), tuple(sections))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was taken out (``removed``) or put in (``added``)."""

    kind: str
    text: str


def differences(before: str, after: str) -> tuple[Line, ...]:
    """The lines taken out and put in from one text to another; those alike are left out."""
    old, new = ([line for line in said.splitlines() if line.strip()] for said in (before, after))
    found: list[Line] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            found += [Line("removed", line) for line in old[i1:i2]]
            found += [Line("added", line) for line in new[j1:j2]]
    return tuple(found)


def _parts(body: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for stretch in re.split(r"\n\s*\n", body.strip()):
        if found := _DIAGRAM.match(stretch.strip()):
            parts.append(Part(diagram=found["name"]))
        elif parts and parts[-1].text:
            parts[-1] = Part(f"{parts[-1].text}\n\n{stretch}")
        elif stretch.strip():
            parts.append(Part(stretch))
    return tuple(parts)
