"""The sheets of studies and surveys: their templates, and what stands in those that are filled in.

Every fault is found before anything is written, each with its line and its column.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from fellestorg.kernel.sheets import RowError, SheetRow, decimal_in, read_sheet
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.marketplace.overview import survey, vocabulary
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import clean_number
from fellestorg.values import BadInput, Problem, decimal_text

MOST_FIGURES = 5000
MOST_AGENCIES = 5000
LARGEST = 2 * 1024 * 1024
FORMS = ("csv", "xlsx")
_FIELDS = {"geography": "geographies", "category": "categories", "measure": "measures", "unit": "units"}
_PERIOD = re.compile(r"(19|20)\d\d(-[KQkq][1-4]|-(0[1-9]|1[0-2]))?\Z")
_LONGEST = {"measure": 120, "unit": 40, "note": 200}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def figure_headings() -> dict[str, str]:
    """What the columns of a study's sheet are called."""
    return {
        "geography": _("Område"),
        "category": _("Kategori"),
        "measure": _("Hva er målt"),
        "period": _("Periode"),
        "value": _("Verdi"),
        "unit": _("Enhet"),
        "note": _("Merknad"),
    }


def survey_headings() -> dict[str, str]:
    """What the columns of a survey's sheet are called; the key behind, so that a text may be worded anew."""
    return {"agency": _("Organisasjonsnummer"), "name": _("Virksomhet")} | {
        key: f"{one.text} [{key}]" for key, one in survey.questions().items()
    }


def figures(content: bytes) -> list[dict[str, str]]:
    """The figures of a study's sheet, as ``StudyVersion.figures`` keeps them. Raises BadInput with all that is wrong."""
    headings = figure_headings()
    required = [name for name in headings if name != "note"]
    rows = read_sheet(content, _columns(figure_headings), required, headings)
    _require_some(rows, MOST_FIGURES)
    problems: list[Problem] = []
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for row in rows:
        fault = _Faults(row, headings, problems)
        figure = {name: _word(name, row, fault) for name in _FIELDS}
        figure |= {"period": _period(row, fault), "value": _value(row, fault), "note": _text("note", row, fault)}
        same = tuple(figure[name] for name in (*_FIELDS, "period"))
        if all(same) and same in seen:
            told = _("det samme står på linje %(line)s") % {"line": seen[same]}
            fault("measure", "twice", told)
        seen.setdefault(same, row.number)
        found.append({name: figure[name] for name in headings})
    BadInput.raise_if(problems)
    return found


def answers(content: bytes) -> list[dict[str, Any]]:
    """The agencies of a survey's sheet, as ``StudyVersion.answers`` keeps them. Raises BadInput with all that is wrong.

    An agency without a single answer was asked and did not answer.
    """
    headings = survey_headings()
    rows = read_sheet(content, _columns(survey_headings), ["agency"], headings)
    _require_some(rows, MOST_AGENCIES)
    known = set(Organisation.objects.filter(kind="agency").values_list("number", flat=True))
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    found = []
    for row in rows:
        fault = _Faults(row, headings, problems)
        number = _agency(row, known, fault)
        if number and number in lines:
            fault("agency", "twice", _("virksomheten står også på linje %(line)s") % {"line": lines[number]})
        lines.setdefault(number, row.number)
        given = {key: _options(one, row, fault) for key, one in survey.questions().items()}
        found.append({"agency": number, "answers": {key: chosen for key, chosen in given.items() if chosen}})
    if not problems and not any(one["answers"] for one in found):
        problems.append(Problem("", "empty", _("Ingen virksomhet har svart på noe.")))
    BadInput.raise_if(problems)
    return found


def figures_template(form: str) -> bytes:
    """An empty sheet for a study."""
    notes = {name: "; ".join(_names(field)) for name, field in _FIELDS.items()}
    notes |= {"period": _("2022, 2022-06 eller 2022-K2"), "value": _("Et tall")}
    return _sheet(form, figure_headings(), notes, ())


def survey_template(form: str) -> bytes:
    """A sheet for a survey with a line for each agency. Those that do not answer keep an empty line."""
    notes = {key: _choices(one) for key, one in survey.questions().items()}
    agencies = Organisation.objects.filter(kind="agency").order_by("name", "number").values_list("number", "name")
    return _sheet(form, survey_headings(), notes, agencies)


class _Faults:
    """Notes what is wrong in a row, with the row's line and the column's name."""

    def __init__(self, row: SheetRow, headings: Mapping[str, str], problems: list[Problem]) -> None:
        self.row, self.headings, self.problems = row, headings, problems
        if row.cells.get(""):
            self("", "extra_cell", _("raden har flere celler enn det er kolonner"))

    def __call__(self, column: str, code: str, text: str) -> None:
        where = f"{_('linje')} {self.row.number}"
        named = self.headings.get(column, "")
        self.problems.append(Problem(f"{where}, {named}" if named else where, code, text))


def _word(name: str, row: SheetRow, fault: _Faults) -> str:
    """A word of the vocabulary. Measures and units may be others; geographies and categories may not."""
    text = _text(name, row, fault)
    if not text:
        fault(name, "required", _("må fylles ut"))
        return ""
    key = vocabulary.key_of(_FIELDS[name], text)
    if not key and name in ("geography", "category"):
        known = "; ".join(_names(_FIELDS[name]))
        fault(name, "unknown", _("kjenner ikke «%(found)s»; bruk en av: %(known)s") % {"found": text, "known": known})
    return key or text


def _period(row: SheetRow, fault: _Faults) -> str:
    text = row.cells.get("period", "").strip().upper().replace("Q", "K")
    if not _PERIOD.match(text):
        fault("period", "not_a_period", _("ventet et år, en måned eller et kvartal, som 2022, 2022-06 eller 2022-K2"))
    return text


def _value(row: SheetRow, fault: _Faults) -> str:
    try:
        return decimal_text(decimal_in(row.cells.get("value", ""), minimum=Decimal(-(10**12)), whole_digits=15))
    except RowError as error:
        fault("value", error.code, error.text)
        return ""


def _text(name: str, row: SheetRow, fault: _Faults) -> str:
    text = " ".join(row.cells.get(name, "").split())
    longest = _LONGEST.get(name, 120)
    if _CONTROL.search(text):
        fault(name, "control_character", _("har usynlige tegn; skriv teksten på nytt"))
    elif len(text) > longest:
        fault(name, "too_long", _("høyst %(longest)s tegn") % {"longest": longest})
    return text[:longest]


def _agency(row: SheetRow, known: set[str], fault: _Faults) -> str:
    try:
        number = clean_number(row.cells.get("agency", ""))
    except BadInput:
        fault("agency", "organisation_number", _("ventet et organisasjonsnummer med ni siffer"))
        return ""
    if number not in known:
        fault("agency", "unknown_agency", _("%(number)s er ingen virksomhet vi kjenner") % {"number": number})
    return number


def _options(question: survey.Question, row: SheetRow, fault: _Faults) -> list[str]:
    cell = row.cells.get(question.key, "")
    by_name = {spelled.casefold(): key for key, words in question.options.items() for spelled in (*words.values(), key)}
    whole = by_name.get(cell.strip().casefold())
    if whole or not cell.strip():
        return [whole] if whole else []
    parts = [part.strip() for part in re.split("[,;]", cell) if part.strip()] if question.several else [cell.strip()]
    chosen = []
    for part in parts:
        if (key := by_name.get(part.casefold())) is None:
            told = _("kjenner ikke «%(found)s»; bruk en av: %(known)s")
            fault(question.key, "unknown_option", told % {"found": part[:60], "known": "; ".join(_named(question))})
        elif key not in chosen:
            chosen.append(key)
    return chosen


def _choices(question: survey.Question) -> str:
    listed = "; ".join(_named(question))
    return (_("Flere av, med komma: %(codes)s") if question.several else _("En av: %(codes)s")) % {"codes": listed}


def _names(field: str) -> list[str]:
    return [vocabulary.name(field, key) for key in vocabulary.words(field)]


def _named(question: survey.Question) -> list[str]:
    return [in_language(words) for words in question.options.values()]


def _columns(headings: Any) -> dict[str, tuple[str, ...]]:
    """The headings that each column may have, in every language."""
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        with override(language):
            for key, heading in headings().items():
                found[key] = (*found.get(key, ()), heading)
    return found


def _require_some(rows: Sequence[SheetRow], most: int) -> None:
    if not rows:
        raise BadInput.of("", "empty", _("Fila har ingen rader under kolonnenavnene."))
    if len(rows) > most:
        raise BadInput.of("", "too_many", _("Fila har flere enn %(most)s rader.") % {"most": most})


def _sheet(form: str, headings: Mapping[str, str], notes: Mapping[str, str], rows: Any) -> bytes:
    given: Iterator[Sequence[str]] = iter(rows)
    if form == "xlsx":
        return workbook_of(_("Mal"), [*headings.values()], given, [notes.get(key, "") for key in headings])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings.values())
    writer.writerows([*row, *[""] * (len(headings) - len(row))] for row in given)
    return ("\ufeff" + out.getvalue()).encode()
