"""Exact numbers as text. Rounding happens here only, for display, half away from zero."""

from __future__ import annotations

from fractions import Fraction


def rounded(value: Fraction, places: int) -> str:
    """A decimal string with so many places: ``"75000.00"``."""
    whole = _half_up(value, places)
    digits = f"{abs(whole):0{places + 1}d}"
    sign = "-" if whole < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def trimmed(value: Fraction, places: int = 10) -> str:
    """The same without zeros at the end: ``"7.3"``, ``"8.5571428571"``, ``"670000"``."""
    text = rounded(value, places).rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def exact_text(value: Fraction) -> str:
    """The number itself: a decimal where one says it all, otherwise a reduced fraction (``"3/7"``)."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return trimmed(value, max(twos, fives, 1)) if rest == 1 else str(value)


def _half_up(value: Fraction, places: int) -> int:
    scaled = abs(value) * Fraction(10) ** places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return whole if value >= 0 else -whole
