"""How views receive files: never on a disk in clear. The handlers must be in place before anything reads the form, the
check of its token included, so that check stands inside."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from fellestorg.competitions.tenders.uploads import MemoryHandler

View = Callable[..., HttpResponse]


def only_in_memory(most: int) -> Callable[[View], View]:
    """Files of at most so many bytes are kept in memory; a larger one is broken off and is not there."""

    def guard(view: View) -> View:
        inner = csrf_protect(view)

        @wraps(view)
        def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request.upload_handlers = [MemoryHandler(most)]
            return inner(request, *args, **kwargs)

        return csrf_exempt(received)

    return guard
