"""Pages that belong to no room: the language switch, the demo's clock, errors, accessibility and licence."""

from __future__ import annotations

import sys

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.connections import lost
from fellestorg.ui import formats, help
from fellestorg.ui.parts import Crumb
from fellestorg.values import Refused

LONGEST_JUMP = 365


@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock forward by the posted number of days (1 to 365) and return to the page one came from."""
    asked = request.POST.get("days", "")
    if getattr(request, "actor", ANONYMOUS).key == ANONYMOUS.key:
        messages.error(request, _("Logg inn for å stille klokka."))
    elif not asked.isdecimal() or len(asked) > 3 or not 1 <= int(asked) <= LONGEST_JUMP:
        messages.error(request, _("Oppgi et helt antall dager fra 1 til 365."))
    else:
        try:
            shown = formats.instant(clock.move_demo_clock(int(asked)))
            messages.success(request, _("Demoklokka viser nå %(instant)s.") % {"instant": shown})
        except Refused:
            messages.error(request, _("Klokka kan bare stilles fram, og bare i demoen."))
    return HttpResponseRedirect(_return_to(request))


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "ui/accessibility.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """What this is, its version, its licence and the parts of others it stands on."""
    return render(request, "ui/about.html")


@require_safe
def help_index(request: HttpRequest) -> HttpResponse:
    """Every page of help, in reading order."""
    return render(request, "ui/help_index.html", {"pages": help.help_pages(), "crumbs": [Crumb(_("Forsiden"), "/")]})


@require_safe
def help_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of help in the active language, with the way to the others."""
    page = help.help_page(slug)
    if page is None:
        raise Http404
    others = [one for one in help.help_pages() if one.slug != slug]
    crumbs = [Crumb(_("Forsiden"), "/"), Crumb(_("Hjelp"), reverse("help_index"))]
    return render(request, "ui/help_page.html", {"page": page, "others": others, "crumbs": crumbs})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler400``."""
    return _error(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler403``."""
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """``handler404``."""
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``. Needs neither database nor session. Says whether a lost database was why, for whoever tries again."""
    response = _error(request, 500)
    response.database_lost = lost(sys.exc_info()[1])  # type: ignore[attr-defined]
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: the form was too old, or did not come from here."""
    return _error(request, 403, "ui/csrf_failure.html")


def _error(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    # Without the request: no context processor runs, so an error page cannot fail in its turn.
    page = render_to_string(template or f"ui/{status}.html", {"status": status, "path": request.path})
    return HttpResponse(page, status=status)


def _return_to(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
