"""Points out to another tool and in from it, lot by lot, on the house's own terms: reasons, no prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import SHORTEST_REASON
from fellestorg.competitions.evaluation import actions, queries
from fellestorg.competitions.interchange.reading import MOST_BYTES, json_in
from fellestorg.competitions.models import CompetitionLot
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.workbooks import is_workbook, workbook_of_sheets, workbook_sheets
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, decimal_text

FORMAT, VERSION = "fellestorg-scores", 1
SHEET = "scores"
COLUMNS = ("criterion", "supplier", "points", "reason")


@dataclass(frozen=True, slots=True)
class GivenScore:
    """Points for a tender on a criterion, with the reason; the place is where they stood in the file."""

    place: str
    criterion: str
    supplier: str
    points: Decimal
    reason: str


def scores_of(lot: CompetitionLot, person: Person | None) -> list[dict[str, str]]:
    """The points that hold in a lot: an evaluator's own, or (without ``person``) what was agreed on."""
    wanted = person.key if person else None
    held = {row.cell: row for row in queries.scores(lot) if row.evaluator == wanted}
    return [
        {"criterion": key, "supplier": supplier, "points": decimal_text(row.points), "reason": row.reason}
        for (supplier, key), row in sorted(held.items())
    ]


def document_of(lot: CompetitionLot, person: Person | None) -> dict[str, Any]:
    """The same as a JSON document."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "competition": lot.competition.number,
        "lot": lot.key,
        "kind": "own" if person else "agreed",
        "scores": scores_of(lot, person),
    }


def workbook(rows: Sequence[Mapping[str, str]]) -> bytes:
    """The same as a workbook."""
    return workbook_of_sheets({SHEET: (COLUMNS, [[row[name] for name in COLUMNS] for row in rows])})


def read(content: bytes, lot: CompetitionLot) -> list[GivenScore]:
    """The points of a JSON document or workbook. Raises BadInput with the place of everything that is wrong, against the
    tenders and criteria of the lot and the scale of its plan."""
    if len(content) > MOST_BYTES:
        raise BadInput.of("", "too_large", _("Fila er for stor. Høyst 10 MB."))
    rows = _sheet(content) if is_workbook(content) else _document(content, lot)
    criteria = {one.key for one in queries.quality_criteria(lot.competition)}
    tenders = {one.tender.supplier_number for one in queries.standings(lot)}
    scale = queries.plan_of(lot.competition).scale
    problems: list[Problem] = []
    found, seen = [], set()
    for place, row in rows:
        texts = {name: str(row.get(name) or "").strip() for name in COLUMNS}
        wrong = []
        if texts["criterion"] not in criteria:
            wrong.append(("criterion", "unknown", _("Kriteriet gis ikke poeng i denne konkurransen.")))
        if texts["supplier"] not in tenders:
            wrong.append(("supplier", "unknown", _("Leverandøren har ikke tilbud på delkontrakten.")))
        if len(texts["reason"]) < SHORTEST_REASON:
            wrong.append(("reason", "too_short", _("Skriv en begrunnelse på minst ti tegn.")))
        points = Decimal(0)
        try:
            points = decimal_in(texts["points"])
            if points > scale:
                wrong.append(("points", "above_scale", _("Høyst %(scale)s poeng.") % {"scale": decimal_text(scale)}))
        except RowError as error:
            wrong.append(("points", error.code, error.text))
        cell = (texts["criterion"], texts["supplier"])
        if cell in seen:
            wrong.append(("", "twice", _("Tilbudet har alt fått poeng på kriteriet i denne fila.")))
        seen.add(cell)
        problems += [Problem(f"{place}, {name}" if name else place, code, text) for name, code, text in wrong]
        found.append(GivenScore(place, *cell, points, texts["reason"]))
    if not rows:
        problems.append(Problem("", "empty", _("Fila har ingen poeng.")))
    BadInput.raise_if(problems)
    return found


@transaction.atomic
def take_in(lot: CompetitionLot, given: Sequence[GivenScore], *, agreed: bool, actor: Actor, person: Person) -> int:
    """Give these points: the evaluator's own, or (``agreed``) what they agreed on. Those that hold already are left alone.
    All or none; raises Refused as scoring by hand does. Returns how many were new."""
    act = actions.agree_score if agreed else actions.give_score
    held = {
        (one["criterion"], one["supplier"]): (one["points"], one["reason"])
        for one in scores_of(lot, None if agreed else person)
    }
    criteria = {one.key: one for one in queries.quality_criteria(lot.competition)}
    suppliers = Organisation.objects.in_bulk({one.supplier for one in given}, field_name="number")
    new = 0
    for one in given:
        if held.get((one.criterion, one.supplier)) == (decimal_text(one.points), one.reason):
            continue
        act(lot, criteria[one.criterion], suppliers[one.supplier], one.points, one.reason, actor=actor, person=person)
        new += 1
    return new


def _sheet(content: bytes) -> list[tuple[str, Mapping[str, Any]]]:
    rows = workbook_sheets(content).get(SHEET)
    if not rows:
        raise BadInput.of(SHEET, "no_sheet", _("Arket «%(name)s» mangler.") % {"name": SHEET})
    headings = rows[0][1]
    if missing := [name for name in COLUMNS if name not in headings]:
        raise BadInput.of(SHEET, "no_column", _("Kolonnen «%(name)s» mangler.") % {"name": missing[0]})
    return [(f"{SHEET} {_('rad')} {number}", dict(zip(headings, cells, strict=False))) for number, cells in rows[1:]]


def _document(content: bytes, lot: CompetitionLot) -> list[tuple[str, Mapping[str, Any]]]:
    data = json_in(content)
    if data.get("format") != FORMAT or data.get("version") != VERSION or data.get("lot") != lot.key:
        text = _("Fila er ikke poeng for delkontrakten «%(lot)s».")
        raise BadInput.of("format", "wrong_format", text % {"lot": lot.key})
    rows = data.get("scores")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput.of("scores", "not_rows", _("Delen skal være en liste av rader."))
    return [(f"scores[{at}]", row) for at, row in enumerate(rows)]
