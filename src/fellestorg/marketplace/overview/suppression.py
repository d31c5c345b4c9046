"""Hiding the small counts of a survey, so that nobody can work out what one agency answered.

A share is public with the number it is a share of, so a hidden count must not be what is left over from the others.
"""

from __future__ import annotations

from collections.abc import Mapping

SMALLEST = 5
"""A count below this, but not zero, is hidden; so is everything where fewer than this answered."""


def one_of_many(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The counts of a question where everybody chose one answer; None where hidden.

    What is hidden is at least ``SMALLEST`` answers in at least two cells, or everything: the next smallest cells are
    hidden too until that holds.
    """
    answered = sum(counts.values())
    if 0 < answered < SMALLEST:
        return dict.fromkeys(counts)
    in_order = sorted((key for key in counts if counts[key]), key=lambda key: (counts[key], key))
    hidden = [key for key in in_order if counts[key] < SMALLEST]
    rest = in_order[len(hidden) :]
    while hidden and rest and (len(hidden) < 2 or sum(counts[key] for key in hidden) < SMALLEST):
        hidden.append(rest.pop(0))
    return {key: None if key in hidden else count for key, count in counts.items()}


def some_of_many(counts: Mapping[str, int], answered: int) -> dict[str, int | None]:
    """The counts of a question where one could choose several answers, of ``answered`` agencies; None where hidden.

    Those who did not choose an answer are a group too: a count is hidden where either group is small.
    """
    if 0 < answered < SMALLEST:
        return dict.fromkeys(counts)
    return {key: None if _small(count) or _small(answered - count) else count for key, count in counts.items()}


def _small(count: int) -> bool:
    return 0 < count < SMALLEST
