"""What this room adds to the house when Django starts."""

from __future__ import annotations

from fellestorg.competitions.guards import register_guard
from fellestorg.competitions.tenders import keys, opening, words
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs


def register() -> None:
    """Guards, words, verbs and messages of sealed tenders."""
    register_guard("two_openers", opening.two_openers)
    register_guard("opening_keys_ready", keys.opening_keys_ready)
    register_words(words.REFUSALS)
    register_verbs(words.VERBS)
    messages.register(words.MESSAGES)
