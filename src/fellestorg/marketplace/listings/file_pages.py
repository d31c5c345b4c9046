"""Files in and out. A file that is too large is turned away by what the request says of its size, before any of it is
read; one that lies about it is broken off."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.competitions.tenders.receiving import only_in_memory
from fellestorg.kernel import clock
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.http import View, actor_of, for_people
from fellestorg.marketplace.listings import files, queries
from fellestorg.marketplace.listings.firm_pages import crumbs, version_of
from fellestorg.marketplace.listings.models import ListingFile
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

# What a form says besides its file.
_AROUND = 64 * 1024


def receiving(most: int) -> Callable[[View], View]:
    """Take a form with a file of at most so many bytes. A request that says it is larger is answered unread, with 413."""

    def guard(view: View) -> View:
        inner = only_in_memory(most)(view)

        @wraps(inner)
        def received(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            said = request.META.get("CONTENT_LENGTH") or "0"
            if said.isdecimal() and int(said) > most + _AROUND:
                context = {"most": most // 1024 // 1024, "crumbs": crumbs(Crumb(_("Fila er for stor")))}
                answer = render(request, "marketplace/listings/too_large.html", context, status=413)
                # The rest of it is still on its way; nobody waits for it.
                answer["Connection"] = "close"
                return answer
            return inner(request, *args, **kwargs)

        return received

    return guard


@receiving(files.LARGEST)
@require_POST
@for_people
def add_file(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Keep a file with the listing."""
    version = version_of(request, key, number)
    actor, person = actor_of(request), request.person  # type: ignore[attr-defined]
    if not may_edit(actor, version.listing.firm).allowed:
        raise PermissionDenied
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise BadInput.of("file", "required", _("Velg en fil på høyst 10 MB."))
        name = upload.name or ""
        files.add(version, name, upload.read(), actor=actor, person=person, now=clock.now())
    except BadInput as error:
        messages.error(request, " ".join(one.text for one in error.problems))
    except Refused as refused:
        messages.error(request, refused.text)
    else:
        messages.success(request, _("Fila er lagt til. Velg den der den skal være belegg."))
    return HttpResponseRedirect(reverse("listing_version", args=[key, number]) + "#filer")


@require_safe
@for_people
def draft_file(request: HttpRequest, key: str, number: int, file: UUID) -> HttpResponse:
    """A file, for those who work with the listing."""
    found = version_of(request, key, number).listing.files.select_related("stored").filter(pk=file).first()
    if found is None:
        raise Http404
    return given_out(found)


@require_safe
def public_file(request: HttpRequest, key: str, file: UUID) -> HttpResponse:
    """A file that an answer shows to whoever asks; for anybody else it does not exist."""
    day = clock.now().astimezone(OSLO).date()
    listing = next(iter(queries.published(actor_of(request), day, keys=[key])), None)
    named = listing is not None and any(
        (kept.get("evidence") or {}).get("file") == str(file) for kept in listing.answers.values()
    )
    found = ListingFile.objects.select_related("stored").filter(pk=file, listing__key=key).first() if named else None
    if found is None:
        raise Http404
    return given_out(found)


def given_out(file: ListingFile) -> HttpResponse:
    """The bytes, as a download of the type the house knows it by: never as a page."""
    answer = HttpResponse(bytes(file.stored.content), content_type=file.stored.media_type)
    answer["Content-Disposition"] = _attachment(file.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"
