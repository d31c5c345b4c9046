"""How much a fixed price may have risen under a lot's clause."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from fellestorg.agreements.models import Lot, RegulationClause
from fellestorg.catalogues.models import PriceRegulation
from fellestorg.catalogues.regulation import rules
from fellestorg.catalogues.regulation.index import index_in_use


def allowed_rise(lot: Lot, since: date, day: date) -> Decimal | None:
    """How much a fixed price of a lot may have risen from ``since`` to ``day``, as a rate (``0.058`` is 5.8 %).

    None: the lot has no clause, so a fixed price may not rise at all and nothing can be said of how much an index moved.
    Zero: it has one, but no regulation day lies after ``since`` up to and with ``day``; or the index fell, since a price
    that stays has not risen; or its index is not known. Otherwise each regulation day in between counts: with the factor
    that was decided where the lot was regulated then, else with what the clause allows (the index published by the last
    day for notice, counted from the month used last, each year held to the clause's limit). Unrounded to eight decimals.
    """
    clause = RegulationClause.objects.filter(lot=lot).first()
    if clause is None:
        return None
    done = {one.year: one for one in PriceRegulation.objects.filter(lot=lot)}
    index = index_in_use(clause.series)
    month = clause.base_month
    total = Fraction(1)
    for year in range(clause.first_on.year, day.year + 1):
        used = done.get(year)
        on = used.takes_effect if used else rules.anniversary(clause.first_on, year)
        if used:
            month = used.month
        if not since < on <= day:
            continue
        if used:
            total *= 1 + Fraction(used.factor - 1)
            continue
        if clause.valid_to is not None and on > clause.valid_to:
            continue
        newest = index.latest(on - timedelta(days=clause.notice_days))
        if not index.usable or newest is None or month not in index.values or newest <= month:
            continue
        total *= rules.factor(index.values[month], index.values[newest], clause.max_rise).exact
        month = newest
    return rules.rounded(max(total - 1, Fraction(0)), 8)
