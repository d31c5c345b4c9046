"""Errors that travel from the ground to the front doors with everything a user needs to mend them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was given: where it is, what it is and what was expected.

    ``where`` is a path a reader can follow: ``lines[2].quantity``, ``row 14``, ``need.json:3``.
    """

    where: str
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}" if self.where else self.text


class BadInput(Exception):
    """What was given cannot be understood. Nothing was written. Commands exit with 2, pages answer 422."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)

    @classmethod
    def of(cls, where: str, code: str, text: str) -> BadInput:
        """The common case of one problem."""
        return cls(Problem(where, code, text))

    @classmethod
    def raise_if(cls, problems: Iterable[Problem]) -> None:
        """Raise with all problems at once, so that nobody mends one only to meet the next."""
        found = tuple(problems)
        if found:
            raise cls(*found)


class Refused(Exception):
    """A rule says no. ``code`` names the reason; ``params`` are the facts its text is filled with.

    Commands exit with 1, pages show the text beside the button that was pressed.
    """

    def __init__(self, code: str, text: str, **params: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.params = params
