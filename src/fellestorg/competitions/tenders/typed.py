"""What was typed, as pairs of a field's name and its value: so the page's script sends a form, and so a draft keeps what
came. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.tenders import packages
from fellestorg.competitions.tenders.content import Draft
from fellestorg.values import BadInput

LARGEST = 4 * 1024 * 1024
_PAIRS = b"["


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The pairs of a body in JSON; what is no pair of texts is passed over. BadInput where it is no list in UTF-8."""
    try:
        pairs = [(name, value) for name, value in json.loads(body.decode())
                 if isinstance(name, str) and isinstance(value, str)]  # fmt: skip
        if b"\\u" in body:
            # Half a pair of surrogates is text to JSON and to nothing else.
            "".join(part for pair in pairs for part in pair).encode()
    except (ValueError, TypeError):
        raise BadInput.of("", "not_pairs", _("Skjemaet kom ikke helt fram.")) from None
    return pairs


def drafted(pairs: Sequence[tuple[str, str]]) -> Draft:
    """The draft that these say, by the names of the form's fields. BadInput where they are larger than a form can be."""
    if sum(len(value) for _name, value in pairs) > LARGEST:
        raise BadInput.of("", "too_large", _("Skjemaet er for stort. Legg lange tekster i en fil."))
    answers: dict[str, str] = {}
    prices: dict[str, dict[str, str]] = {}
    totals: dict[str, str] = {}
    boxes: dict[str, dict[str, Any]] = {}
    for name, value in pairs:
        kind, _colon, rest = name.partition(":")
        lot, _colon, line = rest.partition(":")
        if kind == "a":
            answers[rest] = value
        elif kind == "p" and line:
            prices.setdefault(lot, {})[line] = value
        elif kind == "t":
            totals[rest] = value
        elif kind == "k" and line in ("lot", "discount"):
            package = boxes.setdefault(lot, {"lots": [], "discount": ""})
            package["discount" if line == "discount" else "lots"] = (
                value if line == "discount" else [*package["lots"], value]
            )
    lots = tuple(value for name, value in pairs if name == "lots")
    most = next((value for name, value in pairs if name == "most_lots"), "")
    return Draft(lots, answers, prices, {}, totals, [boxes[one] for one in sorted(boxes)][: packages.MOST], most)


def as_kept(body: bytes) -> bytes:
    """What a draft keeps of a body in JSON: the body itself, which need not be written anew. BadInput as above."""
    draft = drafted(pairs_of(body))
    return body if body.startswith(_PAIRS) else draft.as_bytes()


def read(kept: bytes) -> Draft:
    """The draft that was kept: as it came, or as ``Draft.as_bytes`` writes it."""
    return drafted(pairs_of(kept)) if kept.startswith(_PAIRS) else Draft.from_bytes(kept)
