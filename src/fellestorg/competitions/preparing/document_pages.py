"""Documents of a competition: kept by the lead, read by everybody who sees it, in every version."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.office.markup import as_html
from fellestorg.competitions.models import CompetitionDocument
from fellestorg.competitions.preparing import actions, forms
from fellestorg.competitions.preparing.forming import form_page
from fellestorg.competitions.preparing.queries import documents_of
from fellestorg.competitions.preparing.words import DOCUMENT_KINDS
from fellestorg.competitions.reaching import crumbs, led_or_403, person_of, seen_or_404
from fellestorg.kernel import clock
from fellestorg.kernel.files import content_of
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.ui.parts import Crumb, Download

_LIST = ("key", "kind", "title", "version", "made_at", "reason", "file", "sha256")


@require_http_methods(["GET", "POST"])
@for_roles()
def edit_document(request: HttpRequest, number: str) -> HttpResponse:
    """A new document, or by ``?dokument=`` the next version of one."""
    competition = led_or_403(request, number)
    key = request.GET.get("dokument", "")[:60]
    latest = next((one for one in documents_of(competition) if one.key == key), None)
    if key and latest is None:
        raise Http404
    initial = {"kind": latest.kind, "title": latest.title, "text": latest.text} if latest else {}
    form = forms.DocumentForm(request.POST or None, request.FILES or None, initial=initial)

    def save() -> HttpResponse:
        given = form.cleaned_data
        sent = given.pop("file")
        upload = None
        if sent:
            upload = actions.Upload(sent.name or "fil", sent.content_type or "application/octet-stream", sent.read())
        actions.add_document(
            competition,
            **given,
            upload=upload,
            key=key,
            actor=actor_of(request),
            person=person_of(request),
            now=clock.now(),
        )
        return HttpResponseRedirect(f"{reverse('competition', args=[number])}#dokumenter")

    title = _("Ny versjon") if latest else _("Nytt dokument")
    context = {
        "competition": competition,
        "title": title,
        "lead": latest.title if latest else "",
        "crumbs": crumbs(competition, Crumb(title)),
        "multipart": True,
    }
    return form_page(request, form, save, context)


@require_POST
@for_roles()
def withdraw_document(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Take a document out before the notice: its last version says so."""
    competition = led_or_403(request, number)
    latest = next((one for one in documents_of(competition) if one.key == key), None)
    if latest is None:
        raise Http404
    actions.add_document(
        competition,
        kind=latest.kind,
        title=latest.title,
        key=key,
        reason=request.POST.get("reason", "")[:2000] or _("Tatt ut"),
        withdrawn=True,
        actor=actor_of(request),
        person=person_of(request),
        now=clock.now(),
    )
    return HttpResponseRedirect(f"{reverse('competition', args=[number])}#dokumenter")


@require_safe
def document(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """A document with all its versions; ``?versjon=`` shows an older one."""
    competition = seen_or_404(request, number)
    versions = list(competition.documents.filter(key=key).select_related("file").order_by("-version"))
    asked = request.GET.get("versjon", "")
    found = next((one for one in versions if str(one.version) == asked), versions[0] if versions else None)
    if found is None:
        raise Http404
    context = {
        "competition": competition,
        "document": found,
        "kind": DOCUMENT_KINDS[found.kind],
        "html": as_html(found.text),
        "versions": versions,
        "newest": versions[0],
        "crumbs": crumbs(competition, Crumb(found.title)),
    }
    return render(request, "competitions/preparing/document.html", context)


@require_safe
def document_file(request: HttpRequest, number: str, key: str, version: int) -> HttpResponse:
    """The file of a version, always to be saved and never shown."""
    competition = seen_or_404(request, number)
    found = competition.documents.filter(key=key, version=version).select_related("file").first()
    if found is None or found.file is None:
        raise Http404
    response = HttpResponse(content_of(found.file), content_type="application/octet-stream")
    name = found.file.name.encode("ascii", "ignore").decode().replace('"', "") or "fil"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def documents_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Every version of every document as CSV."""
    rows = _rows(request, number)
    return csv_answer(f"dokumenter-{number}", _LIST, ([row[name] for name in _LIST] for row in rows))


@require_safe
def documents_json(request: HttpRequest, number: str) -> HttpResponse:
    """The same as JSON."""
    return json_answer({"documents": _rows(request, number)})


def downloads(number: str) -> list[Download]:
    """The twins of the list."""
    return [
        Download("CSV", reverse("competition_documents_csv", args=[number]), "csv"),
        Download("JSON", reverse("competition_documents_json", args=[number]), "json"),
    ]


def _rows(request: HttpRequest, number: str) -> list[dict[str, object]]:
    competition = seen_or_404(request, number)
    return [_plain(one) for one in competition.documents.select_related("file").order_by("key", "version")]


def _plain(one: CompetitionDocument) -> dict[str, object]:
    return {
        "key": one.key,
        "kind": one.kind,
        "title": one.title,
        "version": one.version,
        "made_at": one.made_at,
        "reason": one.reason,
        "withdrawn": one.withdrawn,
        "file": one.file.name if one.file else None,
        "sha256": one.file.sha256 if one.file else None,
    }
