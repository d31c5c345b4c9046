"""The tender's form, made of the competition's typed questions, and how it is read. Whatever is typed is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Question
from fellestorg.competitions.tenders import packages
from fellestorg.competitions.tenders.content import Draft, FileFacts, Form, totals
from fellestorg.competitions.tenders.parts import Part, Stretch
from fellestorg.competitions.tenders.typed import drafted, pairs_of
from fellestorg.ui.formats import number
from fellestorg.ui.questions import form_field
from fellestorg.values import Problem

_MOST_DIGITS = 6


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
    lines: str
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
class PackageShown:
    """One package to fill in: ``lots`` are all lots, with key, title and whether it is in the package."""

    number: int
    lots: tuple[tuple[str, str, bool], ...]
    discount: str
    problem: str


@dataclass(frozen=True, slots=True)
class FormShown:
    """The whole form, or one part of it, ready to be drawn. ``choices`` are all lots: key, title, whether chosen."""

    choices: tuple[tuple[str, str, bool], ...]
    common: tuple[forms.BoundField, ...]
    lots: tuple[LotShown, ...]
    files: tuple[FileShown, ...]
    packages: tuple[PackageShown, ...]
    most_lots: str
    most_problem: str


def read(request: HttpRequest) -> Draft:
    """What was typed, by the names of its fields. BadInput where it is larger than a form can be.

    The page's script sends pairs as JSON: a long form that is saved often is read in a tenth of the time.
    """
    if request.content_type == "application/json":
        return drafted(pairs_of(request.body))
    return drafted([(name, str(value)) for name, values in request.POST.lists() for value in values])


def part_of(request: HttpRequest) -> int | None:
    """Which part of a divided form is asked for, or sent; ``None`` where none is named."""
    named = request.GET.get("del", "")
    return int(named) if named.isascii() and named.isdigit() and len(named) < _MOST_DIGITS else None


def shown(
    form: Form, draft: Draft, files: Sequence[FileFacts], problems: Sequence[Problem] = (), part: Part | None = None
) -> FormShown:
    """The form, or one part of it, with what the draft says, and each problem at its field."""
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
    ours, tendered_for = totals(form, draft), form.lots_of(draft)
    choices = tuple((lot.key, lot.title, lot.key in draft.lots) for lot in form.lots) if len(form.lots) > 1 else ()
    whole = [Stretch(lot.key, lot.title, 0, len(form.lines[lot.key]), len(form.lines[lot.key])) for lot in form.lots]
    first = part is None or part.number == 0
    by_lot: dict[str, list[forms.BoundField]] = {"": [], **{lot.key: [] for lot in form.lots}}
    for question in form.questions:
        if question.kind != Question.Kind.FILE:
            by_lot[question.lot.key if question.lot else ""].append(made[f"a:{question.key}"])
    lots = []
    for stretch in whole if part is None else part.stretches:
        key = stretch.lot
        sums, total = ours.get(key, ({}, Decimal(0)))
        typed = draft.prices.get(key, {})
        rows = tuple(
            PriceRow(
                f"p:{key}:{line.key}",
                line.title,
                line.unit,
                number(line.quantity),
                number(line.max_unit_price) if line.max_unit_price is not None else "",
                typed.get(line.key, ""),
                number(sums[line.key], 2) if line.key in sums else "",
                wrong.get(f"p:{key}:{line.key}", ""),
            )
            for line in form.lines[key][stretch.start : stretch.stop]
        )
        some = not (stretch.first and stretch.last)
        lots.append(
            LotShown(
                key,
                stretch.title,
                key in tendered_for,
                tuple(by_lot[key]) if stretch.first else (),
                rows,
                _("linje %(first)s–%(last)s av %(lines)s") % _lines(stretch) if some else "",
                f"t:{key}" if stretch.last else "",
                draft.totals.get(key, ""),
                number(total, 2) if sums else "",
                wrong.get(f"t:{key}", ""),
            )
        )
    asked = [one for one in form.questions if one.kind == Question.Kind.FILE]
    return FormShown(
        choices if first else (),
        tuple(by_lot[""]) if first else (),
        tuple(lots),
        tuple(
            FileShown(f"f:{one.key}", one, tuple(file for file in files if file.question == one.key)) for one in asked
        )
        if first
        else (),
        _packages(form, draft, wrong) if first and form.takes_packages else (),
        draft.most_lots,
        wrong.get("most_lots", ""),
    )


def _packages(form: Form, draft: Draft, wrong: Mapping[str, str]) -> tuple[PackageShown, ...]:
    empty = {"lots": (), "discount": ""}
    typed = [*draft.packages, *[empty] * packages.MOST][: packages.MOST]
    return tuple(
        PackageShown(
            number,
            tuple((lot.key, lot.title, lot.key in one["lots"]) for lot in form.lots),
            one["discount"],
            wrong.get(f"k:{number}:discount", ""),
        )
        for number, one in enumerate(typed, 1)
    )


def _lines(stretch: Stretch) -> dict[str, int]:
    return {"first": stretch.start + 1, "last": stretch.stop, "lines": stretch.lines}
