"""Pages of the framework document: read it as of a day, compare versions, write the next and ask to publish it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.models import FrameworkAgreement, FrameworkDocument
from fellestorg.agreements.office import documents
from fellestorg.agreements.office.document_paper import document_pdf
from fellestorg.agreements.office.document_view import compare, section_views
from fellestorg.agreements.office.forms import PublishForm, SectionForm
from fellestorg.agreements.office.publishing import ask_to_publish, open_proposal
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

MANAGERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
_VERSION = ("version", "valid_from", "published_at", "written_by")


@require_safe
def document(request: HttpRequest, key: str) -> HttpResponse:
    """The version that counts today, on ``?dag=``, or the one asked for by ``?versjon=`` (``utkast`` for its writers)."""
    agreement, day = agreement_or_404(key), _day(request)
    found = _asked(request, agreement, day)
    actor, language = actor_of(request), get_language() or "nb"
    in_force = documents.in_force(agreement, day)
    versions = list(documents.published(agreement))
    manages = may_manage(actor, agreement).allowed
    if found is None and not manages and not versions:
        raise Http404
    query = f"?dag={day.isoformat()}" + (f"&versjon={found.version}" if found and found != in_force else "")
    context = {
        "agreement": agreement,
        "title": localised(agreement, "title"),
        "document": found,
        "sections": section_views(found, agreement, language, day, names=actor.key != ANONYMOUS.key) if found else [],
        "day": day,
        "is_draft": found is not None and found.state == "draft",
        "counts": found is not None and found == in_force,
        "versions": versions,
        "manages": manages,
        "missing": missing_words(found) if found and found.state == "draft" else [],
        "downloads": [
            Download("PDF", f"{reverse('document_pdf', args=[key])}{query}", "pdf"),
            Download("JSON", f"{reverse('document_json', args=[key])}{query}", "json"),
            Download(_("Versjonene som CSV"), reverse("document_csv", args=[key]), "csv"),
        ]
        if found and found.state == "published"
        else [],
        "crumbs": office_crumbs(agreement, Crumb(_("Rammedokument"))),
    }
    return render(request, "agreements/document.html", context)


@require_safe
def document_as_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The same as an accessible PDF, in the reader's language or ``?sprak=``."""
    agreement, day = agreement_or_404(key), _day(request)
    found = _asked(request, agreement, day)
    if found is None or found.state != "published":
        raise Http404
    language = request.GET.get("sprak", "")
    if language not in LANGUAGES:
        language = get_language() or "nb"
    with translation.override(language):
        content = document_pdf(found, agreement, language, day)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="rammedokument-{key}-v{found.version}-{language}.pdf"'
    return response


@require_safe
def document_as_json(request: HttpRequest, key: str) -> HttpResponse:
    """The same as JSON in all languages, with the list of versions."""
    agreement, day = agreement_or_404(key), _day(request)
    found = _asked(request, agreement, day)
    if found is None or found.state != "published":
        raise Http404
    versions = [{name: getattr(one, name) for name in _VERSION} for one in documents.published(agreement)]
    return json_answer(
        {"agreement": key, "version": found.version, "valid_from": found.valid_from, "sections": found.sections,
         "versions": versions}
    )  # fmt: skip


@require_safe
def versions_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The published versions as CSV."""
    rows = documents.published(agreement_or_404(key))
    return csv_answer(f"rammedokument-{key}", _VERSION, ([getattr(one, name) for name in _VERSION] for one in rows))


@require_safe
def compare_versions(request: HttpRequest, key: str) -> HttpResponse:
    """What changed from one version to another (``?fra=&til=``; the two newest where none is given)."""
    agreement = agreement_or_404(key)
    versions = {one.version: one for one in documents.published(agreement)}
    draft = documents.draft_of(agreement) if _sees_draft(request, agreement) else None
    if draft is not None:
        versions[draft.version] = draft
    if len(versions) < 2:
        raise Http404
    newest, before = sorted(versions, reverse=True)[:2]
    old, new = _version(request, "fra", versions, before), _version(request, "til", versions, newest)
    context = {
        "agreement": agreement,
        "title": localised(agreement, "title"),
        "changes": compare(old.sections, new.sections, get_language() or "nb"),
        "old": old,
        "new": new,
        "versions": sorted(versions.values(), key=lambda one: -one.version),
        "crumbs": office_crumbs(
            agreement, Crumb(_("Rammedokument"), reverse("document", args=[key])), Crumb(_("Sammenlign"))
        ),
    }
    return render(request, "agreements/document_compare.html", context)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The draft's sections, which languages each has, and the way to publishing. POST begins a draft."""
    agreement = managed_or_403(request, key)
    if request.method == "POST":
        documents.start_draft(agreement, actor=actor_of(request), now=clock.now())
        return HttpResponseRedirect(reverse("edit_document", args=[key]))
    return _edit_page(request, agreement, PublishForm(initial={"valid_from": clock.today()}))


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def edit_section(request: HttpRequest, key: str, slug: str) -> HttpResponse:
    """One section of the draft in three languages."""
    agreement = managed_or_403(request, key)
    draft = documents.draft_of(agreement)
    section = next((one for one in draft.sections if one["key"] == slug), None) if draft else None
    if section is None:
        raise Http404
    filled = {f"{part}_{code}": section[part][code] for part in ("heading", "body") for code in LANGUAGES}
    form = SectionForm(request.POST or None, initial=filled)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            heading, body = ({code: given[f"{part}_{code}"] for code in LANGUAGES} for part in ("heading", "body"))
            try:
                documents.save_section(agreement, slug, heading, body, actor=actor_of(request), now=clock.now())
            except BadInput as error:
                for problem in error.problems:
                    form.add_error(problem.where if problem.where in form.fields else None, problem.text)
            else:
                messages.success(request, _("Delen er lagret i utkastet."))
                return HttpResponseRedirect(reverse("edit_document", args=[key]))
    context = {
        "agreement": agreement,
        "title": section["heading"]["nb"],
        "generated": slug in documents.GENERATED,
        "form": form,
        "crumbs": office_crumbs(
            agreement, Crumb(_("Rediger rammedokument"), reverse("edit_document", args=[key])), Crumb(_("Del"))
        ),
    }
    return render(request, "agreements/document_section.html", context, status=status)


@require_POST
@for_roles(*MANAGERS)
def publish(request: HttpRequest, key: str) -> HttpResponse:
    """Ask that the draft counts from a day; somebody else approves it."""
    agreement = managed_or_403(request, key)
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _edit_page(request, agreement, form, status=422)
    given = form.cleaned_data
    try:
        proposal = ask_to_publish(
            agreement, given["valid_from"], given["reason"], actor=actor_of(request), now=clock.now()
        )
    except BadInput as error:
        rest = []
        for problem in error.problems:
            if problem.where in form.fields:
                form.add_error(problem.where, problem.text)
            else:
                rest.append(problem)
        return _edit_page(request, agreement, form, rest, status=422)
    except Refused as refused:
        return _edit_page(request, agreement, form, [Problem("", refused.code, refused.text)], status=409)
    if proposal is None:
        messages.success(request, _("Rammedokumentet er publisert."))
    else:
        messages.success(
            request, _("Forslaget er sendt. Rammedokumentet blir publisert når en annen har godkjent det.")
        )
    return HttpResponseRedirect(reverse("document", args=[key]))


@require_POST
@for_roles(*MANAGERS)
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Throw the draft away."""
    agreement = managed_or_403(request, key)
    try:
        documents.discard_draft(agreement, actor=actor_of(request), now=clock.now())
        messages.success(request, _("Utkastet er forkastet."))
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("edit_document", args=[key]))


def agreement_or_404(key: str) -> FrameworkAgreement:
    """The agreement's row, with owner and manager."""
    found = FrameworkAgreement.objects.select_related("owner", "manager").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def managed_or_403(request: HttpRequest, key: str) -> FrameworkAgreement:
    """The agreement, for somebody who manages it."""
    found = agreement_or_404(key)
    if not may_manage(actor_of(request), found).allowed:
        raise PermissionDenied
    return found


def office_crumbs(agreement: FrameworkAgreement, *last: Crumb) -> list[Crumb]:
    """The path to a page below an agreement."""
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Avtaler"), reverse("agreements")),
        Crumb(localised(agreement, "title"), reverse("agreement", args=[agreement.key])),
        *last,
    ]


def missing_words(found: FrameworkDocument) -> list[tuple[str, str]]:
    """(heading, languages) of the sections that lack a language."""
    headings = {one["key"]: one["heading"]["nb"] for one in found.sections}
    names = {"nb": _("bokmål"), "nn": _("nynorsk"), "en": _("engelsk")}
    return [
        (headings[one.key], ", ".join(names[code] for code in one.languages))
        for one in documents.missing_languages(found.sections)
    ]


def _edit_page(
    request: HttpRequest, agreement: FrameworkAgreement, form: PublishForm, problems: Any = (), status: int = 200
) -> HttpResponse:
    draft = documents.draft_of(agreement)
    lacks = {one.key: one.languages for one in documents.missing_languages(draft.sections)} if draft else {}
    context = {
        "agreement": agreement,
        "title": localised(agreement, "title"),
        "draft": draft,
        "sections": [
            {
                "key": one["key"],
                "heading": one["heading"]["nb"],
                "written": [code for code in LANGUAGES if one["body"][code]],
                "lacks": lacks.get(one["key"], ()),
                "generated": one["key"] in documents.GENERATED,
            }
            for one in (draft.sections if draft else [])
        ],
        "missing": missing_words(draft) if draft else [],
        "published": documents.published(agreement).first(),
        "proposal": open_proposal(agreement),
        "form": form,
        "problems": list(problems),
        "crumbs": office_crumbs(agreement, Crumb(_("Rediger rammedokument"))),
    }
    return render(request, "agreements/document_edit.html", context, status=status)


def _asked(request: HttpRequest, agreement: FrameworkAgreement, day: date) -> FrameworkDocument | None:
    wanted = request.GET.get("versjon", "")
    if wanted == "utkast":
        if not _sees_draft(request, agreement):
            raise Http404
        return documents.draft_of(agreement)
    if wanted.isdecimal() and len(wanted) < 6:
        found: FrameworkDocument | None = documents.published(agreement).filter(version=int(wanted)).first()
        if found is None:
            raise Http404
        return found
    return documents.in_force(agreement, day)


def _sees_draft(request: HttpRequest, agreement: FrameworkAgreement) -> bool:
    """Those at the owner who write and approve, and auditors."""
    actor = actor_of(request)
    return agreement.owner.number in actor.organisations(*MANAGERS) or actor.has(RoleGrant.Role.AUDITOR)


def _version(
    request: HttpRequest, name: str, versions: dict[int, FrameworkDocument], default: int
) -> FrameworkDocument:
    asked = request.GET.get(name, "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else default
    return versions.get(number, versions[default])


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("dag", ""))
    except ValueError:
        return clock.today()
