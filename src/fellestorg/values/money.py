"""Exact amounts. Nothing here rounds unless its name says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fellestorg.values.errors import BadInput

ORE = Decimal("0.01")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,12})?\Z")


def exact(text: object, where: str, *, minimum: Decimal | None = None) -> Decimal:
    """Read a decimal string (``"12.50"``) exactly, or say where and what was expected.

    A number that is not a string is refused, because a binary float has already lost the amount. Integers pass.
    """
    if isinstance(text, int) and not isinstance(text, bool):
        text = str(text)
    if not isinstance(text, str) or not _DECIMAL.match(text):
        raise BadInput.of(where, "not_a_decimal", f'expected a decimal string such as "12.50", found {text!r}')
    value = Decimal(text)
    if minimum is not None and value < minimum:
        raise BadInput.of(where, "too_small", f"expected {minimum} or more, found {text}")
    return value


def quote(amount: Decimal) -> Decimal:
    """Round half up to the øre, for display and for what is invoiced; never between two steps of a sum."""
    return amount.quantize(ORE, rounding=ROUND_HALF_UP)


def kroner(amount: Decimal) -> str:
    """The amount as a decimal string to the øre: ``"2081.00"``."""
    return str(quote(amount))


def decimal_text(value: Decimal) -> str:
    """The shortest exact decimal string of a quantity, rate or share: ``"10"``, ``"0.15"``; never an exponent."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


@dataclass(frozen=True, slots=True)
class Money:
    """An amount without VAT in one currency, with the VAT rate that applies to it (``Decimal("0.25")``).

    Two currencies never mix: adding or comparing them is a ``ValueError``.
    """

    amount: Decimal
    currency: str = "NOK"
    vat_rate: Decimal = Decimal("0.25")

    def __add__(self, other: Money) -> Money:
        self._same_kind(other)
        return Money(self.amount + other.amount, self.currency, self.vat_rate)

    def __sub__(self, other: Money) -> Money:
        self._same_kind(other)
        return Money(self.amount - other.amount, self.currency, self.vat_rate)

    def __lt__(self, other: Money) -> bool:
        self._same_currency(other)
        return self.amount < other.amount

    @property
    def vat(self) -> Decimal:
        """The VAT, unrounded."""
        return self.amount * self.vat_rate

    @property
    def with_vat(self) -> Decimal:
        """The amount with VAT, unrounded."""
        return self.amount + self.vat

    def _same_currency(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def _same_kind(self, other: Money) -> None:
        self._same_currency(other)
        if self.vat_rate != other.vat_rate:
            raise ValueError(f"cannot add amounts with VAT {self.vat_rate} and {other.vat_rate}")
