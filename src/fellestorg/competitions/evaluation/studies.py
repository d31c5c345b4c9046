"""What a person should look at beside a ranking: signs of low or agreed prices, how firm the winner is, what taking tenders
out did to the rest, and when the plan was fixed. Nothing here ranks or rejects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.evaluation import queries
from fellestorg.competitions.evaluation.models import Ranking
from fellestorg.competitions.models import CompetitionLot, EvaluationPlan
from fellestorg.competitions.tenders.queries import opened, opened_prices
from fellestorg.engines.evaluation import MODELS, EvaluationRequest, Tender, evaluate_json, read_request, without
from fellestorg.engines.evaluation.answer import EvaluationAnswer
from fellestorg.engines.evaluation.screens import PriceLine, abnormally_low, collusion_screens
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import number, share

_DRAWS = 20_000


@dataclass(frozen=True, slots=True)
class Place:
    """A tender's place in a table."""

    rank: int
    name: str
    total: Decimal
    out: bool


@dataclass(frozen=True, slots=True)
class TakenOut:
    """The table with every tender that was scored, and the one without those taken out (R4)."""

    names: Sequence[str]
    before: Sequence[Place]
    after: Sequence[Place]
    order_changed: bool


@dataclass(frozen=True, slots=True)
class Study:
    """What is shown beside a ranking. ``same_winner`` is a share of ``draws`` weight draws; None where nothing is weighed.
    ``replays``: the engine gives the kept answer again from the kept request."""

    plan: EvaluationPlan
    low: Sequence[str]
    screens: Sequence[str]
    same_winner: Decimal | None
    shares: Sequence[tuple[str, Decimal]]
    draws: int
    taken_out: TakenOut | None
    replays: bool


def study(ranking: Ranking) -> Study:
    """The study of a ranking, from what it was made of. Only for those who may see prices."""
    request = read_request(ranking.decision.facts)
    names = dict(
        Organisation.objects.filter(tenders__competition=ranking.lot.competition).values_list("number", "name")
    )
    same, shares = _firm(request, names)
    return Study(
        queries.plan_of(ranking.lot.competition),
        _low(request, names),
        _screens(ranking.lot, request, names),
        same,
        shares,
        _DRAWS,
        _taken_out(ranking, request, names),
        comparable(evaluate_json(ranking.decision.facts)) == comparable(ranking.decision.answer),
    )


def _low(request: EvaluationRequest, names: Mapping[str, str]) -> list[str]:
    said = []
    for one in abnormally_low(request.tenders, request.rule_date):
        text = _("%(name)s er %(below)s under gjennomsnittet.") % {
            "name": names[one.tender],
            "below": share(_decimal(one.below_mean), 1),
        }
        if one.below_next is not None:
            text += " " + _("Det er %(below)s under den nest laveste.") % {"below": share(_decimal(one.below_next), 1)}
        said.append(text)
    return said


def _screens(lot: CompetitionLot, request: EvaluationRequest, names: Mapping[str, str]) -> list[str]:
    sheets = opened_prices(lot.competition)
    titles = dict(lot.price_lines.values_list("key", "title"))
    taking_part = {one.id for one in request.tenders}
    of = {one.supplier_number: sheets[one.id][lot.key] for one in opened(lot.competition) if lot.key in one.lots}
    lines = [
        PriceLine(key, {who: Fraction(sheet[key]) for who, sheet in of.items() if who in taking_part and key in sheet})
        for key in titles
    ]
    said = []
    for one in collusion_screens(lines, request.rule_date):
        told = {
            "line": titles.get(one.where, ""),
            "names": ", ".join(names[who] for who in one.suppliers),
            "share": share(_decimal(one.measure), 1),
            "measure": number(_decimal(one.measure), 1),
        }
        said.append(
            {
                "close_prices": _("«%(line)s»: prisene ligger uvanlig tett (spredning %(share)s)."),
                "far_to_next": _(
                    "«%(line)s»: %(names)s ligger langt under de andre, som ligger tett (%(measure)s ganger "
                    "spredningen)."
                ),
                "same_decimals": _("%(names)s har like øre på %(share)s av linjene."),
            }[one.screen]
            % told
        )
    return said


def _firm(request: EvaluationRequest, names: Mapping[str, str]) -> tuple[Decimal | None, list[tuple[str, Decimal]]]:
    from fellestorg.engines.evaluation.robustness import robustness

    found = robustness(request, (request.model,), draws=_DRAWS) if MODELS[request.model].weighed else ()
    if not found:
        return None, []
    shares = [(names[who], Decimal(str(part))) for who, part in found[0].in_box.items() if part]
    same = found[0].same_winner
    return None if same is None else Decimal(str(same)), sorted(shares, key=lambda one: -one[1])


def _taken_out(ranking: Ranking, request: EvaluationRequest, names: Mapping[str, str]) -> TakenOut | None:
    gone = _scored_and_gone(ranking)
    if not gone:
        return None
    whole = _with(request, gone)
    made = without(whole, gone)
    return TakenOut(
        [names[who] for who in made.taken_out],
        _places(made.before, names, gone),
        _places(made.after, names, gone),
        made.order_changed,
    )


def _scored_and_gone(ranking: Ranking) -> dict[str, Tender]:
    """The tenders that this ranking leaves out though they had been scored on every criterion."""
    lot, facts = ranking.lot, ranking.decision.facts
    held = {row.cell: row.points for row in queries.scores(lot) if row.evaluator is None}
    wanted = [one["id"] for one in facts["criteria"] if one["kind"] == "points"]
    prices = queries.prices(lot)
    return {
        who: Tender(who, Fraction(prices[who]), {key: Fraction(held[who, key]) for key in wanted})
        for who in (one["supplier"] for one in ranking.without)
        if who in prices and all((who, key) in held for key in wanted)
    }


def _with(request: EvaluationRequest, more: Mapping[str, Tender]) -> EvaluationRequest:
    return replace(request, tenders=tuple(sorted((*request.tenders, *more.values()), key=lambda one: one.id)))


def _places(answer: EvaluationAnswer, names: Mapping[str, str], gone: Mapping[str, Any]) -> list[Place]:
    return [Place(one.rank, names[one.tender], _decimal(one.total), one.tender in gone) for one in answer.ranking]


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def command_line(name: str) -> str:
    """The command that gives the same ranking again from the exported request."""
    return f"fellestorg evaluate {name}.json --json"


def comparable(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without the words of its warnings, which may be put better later; the rest must be the same, bit for bit."""
    return {
        **answer,
        "warnings": [{key: value for key, value in one.items() if key != "text"} for one in answer["warnings"]],
    }
