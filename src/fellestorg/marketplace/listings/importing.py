"""Many listings at once from a sheet: one row each, all of one category. All faults are told with their rows before
anything is written, and then all is written or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from fellestorg.kernel.actors import Actor
from fellestorg.kernel.sheets import SheetRow, read_sheet
from fellestorg.kernel.text import LANGUAGES
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.listings import actions, answers, drafts
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.drafts import Price
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.questions import Question, questions_of, units_of
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem

LARGEST = 2 * 1024 * 1024
MOST_ROWS = 200
_TEXTS = ("title", "summary", "description")
# Only whether a cell can be read is asked of the sheet; days are asked of the draft.
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """One listing of the sheet, understood: ``answers`` are what ``Given`` takes, by question."""

    row: int
    texts: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Any]]
    prices: Sequence[Mapping[str, Any]]


def template(category: str) -> bytes:
    """An empty sheet for a category: a column for each text, question and proof, with a note on how to fill it in."""
    notes = {name: note for name, (_label, note) in _text_columns(category).items()}
    for one in _asked(category):
        notes[one.key] = _note(one)
        notes[f"{one.key}.register"] = _("Registerets navn og nummer | adressen")
    headings = _headings(category)
    return workbook_of(_("Tjenester"), list(headings.values()), [], [notes[key] for key in headings])


def read(content: bytes, category: str) -> list[Line]:
    """The listings of a sheet. Raises BadInput with every fault, each with its row and column."""
    asked = {one.key: one for one in _asked(category)}
    rows = read_sheet(content, _columns(category), ("title",))
    if not rows:
        raise BadInput.of("", "empty", _("Fila har ingen tjenester."))
    if len(rows) > MOST_ROWS:
        raise BadInput.of("", "too_many", _("Fila har flere enn %(most)s tjenester.") % {"most": MOST_ROWS})
    problems: list[Problem] = []
    lines = []
    for row in rows:
        given = {}
        for key, question in asked.items():
            one = _given(question, row)
            made = answers.answer(question, one, None, _SOME_DAY)
            if made and "typed" in made:
                problems += [
                    Problem(f"{_('rad')} {row.number}, {question.text}", fault.code, fault.text.split(": ", 1)[-1])
                    for fault in answers.faults(question, made, (), _SOME_DAY.date())
                ]
            elif made:
                given[key] = asdict(one)
        texts = {name: row.cells.get(name, "") for name in _TEXTS}
        problems += _text_faults(row, texts)
        prices, faults = _prices(row, category)
        problems += faults
        lines.append(Line(row.number, texts, given, prices))
    BadInput.raise_if(problems)
    return lines


@transaction.atomic
def write(
    firm: Firm, category: str, lines: Sequence[Line], language: str, *, actor: Actor, person: Person, now: datetime
) -> list[ListingVersion]:
    """Make a draft of each line, all or nothing. Nothing is submitted."""
    made = []
    for line in lines:
        version = actions.create(
            firm, category, line.texts["title"], actor=actor, person=person, now=now, language=language,
            source=ListingVersion.Source.IMPORT,
        )  # fmt: skip
        version = drafts.save_texts(version, language, {language: line.texts}, actor=actor, now=now)
        given = {key: Given(**one) for key, one in line.answers.items()}
        version = drafts.save_answers(version, given, actor=actor, now=now)
        made.append(drafts.save_prices(version, [Price(**one) for one in line.prices], actor=actor, now=now))
    return made


def _asked(category: str) -> list[Question]:
    return [one for one in questions_of(category) if one.kind != "file"]


def _text_columns(category: str) -> dict[str, tuple[str, str]]:
    units = ", ".join(f"{one.key} ({one.label})" for one in units_of(category))
    return {
        "title": (_("Navn"), _("Må fylles ut")),
        "summary": (_("Sammendrag"), ""),
        "description": (_("Beskrivelse"), ""),
        "prices": (_("Priser"), _("Hva prisen gjelder | enhet | kroner; neste. Enheter: %(units)s") % {"units": units}),
    }


def _columns(category: str) -> dict[str, tuple[str, ...]]:
    """The headings each column may have: its key, or as the template has it in any language."""
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        with override(language):
            for key, heading in _headings(category).items():
                found[key] = (*found.get(key, ()), heading)
    return found


def _headings(category: str) -> dict[str, str]:
    made = {name: f"{label} [{name}]" for name, (label, _note) in _text_columns(category).items()}
    for one in _asked(category):
        made[one.key] = f"{one.text} [{one.key}]"
        if "registry" in one.proof:
            made[f"{one.key}.register"] = f"{_('Register')}: {one.text} [{one.key}.register]"
    return made


def _note(one: Question) -> str:
    if one.kind == "rows":
        return " | ".join(column.text for column in one.columns) + ("; …" if one.most_rows > 1 else "")
    if one.kind == "yes_no":
        return _("ja eller nei")
    if one.options:
        listed = ", ".join(one.options)
        return (_("En av: %(codes)s") if one.kind == "choice" else _("Flere av, med semikolon: %(codes)s")) % {
            "codes": listed
        }
    return one.help


def _given(question: Question, row: SheetRow) -> Given:
    cell = row.cells.get(question.key, "")
    raw: object = cell
    if question.kind == "rows":
        raw = [
            dict(
                zip(
                    (column.key for column in question.columns), (part.strip() for part in one.split("|")), strict=False
                )
            )
            for one in cell.split(";")
            if one.strip()
        ]
    reference, _bar, url = row.cells.get(f"{question.key}.register", "").rpartition("|")
    return Given(raw, reference=reference.strip(), url=url.strip())


def _text_faults(row: SheetRow, texts: Mapping[str, str]) -> list[Problem]:
    found = []
    if not texts["title"]:
        found.append(Problem(f"{_('rad')} {row.number}, {_('Navn')}", "required", _("Skriv hva tjenesten heter.")))
    for name, most in drafts.LONGEST.items():
        if len(texts[name]) > most:
            text = _("Teksten er for lang: høyst %(most)s tegn.") % {"most": most}
            found.append(Problem(f"{_('rad')} {row.number}, {name}", "too_long", text))
    return found


def _prices(row: SheetRow, category: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    units = {one.key: one.key for one in units_of(category)} | {one.label: one.key for one in units_of(category)}
    made, problems = [], []
    for text in filter(str.strip, row.cells.get("prices", "").split(";")):
        parts = [part.strip() for part in text.split("|")]
        if len(parts) != 3 or parts[1] not in units or not drafts.is_amount(parts[2]):
            told = _("«%(text)s» er ikke hva prisen gjelder | enhet | kroner.") % {"text": text.strip()[:80]}
            problems.append(Problem(f"{_('rad')} {row.number}, {_('Priser')}", "not_a_price", told))
            continue
        made.append(asdict(Price(parts[0], units[parts[1]], parts[2])))
    return made, problems
