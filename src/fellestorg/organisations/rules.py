"""Numbers of organisations, and who may commit what. Pure: no database, no clock."""

from __future__ import annotations

import re
from decimal import Decimal

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.no import mva, orgnr

from fellestorg.values import BadInput

NORWAY = "NO"
NORWEGIAN_NUMBER = r"^[0-9]{9}$"
FOREIGN_NUMBER = r"^[A-Z]{2}(-[A-Z0-9]+)+$"
"""A foreign register's number behind its country (ISO 3166-1): ``DE-HRB12345``, ``SE-5560000000``."""
LONGEST_NUMBER = 40


def clean_number(text: str, where: str = "number") -> str:
    """The nine digits of an organisation number, written as people write it (``NO986252932MVA``, with spaces).

    Raises BadInput when it has another length or its check digit (mod 11) is wrong.
    """
    compact = text.strip().upper().replace(" ", "").replace("\u00a0", "")
    try:
        if compact.endswith("MVA"):
            return str(orgnr.validate(mva.validate(compact)[:9]))
        return str(orgnr.validate(compact.removeprefix("NO")))
    except StdnumError:
        raise BadInput.of(
            where,
            "organisation_number",
            f"expected an organisation number of nine digits with a valid check digit, found {text!r}",
        ) from None


def any_number(text: str, where: str = "number") -> str:
    """An organisation number as it is kept: nine digits for a Norwegian one, else the country and its register's number.

    A foreign one may be written with spaces, stops and slashes (``DE HRB 12345/B``). Raises BadInput when it is neither.
    """
    compact = "-".join(re.findall(r"[A-Z0-9]+", text.upper()))
    if text.strip()[:1].isdigit() or re.match(r"NO[^A-Z]", compact):
        return clean_number(text, where)
    if re.match(FOREIGN_NUMBER, compact) and len(compact) <= LONGEST_NUMBER and re.search(r"[0-9]", compact):
        return compact
    raise BadInput.of(
        where,
        "organisation_number",
        f"expected nine digits with a valid check digit, or a country and its register's number as DE-HRB12345, found "
        f"{text[:60]!r}",
    )


def country_of(number: str) -> str:
    """The country whose register gave a number, by ISO 3166-1."""
    return NORWAY if number[:1].isdigit() else number[:2]


def spaced(number: str, by: str = " ") -> str:
    """``986 252 932``, as people read it; a foreign number as it is."""
    return by.join((number[:3], number[3:6], number[6:])) if country_of(number) == NORWAY else number


def check_number(text: str) -> None:
    """As a field validator: raises ValueError-like BadInput when the number is not valid."""
    any_number(text)


def needs_second_person(amount: Decimal, limit: Decimal | None) -> bool:
    """Whether an amount lies above somebody's budget authority (``None`` is unlimited), so that another must approve."""
    return limit is not None and amount > limit
