"""Texts that exist in three languages."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.utils.translation import get_language

LANGUAGES = ("nb", "nn", "en")


def in_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in the active (or given) language; bokmål where that one is missing."""
    wanted = (language or get_language() or "nb")[:2]
    return texts.get(wanted) or texts.get("nb") or ""


def localised(row: models.Model, field: str, language: str | None = None) -> str:
    """The value of ``field_nb``, ``field_nn`` or ``field_en`` in the active (or given) language."""
    return in_language({code: getattr(row, f"{field}_{code}", "") for code in LANGUAGES}, language)
