"""The wire shape of an evaluation's answer."""

from __future__ import annotations

from typing import Any

from fellestorg.engines.evaluation.answer import EvaluationAnswer, Part, evaluate
from fellestorg.engines.evaluation.figures import rounded, trimmed
from fellestorg.engines.evaluation.reading import read_request
from fellestorg.engines.evaluation.words import warning_text


def answer_json(answer: EvaluationAnswer, language: str = "nb") -> dict[str, Any]:
    """The answer as JSON: ``exact`` and the weights' intervals as fractions, points and totals to ten decimals, kroner to the
    øre. ``language`` chooses only the warnings' words."""
    return {
        "model": answer.model,
        "needs_reason": answer.needs_reason,
        "ranking": [
            {
                "tender": one.tender,
                "rank": one.rank,
                "total": trimmed(one.total),
                "exact": str(one.total),
                "parts": {part.criterion: _part(part) for part in one.parts},
            }
            for one in answer.ranking
        ],
        "winner": answer.winner,
        "tie": list(answer.tie),
        "tie_broken_by": answer.tie_broken_by,
        "warnings": [
            {"code": one.code, "text": warning_text(one, language), "evidence": dict(one.evidence)}
            for one in answer.warnings
        ],
        "sensitivity": {
            name: {
                "wins_from": None if interval is None else str(interval[0]),
                "wins_to": None if interval is None else str(interval[1]),
            }
            for name, interval in answer.sensitivity.items()
        },
        "price_of_a_point": {
            name: {tender: None if rate is None else rounded(rate, 2) for tender, rate in row.items()}
            for name, row in answer.price_of_a_point.items()
        },
        "rules": [rule.as_json() for rule in answer.rules],
    }


def evaluate_json(raw: object) -> dict[str, Any]:
    """Read, evaluate and write: the same object for the same input, whenever and wherever it runs. Raises ``BadInput``."""
    return answer_json(evaluate(read_request(raw)))


def _part(part: Part) -> dict[str, str | None]:
    return {"points": None if part.points is None else trimmed(part.points), "weighted": trimmed(part.weighted)}
