"""What must not stand in what all may read: addresses and numbers of people."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from fellestorg.agreements.office.markup import clean
from fellestorg.values import Problem

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
# Eleven digits is how a national identity number is written, eight (from 2 to 9) how a telephone number is.
_NUMBER = re.compile(r"(?<!\d)(?:\d{6} ?\d{5}|[2-9]\d(?: ?\d\d){3}|[49]\d\d \d\d \d{3})(?!\d)")


def problems(where: str, said: str) -> list[Problem]:
    """What in a text looks like an e-mail address, a telephone number or a national identity number."""
    found = []
    if _EMAIL.search(said):
        found.append(Problem(where, "email", _("ta bort e-postadressen: teksten kan bli lest av alle")))
    if _NUMBER.search(said):
        found.append(Problem(where, "number", _("ta bort telefonnummeret eller fødselsnummeret")))
    return found


def names(where: str, said: str, forbidden: list[str]) -> list[Problem]:
    """Whether the text names whoever it must not name."""
    low = said.lower()
    return [
        Problem(where, "name", _("ta bort «%(name)s»: svaret skal ikke vise hvem som spurte") % {"name": name})
        for name in forbidden
        if len(name) > 2 and re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", low)
    ]


def short(where: str, said: str, most: int, *, required: bool = True) -> tuple[str, list[Problem]]:
    """A line of text made clean, and what is wrong with it."""
    line = " ".join(clean(said).split())
    return line, [*_length(where, line, most, required=required), *problems(where, line)]


def long(where: str, said: str, most: int, *, required: bool = True) -> tuple[str, list[Problem]]:
    """Several lines made clean, and what is wrong with them."""
    found = clean(said)
    return found, [*_length(where, found, most, required=required), *problems(where, found)]


def _length(where: str, said: str, most: int, *, required: bool) -> list[Problem]:
    if not said and required:
        return [Problem(where, "missing", _("må fylles ut"))]
    return [Problem(where, "too_long", _("høyst %(most)s tegn") % {"most": most})] if len(said) > most else []
