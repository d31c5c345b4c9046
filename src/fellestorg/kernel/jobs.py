"""Work that happens after a transaction: a port of three functions over procrastinate.

A job is enqueued in the caller's own transaction, so it exists exactly when what it belongs to does. Every task must
bear being run twice: a worker that was killed is detected and its jobs are taken up again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate.contrib.django import app

F = TypeVar("F", bound=Callable[..., None])


def task(name: str) -> Callable[[F], F]:
    """Declare a task in a room's ``tasks.py``. Its arguments travel as JSON."""

    def declare(function: F) -> F:
        app.task(name=name)(function)
        return function

    return declare


def defer(name: str, **arguments: Any) -> None:
    """Ask for a task to be done once this transaction commits."""
    app.configure_task(name=name).defer(**arguments)
