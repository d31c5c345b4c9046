"""Reading many listings from a sheet: template, preview with every fault, and then all or nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.firms.models import Firm
from fellestorg.marketplace.firms.queries import firms_of
from fellestorg.marketplace.listings import importing, shown
from fellestorg.marketplace.listings.file_pages import receiving
from fellestorg.marketplace.listings.firm_pages import crumbs
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.marketplace.listings.questions import leaves
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

_SALT = "listings-import"
_LASTS = 3600


@never_cache
@receiving(importing.LARGEST)
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def import_listings(request: HttpRequest) -> HttpResponse:
    """Choose a category and a sheet; see what it would make; then make it."""
    actor = actor_of(request)
    mine = [firm for firm in firms_of(actor) if may_edit(actor, firm).allowed]
    if not mine:
        raise PermissionDenied
    context: dict[str, Any] = {
        "firms": mine,
        "categories": [(one.key, shown.category_path(one.key)) for one in leaves()],
        "typed": request.POST,
        "problems": (),
        "crumbs": crumbs(Crumb(_("Les inn fra regneark"))),
    }
    if request.method != "POST":
        return _page(request, context)
    try:
        if "read" in request.POST:
            return _write(request, mine)
        context |= _preview(request, mine)
    except BadInput as error:
        return _page(request, {**context, "problems": error.problems}, 422)
    except Refused as refused:
        messages.error(request, refused.text)
        return _page(request, context, 409)
    return _page(request, context)


@require_safe
@for_roles()
def import_template(request: HttpRequest) -> HttpResponse:
    """The empty sheet of a category."""
    key = request.GET.get("category", "")
    if key not in {one.key for one in leaves()}:
        raise Http404
    answer = HttpResponse(
        importing.template(key), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    answer["Content-Disposition"] = f'attachment; filename="{key}.xlsx"'
    return answer


def _preview(request: HttpRequest, mine: list[Firm]) -> dict[str, Any]:
    firm, key, language = _chosen(request, mine)
    upload = request.FILES.get("sheet")
    if upload is None:
        raise BadInput.of("sheet", "required", _("Velg en fil på høyst 2 MB."))
    lines = importing.read(upload.read(), key)
    # What was read waits in the page, signed, so that what is written is what was seen.
    kept = {"person": actor_of(request).key, "firm": firm.pk, "category": key, "language": language,
            "lines": [asdict(line) for line in lines]}  # fmt: skip
    return {"lines": lines, "read": signing.dumps(kept, salt=_SALT, compress=True), "firm": firm}


def _write(request: HttpRequest, mine: list[Firm]) -> HttpResponse:
    try:
        kept = signing.loads(request.POST["read"], salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        raise BadInput.of("sheet", "stale", _("Forhåndsvisningen er for gammel. Les inn fila på nytt.")) from None
    actor = actor_of(request)
    firm = next((one for one in mine if one.pk == kept["firm"]), None)
    if firm is None or kept["person"] != actor.key:
        raise PermissionDenied
    person = request.person  # type: ignore[attr-defined]
    lines = [importing.Line(**line) for line in kept["lines"]]
    made = importing.write(firm, kept["category"], lines, kept["language"], actor=actor, person=person, now=clock.now())
    text = ngettext("%(count)s kladd er laget.", "%(count)s kladder er laget.", len(made)) % {"count": len(made)}
    messages.success(request, text)
    return HttpResponseRedirect(reverse("my_listings"))


def _chosen(request: HttpRequest, mine: list[Firm]) -> tuple[Firm, str, str]:
    firm = next(
        (one for one in mine if str(one.pk) == request.POST.get("firm", "")), mine[0] if len(mine) == 1 else None
    )
    key, language = request.POST.get("category", ""), request.POST.get("language", "nb")
    if firm is None:
        raise BadInput.of("firm", "required", _("Velg firma."))
    if key not in {one.key for one in leaves()}:
        raise BadInput.of("category", "unknown", _("Velg en kategori."))
    return firm, key, language if language in LANGUAGES else "nb"


def _page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "marketplace/listings/import.html", context, status=status)
