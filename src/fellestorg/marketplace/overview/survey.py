"""How agencies run their IT: what they are asked, and what their answers come to when no agency can be told apart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fellestorg.kernel.text import in_language
from fellestorg.marketplace.overview import suppression

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its options in the order they are shown. ``several``: an agency may choose more than one."""

    key: str
    several: bool
    words: Words
    options: Mapping[str, Words]

    @property
    def text(self) -> str:
        return in_language(self.words)


@dataclass(frozen=True, slots=True)
class Answered:
    """A question's answers in one survey: ``answered`` of ``asked`` agencies, and a count for each option, None where it
    is hidden. Nothing is said of ``answered`` either where it is too small (None)."""

    question: Question
    asked: int
    answered: int | None
    counts: Mapping[str, int | None]

    @property
    def hidden(self) -> bool:
        """Whether anything is hidden."""
        return None in self.counts.values()


@cache
def questions() -> Mapping[str, Question]:
    """The questions by their key, in order."""
    document = tomllib.loads(resources.files(__package__).joinpath("survey.toml").read_text("utf-8"))
    return {
        row["key"]: Question(
            row["key"], row["kind"] == "some", row["text"], {one["key"]: one["text"] for one in row["options"]}
        )
        for row in document["questions"]
    }


def totals(answers: Sequence[Mapping[str, Any]]) -> list[Answered]:
    """What the agencies answered to each question that somebody answered, with small counts hidden.

    ``answers`` is as ``StudyVersion.answers`` keeps them. Options that are no longer asked about are left out.
    """
    found = []
    for question in questions().values():
        given = [row["answers"][question.key] for row in answers if row["answers"].get(question.key)]
        if not given:
            continue
        counts = _count(question, given)
        hiding = suppression.some_of_many(counts, len(given)) if question.several else suppression.one_of_many(counts)
        answered = len(given) if len(given) >= suppression.SMALLEST else None
        found.append(Answered(question, len(answers), answered, hiding))
    return found


def response(answers: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """How many agencies answered anything, and how many were asked."""
    return sum(1 for row in answers if row["answers"]), len(answers)


def _count(question: Question, given: Iterable[Sequence[str]]) -> dict[str, int]:
    counts = dict.fromkeys(question.options, 0)
    for chosen in given:
        for option in chosen:
            if option in counts:
                counts[option] += 1
    return counts
