"""Diagrams of the guidance: data in, SVG and the same content as a table out.

The data are in ``diagrams.toml``, in three languages. There are four kinds: ``path`` (numbered steps), ``matrix`` (who does
what), ``groups`` (headings with what belongs to them) and ``flow`` (questions with where yes and no lead).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from django.utils.safestring import SafeString

from fellestorg.kernel.text import in_language
from fellestorg.marketplace.guidance import drawings
from fellestorg.marketplace.guidance.drawings import Cell


@dataclass(frozen=True, slots=True)
class Drawn:
    """A diagram as a page shows it: the drawing, and what it says as a table."""

    name: str
    title: str
    note: str
    verified: bool
    source: str
    svg: SafeString
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def names() -> tuple[str, ...]:
    """The names of all diagrams."""
    return tuple(_data())


@cache
def drawn(name: str, language: str) -> Drawn | None:
    """One diagram in a language, or None where there is no such."""
    row = _data().get(name)
    if row is None:
        return None
    title, note = in_language(row["title"], language), in_language(row.get("note", {}), language)
    headings, rows = _table(row, language)
    svg = drawings.responsive(
        lambda width: _DRAW[row["kind"]](row, language, rows, width), title, in_language(row["description"], language)
    )
    return Drawn(name, title, note, row["verified"], row["source"], svg, headings, rows)


@cache
def _data() -> dict[str, dict[str, Any]]:
    content = resources.files(__package__).joinpath("diagrams.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(content)["diagrams"]
    return found


Rows = tuple[tuple[str, ...], ...]


def _table(row: Mapping[str, Any], language: str) -> tuple[tuple[str, ...], Rows]:
    def said(texts: Mapping[str, str]) -> str:
        return in_language(texts, language)

    headings = tuple(said(one) for one in row["headings"])
    if row["kind"] == "path":
        return headings, tuple(
            (str(number), said(step["label"]), said(step["text"])) for number, step in enumerate(row["steps"], 1)
        )
    if row["kind"] == "matrix":
        words = {code: said(text) for code, text in row["legend"].items()}
        return headings, tuple((said(line["label"]), *(words[code] for code in line["cells"])) for line in row["rows"])
    if row["kind"] == "groups":
        return headings, tuple(
            (said(group["label"]), item if isinstance(item, str) else said(item))
            for group in row["groups"]
            for item in group["items"]
        )
    return headings, tuple((said(one["question"]), said(one["yes"]), said(one["no"])) for one in row["questions"])


def _path(row: Mapping[str, Any], language: str, rows: Rows, width: int) -> drawings.Body:
    return drawings.path([(number, label) for number, label, _text in rows], width)


def _matrix(row: Mapping[str, Any], language: str, rows: Rows, width: int) -> drawings.Body:
    cells = [
        [Cell(word, code) for word, code in zip(line[1:], source["cells"], strict=True)]
        for line, source in zip(rows, row["rows"], strict=True)
    ]
    columns = [in_language(one, language) for one in row["headings"][1:]]
    return drawings.matrix([line[0] for line in rows], columns, cells, width)


def _groups(row: Mapping[str, Any], language: str, rows: Rows, width: int) -> drawings.Body:
    grouped: dict[str, list[str]] = {}
    for group, item in rows:
        grouped.setdefault(group, []).append(item)
    return drawings.groups(list(grouped.items()), width)


def _flow(row: Mapping[str, Any], language: str, rows: Rows, width: int) -> drawings.Body:
    _question, yes, no = (in_language(one, language) for one in row["answers"])
    return drawings.flow(
        [(found[0], found[1], found[2], one["goes_on"]) for found, one in zip(rows, row["questions"], strict=True)],
        (yes, no),
        width,
    )


_DRAW = {"path": _path, "matrix": _matrix, "groups": _groups, "flow": _flow}
