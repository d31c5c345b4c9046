"""What other rooms do when a competition goes out or its documents change. They register when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fellestorg.competitions.models import Competition, CompetitionDocument
from fellestorg.kernel.actors import Actor

OnSending = Callable[[Competition, str, Actor, datetime], None]
OnDocument = Callable[[Competition, CompetitionDocument, datetime], None]

_before: list[OnSending] = []
_after: list[OnSending] = []
_changed: list[OnDocument] = []


def add_before_sending(hook: OnSending) -> None:
    """Called in the transaction that publishes or invites, before the guards: may write, and refuse by raising."""
    _before.append(hook)


def add_after_sending(hook: OnSending) -> None:
    """Called in the transaction that publishes or invites, once the stage has moved."""
    _after.append(hook)


def add_document_changed(hook: OnDocument) -> None:
    """Called with a document's new version after the notice."""
    _changed.append(hook)


def before_sending(competition: Competition, move: str, actor: Actor, now: datetime) -> None:
    """Tell those who prepare something."""
    for hook in _before:
        hook(competition, move, actor, now)


def sent(competition: Competition, move: str, actor: Actor, now: datetime) -> None:
    """Tell those who follow up."""
    for hook in _after:
        hook(competition, move, actor, now)


def document_changed(competition: Competition, document: CompetitionDocument, now: datetime) -> None:
    """Tell those who tell tenderers."""
    for hook in _changed:
        hook(competition, document, now)
