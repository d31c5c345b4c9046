"""The verbs of negotiation and dialogue. What is said to one is said to all; who goes on follows the criteria; the call for
tenders is one, with one deadline. Each is one transaction under the competition's row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions import procedures, telling
from fellestorg.competitions.acting import locked, reasoned, record, refuse, require
from fellestorg.competitions.evaluation import queries as evaluation
from fellestorg.competitions.evaluation.grounds import REDUCE
from fellestorg.competitions.evaluation.models import QualityClosing, Rejection
from fellestorg.competitions.models import Competition, CompetitionLot, Invitee
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.preparing.actions import send_out
from fellestorg.competitions.rounds import queries
from fellestorg.competitions.rounds.models import Round, RoundMinutes
from fellestorg.competitions.rounds.policy import may_hold_rounds
from fellestorg.competitions.selecting.actions import point_problems, write_points
from fellestorg.competitions.selecting.models import CandidateLetter, CandidatePoints
from fellestorg.competitions.selecting.queries import rules_of
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem

LEAST_FOR_COMPETITION = 2


def start_negotiation(competition: Competition, *, actor: Actor) -> Competition:
    """Negotiate with those whose tenders remain. The first tenders stay as they were received."""
    with transaction.atomic():
        row, at = locked(competition)
        require(may_lead(actor, row))
        return procedures.move(row, "negotiate", actor=actor, now=at)


def begin_round(competition: Competition, about: str, *, actor: Actor, person: Person) -> Round:
    """Begin a round with everybody that is still in; all of them are told the same, at the same moment."""
    about = reasoned(about, "about")
    with transaction.atomic():
        row, at = locked(competition)
        require(may_hold_rounds(actor, row))
        suppliers = queries.in_play(row)
        if not suppliers:
            refuse("nobody_in_play")
        made = Round.objects.create(
            competition=row,
            number=row.rounds.count() + 1,
            about=about,
            participants=[one.number for one in suppliers],
            begun_at=at,
            begun_by=person,
        )
        told = {"round": made.number, "participants": made.participants, "about": about}
        record(row, "round_begun", actor, at, told, made)
        for supplier in suppliers:
            told_of = {"round": str(made.number), "about": about}
            telling.tell(telling.people_of(supplier, at), "round_begun", row, at, told_of)
        return made


def write_minutes(
    round: Round, supplier: Organisation, met_on: date, present: str, text: str, *, actor: Actor, person: Person
) -> RoundMinutes:
    """Write down a meeting with one of the round's suppliers. A correction is the next version; both are kept."""
    problems = [
        Problem(where, "too_short", _("Skriv minst ti tegn."))
        for where, given in (("present", present), ("text", text))
        if len(given.strip()) < 10
    ]
    BadInput.raise_if(problems)
    with transaction.atomic():
        row, at = locked(round.competition)
        require(may_hold_rounds(actor, row))
        if supplier.number not in round.participants:
            refuse("not_in_round")
        if met_on > clock.local_day(at):
            raise BadInput.of("met_on", "in_the_future", _("Møtet må ha vært holdt."))
        made = RoundMinutes.objects.create(
            round=round,
            supplier=supplier,
            version=round.minutes.filter(supplier=supplier).count() + 1,
            met_on=met_on,
            present=present.strip(),
            text=text.strip(),
            made_at=at,
            made_by=person,
        )
        told = {"round": round.number, "supplier": supplier.number, "version": made.version}
        record(row, "minutes_written", actor, at, told, made)
        return made


def judge_solution(
    competition: Competition,
    criterion: str,
    supplier: Organisation,
    points: Decimal,
    reason: str,
    *,
    actor: Actor,
    person: Person,
) -> CandidatePoints:
    """Points for a solution of the dialogue on an award criterion, in the newest round."""
    with transaction.atomic():
        row, at = locked(competition)
        require(may_hold_rounds(actor, row))
        problems = point_problems(points, reason)
        if criterion not in {one.key for one in queries.quality(row)}:
            problems.append(Problem("criterion", "unknown", _("Kriteriet er ikke kunngjort.")))
        BadInput.raise_if(problems)
        newest = _newest(row)
        if supplier.number not in {one.number for one in queries.in_play(row)}:
            refuse("not_in_round")
        return write_points(row, newest.number, criterion, supplier, points, reason, actor, person, at)


def reduce_field(
    competition: Competition, keep: int, lot: CompetitionLot | None = None, *, actor: Actor, person: Person
) -> list[Rejection]:
    """Take no more than the ``keep`` best further: of a lot's ranked tenders in a negotiation, of the judged solutions in a
    dialogue. Whoever ties with the last goes on too, and everybody left out has a letter with the reasons.

    Refused where the notice did not say so, where nothing is ranked or judged, and where competition would end (REDUCE).
    """
    if keep < LEAST_FOR_COMPETITION:
        raise BadInput.of("keep", "too_few", _("Minst to må gå videre, så lenge det finnes så mange."))
    with transaction.atomic():
        row, at = locked(competition)
        require(may_hold_rounds(actor, row))
        if not rules_of(row).rounds:
            refuse("reduction_not_announced")
        out = _beyond(row, keep) if row.stage == "dialogue" else _beyond_in(row, lot, keep)
        if not out:
            refuse("nobody_beyond")
        suppliers = Organisation.objects.in_bulk([number for number, _place in out], field_name="number")
        made, letters = [], []
        for number, place in out:
            reason = _("Plass %(place)s etter tildelingskriteriene. %(keep)s går videre.") % {
                "place": place,
                "keep": keep,
            }
            made.append(
                Rejection.objects.create(
                    competition=row,
                    lot=lot,
                    supplier=suppliers[number],
                    rejected=True,
                    ground=REDUCE,
                    reason=reason,
                    made_at=at,
                    made_by=person,
                )
            )
            letters.append(_letter(row, suppliers[number], "not_continued", at, ground=REDUCE, reason=reason))
        still_in = [one.number for one in queries.in_play(row)]
        row.invitees.exclude(supplier__number__in=still_in).delete()
        told = {"lot": lot.key if lot else "", "keep": keep, "out": [number for number, _place in out]}
        record(row, "field_reduced", actor, at, told, *made, *letters)
        _send(letters, at)
        return made


def call_for_tenders(competition: Competition, *, actor: Actor) -> Competition:
    """Call for revised tenders after a negotiation, or for tenders after the dialogue: from everybody that is still in, by
    one common deadline. Quality that was closed is opened again, so that new tenders are scored without prices."""
    with transaction.atomic():
        row, at = locked(competition)
        require(may_hold_rounds(actor, row))
        negotiated = row.stage == "negotiating"
        suppliers = queries.in_play(row)
        row.invitees.exclude(supplier__in=suppliers).delete()
        for supplier in suppliers:
            Invitee.objects.get_or_create(
                competition=row, supplier=supplier, defaults={"basis": Invitee.Basis.SELECTED}
            )
        moved = send_out(row, "call_for_revised" if negotiated else "end_dialogue", actor=actor, now=at)
        opened_again = _open_quality(moved, at) if negotiated else []
        until = moved.tenders_until.isoformat() if moved.tenders_until else ""
        letters = [_letter(moved, supplier, "revise", at, until=until) for supplier in suppliers]
        record(moved, "tenders_called_for", actor, at, {"letters": len(letters)}, *letters, *opened_again)
        _send(letters, at)
        return moved


def _newest(competition: Competition) -> Round:
    newest: Round | None = competition.rounds.order_by("-number").first()
    if newest is None:
        refuse("no_round")
    return newest


def _beyond(competition: Competition, keep: int) -> list[tuple[str, int]]:
    try:
        placed = queries.solutions(competition, _newest(competition).number, keep)
    except KeyError:
        refuse("candidate_points_missing")
    return [(one.supplier, one.place) for one in placed if not one.goes_on]


def _beyond_in(competition: Competition, lot: CompetitionLot | None, keep: int) -> list[tuple[str, int]]:
    if lot is None or lot.competition_id != competition.pk:
        raise BadInput.of("lot", "unknown", _("Velg delkontrakt."))
    ranking = queries.ranking_for(lot)
    if ranking is None:
        refuse("lot_not_ranked", lot=lot.title)
    return [(one["tender"], one["rank"]) for one in ranking.decision.answer["ranking"] if one["rank"] > keep]


def _open_quality(competition: Competition, at: datetime) -> list[QualityClosing]:
    return [
        QualityClosing.objects.create(
            lot=lot,
            closed=False,
            reason=_("Reviderte tilbud vurderes på nytt."),
            made_at=at,
            made_by=competition.lead,
        )
        for lot in competition.lots.all()
        if evaluation.is_closed(lot)
    ]


def _letter(
    competition: Competition, supplier: Organisation, outcome: str, at: datetime, **facts: Any
) -> CandidateLetter:
    return CandidateLetter.objects.create(
        competition=competition,
        supplier=supplier,
        outcome=outcome,
        language=competition.language,
        facts=facts,
        sent_at=at,
    )


def _send(letters: list[CandidateLetter], at: datetime) -> None:
    for one in letters:
        code = "tender_called_for" if one.outcome == CandidateLetter.Outcome.REVISE else "candidate_told"
        told = telling.people_of(one.supplier, at)
        telling.tell(told, code, one.competition, at, page=f"/utvelgelse/brev/{one.pk}")
