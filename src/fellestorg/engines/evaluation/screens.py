"""Screens that ask a person to look: tenders that seem abnormally low (W9) and prices that seem agreed between suppliers
(W10). They flag; nothing here scores, ranks or rejects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import isqrt

from fellestorg.engines.evaluation.request import ONE, ZERO, Tender
from fellestorg.law import rule_book

_LEAST_SUPPLIERS = 3
"""Two prices say nothing about how prices spread."""


@dataclass(frozen=True, slots=True)
class Low:
    """A tender to be explained before it is evaluated. Shares are of the mean of all prices and of the next lowest price;
    ``next`` is None for every tender but the lowest."""

    tender: str
    price: Fraction
    mean: Fraction
    below_mean: Fraction
    next: Fraction | None
    below_next: Fraction | None


def abnormally_low(tenders: Sequence[Tender], rule_date: date) -> tuple[Low, ...]:
    """Tenders further below the mean, or below the next lowest, than rule EV-LOW allows unexplained (W9)."""
    rule = rule_book().rule("EV-LOW", on=rule_date)
    most_mean, most_next = Fraction(rule.amount("below_mean")), Fraction(rule.amount("below_next"))
    rows = sorted(tenders, key=lambda one: (one.price, one.id))
    mean = sum((one.price for one in rows), ZERO) / len(rows)
    if len(rows) < 2 or mean <= 0:
        return ()
    found = []
    for at, one in enumerate(rows):
        below_mean = 1 - one.price / mean
        following = rows[1].price if at == 0 else None
        below_next = 1 - one.price / following if following else None
        if below_mean > most_mean or (below_next is not None and below_next > most_next):
            found.append(Low(one.id, one.price, mean, below_mean, following, below_next))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """Unit prices that suppliers asked for one position: supplier to kroner."""

    id: str
    prices: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Screened:
    """Something that a person should look at. ``screen`` is ``close_prices``, ``far_to_next``, ``same_decimals`` or
    ``taking_turns``; ``where`` is the position, the supplier pair or the category it was seen in; ``measure`` is a share."""

    screen: str
    where: str
    suppliers: tuple[str, ...]
    measure: Fraction


def collusion_screens(lines: Sequence[PriceLine], rule_date: date) -> tuple[Screened, ...]:
    """Signs that prices may have been agreed (W10): unit prices too alike, a lowest price far below others that lie close,
    and pairs of suppliers that end in the same øre on most lines. Signs are no proof: they flag and never score."""
    rule = rule_book().rule("EV-COL", on=rule_date)
    close, apart, same = (Fraction(rule.amount(name)) for name in ("close", "far_to_next", "same_decimals"))
    least = rule.count("least_lines")
    found = []
    for line in lines:
        prices = sorted((price, supplier) for supplier, price in line.prices.items())
        if len(prices) < _LEAST_SUPPLIERS or prices[0][0] <= 0:
            continue
        suppliers = tuple(supplier for _, supplier in prices)
        amounts = [price for price, _ in prices]
        variation = squared_variation(amounts)
        if variation < close**2:
            found.append(Screened("close_prices", line.id, suppliers, _root(variation)))
        losing = squared_variation(amounts[1:]) * (sum(amounts[1:], ZERO) / len(amounts[1:])) ** 2
        gap = amounts[1] - amounts[0]
        if losing and gap**2 > apart**2 * losing:
            found.append(Screened("far_to_next", line.id, suppliers[:1], _root(gap**2 / losing)))
    return (*found, *_same_decimals(lines, same, least))


def taking_turns(winners: Sequence[tuple[str, str]], rule_date: date) -> tuple[Screened, ...]:
    """Categories whose competitions were won in a fixed turn. ``winners``: category and winner, oldest first (W10)."""
    least = rule_book().rule("EV-COL", on=rule_date).count("least_turns")
    by_category: dict[str, list[str]] = {}
    for category, winner in winners:
        by_category.setdefault(category, []).append(winner)
    found = []
    for category, row in by_category.items():
        circle = len(set(row))
        turns = all(one == row[at % circle] for at, one in enumerate(row)) and len(set(row[:circle])) == circle
        if circle > 1 and len(row) >= least * circle and turns:
            found.append(Screened("taking_turns", category, tuple(row[:circle]), ONE))
    return tuple(found)


def squared_variation(amounts: Sequence[Fraction]) -> Fraction:
    """The coefficient of variation (standard deviation by mean) squared, exactly; of the sample, 0 for fewer than two."""
    count = len(amounts)
    mean = sum(amounts, ZERO) / count
    if count < 2 or not mean:
        return ZERO
    return sum(((one - mean) ** 2 for one in amounts), ZERO) / (count - 1) / mean**2


def _same_decimals(lines: Sequence[PriceLine], share: Fraction, least: int) -> list[Screened]:
    """Pairs whose prices end in the same øre on at least this share of the lines where both do not end in whole kroner."""
    found = []
    for first, second in combinations(sorted({name for line in lines for name in line.prices}), 2):
        ends = [
            (line.prices[first] % 1, line.prices[second] % 1)
            for line in lines
            if first in line.prices and second in line.prices
        ]
        odd = [(one, other) for one, other in ends if one or other]
        alike = sum(one == other for one, other in odd)
        if len(odd) >= least and alike >= share * len(odd):
            found.append(Screened("same_decimals", f"{first} / {second}", (first, second), Fraction(alike, len(odd))))
    return found


def _root(value: Fraction) -> Fraction:
    """A square root to four decimals, downwards, to show a measure that was compared squared."""
    return Fraction(isqrt(value.numerator * 10**8 // value.denominator), 10**4)
