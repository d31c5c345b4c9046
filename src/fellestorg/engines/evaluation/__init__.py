"""The evaluation engine: tenders scored and ranked in exact rationals, with what the ranking rests on.

``read_request`` reads the wire shape, ``evaluate`` answers, ``answer_json`` writes; ``evaluate_json`` does all three, the
same bits for the same input. ``MODELS`` says which models need a reason on file and which may be summed over lots.
"""

from fellestorg.engines.evaluation.answer import EvaluationAnswer, Part, Ranked, evaluate
from fellestorg.engines.evaluation.exclusion import Recomputed, without
from fellestorg.engines.evaluation.findings import Finding
from fellestorg.engines.evaluation.models import DEFAULT_MODEL, MODELS, PRICED_QUALITY, Model
from fellestorg.engines.evaluation.reading import read_request
from fellestorg.engines.evaluation.request import Criterion, EvaluationRequest, Parameters, Tender
from fellestorg.engines.evaluation.wire import answer_json, basis_json, evaluate_json, request_json
from fellestorg.engines.evaluation.words import model_name, warning_text

# What a kept ranking names as its maker; a change that may change answers counts it up.
ENGINE = "evaluation/1"

__all__ = [
    "DEFAULT_MODEL",
    "ENGINE",
    "MODELS",
    "PRICED_QUALITY",
    "Criterion",
    "EvaluationAnswer",
    "EvaluationRequest",
    "Finding",
    "Model",
    "Parameters",
    "Part",
    "Ranked",
    "Recomputed",
    "Tender",
    "answer_json",
    "basis_json",
    "evaluate",
    "evaluate_json",
    "model_name",
    "read_request",
    "request_json",
    "warning_text",
    "without",
]
