"""Rejected and withdrawn tenders are taken out and everything is computed anew; both tables are shown (R4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from fellestorg.engines.evaluation.answer import EvaluationAnswer, evaluate
from fellestorg.engines.evaluation.request import EvaluationRequest
from fellestorg.values import BadInput


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The evaluation with all tenders and without those taken out. ``order_changed``: those that remain no longer stand in
    the order, or with the ties, that they had among all."""

    taken_out: tuple[str, ...]
    before: EvaluationAnswer
    after: EvaluationAnswer
    order_changed: bool


def without(request: EvaluationRequest, taken_out: Collection[str]) -> Recomputed:
    """Evaluate with and without these tenders. Raises ``BadInput`` for an unknown tender, and where none would be left."""
    known = {one.id for one in request.tenders}
    if unknown := sorted(set(taken_out) - known):
        raise BadInput.of("tenders", "unknown_tender", f"there is no tender {', '.join(map(repr, unknown))}")
    left = tuple(one for one in request.tenders if one.id not in taken_out)
    if not left:
        raise BadInput.of("tenders", "none_left", "expected at least one tender to be left")
    before, after = evaluate(request), evaluate(replace(request, tenders=left))
    names = {one.id for one in left}
    changed = _order(before, names) != _order(after, names)
    return Recomputed(tuple(sorted(set(taken_out))), before, after, changed)


def _order(answer: EvaluationAnswer, names: set[str]) -> list[list[str]]:
    """The tenders of these names by rank, those that share one together."""
    groups: dict[int, list[str]] = {}
    for one in answer.ranking:
        if one.tender in names:
            groups.setdefault(one.rank, []).append(one.tender)
    return [groups[rank] for rank in sorted(groups)]
