"""Who goes on among those who qualify, as pure logic in exact numbers: points by published criteria, the best first.

Whoever ties with the last place goes on too: no criterion parts them, and drawing lots was not announced.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fellestorg.values import Decision

HIGHEST = Decimal(10)
"""Full points on a criterion."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A published criterion; ``weight`` is a share of 1, or None where the order decides."""

    key: str
    title: str
    weight: Decimal | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate in the table. ``total`` is the weighted points, or None where the criteria are ranked."""

    supplier: str
    place: int
    total: Decimal | None
    goes_on: bool


def place(
    points: Mapping[str, Mapping[str, Decimal]], criteria: Sequence[Criterion], ranked: bool, most: int | None
) -> list[Placed]:
    """The table: supplier -> points by criterion, placed and cut after ``most``. Ties share a place.

    Raises KeyError where a candidate lacks points that are needed: none are, where nobody is to be left out.
    """
    everybody = sorted(points)
    if most is None or len(everybody) <= most:
        return [Placed(one, 1, None, True) for one in everybody]
    rank = {one: _worth(points[one], criteria, ranked) for one in everybody}
    best_first = sorted(everybody, key=lambda one: ([-part for part in rank[one]], one))
    placed = []
    for one in best_first:
        at = 1 + sum(1 for other in everybody if rank[other] > rank[one])
        placed.append(Placed(one, at, None if ranked else rank[one][0], at <= most))
    return placed


def announced_problems(
    criteria: Sequence[Criterion], *, ranked: bool, minimum: int, maximum: int | None, law_minimum: int
) -> Iterator[Decision]:
    """What is wrong with how the notice says that the field is reduced."""
    if minimum < law_minimum and maximum is not None:
        yield Decision("refused", "minimum_below_the_law", params={"least": str(law_minimum)})
    if maximum is None:
        return
    if not criteria:
        yield Decision("refused", "no_selection_criteria")
    elif not ranked:
        total = sum((one.weight or Decimal(0) for one in criteria), Decimal(0))
        if total != 1:
            yield Decision("refused", "selection_weights_do_not_sum", params={"sum": f"{(total * 100).normalize():f}"})


def _worth(points: Mapping[str, Decimal], criteria: Sequence[Criterion], ranked: bool) -> tuple[Decimal, ...]:
    if ranked:
        return tuple(points[one.key] for one in criteria)
    return (sum((points[one.key] * (one.weight or Decimal(0)) for one in criteria), Decimal(0)),)
