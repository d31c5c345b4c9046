"""Typed questions to tenderers: one definition gives the field of the form, the validation and the comparison table.

Pure: a question is anything with the fields of ``models.Question``. Values are ``str``, ``Decimal``, ``bool`` or ``date``,
and None for no answer; ``wire`` gives what a tender's JSON holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _

from fellestorg.kernel.sheets import RowError, day_in, decimal_in
from fellestorg.values import Problem, decimal_text

LONGEST_TEXT = 10_000
Value = str | Decimal | bool | date | None
_YES, _NO = ("ja", "yes", "true", "1"), ("nei", "no", "false", "0")


class TypedQuestion(Protocol):
    """What this module needs to know of a question."""

    key: str
    kind: str
    text: str
    help: str
    required: bool
    must: bool
    options: list[str]
    minimum: Decimal | None
    maximum: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question across tenders: each answer as text, in the tenders' order; ``fails`` marks a must that is not met."""

    key: str
    text: str
    unit: str
    answers: tuple[str, ...]
    fails: tuple[bool, ...]


def validate(question: TypedQuestion, raw: object) -> Value | Problem:
    """The value of an answer as typed or as it stands in a tender's JSON, or what is wrong with it.

    An answer that is missing is None where it may be. A file's answer is its name; whether the file came is asked of
    those who keep files.
    """
    text = "" if raw is None else ("ja" if raw else "nei") if isinstance(raw, bool) else str(raw).strip()
    if not text:
        return Problem(question.key, "required", _("Svaret mangler.")) if question.required else None
    try:
        return _READERS[question.kind](question, text)
    except RowError as error:
        return Problem(question.key, error.code, error.text)


def wire(value: Value) -> str | bool | None:
    """The value as a tender's JSON holds it: numbers and days as text, yes and no as true and false."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value.isoformat() if isinstance(value, date) else value


def shown(question: TypedQuestion, value: Value) -> str:
    """The value as a reader sees it in a table, without its unit."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("Ja") if value else _("Nei")
    if isinstance(value, Decimal):
        return decimal_text(value).replace(".", ",")
    return value.isoformat() if isinstance(value, date) else value


def fails_must(question: TypedQuestion, value: Value) -> bool:
    """Whether the answer says that an absolute requirement is not met: a no, or no answer at all."""
    return question.must and (value is None or value is False)


def form_field(question: TypedQuestion) -> forms.Field:
    """The field a tenderer fills in. Its input is read by ``validate``, so that form and file are judged alike."""
    common: dict[str, Any] = {"label": question.text, "help_text": question.help, "required": question.required}
    if question.kind in ("yes_no", "choice"):
        options = (("ja", _("Ja")), ("nei", _("Nei"))) if question.kind == "yes_no" else _pairs(question.options)
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if question.kind == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=10, **common)
    if question.kind == "file":
        return forms.FileField(**common)
    if question.kind in ("number", "money"):
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=40, **common)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_TEXT, **common)


def comparison(questions: Sequence[TypedQuestion], tenders: Sequence[Mapping[str, object]]) -> tuple[Comparison, ...]:
    """The table that sets tenders side by side: one row for each question, one column for each tender's answers."""
    rows = []
    for question in questions:
        values = [validate(question, answers.get(question.key)) for answers in tenders]
        kept: list[Value] = [None if isinstance(value, Problem) else value for value in values]
        rows.append(
            Comparison(
                question.key,
                question.text,
                question.unit,
                tuple(shown(question, value) for value in kept),
                tuple(fails_must(question, value) for value in kept),
            )
        )
    return tuple(rows)


def _text(question: TypedQuestion, text: str) -> Value:
    if len(text) > LONGEST_TEXT:
        raise RowError("too_long", _("Svaret er for langt: høyst %(most)s tegn.") % {"most": LONGEST_TEXT})
    return text


def _number(question: TypedQuestion, text: str) -> Value:
    places = 2 if question.kind == "money" else 4
    lowest = question.minimum if question.minimum is not None else Decimal(-(10**12))
    value = decimal_in(text, places=places, minimum=Decimal(0) if question.kind == "money" else lowest)
    if question.minimum is not None and value < question.minimum:
        raise RowError("too_small", _("Svaret skal være minst %(limit)s.") % {"limit": _comma(question.minimum)})
    if question.maximum is not None and value > question.maximum:
        raise RowError("too_large", _("Svaret skal være høyst %(limit)s.") % {"limit": _comma(question.maximum)})
    return value


def _yes_no(question: TypedQuestion, text: str) -> Value:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise RowError("not_yes_or_no", _("Svar ja eller nei."))


def _choice(question: TypedQuestion, text: str) -> Value:
    if text not in question.options:
        raise RowError(
            "not_an_option", _("Velg ett av svarene: %(options)s.") % {"options": ", ".join(question.options)}
        )
    return text


def _date(question: TypedQuestion, text: str) -> Value:
    return day_in(text)


_READERS = {
    "text": _text,
    "number": _number,
    "money": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "date": _date,
    "file": _text,
}


def _pairs(options: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, one) for one in options]


def _comma(number: Decimal) -> str:
    return decimal_text(number).replace(".", ",")
