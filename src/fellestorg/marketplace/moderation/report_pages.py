"""«Meld feil»: the form anybody may use, and the page that whoever used it follows the report on."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of
from fellestorg.marketplace.listings.queries import published_rows
from fellestorg.marketplace.moderation import reports, senders
from fellestorg.marketplace.moderation.words import DECIDED
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Report a fault in a public listing. Nobody needs to sign in."""
    version = published_rows().filter(listing__key=key).first()
    if version is None:
        raise Http404
    problems: tuple[Problem, ...] = ()
    status, said = 200, request.POST.get
    if request.method == "POST":
        now = clock.now()
        try:
            _case, token = reports.report(
                key, said("about", ""), said("text", ""), email=said("email", ""),
                sender=senders.sender_of(request, now), actor=actor_of(request), now=now,
            )  # fmt: skip
            return HttpResponseRedirect(reverse("followed_report", args=[token]))
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = (Problem("", refused.code, refused.text),), 409
    context = {
        "title": version.text("title"),
        "firm": version.listing.firm.organisation.name,
        "choices": reports.may_be_about(version),
        "chosen": said("about", "") or request.GET.get("om", ""),
        "given": request.POST,
        "errors": {one.where: one.text for one in problems},
        "problems": problems,
        "longest": reports.rules().longest,
        "crumbs": _crumbs(Crumb(version.text("title"), reverse("listing", args=[key])), Crumb(_("Meld feil"))),
    }
    return render(request, "marketplace/moderation/report.html", context, status=status)


@never_cache
@require_safe
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """How a report stands, for whoever has its secret link."""
    case = reports.followed(token)
    if case is None:
        raise Http404
    context = {
        "case": case,
        "title": case.version.text("title"),
        "about": reports.about_words(case.report.about),
        "link": request.build_absolute_uri(),
        "decided": DECIDED.get(case.outcome, "") if case.state == "closed" else "",
        "asked": case.answer_by is not None,
        "listing": reverse("listing", args=[case.version.listing.key]),
        "crumbs": _crumbs(Crumb(case.reference)),
    }
    answer = render(request, "marketplace/moderation/followed.html", context)
    # The address is the secret: it is not told to the pages one goes on to.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")),
        Crumb(_("Tjenester"), reverse("listings")), *more,
    ]  # fmt: skip
