"""The award over lots where a competition has limits: the lowest total over all permitted combinations, proved.

Totals of lots are summed only under models whose totals are kroner (R6): lowest price, and priced quality."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from fellestorg.competitions.acting import locked, record, refuse, require
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.checks import ranking_is_final
from fellestorg.competitions.models import Competition
from fellestorg.engines.award import answer_json, price_of_limits, read_problem, solve, winning_cuts
from fellestorg.engines.evaluation import MODELS
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import DecisionRecord
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused, kroner

KIND = "award_over_lots"
_ENGINE = "award/1"
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Won:
    """A lot's award, and who would have had it lot by lot."""

    lot: str
    winner: str
    price: Decimal
    alone: str
    alone_price: Decimal


@dataclass(frozen=True, slots=True)
class Combined:
    """An award over lots, ready for its page. Amounts in kroner without VAT."""

    won: list[Won]
    total: Decimal
    lot_by_lot_total: Decimal
    proved: bool
    ties: list[str]
    limits: list[tuple[str, Decimal | None]]
    cuts: list[tuple[str, str, Decimal | None]]
    current: bool


def limits_of(competition: Competition) -> dict[str, Any]:
    """The limits that the competition set over its lots; empty where each lot is awarded for itself."""
    return next((lot.limits for lot in competition.lots.order_by("number") if lot.limits), {})


def problem_of(competition: Competition) -> dict[str, Any]:
    """What `fellestorg award` is asked, from the rankings that hold. Raises Refused where totals cannot be summed."""
    model = MODELS[queries.plan_of(competition).model]
    if not model.additive:
        refuse("totals_are_no_kroner")
    lots, tenders = [], []
    for lot in competition.lots.order_by("number"):
        newest = queries.newest_ranking(lot)
        if newest is None or not queries.is_current(newest):
            continue
        lots.append({"id": lot.key})
        for one in newest.decision.answer["ranking"]:
            total = Decimal(one["total"])
            if "/" in one["exact"] or total < 0 or total != total.quantize(Decimal("0.01")):
                refuse("totals_are_no_kroner")
            name = f"{one['tender']}:{lot.key}"
            tenders.append({"id": name, "bidder": one["tender"], "lots": [lot.key], "price": kroner(total)})
    return {"lots": lots, "tenders": tenders, "limits": limits_of(competition)}


def combine(competition: Competition, *, actor: Actor) -> DecisionRecord:
    """Compute the award over lots and keep request and answer. Raises Refused where a ranking is missing."""
    require(may_award(actor, competition))
    require(ranking_is_final(competition, clock.now()))
    facts = problem_of(competition)
    # Solved before the row is locked: it may take seconds, and nobody need wait. What changed meanwhile is found below.
    problem = read_problem(facts)
    answer = solve(problem, deadline_seconds=_SECONDS)
    written = answer_json(answer)
    if answer.awarded is not None:
        written |= {
            "price_of_limits": [
                {"limit": one.limit, "price": None if one.price is None else kroner(one.price)}
                for one in price_of_limits(problem, answer=answer, deadline_seconds=_SECONDS)
            ],
            "winning_cuts": [
                {"bidder": one.bidder, "tender": one.tender, "cut": None if one.cut is None else kroner(one.cut)}
                for one in winning_cuts(problem, answer=answer, deadline_seconds=_SECONDS)
            ],
            "lot_by_lot": [
                {"bidder": one.bidder, "lots": list(one.lots), "price": kroner(one.price)} for one in answer.lot_by_lot
            ],
        }
    with transaction.atomic():
        row, at = locked(competition)
        require(may_award(actor, row))
        if problem_of(row) != facts:
            refuse("combination_is_stale")
        made = DecisionRecord.objects.create(
            kind=KIND,
            engine=_ENGINE,
            made_at=at,
            actor=actor.key,
            outcome="proved" if answer.proved else "not_proved",
            reason=row.number,
            facts=facts,
            answer=written,
        )
        record(row, "award_combined", actor, at, {"total": written["total"], "proved": answer.proved}, made)
    return made


def newest(competition: Competition) -> DecisionRecord | None:
    """The combination computed last, or None."""
    return DecisionRecord.objects.filter(kind=KIND, reason=competition.number).order_by("-made_at").first()


def chosen(competition: Competition) -> tuple[dict[str, str], DecisionRecord] | None:
    """The winner of each lot by the combination; None where the competition has no limits.

    Raises Refused where there is none, it is stale, tied or not proved: no letter goes out on an award that is not proved.
    """
    if not limits_of(competition):
        return None
    found = newest(competition)
    if found is None or problem_of(competition) != found.facts:
        refuse("combination_is_stale")
    if not found.answer["proved"] or not found.answer["awards"]:
        refuse("combination_not_proved")
    if found.answer["ties"] or not found.answer["ties_complete"]:
        refuse("combination_tied")
    return {lot: one["bidder"] for one in found.answer["awards"] for lot in one["lots"]}, found


def shown(competition: Competition, found: DecisionRecord) -> Combined:
    """A combination in names and figures."""
    answer = found.answer
    names = dict(
        Organisation.objects.filter(number__in={one["bidder"] for one in found.facts["tenders"]}).values_list(
            "number", "name"
        )
    )
    alone = {lot: one for one in answer.get("lot_by_lot", ()) for lot in one["lots"]}
    bidders = {one["id"]: names[one["bidder"]] for one in found.facts["tenders"]}
    titles = dict(competition.lots.values_list("key", "title"))
    try:
        current = problem_of(competition) == found.facts
    except Refused:
        current = False
    return Combined(
        [
            Won(
                titles[lot],
                names[one["bidder"]],
                Decimal(one["price"]),
                names[alone[lot]["bidder"]],
                Decimal(alone[lot]["price"]),
            )
            for one in answer["awards"]
            for lot in one["lots"]
        ],
        Decimal(answer["total"] or 0),
        Decimal(answer["lot_by_lot_total"] or 0),
        answer["proved"],
        [", ".join(bidders[one] for one in tie) for tie in answer["ties"]],
        [(one["limit"], Decimal(one["price"]) if one["price"] else None) for one in answer.get("price_of_limits", ())],
        [
            (names[one["bidder"]], bidders.get(one["tender"], ""), Decimal(one["cut"]) if one["cut"] else None)
            for one in answer.get("winning_cuts", ())
        ],
        current,
    )
