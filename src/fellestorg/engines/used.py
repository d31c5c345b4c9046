"""Used units: what must be known of one before it may be sold, and which offers lack it (rule USED)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

VISUAL_GRADES = ("A", "B", "C")


def missing_proof(
    visual_grade: str, erasure_proof: str, updates_until: date | None, day: date, *, stores_data: bool = True
) -> tuple[str, ...]:
    """What a used unit lacks before it may be sold on a day: a visual grade and, where it stores data, proof that the
    data was erased and security updates from the maker that still come (what NSM asks; rule USED)."""
    lacks = []
    if visual_grade not in VISUAL_GRADES:
        lacks.append("visual_grade")
    if stores_data and not erasure_proof.strip():
        lacks.append("erasure_proof")
    if stores_data and (updates_until is None or updates_until < day):
        lacks.append("updates_until")
    return tuple(lacks)


def lacks(offer: Mapping[str, Any], day: str) -> tuple[str, ...]:
    """What a recorded offer lacks on a day. An offer of a new unit, which says nothing of ``used``, lacks nothing."""
    used = offer.get("used")
    if used is None:
        return ()
    until = None if used["updates_until"] is None else date.fromisoformat(used["updates_until"])
    # Facts from before furniture was sold say nothing of it: every used unit stored data.
    storing = used.get("stores_data", True)
    return missing_proof(
        used["visual_grade"], used["erasure_proof"], until, date.fromisoformat(day), stores_data=storing
    )


def stores_data(cpv: str, divisions: str) -> bool:
    """Whether a unit of a CPV code stores data: its division is among these, or its code is not known."""
    return not cpv or cpv[:2] in divisions.split()


def unproved(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every offer that lacks something, by supplier and item, in the order of the facts."""
    lines = facts["need"]["lines"]
    return [
        {"supplier": supplier["supplier"], "item": lines[int(offer["line"])]["item"], "lacks": list(lacking)}
        for supplier in facts["suppliers"]
        for offer in supplier["offers"]
        if (lacking := lacks(offer, facts["date"]))
    ]


def any_used(facts: Mapping[str, Any]) -> bool:
    """Whether any offer is of a used unit."""
    return any(offer.get("used") is not None for supplier in facts["suppliers"] for offer in supplier["offers"])
