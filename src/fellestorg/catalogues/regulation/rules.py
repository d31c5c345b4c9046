"""What a regulation clause says of days, factors and prices. No database and no clock.

House rules, where the clause is silent (rule REG): the index is the latest one published on the day of the notice; a
regulation year begins on the clause's day each year and holds one regulation, which may come later than that day; what
was not taken one year may be taken the next, because the base month moves only with a regulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from fellestorg.law.indexes import next_month


@dataclass(frozen=True, slots=True)
class Terms:
    """A clause: from which day each year, by how many days' notice, how much at most (a rate; None is no limit)."""

    first_on: date
    notice_days: int
    max_rise: Decimal | None
    price_decimals: int = 2


@dataclass(frozen=True, slots=True)
class Factor:
    """What prices are multiplied by. ``exact`` is after any cap; ``uncapped`` is what the index alone says."""

    exact: Fraction
    uncapped: Fraction

    @property
    def capped(self) -> bool:
        return self.exact != self.uncapped

    @property
    def rate(self) -> Decimal:
        """The change as a rate with eight decimals, for display: ``0.02930000`` is a rise of 2.93 %."""
        return rounded(self.exact - 1, 8)


def factor(base: Decimal, value: Decimal, max_rise: Decimal | None) -> Factor:
    """The factor from one index value to another. A rise is held to ``max_rise``; a fall always comes through."""
    uncapped = Fraction(value) / Fraction(base)
    if max_rise is None:
        return Factor(uncapped, uncapped)
    return Factor(min(uncapped, 1 + Fraction(max_rise)), uncapped)


def regulated(amount: Decimal, by: Fraction, places: int) -> Decimal:
    """An amount after regulation, rounded half up to ``places`` decimals."""
    return rounded(Fraction(amount) * by, places)


def rounded(value: Fraction, places: int) -> Decimal:
    """A fraction as a decimal, rounded half away from zero. Exact whatever the size."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal((1 if value < 0 and whole else 0, tuple(map(int, str(whole))), -places))


def anniversary(first_on: date, year: int) -> date:
    """The clause's day in a year; 28 February where there is no 29."""
    try:
        return first_on.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def regulation_year(first_on: date, day: date) -> int | None:
    """The year of the clause's last day up to ``day``; None before the first."""
    if day < first_on:
        return None
    return day.year if day >= anniversary(first_on, day.year) else day.year - 1


def first_lawful(terms: Terms, used_years: frozenset[int], today: date) -> date:
    """The first day on which prices may be regulated when notice is given today and each year holds one regulation."""
    day = max(today + timedelta(days=terms.notice_days), terms.first_on)
    while (year := regulation_year(terms.first_on, day)) in used_years:
        assert year is not None
        day = anniversary(terms.first_on, year + 1)
    return day


def next_regulation_day(terms: Terms, used_years: frozenset[int], today: date) -> date:
    """The next of the clause's own days whose year has no regulation yet: today or later."""
    year = max(terms.first_on.year, today.year)
    while (day := anniversary(terms.first_on, year)) < today or year in used_years:
        year += 1
    return day


def latest_published(values: Mapping[date, Decimal], published_on_day: int, day: date) -> date | None:
    """The newest month whose value is known on a day, or None where none is."""
    known = [month for month in values if next_month(month).replace(day=published_on_day) <= day]
    return max(known, default=None)
