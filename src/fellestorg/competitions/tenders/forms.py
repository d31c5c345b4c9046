"""The tender's form, made of the competition's typed questions, and how it is read. Whatever is typed is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Question
from fellestorg.competitions.tenders.content import Draft, FileFacts, Form, totals
from fellestorg.ui.formats import number
from fellestorg.ui.questions import form_field
from fellestorg.values import BadInput, Problem

LARGEST = 4 * 1024 * 1024


class TenderForm(forms.Form):
    """One field for each question that is not a file's. Nothing is required before delivery."""

    use_required_attribute = False


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A line to price: ``sum`` is ours, ``problem`` what is wrong with it."""

    name: str
    title: str
    unit: str
    quantity: str
    ceiling: str
    price: str
    sum: str
    problem: str


@dataclass(frozen=True, slots=True)
class LotShown:
    """A lot's part of the form."""

    key: str
    title: str
    chosen: bool
    fields: tuple[forms.BoundField, ...]
    rows: tuple[PriceRow, ...]
    total_name: str
    stated: str
    total: str
    problem: str


@dataclass(frozen=True, slots=True)
class FileShown:
    """A question that is answered by files, and the files that have come."""

    name: str
    question: Question
    files: tuple[FileFacts, ...]


@dataclass(frozen=True, slots=True)
class FormShown:
    """The whole form, ready to be drawn."""

    several_lots: bool
    common: tuple[forms.BoundField, ...]
    lots: tuple[LotShown, ...]
    files: tuple[FileShown, ...]


def read(request: HttpRequest) -> Draft:
    """What was typed, by the names of its fields. BadInput where it is larger than a form can be.

    The page's script sends pairs as JSON: a long form that is saved often is read in a tenth of the time.
    """
    if request.content_type == "application/json":
        return _drafted(_pairs(request.body))
    return _drafted([(name, str(value)) for name, values in request.POST.lists() for value in values])


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        given = json.loads(body)
        return [(name, value) for name, value in given if isinstance(name, str) and isinstance(value, str)]
    except (ValueError, TypeError):
        raise BadInput.of("", "not_pairs", _("Skjemaet kom ikke helt fram.")) from None


def _drafted(pairs: Sequence[tuple[str, str]]) -> Draft:
    if sum(len(value) for _name, value in pairs) > LARGEST:
        raise BadInput.of("", "too_large", _("Skjemaet er for stort. Legg lange tekster i en fil."))
    answers: dict[str, str] = {}
    prices: dict[str, dict[str, str]] = {}
    totals: dict[str, str] = {}
    for name, value in pairs:
        kind, _colon, rest = name.partition(":")
        lot, _colon, line = rest.partition(":")
        if kind == "a":
            answers[rest] = value
        elif kind == "p" and line:
            prices.setdefault(lot, {})[line] = value
        elif kind == "t" and value:
            totals[rest] = value
    return Draft(tuple(value for name, value in pairs if name == "lots"), answers, prices, {}, totals)


def shown(form: Form, draft: Draft, files: Sequence[FileFacts], problems: Sequence[Problem] = ()) -> FormShown:
    """The form with what the draft says, and each problem at its field."""
    made = TenderForm(initial={f"a:{key}": value for key, value in draft.answers.items()})
    for question in form.questions:
        if question.kind != Question.Kind.FILE:
            made.fields[f"a:{question.key}"] = form_field(question)
            made.fields[f"a:{question.key}"].widget.is_required = False
    wrong = {problem.where: problem.text for problem in problems}
    if wrong:
        made._errors = forms.utils.ErrorDict(  # type: ignore[attr-defined]
            {name: made.error_class([text]) for name, text in wrong.items() if name in made.fields}
        )
    ours = totals(form, draft)
    several = len(form.lots) > 1
    by_lot: dict[str, list[forms.BoundField]] = {"": [], **{lot.key: [] for lot in form.lots}}
    for question in form.questions:
        if question.kind != Question.Kind.FILE:
            by_lot[question.lot.key if question.lot else ""].append(made[f"a:{question.key}"])
    lots = []
    for lot in form.lots:
        sums, total = ours.get(lot.key, ({}, Decimal(0)))
        typed = draft.prices.get(lot.key, {})
        rows = tuple(
            PriceRow(
                f"p:{lot.key}:{line.key}",
                line.title,
                line.unit,
                number(line.quantity),
                number(line.max_unit_price) if line.max_unit_price is not None else "",
                typed.get(line.key, ""),
                number(sums[line.key], 2) if line.key in sums else "",
                wrong.get(f"p:{lot.key}:{line.key}", ""),
            )
            for line in form.lines[lot.key]
        )
        lots.append(
            LotShown(
                lot.key,
                lot.title,
                lot.key in draft.lots,
                tuple(by_lot[lot.key]),
                rows,
                f"t:{lot.key}",
                draft.totals.get(lot.key, ""),
                number(total, 2) if sums else "",
                wrong.get(f"t:{lot.key}", ""),
            )
        )
    asked = [one for one in form.questions if one.kind == Question.Kind.FILE]
    return FormShown(
        several,
        tuple(by_lot[""]),
        tuple(lots),
        tuple(
            FileShown(f"f:{one.key}", one, tuple(file for file in files if file.question == one.key)) for one in asked
        ),
    )
