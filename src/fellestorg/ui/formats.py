"""Numbers, money, days and instants as people read them, in the three languages.

The symbols and month names are babel's (CLDR); the digits are set here, because a page of five hundred prices must not
spend its time in a general pattern engine. Everything takes ``Decimal`` or a decimal string and rounds half up, for
display only. Spaces inside a figure do not break.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from django.utils.translation import get_language

OSLO = ZoneInfo("Europe/Oslo")
NBSP = "\N{NO-BREAK SPACE}"
NOTHING = "–"
LOCALES = {"nb": "nb", "nn": "nn", "en": "en_GB"}
DAY_PATTERNS = {
    "long": {"nb": "d. MMMM y", "nn": "d. MMMM y", "en": "d MMMM y"},
    "medium": {"nb": "d. MMM y", "nn": "d. MMM y", "en": "d MMM y"},
    "short": {"nb": "dd.MM.y", "nn": "dd.MM.y", "en": "dd/MM/y"},
    "month": {"nb": "MMMM y", "nn": "MMMM y", "en": "MMMM y"},
    "weekday": {"nb": "EEEE d. MMMM y", "nn": "EEEE d. MMMM y", "en": "EEEE d MMMM y"},
}


@dataclass(frozen=True, slots=True)
class Symbols:
    group: str
    point: str
    minus: str


def language() -> str:
    """The active language among nb, nn and en; nb when none of them is active."""
    active = (get_language() or "nb")[:2]
    return active if active in LOCALES else "nb"


@cache
def symbols(code: str) -> Symbols:
    """The figures' symbols in one language, with every space one that does not break."""
    latin = Locale.parse(LOCALES[code]).number_symbols["latn"]
    return Symbols(latin["group"].replace("\N{NARROW NO-BREAK SPACE}", NBSP), latin["decimal"], latin["minusSign"])


def number(value: Decimal | int | str, places: int | None = None, code: str | None = None) -> str:
    """``1234567.5`` as ``1 234 567,5``. ``places`` fixes the decimals (half up); without it, all there are show."""
    sign = symbols(code or language())
    exact = Decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = format(exact, ",f")
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    negative = text.startswith("-") and exact != 0
    whole, _, fraction = text.lstrip("-").partition(".")
    figures = whole.replace(",", sign.group) + (sign.point + fraction if fraction else "")
    return (sign.minus if negative else "") + figures


def money(amount: Decimal | int | str, places: int = 2, currency: str = "NOK", code: str | None = None) -> str:
    """``1 234 567,50 kr``; in English ``NOK 1,234,567.50``. Another currency shows its code."""
    tongue = code or language()
    figures = number(amount, places, tongue)
    if tongue == "en":
        return f"{currency}{NBSP}{figures}"
    return f"{figures}{NBSP}{'kr' if currency == 'NOK' else currency}"


def share(part: Decimal | int | str, places: int = 0, code: str | None = None) -> str:
    """A share of one as per cent: ``0.425`` is ``43 %`` in Norwegian and ``43%`` in English."""
    tongue = code or language()
    return number(Decimal(part) * 100, places, tongue) + ("%" if tongue == "en" else f"{NBSP}%")


def day(value: date | str, form: str = "long", code: str | None = None) -> str:
    """A calendar day: ``long`` (1. november 2023), ``medium``, ``short`` (01.11.2023), ``month`` or ``weekday``.

    An instant is shown by its day in Norway. Raises KeyError for an unknown form.
    """
    tongue = code or language()
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = value.astimezone(OSLO).date()
    return _day(value, DAY_PATTERNS[form][tongue], LOCALES[tongue])


@lru_cache(maxsize=4096)
def _day(value: date, pattern: str, locale: str) -> str:
    return format_date(value, pattern, locale=locale).replace(" ", NBSP)


def instant(value: datetime | str, form: str = "long", code: str | None = None) -> str:
    """An instant on the clock of Norway: ``1. november 2023 kl. 14:30``; ``short`` is ``01.11.2023 14:30``.

    Raises ValueError for an instant without time zone, which would be a different time in summer and winter.
    """
    tongue = code or language()
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    local = value.astimezone(OSLO)
    clock = f"{local:%H:%M}"
    between = (
        NBSP if form == "short" else {"nb": " kl. ", "nn": " kl. ", "en": " at "}[tongue].replace(". ", f".{NBSP}")
    )
    return day(local.date(), form, tongue) + between + clock
