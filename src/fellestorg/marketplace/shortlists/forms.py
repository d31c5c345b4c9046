"""What the pages of shortlists read from their forms."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from fellestorg.marketplace.shortlists.actions import Judged, Wish

_MOST = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A draft as its form was sent."""

    title: str
    need: str
    common_grounds: str
    judged: dict[str, Judged]


def read_wish(fields: QueryDict) -> Wish:
    """What a new list is to be begun with, from an address or a form."""
    return Wish(
        _text(fields, "purpose"),
        _text(fields, "title"),
        _text(fields, "need"),
        "" if fields.get("uten_sok") else _text(fields, "sok"),
        tuple(dict.fromkeys(_clean(one) for one in fields.getlist("tjeneste")))[:_MOST],
        tuple(dict.fromkeys(_clean(one) for one in fields.getlist("sporsmal")))[:_MOST],
    )


def read_draft(fields: QueryDict) -> Written:
    """What was written in a draft. Each listing has a verdict and grounds of its own."""
    keys = [name.removeprefix("verdict:") for name in fields if name.startswith("verdict:")][:_MOST]
    judged = {key: Judged(_text(fields, f"verdict:{key}"), _text(fields, f"grounds:{key}")) for key in keys}
    return Written(_text(fields, "title"), _text(fields, "need"), _text(fields, "common_grounds"), judged)


def _text(fields: QueryDict, name: str) -> str:
    return _clean(fields.get(name, ""))


def _clean(text: str) -> str:
    # Browsers send line ends as two signs; a zero byte is no text to the database.
    return text.replace("\x00", "").replace("\r\n", "\n").strip()
