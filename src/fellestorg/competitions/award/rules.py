"""What follows from rankings: who wins each lot, and what each tenderer is told. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fellestorg.competitions.evaluation.grounds import REDUCE


def winners_of(answer: Mapping[str, Any], places: int) -> list[str]:
    """The suppliers awarded a lot, in rank: the winner first, then as many as the lot has places for.

    One list from one set of scores: nothing is computed anew after each pick (R5). Ties inside the places are settled by
    the published tie rule or not at all: ``ValueError`` names those that stand alike.
    """
    if answer["winner"] is None:
        raise ValueError(", ".join(answer["tie"]))
    # The tie rule settled who wins; further down equal ranks are equal.
    rest = sorted((one for one in answer["ranking"] if one["tender"] != answer["winner"]), key=lambda one: one["rank"])
    chosen = rest[: places - 1]
    for rank in {one["rank"] for one in chosen}:
        alike = [one["tender"] for one in rest if one["rank"] == rank]
        if len(alike) > 1:
            raise ValueError(", ".join(alike))
    return [answer["winner"], *(one["tender"] for one in chosen)]


def letter_facts(
    *,
    supplier: str,
    lots: Sequence[Mapping[str, Any]],
    rejections: Mapping[str, Mapping[str, str]],
    standstill_until: str | None,
) -> dict[str, Any]:
    """What a tenderer is told (E-11): for each lot it tendered in, who won, both tenders' points and reasons, its own rank.

    ``lots`` have ``key``, ``title``, ``winners`` (numbers in rank), ``names``, ``answer`` (of the ranking or None) and
    ``reasons`` ({(supplier, criterion): text}); ``rejections`` are by lot's key, with ``ground`` and ``reason``. Prices of
    others are told as totals of points only where the model gives points; the evaluated price is not a trade secret.
    """
    told = []
    for lot in lots:
        own = _row(lot["answer"], supplier)
        first = lot["winners"][0] if lot["winners"] else None
        told.append(
            {
                "lot": lot["key"],
                "title": lot["title"],
                "winners": [lot["names"][one] for one in lot["winners"]],
                "won": supplier in lot["winners"],
                "place": lot["winners"].index(supplier) + 1 if supplier in lot["winners"] else None,
                "rank": own["rank"] if own else None,
                "total": own["total"] if own else None,
                "winning_total": (_row(lot["answer"], first) or {}).get("total") if first else None,
                "parts": _parts(lot, supplier, first) if own and first else [],
                "rejected": rejections.get(lot["key"]),
            }
        )
    return {"lots": told, "standstill_until": standstill_until}


def outcome_of(facts: Mapping[str, Any]) -> str:
    """Won where a lot was won, rejected where the tender was rejected in every lot, else lost. One that was not taken
    further between rounds (REDUCE) has lost."""
    if any(one["won"] for one in facts["lots"]):
        return "won"
    return "rejected" if facts["lots"] and all(_is_rejected(one) for one in facts["lots"]) else "lost"


def _is_rejected(told: Mapping[str, Any]) -> bool:
    return bool(told["rejected"]) and told["rejected"]["ground"] != REDUCE


def _parts(lot: Mapping[str, Any], supplier: str, first: str) -> list[dict[str, Any]]:
    own, best = _row(lot["answer"], supplier), _row(lot["answer"], first)
    assert own is not None and best is not None
    return [
        {
            "criterion": key,
            "points": part["points"],
            "winning_points": best["parts"][key]["points"],
            # A model in kroner gives no points for the price, only what it counts as.
            "counts": part["weighted"],
            "winning_counts": best["parts"][key]["weighted"],
            "reason": lot["reasons"].get((supplier, key), ""),
            "winning_reason": lot["reasons"].get((first, key), ""),
        }
        for key, part in own["parts"].items()
    ]


def _row(answer: Mapping[str, Any] | None, supplier: str | None) -> Mapping[str, Any] | None:
    rows = answer["ranking"] if answer else []
    return next((one for one in rows if one["tender"] == supplier), None)
