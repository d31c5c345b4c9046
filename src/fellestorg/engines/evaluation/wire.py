"""The wire shapes: an evaluation's answer, and a request written back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from fellestorg.engines.evaluation.answer import EvaluationAnswer, Part, evaluate
from fellestorg.engines.evaluation.figures import exact_text, rounded, trimmed
from fellestorg.engines.evaluation.reading import read_request
from fellestorg.engines.evaluation.request import Criterion, EvaluationRequest
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


def request_json(request: EvaluationRequest) -> dict[str, Any]:
    """The request as ``fellestorg evaluate`` reads it, so that a finished evaluation can be exported and replayed.

    Numbers that do not end as decimals cannot be written: ``ValueError``.
    """
    return {
        **basis_json(request),
        "tenders": [
            {
                "id": one.id,
                "price": _decimal(one.price),
                "points": {name: _decimal(points) for name, points in one.points.items()},
            }
            for one in request.tenders
        ],
    }


def basis_json(request: EvaluationRequest) -> dict[str, Any]:
    """All that must be fixed before tenders are opened (R3): the request without its tenders. Its digest is what to stamp."""
    parameters = request.parameters
    written: dict[str, Any] = {
        "model": request.model,
        "scale": _decimal(request.scale),
        "rule_date": request.rule_date.isoformat(),
        "criteria": [_criterion(one) for one in request.criteria],
        "parameters": {
            "kappa": _decimal(parameters.kappa),
            "reference_price": None if parameters.reference_price is None else _decimal(parameters.reference_price),
            "floor": None if parameters.floor is None else _decimal(parameters.floor),
            "normalise_points": parameters.normalise_points,
        },
        "tie_break": list(request.tie_break),
    }
    if request.environment_met_by:
        written["environment_met_by"] = request.environment_met_by
    return written


def evaluate_json(raw: object) -> dict[str, Any]:
    """Read, evaluate and write: the same object for the same input, whenever and wherever it runs. Raises ``BadInput``."""
    return answer_json(evaluate(read_request(raw)))


def _criterion(one: Criterion) -> dict[str, Any]:
    written: dict[str, Any] = {"id": one.id, "kind": one.kind, "weight": _decimal(one.weight)}
    numbers = {"max_value": one.max_value, "weight_from": one.weight_from, "weight_to": one.weight_to}
    written |= {name: _decimal(value) for name, value in numbers.items() if value is not None}
    return written | ({"environment": True} if one.environment else {})


def _decimal(value: Fraction) -> str:
    text = exact_text(value)
    if "/" in text:
        raise ValueError(f"{text} is no decimal and cannot be written")
    return text


def _part(part: Part) -> dict[str, str | None]:
    return {"points": None if part.points is None else trimmed(part.points), "weighted": trimmed(part.weighted)}
