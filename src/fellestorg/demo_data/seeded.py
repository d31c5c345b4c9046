"""Chance that repeats itself, ids that do too, and organisation numbers that nobody has."""

from __future__ import annotations

import csv
import random
import uuid
from importlib import resources

from stdnum.no import orgnr

_NAMESPACE = uuid.UUID("6f2c5a1e-6e0b-5d0c-9c55-3f1d0f4f7a11")


def chance(*parts: object) -> random.Random:
    """A generator whose draws depend on the parts alone."""
    return random.Random("|".join(map(str, parts)))  # noqa: S311 (data for a demo, nothing secret)


def identifier(*parts: object) -> uuid.UUID:
    """An id that depends on the parts alone."""
    return uuid.uuid5(_NAMESPACE, "|".join(map(str, parts)))


def invented_number(index: int) -> str:
    """The organisation number, valid by its check digit, of invented body ``index``.

    It starts with 2 or 3; the register's own numbers start with 8 or 9.
    """
    stem = 20_000_000 + index * 97_651 % 19_999_999
    while True:
        digits = str(stem)
        # Remainder 10 has no digit, so the register skips such numbers and so do we.
        check = (11 - sum(int(d) * w for d, w in zip(digits, (3, 2, 7, 6, 5, 4, 3, 2), strict=True)) % 11) % 11
        if check < 10:
            number = f"{digits}{check}"
            assert orgnr.is_valid(number), number
            return number
        stem += 1


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a semicolon-separated file in this folder, by column name."""
    text = resources.files("fellestorg.demo_data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))
