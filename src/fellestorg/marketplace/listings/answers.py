"""A firm's answers: read, judged and put into words. Pure apart from the words.

An answer as it is kept is described at ``models.ListingVersion``. In a draft it may also have ``typed``: what was written
and cannot be read, kept so that the firm finds it again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.kernel.clock import OSLO
from fellestorg.marketplace.listings.freshness import last_day
from fellestorg.marketplace.listings.questions import Question
from fellestorg.ui import questions as typed
from fellestorg.ui.questions import Comparison
from fellestorg.values import Problem

EVIDENCE, SELF_DECLARED = "evidence", "self_declared"
LONGEST_REFERENCE = 200


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as somebody gave it. ``raw`` is text, a list of options, or rows by column; ``file`` and ``reference``
    with ``url`` say what proves it."""

    raw: object
    file: str = ""
    reference: str = ""
    url: str = ""
    buyers_only: bool = False


@dataclass(frozen=True, slots=True)
class InWords:
    """A value as a reader sees it: one text, or rows under headings."""

    text: str
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())


def answer(
    question: Question, given: Given, earlier: Mapping[str, Any] | None, now: datetime, *, confirmed: bool = False
) -> dict[str, Any] | None:
    """The answer as it is kept; None where nothing was said. One that says the same as ``earlier`` keeps its day, unless
    the firm has ``confirmed`` that it still holds."""
    value, problems = _value(question, given.raw)
    evidence = _evidence(question, given)
    if value is None and not problems and not evidence:
        return None
    made: dict[str, Any] = {
        "value": value,
        "basis": EVIDENCE if evidence else SELF_DECLARED,
        "evidence": evidence,
        "buyers_only": given.buyers_only and question.buyers_only,
    }
    if problems:
        made["typed"] = given.raw
    same = earlier is not None and all(earlier.get(name) == made.get(name) for name in ("value", "basis", "evidence"))
    made["answered_at"] = now.isoformat() if confirmed or not same or earlier is None else earlier["answered_at"]
    answered_on = datetime.fromisoformat(made["answered_at"]).astimezone(OSLO).date()
    made["expires_at"] = last_day(question, value, answered_on).isoformat()
    return made


def faults(question: Question, kept: Mapping[str, Any] | None, files: Collection[str], day: date) -> list[Problem]:
    """What stands in the way of submitting this answer. ``files`` are the ids of the listing's own."""
    where, label = question.key, question.text
    if kept is None or (kept.get("value") is None and "typed" not in kept):
        missing_answer = _("%(question)s: svaret mangler.")
        only_proof = _("%(question)s: belegg er valgt, men svaret mangler.")
        text = missing_answer if question.required else only_proof
        missing = question.required or kept is not None
        return [Problem(where, "required", text % {"question": label})] if missing else []
    if "typed" in kept:
        return [Problem(where, one.code, f"{label}: {one.text}") for one in _value(question, kept["typed"])[1]]
    found = []
    evidence = kept.get("evidence") or {}
    if not evidence and not question.may_be_declared and kept["value"] is not False:
        text = _("%(question)s: dette kan dere ikke bare si. Legg ved en fil eller vis til et register.")
        found.append(Problem(where, "evidence_required", text % {"question": label}))
    if evidence and evidence.get("kind") not in question.proof:
        text = _("%(question)s: dette kan ikke belegges slik.")
        found.append(Problem(where, "wrong_evidence", text % {"question": label}))
    if evidence.get("kind") == "file" and evidence.get("file") not in files:
        text = _("%(question)s: fila finnes ikke blant tjenestens filer.")
        found.append(Problem(where, "no_file", text % {"question": label}))
    if evidence.get("kind") == "registry" and (
        not 0 < len(str(evidence.get("reference", ""))) <= LONGEST_REFERENCE or not _is_link(evidence.get("url"))
    ):
        text = _("%(question)s: skriv hva registeret kaller det, og adressen, som begynner med https:// eller http://.")
        found.append(Problem(where, "bad_reference", text % {"question": label}))
    if kept.get("expires_at") and date.fromisoformat(kept["expires_at"]) < day:
        text = _("%(question)s: gyldigheten er ute. Bekreft svaret eller forny det.")
        found.append(Problem(where, "expired", text % {"question": label}))
    return found


def in_words(question: Question, value: Any) -> InWords:
    """A kept value in the reader's language; a file's is its id, which the page knows the name of."""
    if value is None:
        return InWords("–")
    if question.kind == "rows":
        rows = tuple(tuple(typed.shown(one, _read(one, row.get(one.key))) for one in question.columns) for row in value)
        return InWords("; ".join(", ".join(row) for row in rows), tuple(one.text for one in question.columns), rows)
    text = typed.shown(question, _read(question, value))
    return InWords(f"{text} {question.unit}" if question.unit else text)


def comparison(questions: Sequence[Question], answers: Sequence[Mapping[str, Any]]) -> tuple[Comparison, ...]:
    """The table that sets listings side by side, from their ``answers``: one row for each question."""
    return tuple(
        Comparison(
            one.key,
            one.text,
            one.unit,
            tuple(in_words(one, given.get(one.key, {}).get("value")).text for given in answers),
            tuple(False for _given in answers),
        )
        for one in questions
    )


def facet_values(question: Question, value: Any) -> tuple[str, ...]:
    """What a search may be narrowed by: codes of options, ``ja`` and ``nei``, or ``ja`` for a question with rows that has
    some. Their words are the question's ``options``, or yes and no."""
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("ja",) if value else ("nei",)
    if question.kind == "rows":
        return ("ja",)
    return tuple(value) if isinstance(value, list) else (str(value),)


def _value(question: Question, raw: object) -> tuple[Any, list[Problem]]:
    """The value as JSON holds it, and what is wrong. Whether an answer is missing is asked later, of the whole."""
    if question.kind == "rows":
        return _rows(question, raw)
    found = _checked(question, raw)
    return (None, [found]) if isinstance(found, Problem) else (typed.wire(found), [])


def _rows(question: Question, raw: object) -> tuple[Any, list[Problem]]:
    given = [row for row in raw if isinstance(row, Mapping)] if isinstance(raw, (list, tuple)) else []
    rows, problems = [], []
    for number, row in enumerate((one for one in given if any(str(cell).strip() for cell in one.values())), 1):
        made = {}
        for column in question.columns:
            value = typed.validate(column, row.get(column.key))
            if isinstance(value, Problem):
                text = f"{_('rad')} {number}, {column.text}: {value.text}" if question.most_rows > 1 else ""
                problems.append(Problem(question.key, value.code, text or f"{column.text}: {value.text}"))
            else:
                made[column.key] = typed.wire(value)
        rows.append(made)
    if len(rows) > question.most_rows:
        text = _("Høyst %(most)s rader.") % {"most": question.most_rows}
        problems.append(Problem(question.key, "too_many_rows", text))
    return (None, problems) if problems else (rows or None, [])


def _checked(question: Question, raw: object) -> typed.Value | Problem:
    found = typed.validate(question, raw)
    return None if isinstance(found, Problem) and found.code == "required" else found


def _read(question: Question, value: Any) -> typed.Value:
    """A kept value as ``ui.questions`` knows it; one whose option is gone from the catalogue is shown as it was kept."""
    found = _checked(question, value)
    return str(value) if isinstance(found, Problem) else found


def _evidence(question: Question, given: Given) -> dict[str, str]:
    if question.kind == "file":
        return {"kind": "file", "file": str(given.raw)} if given.raw else {}
    if given.file:
        return {"kind": "file", "file": given.file}
    if given.reference or given.url:
        return {"kind": "registry", "reference": given.reference.strip(), "url": given.url.strip()}
    return {}


def _is_link(text: object) -> bool:
    probe = Question("url", "link", {}, {}, required=True)
    return not isinstance(typed.validate(probe, text), Problem)
