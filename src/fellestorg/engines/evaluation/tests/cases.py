"""Short ways to write an evaluation in a test. Figures from the rules' own worked examples, entered anew."""

from __future__ import annotations

from typing import Any

from fellestorg.engines.evaluation import EvaluationAnswer, evaluate, read_request

FOUR = {
    "A": ("1000000", "6", "5"),
    "B": ("1150000", "8", "8"),
    "C": ("1400000", "10", "9"),
    "D": ("2200000", "10", "10"),
}
"""Price, quality and environment of four tenders, weighed 40, 30 and 30."""


def four(model: str, without: str = "", **parameters: Any) -> dict[str, Any]:
    """The four tenders by a model, on the wire."""
    return {
        "model": model,
        "scale": "10",
        "rule_date": "2026-11-01",
        "criteria": [
            {"id": "price", "kind": "price", "weight": "0.40"},
            {"id": "quality", "kind": "points", "weight": "0.30", "max_value": "300000"},
            {"id": "environment", "kind": "points", "weight": "0.30", "max_value": "300000", "environment": True},
        ],
        "parameters": parameters,
        "tenders": [
            {"id": name, "price": price, "points": {"quality": quality, "environment": environment}}
            for name, (price, quality, environment) in FOUR.items()
            if name != without
        ],
    }


def two(model: str, price_weight: str, tenders: dict[str, tuple[str, str]], **rest: Any) -> dict[str, Any]:
    """Tenders of price and quality, on the wire; ``max_value`` among the rest is the quality's."""
    quality = {"id": "quality", "kind": "points", "weight": str(round(1 - float(price_weight), 10))}
    if value := rest.pop("max_value", None):
        quality["max_value"] = value
    return {
        "model": model,
        "rule_date": "2026-11-01",
        "criteria": [{"id": "price", "kind": "price", "weight": price_weight}, quality],
        "tenders": [{"id": name, "price": p, "points": {"quality": q}} for name, (p, q) in tenders.items()],
        **rest,
    }


def answer(raw: dict[str, Any]) -> EvaluationAnswer:
    """What the engine says."""
    return evaluate(read_request(raw))


def totals(raw: dict[str, Any]) -> dict[str, Any]:
    """The exact total of each tender."""
    return {one.tender: one.total for one in answer(raw).ranking}
