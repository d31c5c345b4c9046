"""Agreements that nobody can call off under yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from fellestorg.agreements.pages import SEES_DRAFTS
from fellestorg.kernel.http import actor_of
from fellestorg.kernel.sql import prepared

_DRAFT = """
SELECT 1 FROM agreements_frameworkagreement a
WHERE a.key = %s
  AND NOT EXISTS (SELECT FROM agreements_agreementhalt h WHERE h.agreement_id = a.id)
  AND NOT EXISTS (SELECT FROM agreements_policyversion v JOIN agreements_lot l ON l.id = v.lot_id
                  WHERE l.agreement_id = a.id)"""


class DraftsHidden:
    """A draft, and everything under its address, looks as if it did not exist to those who may not see drafts: held here
    once for every room's pages, those to come included. Stands after ``SignedIn``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _arguments: Any, named: dict[str, Any]) -> None:
        """Raise Http404 where the page is of a draft. One that is cancelled or delayed is no draft: it is shown so."""
        key = named.get("key")
        if key is None or not request.path.startswith("/avtaler/") or actor_of(request).has(*SEES_DRAFTS):
            return
        if prepared(_DRAFT, [str(key)]):
            raise Http404
