"""The European Single Procurement Document as ESPD-EDM 4.1.0 has it: its criteria, and the questions of each in order.

``espd_writing`` makes its documents and ``espd_reading`` reads them; both are UBL 2.3.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{_UBL}CommonAggregateComponents-2}}", f"{{{_UBL}CommonBasicComponents-2}}"
REQUEST = f"{_UBL}QualificationApplicationRequest-2"
RESPONSE = f"{_UBL}QualificationApplicationResponse-2"
VERSION = "4.1.0"
_KINDS = ("QUESTION", "REQUIREMENT", "CAPTION")


@dataclass(frozen=True, slots=True)
class EspdProperty:
    """A question, a requirement or a caption: its identifier, what it is, its value's type, and what the EU's form says."""

    id: str
    kind: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class EspdGroup:
    """Properties asked together. ``type`` says when: always (``ON*``), or where the question above was answered with yes
    (``ONTRUE``) or no (``ONFALSE``)."""

    id: str
    type: str
    properties: Sequence[EspdProperty]
    groups: Sequence[EspdGroup]

    def walk(self) -> Iterator[EspdGroup]:
        """This group and every one in it."""
        yield self
        for one in self.groups:
            yield from one.walk()


@dataclass(frozen=True, slots=True)
class EspdCriterion:
    """A criterion's fixed identifier, that of the yes-or-no question that decides it (empty where none does), and everything
    it asks."""

    id: str
    question: str
    root: str
    groups: Sequence[EspdGroup]

    @property
    def selects(self) -> bool:
        """Whether it is a selection criterion: those say which lots they hold for (BR-LOT-41), the others hold for all
        (BR-LOT-40)."""
        return "_SC_" in self.root

    @property
    def excludes(self) -> bool:
        """Whether it is a ground for exclusion: yes is then what speaks against the supplier."""
        return "_EG_" in self.root


@cache
def criteria() -> Mapping[str, EspdCriterion]:
    """Every criterion that can be asked, by code."""
    forms = _data("espd_forms.toml")["forms"]
    return {code: _criterion(row, forms[row["form"]]) for code, row in _data("espd_criteria.toml")["criteria"].items()}


@cache
def countries() -> Mapping[str, str]:
    """Three letters for a country's two, where they are known."""
    return dict(_data("espd_criteria.toml")["countries"])


def _criterion(row: Mapping[str, str], form: str) -> EspdCriterion:
    lines = [(len(line) - len(line.lstrip()), line.split()) for line in form.splitlines()]
    root, question = row["root"], row.get("question", "")
    return EspdCriterion(row["id"], question and f"{root}/{question}", root, _inside(lines, 0, root)[1])


def _inside(lines: list[tuple[int, list[str]]], depth: int, above: str) -> tuple[list[EspdProperty], list[EspdGroup]]:
    """What stands at a depth; takes its lines off the front."""
    properties, groups = [], []
    while lines and lines[0][0] == depth:
        words = lines.pop(0)[1]
        own = f"{above}/{words[0]}"
        if words[1] in _KINDS:
            text = " ".join(words[3:])
            properties.append(EspdProperty(own, words[1], words[2], "" if text == "-" else text))
        else:
            groups.append(EspdGroup(own, " ".join(words[1:]), *_inside(lines, depth + 2, own)))
    return properties, groups


def _data(name: str) -> Mapping[str, Any]:
    text = resources.files("fellestorg.competitions.interchange").joinpath(name).read_text("utf-8")
    return tomllib.loads(text)
