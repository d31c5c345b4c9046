"""Articles as HTML: everything escaped, and each word of the glossary explained the first time it stands on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fellestorg.agreements.office.markup import Block, Piece, parse
from fellestorg.marketplace.guidance import glossary
from fellestorg.marketplace.guidance.diagrams import Drawn, drawn
from fellestorg.marketplace.guidance.glossary import Word
from fellestorg.marketplace.guidance.text import Section


@dataclass(slots=True)
class Explained:
    """The words met so far on one page, in the language of its text."""

    language: str
    met: list[Word] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PartView:
    """A stretch of a section as a page shows it: HTML, or a diagram."""

    html: SafeString | None = None
    diagram: Drawn | None = None


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as a page shows it. ``number`` counts from 1."""

    number: int
    heading: str
    parts: tuple[PartView, ...]


def sections(found: Iterable[Section], explained: Explained, first: int = 1) -> tuple[SectionView, ...]:
    """The sections as HTML and diagrams; the words they explain are added to ``explained``."""
    return tuple(
        SectionView(
            number,
            section.heading,
            tuple(
                PartView(diagram=drawn(part.diagram, explained.language))
                if part.diagram
                else PartView(as_html(part.text, explained))
                for part in section.parts
            ),
        )
        for number, section in enumerate(found, first)
    )


def as_html(text: str, explained: Explained) -> SafeString:
    """Marked-up text as HTML, with the glossary's words as buttons that open what they mean."""
    return format_html_join("\n", "{}", ((_block(block, explained),) for block in parse(text)))


def _block(block: Block, explained: Explained) -> SafeString:
    lines = [format_html_join("", "{}", ((_piece(piece, explained),) for piece in line)) for line in block.lines]
    if block.is_list:
        return format_html('<ul class="ds-list">{}</ul>', format_html_join("", "<li>{}</li>", ((li,) for li in lines)))
    return format_html("<p>{}</p>", lines[0])


def _piece(piece: Piece, explained: Explained) -> SafeString:
    if piece.path:
        return format_html('<a class="ds-link" href="{}">{}</a>', piece.path, piece.text)
    if piece.bold:
        return format_html("<strong>{}</strong>", piece.text)
    return _with_words(piece.text, explained)


def _with_words(text: str, explained: Explained) -> SafeString:
    pattern, by_form = glossary.pattern(explained.language)
    parts: list[SafeString] = []
    at = 0
    for found in pattern.finditer(text):
        meant = by_form[found[0].lower()]
        if meant in explained.met:
            continue
        explained.met.append(meant)
        parts.append(format_html("{}", text[at : found.start()]))
        # The popover is the browser's own: no script. Older browsers show the words at the page's end.
        parts.append(
            format_html('<button type="button" class="fs-word" popovertarget="ord-{}">{}</button>', meant.key, found[0])
        )
        at = found.end()
    parts.append(format_html("{}", text[at:]))
    return format_html_join("", "{}", ((part,) for part in parts))
