"""Pages where a file of bookings is looked at and taken in, and where what was wrong in it can be read later."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import RowProblem
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import RoleGrant
from fellestorg.travel.bookings import actions, queries
from fellestorg.travel.bookings.actions import TakenIn
from fellestorg.travel.bookings.forms import BookingFileForm
from fellestorg.travel.bookings.policy import SENDERS
from fellestorg.travel.bookings.reading import COLUMNS, REQUIRED
from fellestorg.travel.bookings.words import DROPPED, REASONS
from fellestorg.travel.models import BookingIntake, RejectedRow
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_READERS = (*SENDERS, RoleGrant.Role.AUDITOR)
_LIST = ("id", "source", "file_name", "sent_at", "sent_by_name", "read", "new", "changed", "unchanged", "rejected")
_FAULT = ("row", "field", "code", "text")
_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def take_in(request: HttpRequest) -> HttpResponse:
    """Send in a file of bookings: first look at what it would do, then take it in. Earlier files stand below."""
    actor = actor_of(request)
    sources = [(one.key, one.name) for one in queries.sources_for(actor)]
    posted = request.method == "POST"
    form = BookingFileForm(*([request.POST, request.FILES] if posted else []), sources=sources)
    done, problems, status = None, list[Problem](), 200
    if posted and form.is_valid():
        try:
            done = _taken(form, request, preview=request.POST.get("do") != "take_in")
        except BadInput as error:
            problems, status = list(error.problems), 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
        if done is not None and done.intake is not None:
            return HttpResponseRedirect(reverse("booking_file", args=[done.intake.pk]))
    elif posted:
        status = 422
    earlier = queries.intakes_for(actor)
    paging = Paging.read(request.GET.dict(), earlier.count(), _PAGE)
    context = {
        "form": form if sources else None,
        "problems": problems,
        "done": done,
        "reasons": [(REASONS[code], count) for code, count in sorted(done.reasons.items())] if done else [],
        "dropped": [(one.column, DROPPED[one.code]) for one in done.dropped] if done else [],
        "earlier": earlier[paging.start : paging.stop],
        "paging": paging,
        "columns": [(name, ", ".join(others), name in REQUIRED) for name, others in COLUMNS.items()],
        "downloads": _downloads("booking_intake", []),
        "crumbs": _crumbs(Crumb(_("Les inn bestillinger"))),
    }
    return render(request, "travel/bookings/intake.html", context, status=status)


@require_safe
@for_roles(*_READERS)
def intakes_csv(request: HttpRequest) -> HttpResponse:
    """The files that came in, as CSV."""
    rows = queries.intakes_for(actor_of(request))
    return csv_answer("bestillingsfiler", _LIST, ([_value(one, name) for name in _LIST] for one in rows))


@require_safe
@for_roles(*_READERS)
def intakes_json(request: HttpRequest) -> HttpResponse:
    """The files that came in, as JSON."""
    rows = queries.intakes_for(actor_of(request))
    return json_answer({"files": [{name: _value(one, name) for name in _LIST} for one in rows]})


@require_safe
@for_roles(*_READERS)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What came of a file, and every row of it that was rejected."""
    intake = _found(request, number)
    faults = intake.rejections.all()
    paging = Paging.read(request.GET.dict(), faults.count(), _PAGE)
    context = {
        "intake": intake,
        "faults": _told(faults[paging.start : paging.stop]),
        "dropped": [(one["column"], DROPPED[one["code"]]) for one in intake.dropped],
        "paging": paging,
        "downloads": _downloads("booking_file", [number]),
        "crumbs": _crumbs(
            Crumb(_("Les inn bestillinger"), reverse("booking_intake")), Crumb(intake.file_name or str(number))
        ),
    }
    return render(request, "travel/bookings/file.html", context)


@require_safe
@for_roles(*_READERS)
def one_csv(request: HttpRequest, number: int) -> HttpResponse:
    """What was wrong in a file, as CSV."""
    faults = _told(_found(request, number).rejections.all())
    return csv_answer(f"avviste-rader-{number}", _FAULT, ([getattr(row, name) for name in _FAULT] for row in faults))


@require_safe
@for_roles(*_READERS)
def one_json(request: HttpRequest, number: int) -> HttpResponse:
    """What came of a file, in the shape that the command answers."""
    intake = _found(request, number)
    rejected = [row.as_json() for row in _told(intake.rejections.all())]
    changes = {name: getattr(intake, name) for name in ("new", "changed", "unchanged")}
    accepted = sum(changes.values())
    return json_answer(
        {
            "read": intake.read,
            "accepted": accepted,
            "rejected": rejected,
            "changes": changes,
            "dropped": intake.dropped,
        }
    )


def _taken(form: BookingFileForm, request: HttpRequest, *, preview: bool) -> TakenIn:
    upload = form.cleaned_data["file"]
    source = queries.sources_for(actor_of(request)).get(key=form.cleaned_data["source"])
    with tempfile.NamedTemporaryFile() as file:
        for block in upload.chunks():
            file.write(block)
        file.flush()
        return actions.take_in(
            Path(file.name),
            source,
            actor=actor_of(request),
            now=clock.now(),
            file_name=(upload.name or "").replace("\x00", ""),
            preview=preview,
        )


def _found(request: HttpRequest, number: int) -> BookingIntake:
    found = queries.intakes_for(actor_of(request)).filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404
    return found


def _told(rows: Iterable[RejectedRow]) -> list[RowProblem]:
    """What was wrong, in the reader's language, whatever the sender's was."""
    return [RowProblem(one.row, one.field, one.code, in_language(one.texts) or one.text) for one in rows]


def _value(intake: BookingIntake, name: str) -> Any:
    return intake.source.key if name == "source" else getattr(intake, name)


def _downloads(name: str, arguments: list[Any]) -> list[Download]:
    return [Download(kind.upper(), reverse(f"{name}_{kind}", args=arguments), kind) for kind in ("csv", "json")]


def _crumbs(*last: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Reiser"), reverse("travel")),
        Crumb(_("Reisebestillinger"), reverse("bookings")),
        *last,
    ]
