"""A rehearsal as JSON, to be kept with the competition: every number exact, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from fellestorg.engines.evaluation.figures import exact_text
from fellestorg.engines.evaluation.rehearsal import Rehearsal


def rehearsal_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """The whole rehearsal, field by field; decimals or fractions as strings, counts as whole numbers."""
    written: dict[str, Any] = _plain(rehearsal)
    return written


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Fraction):
        return exact_text(value)
    if isinstance(value, float):
        return repr(value)  # what the market was assumed to be
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
