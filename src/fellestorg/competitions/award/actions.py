"""The verbs of the award and what follows it. Each is one transaction under the competition's row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fellestorg.competitions import procedures
from fellestorg.competitions.acting import locked, reasoned, record, refuse, require
from fellestorg.competitions.award import combining, notices, rules
from fellestorg.competitions.award.becoming import AgreementTerms, make_agreement
from fellestorg.competitions.award.models import AwardDecision, AwardLetter, Complaint, ConcludedContract
from fellestorg.competitions.award.outcomes import become
from fellestorg.competitions.award.packages import won_discounts
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.award.stages import cancelled_candidates
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.tenders.queries import opened
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.law.deadlines import compute_deadline
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused


def award(competition: Competition, *, reason: str = "", actor: Actor, person: Person) -> AwardDecision:
    """Decide by the rankings and tell every tenderer at the same moment; the standstill is counted from that day (D-4).

    Raises Refused while a ranking is missing, stale or tied, and where nobody may decide now.
    """
    with transaction.atomic():
        row, at = locked(competition)
        require(may_award(actor, row))
        before = row.awards.order_by("-version").first()
        if before is not None:
            reason = reasoned(reason)
        winners, rankings = _outcome(row)
        combined = combining.chosen(row)
        if combined is not None:
            winners = {lot: [number] for lot, number in combined[0].items()}
        until = standstill_of(row, at)
        made = AwardDecision.objects.create(
            competition=row,
            version=before.version + 1 if before else 1,
            winners=winners,
            rankings=rankings,
            combination=combined[1] if combined else None,
            standstill_until=until,
            sent_at=at,
            sent_by=person,
            reason=reason,
        )
        letters = _letters(made, at)
        procedures.move(
            row,
            "award",
            actor=actor,
            now=at,
            payload={"version": made.version, "winners": winners, "letters": len(letters)},
            covers=(made, *letters),
            decided_at=at,
            standstill_until=until,
        )
        for letter in letters:
            notices.awarded(letter, at=at)
    return made


def planned(competition: Competition) -> dict[str, list[str]]:
    """Whom the letters would name now, by lot's key: numbers in rank. Empty where it is not settled."""
    try:
        winners, _rankings = _outcome(competition)
        combined = combining.chosen(competition)
    except Refused:
        return {}
    return {lot: [number] for lot, number in combined[0].items()} if combined is not None else winners


def reverse(competition: Competition, reason: str, *, actor: Actor) -> Competition:
    """Take the award back before the contract (§ 25-1(4)): the evaluation is open again; a new award tells everybody
    anew, with a new standstill (D-9)."""
    reason = reasoned(reason)
    with transaction.atomic():
        row, at = locked(competition)
        require(may_award(actor, row))
        moved = procedures.move(row, "reverse", actor=actor, now=at, reason=reason, standstill_until=None)
        for number in _tenderers(row):
            notices.reversed_(row, number, reason, at=at)
    return moved


def cancel(competition: Competition, reason: str, *, actor: Actor) -> Competition:
    """Cancel with an objective ground (§ 25-4). Whoever has tendered or asked to participate is told, at once and alike."""
    reason = reasoned(reason)
    with transaction.atomic():
        row, at = locked(competition)
        require(may_award(actor, row))
        letters = [
            AwardLetter.objects.create(
                competition=row,
                supplier=supplier,
                outcome=AwardLetter.Outcome.CANCELLED,
                language=row.language,
                facts={"reason": reason},
                sent_at=at,
            )
            for supplier in sorted({*_tenderers(row), *cancelled_candidates(row)}, key=lambda one: one.number)
        ]
        moved = procedures.move(
            row, "cancel", actor=actor, now=at, covers=letters, cancelled_reason=reason, cancelled_at=at
        )
        for letter in letters:
            notices.cancelled(letter, reason, at=at)
    return moved


def conclude(
    competition: Competition, *, terms: AgreementTerms | None = None, actor: Actor, person: Person
) -> list[ConcludedContract]:
    """Sign with the winners once the standstill is over and no complaint waits.

    With ``terms`` the contracts become a framework agreement with lots and suppliers in rank; without, what the room that
    registered the procedure's outcome makes of them (a call-off), or contracts of their own. All in this transaction.
    """
    with transaction.atomic():
        row, at = locked(competition)
        require(may_award(actor, row))
        newest = row.awards.order_by("-version").first()
        if newest is None:
            refuse("not_awarded")
        suppliers = Organisation.objects.in_bulk(
            {one for chosen in newest.winners.values() for one in chosen}, field_name="number"
        )
        winners = {key: [suppliers[one] for one in chosen] for key, chosen in newest.winners.items()}
        lots = make_agreement(row, terms, winners, actor=actor, at=at) if terms else {}
        contracts = []
        discounts = won_discounts(row, newest.winners)
        for lot in row.lots.all():
            prices = queries.prices(lot)
            for rank, supplier in enumerate(winners.get(lot.key, ()), 1):
                price = prices[supplier.number] * (1 - discounts.get((supplier.number, lot.key), Decimal(0)))
                if terms is None:
                    subject = become(row, lot, supplier, rank, price, actor=actor, person=person, at=at)
                else:
                    subject = f"lot:{lots[lot.key]}"
                contracts.append(
                    ConcludedContract.objects.create(
                        award=newest,
                        lot=lot,
                        supplier=supplier,
                        rank=rank,
                        value=price.quantize(Decimal("0.01")),
                        signed_at=at,
                        became=subject,
                    )
                )
        result = next(iter(lots.values())).agreement if lots else None
        procedures.move(
            row, "conclude", actor=actor, now=at, covers=contracts, concluded_at=at, result=result or row.result
        )
    return contracts


def complain(
    competition: Competition,
    supplier: Organisation,
    body: str,
    text: str,
    *,
    actor: Actor,
    person: Person,
) -> Complaint:
    """Register a complaint. While it waits, no contract is concluded."""
    if body not in notices.BODIES:
        raise BadInput.of("body", "unknown", f"expected one of {', '.join(notices.BODIES)}")
    text = reasoned(text, "text")
    with transaction.atomic():
        row, at = locked(competition)
        own = supplier.number in actor.organisations("supplier") and supplier in _tenderers(row)
        if not own:
            require(may_award(actor, row))
        made = Complaint.objects.create(
            competition=row, supplier=supplier, body=body, text=text, received_at=at, registered_by=person
        )
        record(row, "complaint_registered", actor, at, {"supplier": supplier.number, "body": body, "id": made.pk})
        notices.complained(made, at=at)
    return made


def answer_complaint(complaint: Complaint, outcome: str, text: str, *, actor: Actor, person: Person) -> Complaint:
    """End a complaint with an answer. One that is upheld is followed by a reversal or a cancellation, which is a step of
    its own."""
    ends = [one for one in Complaint.Outcome.values if one != Complaint.Outcome.WAITING]
    if outcome not in ends:
        raise BadInput.of("outcome", "unknown", f"expected one of {', '.join(ends)}")
    text = reasoned(text, "answer")
    with transaction.atomic():
        row, at = locked(complaint.competition)
        require(may_award(actor, row))
        found = Complaint.objects.select_for_update().get(pk=complaint.pk)
        if found.outcome != Complaint.Outcome.WAITING:
            refuse("complaint_answered")
        found.outcome, found.answer, found.answered_at, found.answered_by = outcome, text, at, person
        found.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
        told = {"id": found.pk, "outcome": outcome, "answer": text}
        record(row, "complaint_answered", actor, at, told)
        notices.complaint_answered(found, at=at)
    return found


def standstill_of(competition: Competition, at: datetime) -> date | None:
    """The last day of the standstill that starts now; None where none is asked and none was chosen."""
    kind = procedure(competition.procedure).standstill
    if kind == "none" or (kind == "voluntary" and not competition.voluntary_standstill):
        return None
    return compute_deadline("standstill", clock.local_day(at), law_on=competition.notice_date).due


def _outcome(competition: Competition) -> tuple[dict[str, list[str]], dict[str, str]]:
    winners: dict[str, list[str]] = {}
    rankings: dict[str, str] = {}
    for lot in competition.lots.all():
        newest = queries.newest_ranking(lot)
        if newest is None or not queries.is_current(newest):
            continue
        try:
            winners[lot.key] = rules.winners_of(newest.decision.answer, lot.winners)
        except ValueError as error:
            refuse("places_tied", lot=lot.title, names=str(error))
        rankings[lot.key] = str(newest.decision_id)
    return winners, rankings


def _letters(award: AwardDecision, at: datetime) -> list[AwardLetter]:
    competition = award.competition
    lots = [_lot_facts(lot, award) for lot in competition.lots.all()]
    out: dict[str, dict[str, dict[str, str]]] = {}
    for (lot_key, number), rejection in queries.rejections(competition).items():
        for key in [lot_key] if lot_key else [one["key"] for one in lots]:
            out.setdefault(number, {})[key] = {"ground": rejection.ground, "reason": rejection.reason}
    until = award.standstill_until.isoformat() if award.standstill_until else None
    rows = []
    for tender in opened(competition):
        facts = rules.letter_facts(
            supplier=tender.supplier_number,
            lots=[one for one in lots if one["key"] in tender.lots],
            rejections=out.get(tender.supplier_number, {}),
            standstill_until=until,
        )
        rows.append(
            AwardLetter.objects.create(
                award=award,
                competition=competition,
                supplier=tender.supplier,
                outcome=rules.outcome_of(facts),
                language=competition.language,
                facts=facts,
                sent_at=at,
            )
        )
    return rows


def _lot_facts(lot: CompetitionLot, award: AwardDecision) -> dict[str, Any]:
    newest = queries.newest_ranking(lot)
    winners = award.winners.get(lot.key, [])
    return {
        "key": lot.key,
        "title": lot.title,
        "winners": winners,
        "names": dict(Organisation.objects.filter(number__in=winners).values_list("number", "name")),
        "answer": newest.decision.answer if newest and lot.key in award.rankings else None,
        "reasons": {row.cell: row.reason for row in queries.scores(lot) if row.evaluator is None},
    }


def _tenderers(competition: Competition) -> list[Organisation]:
    if competition.opened_at is not None:
        return [one.supplier for one in opened(competition)]
    received = competition.tenders.filter(withdrawal=None).values("supplier")
    return list(Organisation.objects.filter(pk__in=received).order_by("number"))
