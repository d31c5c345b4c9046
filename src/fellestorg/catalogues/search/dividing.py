"""How a text is divided into words, and which of them say nothing of what somebody looks for."""

from __future__ import annotations

from fellestorg.catalogues.models.vectors import BETWEEN_WORDS

# Small words of the three languages: asked for only where there is nothing else to ask for.
SMALL_WORDS = frozenset(
    "er en et ei ein eit som og til for med av på i the of and with eller or stk stykker stykk a an".split()  # noqa: SIM905
)


def sql_words(text: str) -> str:
    """SQL that divides a text into words as the index does (see ``vectors.catalogue_vector``)."""
    for sign in BETWEEN_WORDS:
        text = f"replace({text}, '{sign}', ' ')"
    return text
