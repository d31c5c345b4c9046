"""What a search knows so far: the best cost, the covers that reach it, and how much it has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fellestorg.engines.netprice.scaled import Scaled

Assignment = tuple[int, ...]


@dataclass(slots=True)
class Found:
    """The best cost, the covers that reach it (at most ``keep``) and whether these are all of them.

    ``work`` counts lines times suppliers looked at, and may not pass ``max_work``. A first cover that costs
    ``target``, if given, ends the search. ``bound`` is a lower bound on every cover, once there is one.
    """

    scaled: Scaled
    max_work: int
    keep: int = 64
    target: int | None = None
    cost: int | None = None
    covers: set[Assignment] = field(default_factory=set)
    complete: bool = True
    bound: int | None = None
    nodes: int = 0
    work: int = 0

    def offer(self, owner: Sequence[int]) -> bool:
        """Price a cover; keep it if it is as good as the best. Whether it is better than all before.

        Raises ``EnoughError`` when it reaches the target.
        """
        cost = self.scaled.cost(owner)
        if self.cost is not None and cost > self.cost:
            return False
        if len(set(owner)) > self.scaled.max_suppliers:
            return False
        if self.cost is None or cost < self.cost:
            self.cost, self.covers, self.complete = cost, {tuple(owner)}, True
            if cost == self.target:
                raise EnoughError
            return True
        if len(self.covers) < self.keep:
            self.covers.add(tuple(owner))
        elif tuple(owner) not in self.covers:
            self.complete = False
        return False

    def ceiling(self, infinite: int) -> int:
        """What a bound may not pass: the best cost, or one below it once no more equal covers are kept."""
        if self.cost is None:
            return infinite
        return self.cost if self.complete else self.cost - 1

    def count(self, suppliers: int) -> None:
        """Count one node over ``suppliers`` suppliers. Raises ``BudgetError`` past ``max_work``."""
        self.nodes += 1
        self.count_steps(suppliers * len(self.scaled.lines))

    def count_steps(self, steps: int) -> None:
        """Count ``steps`` small steps. Raises ``BudgetError`` past ``max_work``."""
        self.work += steps
        if self.work > self.max_work:
            raise BudgetError(self)


class EnoughError(Exception):
    """A cover at the target cost was found."""


class BudgetError(Exception):
    """The search has looked at as much as it was allowed to and has not proved its best cover (``found``)."""

    def __init__(self, found: Found) -> None:
        super().__init__(f"no proof within {found.work} steps")
        self.found = found
