"""What is wrong in a file, by line and column. The first thousand are told in full, and the first of each other kind, which
might be the one that matters; all are counted."""

from __future__ import annotations

from fellestorg.kernel.sheets import RowProblem

MOST_TOLD = 1000


class Faults:
    """Gathers the faults of a file."""

    def __init__(self) -> None:
        self.count = 0
        self._told: list[RowProblem] = []
        self._kinds: set[tuple[str, str]] = set()

    @property
    def full(self) -> bool:
        """Whether no more are told of the kinds that have been."""
        return len(self._told) >= MOST_TOLD

    @property
    def told(self) -> tuple[RowProblem, ...]:
        """Those told, in the order of the file."""
        return tuple(sorted(self._told, key=lambda one: one.row))

    def add(self, row: int, field: str, code: str, text: str) -> None:
        """Note one."""
        self.count += 1
        if not self.full or (field, code) not in self._kinds:
            self._kinds.add((field, code))
            self._told.append(RowProblem(row, field, code, text))

    def count_more(self, number: int) -> None:
        """Count some that are not told."""
        self.count += max(number, 0)
