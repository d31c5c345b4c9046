"""One way of writing a fact down, so that equal facts have equal bytes and equal hashes."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """Write JSON with sorted keys and no white space. Floats are refused: amounts travel as decimal strings."""
    if _has_float(value):
        _refuse_floats(value, "$")
    return _ENCODER.encode(value)


def digest(value: Any) -> str:
    """SHA-256, in hexadecimal, of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _has_float(value: Any) -> bool:
    """Asked of everything that is written down, so it names no places; that is for the one that is refused."""
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_float, value))
    return isinstance(value, float)


def _refuse_floats(value: Any, where: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{where} is a binary float; write it as a decimal string")
    if isinstance(value, dict):
        for key, item in value.items():
            _refuse_floats(item, f"{where}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            _refuse_floats(item, f"{where}[{index}]")
