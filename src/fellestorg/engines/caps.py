"""Price caps: what one unit of a category may cost under a lot, kroner without VAT (rule CAP).

A lot's policy document says it: ``"price_caps": {"phone": "9000"}``. An offer above the cap is left out; a line that every
offer is too dear for cannot be called off.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fellestorg.values import BadInput, Problem, exact

_CODE = re.compile(r"[a-z0-9_-]{1,60}\Z")


def read_caps(document: Mapping[str, Any], problems: list[Problem]) -> dict[str, Decimal]:
    """The caps of a policy document, by category; what is wrong with them is added to ``problems``."""
    raw = document.get("price_caps", {})
    if not isinstance(raw, dict):
        problems.append(Problem("policy.price_caps", "not_an_object", "expected amounts by category"))
        return {}
    caps: dict[str, Decimal] = {}
    for category, amount in raw.items():
        where = f"policy.price_caps.{category}"
        if not _CODE.match(category):
            problems.append(Problem(where, "unknown", "expected the code of a category"))
            continue
        try:
            caps[category] = exact(amount, where, minimum=Decimal("0.01"))
        except BadInput as error:
            problems += error.problems
    return caps


def cap_of(facts: Mapping[str, Any], line: str) -> Decimal | None:
    """The cap on a unit of a line of the need; None where there is none."""
    amount = facts["policy"]["document"].get("price_caps", {}).get(facts["need"]["lines"][int(line)]["category"])
    return None if amount is None else Decimal(amount)


def over_cap(facts: Mapping[str, Any], offer: Mapping[str, Any], unit_price: Decimal) -> bool:
    """Whether an offer's unit price, at the need's quantity, is above the cap."""
    cap = cap_of(facts, offer["line"])
    return cap is not None and unit_price > cap
