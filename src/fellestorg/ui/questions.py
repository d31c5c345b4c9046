"""Typed questions: one definition gives the field of the form, the validation, the table's text and the comparison.

Pure: a question is anything with the fields of ``TypedQuestion``, a competition's row as well as a line of data. Values
are ``str``, ``Decimal``, ``bool``, ``date`` or a tuple of chosen options, and None for no answer; ``wire`` gives what JSON
holds.

Kinds: ``text`` ``line`` (one line) ``link`` (http or https) ``number`` ``money`` ``yes_no`` ``choice`` ``several``
``countries`` (several, of a long list) ``date`` ``file``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext as _

from fellestorg.kernel.sheets import RowError, day_in, decimal_in
from fellestorg.values import Problem, decimal_text

LONGEST_TEXT = 10_000
LONGEST_LINE = 300
Value = str | Decimal | bool | date | tuple[str, ...] | None
_YES, _NO = ("ja", "yes", "true", "1"), ("nei", "no", "false", "0")
# A host and no more than that is asked of an address: no user name, no control character, no other scheme.
_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?([/?#][^\s<>\"'\\]*)?\Z")


class TypedQuestion(Protocol):
    """What this module needs to know of a question. ``options`` are the answers themselves, or by their codes the words
    that are shown for them."""

    @property
    def key(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def help(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def must(self) -> bool: ...
    @property
    def options(self) -> Collection[str]: ...
    @property
    def minimum(self) -> Decimal | None: ...
    @property
    def maximum(self) -> Decimal | None: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question across those who answered: each answer as text, in their order; ``fails`` marks a must that is not
    met."""

    key: str
    text: str
    unit: str
    answers: tuple[str, ...]
    fails: tuple[bool, ...]


def validate(question: TypedQuestion, raw: object) -> Value | Problem:
    """The value of an answer as typed or as it stands in JSON, or what is wrong with it. Several choices come as a list,
    or as text with semicolons between them.

    An answer that is missing is None where it may be. A file's answer is its name; whether the file came is asked of
    those who keep files.
    """
    if isinstance(raw, (list, tuple)):
        raw = ";".join(str(one) for one in raw)
    text = "" if raw is None else ("ja" if raw else "nei") if isinstance(raw, bool) else str(raw).strip()
    if not text.strip("; "):
        return Problem(question.key, "required", _("Svaret mangler.")) if question.required else None
    try:
        return _READERS[question.kind](question, text)
    except RowError as error:
        return Problem(question.key, error.code, error.text)


def wire(value: Value) -> str | bool | list[str] | None:
    """The value as JSON holds it: numbers and days as text, yes and no as true and false, several choices as a list."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def shown(question: TypedQuestion, value: Value) -> str:
    """The value as a reader sees it in a table, without its unit."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("Ja") if value else _("Nei")
    if isinstance(value, Decimal):
        return decimal_text(value).replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    words = dict(_pairs(question.options)) if question.kind in _CHOSEN else {}
    return ", ".join(words.get(one, one) for one in (value if isinstance(value, tuple) else (value,)))


def fails_must(question: TypedQuestion, value: Value) -> bool:
    """Whether the answer says that an absolute requirement is not met: a no, or no answer at all."""
    return question.must and (value is None or value is False)


def form_field(question: TypedQuestion) -> forms.Field:
    """The field somebody fills in. Its input is read by ``validate``, so that form and file are judged alike."""
    common: dict[str, Any] = {"label": question.text, "help_text": question.help, "required": question.required}
    if question.kind in ("yes_no", "choice"):
        options = [("ja", _("Ja")), ("nei", _("Nei"))] if question.kind == "yes_no" else _pairs(question.options)
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if question.kind in ("several", "countries"):
        return forms.MultipleChoiceField(
            choices=_pairs(question.options), widget=forms.CheckboxSelectMultiple, **common
        )
    if question.kind == "date":
        return forms.CharField(widget=forms.DateInput(attrs={"type": "date"}), max_length=10, **common)
    if question.kind == "file":
        return forms.FileField(**common)
    if question.kind in ("number", "money"):
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=40, **common)
    if question.kind in ("line", "link"):
        kind = {"inputmode": "url"} if question.kind == "link" else {}
        return forms.CharField(widget=forms.TextInput(attrs=kind), max_length=LONGEST_LINE, **common)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_TEXT, **common)


def comparison(questions: Sequence[TypedQuestion], tenders: Sequence[Mapping[str, object]]) -> tuple[Comparison, ...]:
    """The table that sets tenders or listings side by side: one row for each question, one column for each one's
    answers."""
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
    if text in question.options:
        return text
    words = {shown.lower(): code for code, shown in _pairs(question.options)}
    if text.lower() not in words:
        named = ", ".join(shown for _code, shown in _pairs(question.options))
        raise RowError("not_an_option", _("Velg ett av svarene: %(options)s.") % {"options": named})
    return words[text.lower()]


def _several(question: TypedQuestion, text: str) -> Value:
    given = [one.strip() for one in text.split(";") if one.strip()]
    codes = {shown.lower(): code for code, shown in _pairs(question.options)}
    chosen = {one if one in question.options else codes.get(one.lower(), "") for one in given}
    if "" in chosen:
        wrong = next(one for one in given if one not in question.options and one.lower() not in codes)
        raise RowError("not_an_option", _("«%(found)s» er ikke blant svarene.") % {"found": wrong[:60]})
    return tuple(one for one in question.options if one in chosen)


def _line(question: TypedQuestion, text: str) -> Value:
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise RowError("not_a_line", _("Skriv svaret på én linje, høyst %(most)s tegn.") % {"most": LONGEST_LINE})
    return text


def _link(question: TypedQuestion, text: str) -> Value:
    if len(text) > LONGEST_LINE or not text.isprintable() or not _LINK.match(text):
        raise RowError("not_a_link", _("Skriv en adresse som begynner med https:// eller http://."))
    return text


def _date(question: TypedQuestion, text: str) -> Value:
    return day_in(text)


_READERS = {
    "text": _text,
    "line": _line,
    "link": _link,
    "number": _number,
    "money": _number,
    "yes_no": _yes_no,
    "choice": _choice,
    "several": _several,
    "countries": _several,
    "date": _date,
    "file": _text,
}


_CHOSEN = ("choice", "several", "countries")
KINDS = tuple(_READERS)


def _pairs(options: Collection[str]) -> list[tuple[str, str]]:
    return list(options.items()) if isinstance(options, Mapping) else [(one, one) for one in options]


def _comma(number: Decimal) -> str:
    return decimal_text(number).replace(".", ",")
