"""What a currency clause says of days and factors. No database and no clock.

House rules, where the clause is silent (rule CUR): the rate is the latest one published on the day of the notice; what is
adjusted counts from there the next time, also where the share is less than the whole.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction


def movement(base: Decimal, rate: Decimal) -> Fraction:
    """How far a rate has moved, as a rate: ``1/20`` is a currency that costs 5 % more."""
    return Fraction(rate) / Fraction(base) - 1


def factor(base: Decimal, rate: Decimal, share: Decimal, threshold: Decimal) -> Fraction | None:
    """What prices are multiplied by, up or down; None where the rate has moved by less than the threshold."""
    moved = movement(base, rate)
    if moved == 0 or abs(moved) < Fraction(threshold):
        return None
    return 1 + Fraction(share) * moved


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def first_lawful(first_on: date, last: date | None, months_between: int, notice_days: int, today: date) -> date:
    """The first day on which prices may be adjusted when notice is given today. ``last``: the latest adjustment."""
    waits = first_on if last is None else max(first_on, months_after(last, months_between))
    return max(waits, today + timedelta(days=notice_days))
