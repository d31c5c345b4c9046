"""The verbs of the first stage: announce how the field is reduced, close the requests, give points, select, and tell every
candidate at the same moment. Each is one transaction under the competition's row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions import procedures, telling
from fellestorg.competitions.acting import BEFORE_NOTICE, SHORTEST_REASON, for_change, locked, record, refuse, require
from fellestorg.competitions.models import Competition, Invitee
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.preparing.actions import send_out
from fellestorg.competitions.selecting import queries, rules
from fellestorg.competitions.selecting.models import (
    CandidateLetter,
    CandidatePoints,
    ParticipationRequest,
    Selection,
    SelectionRules,
)
from fellestorg.competitions.selecting.policy import may_select
from fellestorg.kernel.actors import Actor
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, decimal_text

INVITING = ("invite_selected", "start_dialogue")


@transaction.atomic
def announce(
    competition: Competition,
    *,
    minimum: int,
    maximum: int | None,
    method: str,
    rounds: bool,
    actor: Actor,
    now: datetime,
) -> SelectionRules:
    """Say, before the notice, how many go on and how they are chosen; the guard holds it against the law."""
    row = for_change(competition, actor, now, BEFORE_NOTICE)
    problems = []
    if minimum < 1:
        problems.append(Problem("minimum", "not_positive", _("Minst én må inviteres.")))
    if maximum is not None and maximum < minimum:
        problems.append(Problem("maximum", "below_minimum", _("Det høyeste antallet er lavere enn det laveste.")))
    if method not in SelectionRules.Method.values:
        problems.append(Problem("method", "unknown", _("Velg hvordan kriteriene brukes.")))
    BadInput.raise_if(problems)
    given = {"minimum": minimum, "maximum": maximum, "method": method, "rounds": rounds}
    made, _new = SelectionRules.objects.update_or_create(competition=row, defaults=given)
    record(row, "competition_changed", actor, now, {"part": "selection_rules", "values": given})
    return made


def close_requests(competition: Competition, *, actor: Actor) -> Competition:
    """Go on to the candidates once the deadline for requests has passed. From now on the requests may be read."""
    with transaction.atomic():
        row, at = locked(competition)
        require(may_lead(actor, row))
        came = ParticipationRequest.objects.filter(competition=row).values("supplier").distinct().count()
        return procedures.move(row, "close_requests", actor=actor, now=at, payload={"suppliers": came})


def give_points(
    competition: Competition,
    criterion: str,
    supplier: Organisation,
    points: Decimal,
    reason: str,
    *,
    actor: Actor,
    person: Person,
) -> CandidatePoints:
    """Points for a candidate on a published criterion, 0 to 10, with the reason its letter will carry."""
    with transaction.atomic():
        row, at = locked(competition)
        require(may_select(actor, row))
        known = {one.key for one in queries.criteria_of(row)}
        problems = point_problems(points, reason)
        if criterion not in known:
            problems.append(Problem("criterion", "unknown", _("Kriteriet er ikke kunngjort.")))
        BadInput.raise_if(problems)
        if supplier.number not in {one.number for one in queries.candidates_of(row) if one.rejection is None}:
            refuse("no_such_candidate")
        return write_points(row, 0, criterion, supplier, points, reason, actor, person, at)


def select(competition: Competition, *, actor: Actor, person: Person) -> Selection:
    """Decide who goes on, by the published criteria and numbers. Refused while anything it rests on is missing."""
    with transaction.atomic():
        row, at = locked(competition)
        require(may_select(actor, row))
        found = queries.candidates_of(row)
        if waiting := [one.name for one in found if one.rejection is None and one.waiting]:
            refuse("candidates_wait", names=", ".join(waiting))
        if unmet := [one.name for one in found if one.rejection is None and one.unmet]:
            refuse("unqualified_not_rejected", name=unmet[0])
        if not any(one.qualified for one in found):
            refuse("nobody_qualified")
        facts = queries.facts_of(row, found)
        before = queries.newest_selection(row)
        if before is not None and before.facts == facts:
            refuse("selection_is_current")
        try:
            table = queries.table_of(facts)
        except KeyError:
            refuse("candidate_points_missing")
        made = Selection.objects.create(
            competition=row,
            version=before.version + 1 if before else 1,
            facts=facts,
            placed=[
                {
                    "supplier": one.supplier,
                    "place": one.place,
                    "total": decimal_text(one.total) if one.total is not None else None,
                    "selected": one.goes_on,
                }
                for one in table
            ],
            made_at=at,
            made_by=person,
        )
        told = {"version": made.version, "selected": [one.supplier for one in table if one.goes_on]}
        record(row, "candidates_selected", actor, at, told, made)
        return made


def invite(competition: Competition, *, actor: Actor) -> Competition:
    """Invite the selected, to tender or to the dialogue, and tell the others why they were not: all at the same moment.

    Raises Refused with every guard's reason.
    """
    with transaction.atomic():
        row, at = locked(competition)
        require(may_select(actor, row))
        newest = queries.newest_selection(row)
        if newest is None:
            refuse("nobody_selected")
        suppliers = {one.request.row.supplier.number: one.request.row.supplier for one in queries.candidates_of(row)}
        for number in (one["supplier"] for one in newest.placed if one["selected"]):
            Invitee.objects.get_or_create(
                competition=row, supplier=suppliers[number], defaults={"basis": Invitee.Basis.SELECTED}
            )
        key = next(one for one in INVITING if procedure(row.procedure).move(one) is not None)
        moved = send_out(row, key, actor=actor, now=at)
        letters = _letters(moved, newest, at)
        record(moved, "candidates_told", actor, at, {"letters": len(letters)}, *letters)
        for letter in letters:
            telling.tell(
                telling.people_of(letter.supplier, at),
                "candidate_told" if letter.outcome != CandidateLetter.Outcome.INVITED else "candidate_invited",
                moved,
                at,
                page=f"/utvelgelse/brev/{letter.pk}",
            )
        return moved


def point_problems(points: Decimal, reason: str) -> list[Problem]:
    """What is wrong with points and their reason."""
    found = []
    if not 0 <= points <= rules.HIGHEST:
        found.append(Problem("points", "out_of_range", _("Poengene skal være fra 0 til 10.")))
    if len(reason.strip()) < SHORTEST_REASON:
        text = _("Skriv en begrunnelse på minst %(least)s tegn.") % {"least": SHORTEST_REASON}
        found.append(Problem("reason", "too_short", text))
    return found


def write_points(
    competition: Competition,
    round: int,
    criterion: str,
    supplier: Organisation,
    points: Decimal,
    reason: str,
    actor: Actor,
    person: Person,
    at: datetime,
) -> CandidatePoints:
    """Add the row with its event, in the caller's transaction."""
    made = CandidatePoints.objects.create(
        competition=competition,
        round=round,
        criterion=criterion,
        supplier=supplier,
        points=points,
        reason=reason.strip(),
        made_at=at,
        made_by=person,
    )
    told = {"supplier": supplier.number, "criterion": criterion, "points": decimal_text(points), "round": round}
    record(competition, "candidate_points_given", actor, at, told, made)
    return made


def _letters(competition: Competition, selection: Selection, at: datetime) -> list[CandidateLetter]:
    placed = {one["supplier"]: one for one in selection.placed}
    held = queries.points_of(competition)
    outcomes = CandidateLetter.Outcome
    letters = []
    for one in queries.candidates_of(competition):
        facts: dict[str, object] = {"selection": selection.version}
        if one.rejection is not None:
            outcome = outcomes.REJECTED
            facts |= {"ground": one.rejection.ground, "reason": one.rejection.reason}
        else:
            mine = placed[one.number]
            outcome = outcomes.INVITED if mine["selected"] else outcomes.NOT_SELECTED
            facts |= {
                "place": mine["place"],
                "candidates": len(placed),
                "selected": sum(row["selected"] for row in selection.placed),
                "points": [
                    {
                        "title": criterion["title"],
                        "points": decimal_text(held[one.number, criterion["key"]].points),
                        "reason": held[one.number, criterion["key"]].reason,
                    }
                    for criterion in selection.facts["criteria"]
                    if (one.number, criterion["key"]) in held
                ],
            }
        letters.append(
            CandidateLetter.objects.create(
                competition=competition,
                supplier=one.request.row.supplier,
                outcome=outcome,
                language=competition.language,
                facts=facts,
                sent_at=at,
            )
        )
    return letters
