"""Reads of rounds: who is still in, what has been written, and what a reduction would rest on."""

from __future__ import annotations

from decimal import Decimal

from fellestorg.competitions.evaluation import queries as evaluation
from fellestorg.competitions.evaluation.grounds import REDUCE
from fellestorg.competitions.evaluation.models import Ranking, Rejection
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.rounds.models import Round, RoundMinutes
from fellestorg.competitions.selecting import queries as selecting
from fellestorg.competitions.selecting import rules
from fellestorg.organisations.models import Organisation


def in_play(competition: Competition) -> list[Organisation]:
    """The suppliers that are still in, by name: in a negotiation those with a tender that remains in some lot, in a
    dialogue the invited."""
    if competition.opened_at is not None:
        found = {
            one.tender.supplier.pk: one.tender.supplier
            for lot in competition.lots.all()
            for one in evaluation.standings(lot)
            if one.remains
        }
        return sorted(found.values(), key=lambda one: one.name.casefold())
    out = {number for lot, number in evaluation.rejections(competition) if not lot}
    invited = Organisation.objects.filter(competition_invitations__competition=competition)
    rows = invited.exclude(competition_invitations__invited_at=None).exclude(number__in=out)
    return list(rows.distinct().order_by("name"))


def minutes_of(round: Round) -> dict[str, RoundMinutes]:
    """The minutes that hold in a round, by supplier's number."""
    rows = round.minutes.select_related("supplier", "made_by", "round__competition").order_by("version")
    return {one.supplier.number: one for one in rows}


def without_minutes(competition: Competition) -> list[tuple[Round, str]]:
    """Round and supplier's name where somebody that is still in has no minutes yet."""
    names = {one.number: one.name for one in in_play(competition)}
    missing = []
    for one in competition.rounds.all():
        written = minutes_of(one)
        missing += [(one, names[number]) for number in one.participants if number in names and number not in written]
    return missing


def reductions(competition: Competition) -> list[Rejection]:
    """The reductions that hold."""
    return [row for row in evaluation.rejections(competition).values() if row.ground == REDUCE]


def ranking_for(lot: CompetitionLot) -> Ranking | None:
    """The ranking a reduction in a lot may rest on: the newest, where it still holds."""
    newest = evaluation.newest_ranking(lot)
    return newest if newest is not None and evaluation.is_current(newest) else None


def solutions(competition: Competition, round: int, most: int | None) -> list[rules.Placed]:
    """The solutions of a dialogue, placed by the award criteria that are scored in points, with their weights. Raises
    KeyError where points are missing."""
    held = selecting.points_of(competition, round)
    criteria = quality(competition)
    points = {
        one.number: {c.key: held[one.number, c.key].points for c in criteria if (one.number, c.key) in held}
        for one in in_play(competition)
    }
    return rules.place(points, criteria, False, most)


def quality(competition: Competition) -> list[rules.Criterion]:
    """The award criteria that a solution is judged by."""
    return [
        rules.Criterion(one.key, one.title, Decimal(one.weight)) for one in evaluation.quality_criteria(competition)
    ]
