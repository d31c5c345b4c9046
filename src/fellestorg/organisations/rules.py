"""Numbers of organisations, and who may commit what. Pure: no database, no clock."""

from __future__ import annotations

from decimal import Decimal

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.no import mva, orgnr

from fellestorg.values import BadInput


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


def check_number(text: str) -> None:
    """As a field validator: raises ValueError-like BadInput when the number is not valid."""
    clean_number(text)


def needs_second_person(amount: Decimal, limit: Decimal | None) -> bool:
    """Whether an amount lies above somebody's budget authority (``None`` is unlimited), so that another must approve."""
    return limit is not None and amount > limit
