"""The little markup of framework documents and news: paragraphs, lists, bold words and links to pages of the house.

An empty line begins a new paragraph, ``- `` a point of a list, ``**`` stands around bold words and
``[words](/avtaler)`` is a link. A link goes to a page of this house or it is no link. Everything else is text: what
looks like HTML is shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fellestorg.ui.paper import Rich, Run

# A path of this house: one slash first, and nothing that a browser could read as another host.
_MARKED = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|\[(?P<words>[^\[\]\n]+)\]\((?P<path>/(?![/\\])[\w/.?=&%#-]*)\)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: plain, bold, or a link to a path of the house."""

    text: str
    bold: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list with a line of pieces for each point."""

    lines: tuple[tuple[Piece, ...], ...]
    is_list: bool = False


def clean(text: str) -> str:
    """The text with line ends as one kind, without control characters that no page, feed or PDF can hold."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    # Looked up for each kind of character, not for each place it stands in.
    unwanted = {
        ord(c): None for c in set(one_kind) if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co")
    }
    return one_kind.translate(unwanted).strip() if unwanted else one_kind.strip()


def parse(text: str) -> list[Block]:
    """The text's paragraphs and lists, in order."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", clean(text)):
        words: list[str] = []
        points: list[str] = []
        for line in part.splitlines():
            if line.startswith("- "):
                points.append(line[2:])
            elif points:
                points[-1] += f" {line.strip()}"
            else:
                words.append(line.strip())
        if any(words):
            blocks.append(Block((_pieces(" ".join(words)),)))
        if points:
            blocks.append(Block(tuple(_pieces(point) for point in points if point.strip()), is_list=True))
    return [block for block in blocks if block.lines]


def as_html(text: str) -> SafeString:
    """The text as HTML, with everything in it escaped."""
    return format_html_join("\n", "{}", ((_block_html(block),) for block in parse(text)))


def as_rich(text: str, base_url: str) -> list[Rich]:
    """The text as a paper's blocks; links get the whole address."""
    return [
        Rich(
            tuple(
                tuple(Run(piece.text, piece.bold, f"{base_url}{piece.path}" if piece.path else "") for piece in line)
                for line in block.lines
            ),
            block.is_list,
        )
        for block in parse(text)
    ]


def as_plain(text: str) -> str:
    """The words alone, for feeds' summaries and e-mail."""
    lines = ("".join(piece.text for piece in line) for block in parse(text) for line in block.lines)
    return "\n".join(lines)


def _pieces(text: str) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    at = 0
    for found in _MARKED.finditer(text):
        if found.start() > at:
            pieces.append(Piece(text[at : found.start()]))
        if found["bold"] is not None:
            pieces.append(Piece(found["bold"], bold=True))
        else:
            pieces.append(Piece(found["words"], path=found["path"]))
        at = found.end()
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def _block_html(block: Block) -> SafeString:
    lines = [format_html_join("", "{}", ((_piece_html(piece),) for piece in line)) for line in block.lines]
    if block.is_list:
        return format_html(
            '<ul class="ds-list">{}</ul>', format_html_join("", "<li>{}</li>", ((one,) for one in lines))
        )
    return format_html("<p>{}</p>", lines[0])


def _piece_html(piece: Piece) -> SafeString:
    if piece.path:
        return format_html('<a class="ds-link" href="{}">{}</a>', piece.path, piece.text)
    if piece.bold:
        return format_html("<strong>{}</strong>", piece.text)
    return format_html("{}", piece.text)
