"""Files of a draft: a plain form for those without scripts, and chunks that go on where they were for those with."""

from __future__ import annotations

from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from fellestorg.competitions.tenders import chunks, drafts, uploads
from fellestorg.competitions.tenders.reaching import for_suppliers, whose_tender
from fellestorg.values import BadInput, Refused


def _encrypting(view: Any) -> Any:
    """The form's files are encrypted as they are read, and they are read when the form's token is checked: whose they
    are must be known before."""
    inner = csrf_protect(view)

    @wraps(view)
    def received(request: HttpRequest, number: str) -> HttpResponse:
        whose = whose_tender(request, number)
        handler = uploads.SealingHandler(whose.competition, whose.supplier, whose.person, whose.now)
        request.upload_handlers = [handler]
        answer: HttpResponse = inner(request, number, handler)
        return answer

    return csrf_exempt(require_POST(for_suppliers(received)))


@_encrypting
def upload(request: HttpRequest, number: str, handler: uploads.SealingHandler) -> HttpResponse:
    """Take the files of a plain form."""
    request.POST.get("question")  # reads the form, where the token's check has not
    try:
        if handler.refused is not None:
            raise handler.refused
        if not handler.begun:
            raise BadInput.of("file", "required", _("Velg en fil."))
        for file, facts in handler.begun:
            uploads.finish(file, facts)
    except (BadInput, Refused) as error:
        messages.error(request, error.text if isinstance(error, Refused) else str(error))
    else:
        messages.success(request, _("Fila er mottatt og kryptert."))
    return HttpResponseRedirect(reverse("tender", args=[number]))


@require_POST
@for_suppliers
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a file, or find the one that was broken off: how many chunks have come."""
    whose = whose_tender(request, number)
    size = request.POST.get("bytes", "")
    question, name = request.POST.get("question", ""), request.POST.get("name", "")
    if not (size.isdecimal() and name and whose.competition.questions.filter(key=question, kind="file").exists()):
        return _told(BadInput.of("file", "required", _("Velg en fil.")))
    try:
        file, come = uploads.begin(
            whose.competition, whose.supplier, question, name, int(size), person=whose.person, now=whose.now
        )
    except (BadInput, Refused) as error:
        return _told(error)
    return JsonResponse({"id": str(file.pk), "received": come, "chunk": chunks.CHUNK})


@require_POST
@for_suppliers
def chunk(request: HttpRequest, number: str, file: UUID, place: int) -> HttpResponse:
    """Take one chunk: the body is its bytes."""
    whose = whose_tender(request, number)
    try:
        drafts.require_open(whose.competition, whose.supplier, whose.now)
        uploads.add_chunk(*uploads.open_file(whose.competition, whose.supplier, file), place, request.body)
    except (BadInput, Refused) as error:
        return _told(error)
    return JsonResponse({"received": place + 1})


@require_POST
@for_suppliers
def done(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """All chunks are sent: hash, scan, and let it count."""
    whose = whose_tender(request, number)
    try:
        facts = uploads.finish(*uploads.open_file(whose.competition, whose.supplier, file))
    except (BadInput, Refused) as error:
        return _told(error)
    return JsonResponse({"name": facts.name, "bytes": facts.bytes, "sha256": facts.sha256})


@require_POST
@for_suppliers
def drop(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """Take a file out of the draft."""
    whose = whose_tender(request, number)
    try:
        uploads.drop(uploads.open_file(whose.competition, whose.supplier, file)[0])
    except Refused:
        raise Http404 from None
    messages.success(request, _("Fila er fjernet fra kladden."))
    return HttpResponseRedirect(reverse("tender", args=[number]))


def _told(error: BadInput | Refused) -> JsonResponse:
    if isinstance(error, Refused):
        return JsonResponse({"problems": [error.text]}, status=409)
    return JsonResponse({"problems": [one.text for one in error.problems]}, status=422)
