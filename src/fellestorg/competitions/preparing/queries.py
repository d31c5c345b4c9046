"""Reads of what is being prepared: the documents that count, the price sheet by lot, the clauses proposed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from fellestorg.competitions.models import ClauseChoice, Competition, CompetitionDocument, PriceSheetLine
from fellestorg.law.grounds import ProposedClause, proposed_clauses
from fellestorg.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class ChosenClause:
    """A proposed clause and what was chosen; ``choice`` is None until somebody has."""

    proposed: ProposedClause
    choice: ClauseChoice | None


def documents_of(competition: Competition) -> list[CompetitionDocument]:
    """The newest version of each document that has not been taken out, in the order of kinds and titles."""
    newest: dict[str, CompetitionDocument] = {}
    for one in competition.documents.select_related("file", "made_by").order_by("key", "-version"):
        newest.setdefault(one.key, one)
    order = list(CompetitionDocument.Kind.values)
    kept = [one for one in newest.values() if not one.withdrawn]
    return sorted(kept, key=lambda one: (order.index(one.kind), one.title, one.key))


def price_lines_of(competition: Competition, lots: Collection[str] = ()) -> list[PriceSheetLine]:
    """The price sheet, lot by lot; of these lots, or all."""
    rows = PriceSheetLine.objects.filter(lot__competition=competition).select_related("lot")
    if lots:
        rows = rows.filter(lot__key__in=lots)
    return list(rows.order_by("lot__number", "number"))


def clauses_of(competition: Competition, today: date) -> list[ChosenClause]:
    """The clauses that category, value and buyer call for, each with what was chosen."""
    chosen = {one.clause: one for one in competition.clauses.all()}
    state = competition.buyer.kind == Organisation.Kind.AGENCY
    proposed = proposed_clauses(
        competition.cpv, competition.estimated_value, state=state, notice=competition.notice_date or today
    )
    return [ChosenClause(one, chosen.get(one.rule.id)) for one in proposed]
