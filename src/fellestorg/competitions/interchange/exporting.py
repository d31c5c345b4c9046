"""A competition's content as one document of plain values: what the tools exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from fellestorg.competitions.interchange.fields import SECTIONS
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.queries import price_lines_of
from fellestorg.values import decimal_text, digest

FORMAT, VERSION = "fellestorg-competition", 1
Rows = Sequence[Mapping[str, Any]]
Content = Mapping[str, Rows]


def content_of(competition: Competition) -> dict[str, list[dict[str, Any]]]:
    """Every section in its own order, each row with all its fields."""
    rows: Mapping[str, Iterable[Any]] = {
        "lots": competition.lots.order_by("number"),
        "requirements": competition.requirements.order_by("number"),
        "criteria": competition.criteria.order_by("number"),
        "questions": competition.questions.select_related("lot", "criterion", "requirement").order_by("number"),
        "price_lines": price_lines_of(competition),
    }
    return {
        section: [{field.name: _plain(getattr(row, field.name)) for field in fields} for row in rows[section]]
        for section, fields in SECTIONS.items()
    }


def document_of(competition: Competition) -> dict[str, Any]:
    """The JSON document. What the competition is called and who holds it is told, and never taken in."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "competition": {
            "number": competition.number,
            "title": competition.title,
            "procedure": competition.procedure,
            "language": competition.language,
            "buyer": competition.buyer.number,
        },
        **content_of(competition),
    }


def fingerprint(content: Content) -> str:
    """The same for the same content, whatever it came in as."""
    return digest({name: list(content[name]) for name in SECTIONS})


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    key = getattr(value, "key", None)
    return key if key is not None else value
