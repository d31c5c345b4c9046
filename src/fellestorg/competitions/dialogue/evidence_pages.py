"""What a competition rests on, as CSV and JSON; the page itself is a section of the competition's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from fellestorg.competitions.dialogue.evidence import evidence_of
from fellestorg.competitions.reaching import inside_or_403
from fellestorg.kernel.http import csv_answer, for_roles, json_answer

_COLUMNS = ("kind", "reference", "title", "link", "sha256", "intact", "attached_at", "attached_by")


@require_safe
@for_roles()
def evidence_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The list as CSV, for those inside."""
    rows = _rows(request, number)
    return csv_answer(f"grunnlag-{number}", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles()
def evidence_json(request: HttpRequest, number: str) -> HttpResponse:
    """The list as JSON, for those inside."""
    return json_answer({"evidence": _rows(request, number)})


def _rows(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    found = evidence_of(inside_or_403(request, number))
    return [{name: getattr(one, name) for name in _COLUMNS} for one in found]
