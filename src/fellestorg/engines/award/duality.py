"""What prices on the rows prove: a bound in whole numbers, whatever the solver that named the prices says of them.

Weak duality: at any prices, an award that keeps the rows costs at least what their sides are worth, plus every variable
that then costs less than nothing. Prices are rounded to whole parts of a unit, as fine as 64 bits allow, and all that
follows is exact.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from fellestorg.engines.award.rows import Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Number = TypeVar("Number", np.float64, np.int64)

#: Sums of prices and factors stay below two to this power: inside 64 bits with a bit to spare.
_WIDTH = 61
#: Finer than this, nothing is gained.
_FINEST = 40


@dataclass(frozen=True, slots=True)
class Proved:
    """No award costs less than ``total`` parts, ``1 << fine`` of them a unit; ``reduced``: what each variable costs."""

    total: int
    reduced: NDArray[np.int64]
    fine: int

    @property
    def bound(self) -> int:
        """The same in units: a total is a whole number of them."""
        return -(-self.total >> self.fine)

    def beyond(self, total: int) -> int:
        """How many parts may be added before ``total`` units are reached."""
        return (total << self.fine) - self.total


class Duality:
    """The rows as columns of numbers, in the order of the rows."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        terms = [sorted(row.terms) for row in rows.rows]
        self.row = np.repeat(np.arange(len(terms)), [len(one) for one in terms])
        self.column = np.array([at for one in terms for at, _ in one], dtype=np.int64)
        self.factor = np.array([factor for one in terms for _, factor in one], dtype=np.int64)
        self.costs = np.array(rows.costs, dtype=np.int64)
        self.has_low = np.array([row.low is not None for row in rows.rows], dtype=bool)
        self.has_high = np.array([row.high is not None for row in rows.rows], dtype=bool)
        self.cliques = np.zeros(len(terms), dtype=bool)
        self.cliques[list(rows.cliques)] = True
        bids: dict[int, set[int]] = {winner: set() for winner in rows.winners}
        for at in rows.cliques:
            *mine, (winner, _) = rows.rows[at].terms
            bids[winner].update(bid for bid, _ in mine)
        #: What a winner takes with it when it is shut out: its bids and its own variable.
        self.goes = {winner: np.array([*sorted(mine), winner], dtype=np.int64) for winner, mine in bids.items()}
        self._spent = np.flatnonzero(self.column == rows.spend) if rows.spend is not None else None
        if self._spent is not None:
            defines = [int(self.row[at]) for at in self._spent if self._defines(int(self.row[at]))]
            self._defining = defines[0]
            self._spent = self._spent[self.row[self._spent] != self._defining]

    def _defines(self, at: int) -> bool:
        row = self.rows.rows[at]
        return row.low == row.high and (self.rows.spend, -1) in row.terms

    def prove(self, prices: NDArray[np.float64], opened: Collection[int], shut: Collection[int]) -> Proved:
        """The bound that prices in units on the rows prove for every award where the winners ``opened`` win and those
        ``shut`` do not. A price that pushes towards a side the row does not have counts as none.
        """
        sided = np.where(prices > 0, self.has_low, self.has_high) & np.isfinite(prices)
        prices = np.where(sided, prices, 0.0)
        with np.errstate(over="ignore", invalid="ignore"):
            self._balance(prices)
            moved = np.abs(prices[self.row] * self.factor)
            reach = (
                self._by_column(moved).max(initial=0.0) + self.costs.max(initial=0) + np.abs(prices).max(initial=0.0)
            )
        if reach < 1 << _WIDTH:
            fine = min(_WIDTH - int(reach).bit_length(), _FINEST)
        else:
            prices, fine = np.zeros_like(prices), 0
        whole = np.rint(np.ldexp(prices, fine)).astype(np.int64)
        self._balance(whole)
        reduced = (self.costs << fine) - self._by_column(whole[self.row] * self.factor)
        total = 0
        for at in np.flatnonzero(whole).tolist():
            row, price = self.rows.rows[at], int(whole[at])
            total += price * ((row.low or 0) if price > 0 else (row.high or 0))
        taken = reduced < 0
        self._without(taken, shut)
        taken[list(opened)] = True
        return Proved(total + sum(reduced[taken].tolist()), reduced, fine)

    def within(self, proved: Proved, below: int, shut: Collection[int]) -> NDArray[np.bool_]:
        """Which variables an award may take that costs less than ``below`` units, by what is proved."""
        kept = proved.reduced <= proved.beyond(below - 1)
        self._without(kept, shut)
        return kept

    def _without(self, taken: NDArray[np.bool_], shut: Collection[int]) -> None:
        for winner in shut:
            taken[self.goes[winner]] = False

    def _balance(self, prices: NDArray[np.float64] | NDArray[np.int64]) -> None:
        """The sum of awarded prices has no upper end, so the row that defines it has the price that leaves it costing
        nothing."""
        if self._spent is not None:
            prices[self._defining] = (prices[self.row[self._spent]] * self.factor[self._spent]).sum()

    def _by_column(self, values: NDArray[Number]) -> NDArray[Number]:
        sums = np.zeros(len(self.costs), dtype=values.dtype)
        np.add.at(sums, self.column, values)
        return sums
