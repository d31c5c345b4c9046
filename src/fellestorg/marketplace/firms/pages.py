"""The public list of firms, a firm's page, and what its own people change and take with them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_people, json_answer
from fellestorg.marketplace.firms import editing, leaving
from fellestorg.marketplace.firms.finding import crumbs, crumbs_of, find, person_of, put_beside
from fellestorg.marketplace.firms.forms import FirmForm
from fellestorg.marketplace.firms.models import FirmFile, FirmMember
from fellestorg.marketplace.firms.panels import firm_panels
from fellestorg.marketplace.firms.policy import acts_for, keeps, sees_everything
from fellestorg.marketplace.firms.queries import firms_of
from fellestorg.marketplace.firms.shown import FirmFilter, countries, firm_rows, row_of, steps_of
from fellestorg.marketplace.firms.terms import all_terms, terms_on
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Refused

_COLUMNS = ("number", "country", "name", "registered_name", "website", "verified_at", "fictional")


@require_safe
def firms(request: HttpRequest) -> HttpResponse:
    """The firms that are verified; and, for her who acts for some, her own."""
    actor, wanted = actor_of(request), _filter(request)
    found = firm_rows(actor, wanted)
    paging = Paging.read(request.GET.dict(), len(found), 50)
    parameters = request.GET.urlencode()
    context = {
        "rows": found[paging.start : paging.stop],
        "paging": paging,
        "wanted": wanted,
        "countries": countries(actor),
        "own": [row_of(firm) for firm in firms_of(actor)],
        "keeps": keeps(actor).allowed,
        "downloads": [
            Download("CSV", f"{reverse('firms_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('firms_json')}?{parameters}", "json"),
        ],
        "crumbs": crumbs(),
    }
    return render(request, "marketplace/firms/firms.html", context)


@require_safe
def firms_csv(request: HttpRequest) -> HttpResponse:
    """The list of firms as CSV."""
    rows = firm_rows(actor_of(request), _filter(request))
    return csv_answer("firmaer", _COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in rows))


@require_safe
def firms_json(request: HttpRequest) -> HttpResponse:
    """The list of firms as JSON."""
    rows = firm_rows(actor_of(request), _filter(request))
    return json_answer({"firms": [{name: getattr(row, name) for name in _COLUMNS} for row in rows]})


@require_safe
def firm(request: HttpRequest, number: str) -> HttpResponse:
    """One firm."""
    found, actor = find(request, number), actor_of(request)
    within = acts_for(actor, found)
    administers = within.allowed and within.reason == FirmMember.Role.ADMINISTRATOR
    inside = within.allowed or sees_everything(actor)
    terms = terms_on(clock.today())
    context = {
        "firm": row_of(found),
        "email": found.email,
        "within": within.allowed,
        "administers": administers,
        "inside": inside,
        "keeps": keeps(actor).allowed,
        "steps": steps_of(found) if inside else [],
        "terms_wanted": terms.version if administers and not found.terms.filter(version=terms.version).exists() else "",
        "panels": firm_panels(found, actor),
        "crumbs": crumbs(Crumb(found.name)),
    }
    return render(request, "marketplace/firms/firm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit_firm(request: HttpRequest, number: str) -> HttpResponse:
    """Change how the firm is shown and reached; accept the terms when they are new."""
    found, actor = find(request, number), actor_of(request)
    if not acts_for(actor, found, FirmMember.Role.ADMINISTRATOR).allowed:
        raise Http404
    if request.POST.get("do") == "terms":
        editing.accept_terms(
            found, request.POST.get("version", ""), person=person_of(request), actor=actor, now=clock.now()
        )
        messages.success(request, _("Vilkårene er godtatt."))
        return HttpResponseRedirect(reverse("firm", args=[number]))
    posted = request.POST if request.method == "POST" else None
    form = FirmForm(posted, initial={"name": found.name, "website": found.website, "email": found.email})
    if posted is not None and form.is_valid():
        try:
            editing.change(found, **form.cleaned_data, actor=actor, now=clock.now())
            messages.success(request, _("Opplysningene er endret."))
            return HttpResponseRedirect(reverse("firm", args=[number]))
        except BadInput as error:
            put_beside(form, error.problems)
    context = {"form": form, "firm": row_of(found), "crumbs": crumbs_of(found, _("Rediger"))}
    return render(request, "marketplace/firms/edit.html", context, status=200 if posted is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def withdraw_firm(request: HttpRequest, number: str) -> HttpResponse:
    """Leave the marketplace: says first what is erased and what is kept, and why."""
    found, actor = find(request, number), actor_of(request)
    if not acts_for(actor, found, FirmMember.Role.ADMINISTRATOR).allowed:
        raise Http404
    problem, status = "", 200
    if request.method == "POST":
        try:
            leaving.withdraw(found, actor=actor, now=clock.now())
            messages.success(request, _("Firmaet er trukket fra markedsplassen."))
            return HttpResponseRedirect(reverse("firms"))
        except Refused as refused:
            problem, status = refused.text, 409
    context = {"firm": row_of(found), "problem": problem, "crumbs": crumbs_of(found, _("Trekk firmaet"))}
    return render(request, "marketplace/firms/withdraw.html", context, status=status)


@never_cache
@require_safe
@for_people
def export(request: HttpRequest, number: str) -> HttpResponse:
    """Everything the marketplace keeps of the firm, for its administrators."""
    found = find(request, number)
    if not acts_for(actor_of(request), found, FirmMember.Role.ADMINISTRATOR).allowed:
        raise Http404
    response = HttpResponse(leaving.export(found, clock.now()), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="firma-{number}.zip"'
    return response


@never_cache
@require_safe
@for_people
def firm_file(request: HttpRequest, number: str, key: UUID) -> HttpResponse:
    """A file a firm sent in, for SI and the firm's administrators."""
    found, actor = find(request, number), actor_of(request)
    if not (sees_everything(actor) or acts_for(actor, found, FirmMember.Role.ADMINISTRATOR).allowed):
        raise Http404
    file = FirmFile.objects.filter(firm=found, pk=key, erased_at=None).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.content or b""), content_type=file.media_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """The terms in force and those before, in the reader's language."""
    language = request.LANGUAGE_CODE[:2]
    current = terms_on(clock.today())
    versions = [
        {"terms": one, "points": one.points.get(language) or one.points["nb"], "current": one == current}
        for one in reversed(all_terms())
    ]
    context = {"versions": versions, "crumbs": crumbs(Crumb(_("Vilkår")))}
    return render(request, "marketplace/firms/terms.html", context)


def _filter(request: HttpRequest) -> FirmFilter:
    given = request.GET.dict()
    country = given.get("land", "")
    return FirmFilter(
        given.get("q", "").replace("\0", "").strip()[:100], country if country.isalpha() and len(country) == 2 else ""
    )
