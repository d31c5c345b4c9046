"""The context processor: every template has ``shell``, built only where a template asks for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from fellestorg.ui import shell


def page(request: HttpRequest) -> dict[str, Any]:
    """``shell``: see :class:`fellestorg.ui.shell.Shell`. Error pages never touch it, so they need no database."""
    return {"shell": SimpleLazyObject(lambda: shell.build(request))}
