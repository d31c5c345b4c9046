"""The ground: values that every room speaks in. Pure Python; imports nothing of the house."""

from fellestorg.values.canonical import canonical_json, digest
from fellestorg.values.decision import Decision, RuleRef, TraceStep
from fellestorg.values.errors import BadInput, Problem, Refused
from fellestorg.values.money import Money, decimal_text, exact, kroner, quote
from fellestorg.values.period import Period

__all__ = [
    "BadInput",
    "Decision",
    "Money",
    "Period",
    "Problem",
    "Refused",
    "RuleRef",
    "TraceStep",
    "canonical_json",
    "decimal_text",
    "digest",
    "exact",
    "kroner",
    "quote",
]
