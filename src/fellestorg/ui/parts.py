"""View models that components take. Pages build them; templates only show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.utils.functional import Promise

Text = str | Promise
Tone = Literal["neutral", "info", "success", "warning", "danger", "accent"]


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the path to this page; the last one has no address."""

    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One step of a decision's trace, in words. ``holds`` is ``None`` where nothing was asked, only noted."""

    text: Text
    holds: bool | None = None
    because: Text = ""
    rule: str = ""
    source: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Download:
    """A twin or a document to fetch. ``kind`` is ``csv``, ``json``, ``pdf`` or ``file`` and chooses the icon."""

    label: Text
    url: str
    kind: str = "file"
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a list is sorted, as its address says: ``?sorter=name`` ascending, ``?sorter=-name`` descending."""

    key: str
    descending: bool = False

    @classmethod
    def read(cls, parameters: Mapping[str, str], allowed: Iterable[str], default: str) -> Sorting:
        """The wanted order if it is one of ``allowed``, else ``default`` (which may begin with ``-``)."""
        wanted = parameters.get("sorter", "")
        chosen = wanted if wanted.removeprefix("-") in set(allowed) else default
        return cls(chosen.removeprefix("-"), chosen.startswith("-"))

    @property
    def text(self) -> str:
        return f"-{self.key}" if self.descending else self.key

    def state(self, key: str) -> str:
        """The value of ``aria-sort`` for a column."""
        if key != self.key:
            return "none"
        return "descending" if self.descending else "ascending"

    def next(self, key: str) -> str:
        """The order a press on the column's heading asks for."""
        return f"-{key}" if key == self.key and not self.descending else key


@dataclass(frozen=True, slots=True)
class Paging:
    """Which stretch of a list a page shows. ``number`` counts from 1 and always lies within the list."""

    number: int
    size: int
    total: int
    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, parameters: Mapping[str, str], total: int, size: int = 25) -> Paging:
        """The page asked for by ``?side=``; nonsense gives the first page, too far gives the last."""
        asked = parameters.get("side", "")
        last = max(1, -(-total // size))
        number = min(max(1, int(asked)), last) if asked.isdecimal() and len(asked) < 10 else 1
        kept = tuple(sorted((key, value) for key, value in parameters.items() if key != "side" and value))
        return cls(number, size, total, kept)

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def start(self) -> int:
        """The offset of the first row shown: ``rows[paging.start:paging.stop]``."""
        return (self.number - 1) * self.size

    @property
    def stop(self) -> int:
        return min(self.start + self.size, self.total)

    @property
    def first_row(self) -> int:
        return self.start + 1 if self.total else 0

    @property
    def previous_link(self) -> str:
        return self.link(self.number - 1) if self.number > 1 else ""

    @property
    def next_link(self) -> str:
        return self.link(self.number + 1) if self.number < self.last else ""

    @property
    def links(self) -> tuple[tuple[int, str], ...]:
        """The pages to offer with their addresses: first, last and those near; a gap is ``(0, "")``."""
        near = {1, self.last, self.number - 1, self.number, self.number + 1}
        if self.last <= 7:
            near = set(range(1, self.last + 1))
        shown: list[tuple[int, str]] = []
        for number in sorted(n for n in near if 1 <= n <= self.last):
            if shown and number > shown[-1][0] + 1:
                shown.append((0, ""))
            shown.append((number, self.link(number)))
        return tuple(shown)

    def link(self, number: int) -> str:
        """The address of a page: the same page always has the same one, and the first has no number."""
        pairs = [*self.parameters, *([("side", str(number))] if number > 1 else [])]
        return f"?{urlencode(sorted(pairs))}" if pairs else "?"
