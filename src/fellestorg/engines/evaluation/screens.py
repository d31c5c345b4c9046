"""Screens that ask a person to look: tenders that seem abnormally low (W9) and prices that seem agreed between suppliers
(W10). They flag; nothing here scores, ranks or rejects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fellestorg.engines.evaluation.request import ZERO, Tender
from fellestorg.law import rule_book


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
