"""The award over lots where a competition has limits: the lowest total over all permitted combinations, proved.

Totals of lots are summed only under models whose totals are kroner (R6): lowest price, and priced quality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil, lcm
from typing import Any

from django.db import transaction

from fellestorg.competitions.acting import locked, record, refuse, require
from fellestorg.competitions.award.packages import engine_limits, offers_of
from fellestorg.competitions.award.policy import may_award
from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.checks import ranking_is_final
from fellestorg.competitions.models import Competition
from fellestorg.engines.award import (
    AwardProblem,
    Progress,
    answer_json,
    price_of_limits,
    read_problem,
    solve,
    winning_cuts,
)
from fellestorg.engines.evaluation import MODELS
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import DecisionRecord
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused, kroner

KIND = "award_over_lots"
_ENGINE = "award/2"
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Won:
    """An award of one lot, or of several together, and who would have had them lot by lot."""

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
    """What `fellestorg award` is asked, from the rankings that hold, and the scale of its amounts.

    Totals that are not whole øre (points may be shared in three) are all multiplied by the same number, the ``scale``, so
    that nothing is rounded. Raises Refused where totals cannot be summed.
    """
    model = MODELS[queries.plan_of(competition).model]
    if not model.additive:
        refuse("totals_are_no_kroner")
    limits = engine_limits(limits_of(competition))
    lots, totals = [], []
    for lot in competition.lots.order_by("number"):
        newest = queries.newest_ranking(lot)
        if newest is None or not queries.is_current(newest):
            continue
        lots.append({"id": lot.key})
        totals += [(one["tender"], lot.key, Fraction(one["exact"])) for one in newest.decision.answer["ranking"]]
    if any(total < 0 for _bidder, _lot, total in totals):
        refuse("totals_are_no_kroner")
    offers = offers_of(competition, totals)
    scale = lcm(*((one.total * 100).denominator for one in offers))
    tenders = [
        {"id": one.id, "bidder": one.bidder, "lots": list(one.lots), "price": kroner(_decimal(one.total * scale))}
        | ({"exclusive": one.exclusive} if one.exclusive else {})
        for one in offers
    ]
    if "cost_per_winner" in limits:
        limits = limits | {"cost_per_winner": kroner(Decimal(str(limits["cost_per_winner"])) * scale)}
    return {"scale": scale, "problem": {"lots": lots, "tenders": tenders, "limits": limits}}


def _decimal(whole_ore: Fraction) -> Decimal:
    return Decimal(int(whole_ore * 100)).scaleb(-2)


Tell = Callable[[str, Progress | None], None]


def combine(competition: Competition, *, actor: Actor, tell: Tell | None = None) -> DecisionRecord:
    """Compute the award over lots and keep request and answer. Raises Refused where a ranking is missing.

    ``tell`` hears which step is under way, and how far it has come.
    """
    require(may_award(actor, competition))
    require(ranking_is_final(competition, clock.now()))
    facts = problem_of(competition)
    # Solved before the row is locked: it may take seconds, and nobody need wait. What changed meanwhile is found below.
    problem = read_problem(facts["problem"])
    written = _answer(problem, facts["scale"], tell or (lambda step, progress: None))
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
            outcome="proved" if written["proved"] else "not_proved",
            reason=row.number,
            facts=facts,
            answer=written,
        )
        record(row, "award_combined", actor, at, {"total": written["total"], "proved": written["proved"]}, made)
    return made


def _answer(problem: AwardProblem, scale: int, tell: Tell) -> dict[str, Any]:
    """The engine's answer with what the page asks besides. A cut is rounded up to the øre: less would not have won."""
    tell("award", None)
    answer = solve(problem, deadline_seconds=_SECONDS, progress=lambda one: tell("award", _in_kroner(one, scale)))
    written = answer_json(answer)
    if answer.awarded is None:
        return written
    tell("limits", None)
    limits = price_of_limits(problem, answer=answer, deadline_seconds=_SECONDS)
    tell("cuts", None)
    cuts = winning_cuts(problem, answer=answer, deadline_seconds=_SECONDS)
    return written | {
        "price_of_limits": [
            {"limit": one.limit, "price": None if one.price is None else kroner(one.price)} for one in limits
        ],
        "winning_cuts": [
            {
                "bidder": one.bidder,
                "tender": one.tender,
                "cut": None if one.cut is None else kroner(_ore_up(one.cut, scale) * scale),
            }
            for one in cuts
        ],
        "lot_by_lot": [
            {"bidder": one.bidder, "lots": list(one.lots), "price": kroner(one.price)} for one in answer.lot_by_lot
        ],
    }


def _in_kroner(one: Progress, scale: int) -> Progress:
    return replace(
        one,
        total=None if one.total is None else one.total / scale,
        bound=None if one.bound is None else one.bound / scale,
    )


def _ore_up(amount: Decimal, scale: int) -> Decimal:
    return Decimal(ceil(Fraction(amount) * 100 / scale)).scaleb(-2)


def newest(competition: Competition) -> DecisionRecord | None:
    """The combination computed last, or None."""
    return DecisionRecord.objects.filter(kind=KIND, reason=competition.number).order_by("-made_at").first()


def kept(found: DecisionRecord) -> dict[str, Any]:
    """What a combination was computed from: the problem and the scale of its amounts. ``award/1`` kept the problem alone,
    in kroner."""
    facts: dict[str, Any] = found.facts
    return facts if "problem" in facts else {"scale": 1, "problem": facts}


def is_of(found: DecisionRecord, facts: dict[str, Any]) -> bool:
    """Whether a combination answers this problem. ``award/1`` knew no other limits, and wrote down that packages may be
    offered."""
    held = kept(found)
    limits = engine_limits(held["problem"]["limits"])
    if "cost_per_winner" in limits:
        limits |= {"cost_per_winner": kroner(Decimal(str(limits["cost_per_winner"])))}
    return held | {"problem": held["problem"] | {"limits": limits}} == facts


def chosen(competition: Competition) -> tuple[dict[str, str], DecisionRecord] | None:
    """The winner of each lot by the combination; None where the competition has no limits.

    Raises Refused where there is none, it is stale, tied or not proved: no letter goes out on an award that is not proved.
    """
    if not limits_of(competition):
        return None
    found = newest(competition)
    if found is None or not is_of(found, problem_of(competition)):
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
        Organisation.objects.filter(
            number__in={one["bidder"] for one in kept(found)["problem"]["tenders"]}
        ).values_list("number", "name")
    )
    problem = kept(found)["problem"]
    scale = Decimal(kept(found)["scale"])
    alone = {lot: one for one in answer.get("lot_by_lot", ()) for lot in one["lots"]}
    bidders = {one["id"]: names[one["bidder"]] for one in problem["tenders"]}
    titles = dict(competition.lots.values_list("key", "title"))
    try:
        current = is_of(found, problem_of(competition))
    except Refused:
        current = False
    return Combined(
        [
            Won(
                " + ".join(titles[lot] for lot in one["lots"]),
                names[one["bidder"]],
                Decimal(one["price"]) / scale,
                ", ".join(dict.fromkeys(names[alone[lot]["bidder"]] for lot in one["lots"])),
                sum((Decimal(alone[lot]["price"]) for lot in one["lots"]), Decimal(0)) / scale,
            )
            for one in answer["awards"]
        ],
        Decimal(answer["total"] or 0) / scale,
        Decimal(answer["lot_by_lot_total"] or 0) / scale,
        answer["proved"],
        [", ".join(bidders[one] for one in tie) for tie in answer["ties"]],
        [
            (one["limit"], Decimal(one["price"]) / scale if one["price"] else None)
            for one in answer.get("price_of_limits", ())
        ],
        [
            (names[one["bidder"]], bidders.get(one["tender"], ""), _amount(one["cut"], scale))
            for one in answer.get("winning_cuts", ())
        ],
        current,
    )


def _amount(written: str | None, scale: Decimal) -> Decimal | None:
    return None if written is None else Decimal(written) / scale
