"""The form that a category's questions make, a section at a time, and how it is read. Whatever is typed is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fellestorg.marketplace.listings.advice import Advice
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.drafts import MOST_PRICES, Price
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.questions import Question, question, questions_of
from fellestorg.ui.questions import form_field
from fellestorg.values import BadInput, Problem

LARGEST = 1024 * 1024
_SPARE_ROWS, _SPARE_PRICES = 2, 2
# More choices than this stand in columns.
_MANY = 12
Pairs = Sequence[tuple[str, str]]


class SectionForm(forms.Form):
    """One field for each question with a single value. Nothing is required before the listing is submitted."""

    use_required_attribute = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row: ``options`` where one is chosen."""

    name: str
    label: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the form shows it, with what proves the answer."""

    key: str
    text: str
    help: str
    required: bool
    field: forms.BoundField | None
    many: bool
    rows: tuple[tuple[Cell, ...], ...]
    files: tuple[tuple[str, str, bool], ...]
    is_file: bool
    may_file: bool
    may_registry: bool
    must_prove: bool
    reference: str
    url: str
    may_keep: bool
    buyers_only: bool
    life: str
    expires: str
    unit: str
    problems: tuple[str, ...]
    advice: tuple[Advice, ...]


def pairs_of(request: HttpRequest) -> Pairs:
    """The form's fields with what was typed. The page's script sends them as JSON. BadInput where it is no form."""
    if request.content_type != "application/json":
        return [(name, str(value)) for name, values in request.POST.lists() for value in values]
    try:
        if len(request.body) > LARGEST:
            raise BadInput.of("", "too_large", _("Skjemaet er for stort. Legg lange tekster i en fil."))
        return [(name, value) for name, value in json.loads(request.body) if isinstance(value, str)]
    except (ValueError, TypeError):
        raise BadInput.of("", "not_pairs", _("Skjemaet kom ikke helt fram.")) from None


def read_section(pairs: Pairs, asked: Iterable[Question]) -> dict[str, Given]:
    """The answers of a section's form; every question of the section is in it, also those left empty."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)

    def one(name: str) -> str:
        return values.get(name, [""])[-1].strip()

    made = {}
    for each in asked:
        raw: object = one(f"a:{each.key}")
        if each.kind in ("several", "countries"):
            raw = values.get(f"a:{each.key}", [])
        elif each.kind == "rows":
            raw = _rows_in(each, values)
        elif each.kind == "file":
            raw = one(f"f:{each.key}")
        made[each.key] = Given(
            raw,
            file="" if each.kind == "file" else one(f"f:{each.key}"),
            reference=one(f"r:{each.key}"),
            url=one(f"u:{each.key}"),
            buyers_only=bool(one(f"b:{each.key}")),
        )
    return made


def read_prices(pairs: Pairs) -> list[Price]:
    """The price lines of their form, in order; empty ones are left out."""
    lines: dict[int, dict[str, str]] = {}
    for name, value in pairs:
        kind, _colon, rest = name.partition(":")
        number, _colon, field = rest.partition(":")
        if kind == "p" and number.isdecimal() and len(number) < 4:
            lines.setdefault(int(number), {})[field] = value
    return [
        Price(
            line.get("title", ""), line.get("unit", ""), line.get("amount", ""), line.get("from_quantity", ""),
            line.get("note", ""), bool(line.get("buyers_only")),
        )
        for _number, line in sorted(lines.items())
        if line.get("title", "").strip() or line.get("amount", "").strip()
    ]  # fmt: skip


def about(advice: Sequence[Advice], where: str) -> tuple[Advice, ...]:
    """The advice on one field."""
    return tuple(one for one in advice if one.where == where)


def price_rows(version: ListingVersion, advice: Sequence[Advice] = ()) -> list[dict[str, Any]]:
    """The price lines as the form shows them, with empty ones to fill in. What can be done without scripts: saving gives
    more empty lines."""
    lines = [{**line, "amount": _comma(line.get("amount")), "from_quantity": _comma(line.get("from_quantity"))}
             for line in version.prices]  # fmt: skip
    spare: list[dict[str, Any]] = [{} for _line in range(min(_SPARE_PRICES, MOST_PRICES - len(lines)))]
    return [
        {**line, "number": number, "advice": about(advice, f"prices.{number}")}
        for number, line in enumerate([*lines, *spare], 1)
    ]


def section(
    version: ListingVersion,
    key: str,
    files: Mapping[str, str],
    problems: Sequence[Problem],
    advice: Sequence[Advice] = (),
) -> list[Asked]:
    """The questions of a section with what the draft says; ``files`` are names by id."""
    asked = [one for one in questions_of(version.listing.category) if one.section == key]
    single = [one for one in asked if one.kind not in ("rows", "file")]
    made = SectionForm(initial={f"a:{one.key}": _typed(one, version.answers.get(one.key)) for one in single})
    for one in single:
        made.fields[f"a:{one.key}"] = form_field(one)
        made.fields[f"a:{one.key}"].widget.is_required = False
    wrong: dict[str, list[str]] = {}
    for problem in problems:
        found = question(problem.where)
        text = problem.text.removeprefix(f"{found.text}: ") if found else problem.text
        wrong.setdefault(problem.where, []).append(text[:1].upper() + text[1:])
    errors = {f"a:{one.key}": made.error_class(wrong[one.key]) for one in single if one.key in wrong}
    if errors:
        made._errors = forms.utils.ErrorDict(errors)  # type: ignore[attr-defined]
    return [
        _asked(one, made, version.answers.get(one.key) or {}, files, wrong.get(one.key, []), about(advice, one.key))
        for one in asked
    ]


def _asked(
    one: Question, form: SectionForm, kept: Mapping[str, Any], files: Mapping[str, str], wrong: Sequence[str],
    advice: tuple[Advice, ...],
) -> Asked:  # fmt: skip
    evidence = kept.get("evidence") or {}
    chosen = evidence.get("file", "")
    single = one.kind not in ("rows", "file")
    return Asked(
        one.key,
        one.text,
        one.help,
        one.required,
        form[f"a:{one.key}"] if single else None,
        len(one.option_words) > _MANY,
        _cells(one, kept) if one.kind == "rows" else (),
        tuple((pk, name, pk == chosen) for pk, name in files.items()),
        one.kind == "file",
        "file" in one.proof,
        "registry" in one.proof,
        not one.may_be_declared,
        evidence.get("reference", ""),
        evidence.get("url", ""),
        one.buyers_only,
        bool(kept.get("buyers_only")),
        ngettext("Svaret gjelder i %d måned.", "Svaret gjelder i %d måneder.", one.life_months) % one.life_months,
        kept.get("expires_at", ""),
        one.unit,
        () if single else tuple(wrong),
        advice,
    )


def _typed(one: Question, kept: Mapping[str, Any] | None) -> Any:
    """What the field begins with: what was typed where it could not be read, or the value as one types it."""
    if kept is None:
        return None
    value = kept.get("typed", kept.get("value"))
    if isinstance(value, bool):
        return "ja" if value else "nei"
    return _comma(value) if one.kind in ("number", "money") else value


def _cells(one: Question, kept: Mapping[str, Any]) -> tuple[tuple[Cell, ...], ...]:
    rows = list(kept.get("typed") or kept.get("value") or [])
    spare = 1 if one.most_rows == 1 else _SPARE_ROWS
    rows += [
        {} for _row in range(max(0, min(one.most_rows - len(rows), spare if one.most_rows > 1 or not rows else 0)))
    ]
    return tuple(
        tuple(
            Cell(
                f"c:{one.key}:{number}:{column.key}",
                column.text,
                column.kind,
                str(row.get(column.key, "") or ""),
                tuple(column.options.items()),
            )
            for column in one.columns
        )
        for number, row in enumerate(rows)
    )


def _rows_in(one: Question, values: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    columns = {column.key for column in one.columns}
    for name, given in values.items():
        kind, _colon, rest = name.partition(":")
        parts = rest.split(":")
        if kind == "c" and len(parts) == 3 and parts[0] == one.key and parts[1].isdecimal() and parts[2] in columns:
            found.setdefault(int(parts[1][:4]), {})[parts[2]] = given[-1].strip()
    return [row for _number, row in sorted(found.items()) if any(row.values())]


def _comma(value: Any) -> str:
    return str(value or "").replace(".", ",")
