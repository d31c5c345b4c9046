"""What the dialogue adds when Django starts."""

from __future__ import annotations

from fellestorg.competitions.dialogue import actions, panel, words
from fellestorg.competitions.panels import add_panel
from fellestorg.competitions.preparing.hooks import add_document_changed
from fellestorg.competitions.words import register_words
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs


def register() -> None:
    """Called once, from the app's ``ready``."""
    register_words(words.REFUSALS)
    register_verbs(words.VERBS)
    messages.register(words.MESSAGES)
    add_document_changed(actions.document_changed)
    add_panel(50, "dialogue", panel.dialogue)
    add_panel(85, "evidence", panel.evidence)
