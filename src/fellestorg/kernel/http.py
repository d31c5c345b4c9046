"""What pages of every room answer with besides HTML: lists as CSV and JSON; and who gets in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from fellestorg.kernel.actors import ANONYMOUS, Actor
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.json_text import Indented
from fellestorg.values import Problem, decimal_text

View = Callable[..., HttpResponse]
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking, as the sign-in middleware found."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    return actor


def sender_address(request: HttpRequest) -> str:
    """The address a request comes from: where it connects, or where as many proxies as the settings trust say that it
    came to them from. What stands further left in ``X-Forwarded-For`` anybody may have written."""
    connected: str = request.META.get("REMOTE_ADDR", "")
    forwarded = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    trusted: int = settings.PROXIES
    return forwarded[-trusted] if 0 < trusted <= len(forwarded) else connected


def for_roles(*roles: str) -> Callable[[View], View]:
    """Let only people with one of the roles in (with any role at all when none is named).

    Somebody not signed in is sent to sign in and back; somebody without the role gets 403. Anybody may make an account of
    her own, and has no role then: pages for her too are guarded by :func:`for_people`.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if (elsewhere := _to_sign_in(request)) is not None:
                return elsewhere
            if not (actor.has(*roles) if roles else actor.grants):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def for_people(view: View) -> View:
    """Let anybody in who is signed in, with a role or without; others are sent to sign in and back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _to_sign_in(request) or view(request, *args, **kwargs)

    return guarded


def csv_answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV file as Norwegian spreadsheets open it: semicolons, decimal comma, UTF-8 with a mark at its start.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def json_answer(data: Any, status: int = 200) -> JsonResponse:
    """JSON with amounts as decimal strings and days and instants as ISO 8601."""
    return JsonResponse(data, Indented, status=status)


def problem_answer(status: int, code: str, detail: str, problems: Iterable[Problem] = ()) -> JsonResponse:
    """What went wrong, for another system: problem details (RFC 9457), with ``problems`` where several things did."""
    told: dict[str, Any] = {
        "type": f"urn:fellestorg:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    found = [{"where": one.where, "code": one.code, "text": one.text} for one in problems]
    if found:
        told["problems"] = found
    answer = json_answer(told, status)
    answer["Content-Type"] = "application/problem+json"
    return answer


def plain(value: Any) -> Any:
    """The value as JSON knows it: decimals and dates as strings, everything else as it is."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.astimezone(OSLO).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _cell(value: Any) -> str:
    if type(value) is not str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, Decimal):
            return decimal_text(value).replace(".", ",")
        if isinstance(value, (int, date)):
            return str(plain(value))
        value = str(value)
    return f"'{value}" if value.startswith(_FORMULAS) else value


def _to_sign_in(request: HttpRequest) -> HttpResponse | None:
    if actor_of(request).key != ANONYMOUS.key:
        return None
    back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': back})}")
