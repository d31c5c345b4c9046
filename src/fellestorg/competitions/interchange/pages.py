"""The page of interchange: everything out as files, and files in, each shown before it is written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.competitions.evaluation import policy
from fellestorg.competitions.interchange import (
    answering,
    declared,
    espd_reading,
    espd_writing,
    exporting,
    reading,
    scores,
    workbook,
    writing,
)
from fellestorg.competitions.interchange.espd_reading import EspdAnswers
from fellestorg.competitions.interchange.scores import GivenScore
from fellestorg.competitions.interchange.words import SECTION_NAMES
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.reaching import crumbs, inside_or_403, led_or_403, person_of, problems_of
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles, json_answer
from fellestorg.kernel.sheets import decimal_in
from fellestorg.organisations.models import Person
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused, decimal_text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SALT = "competitions.interchange"
# How long a comparison may be looked at before it is taken in; ours.
_LOOKED_AT = 2 * 60 * 60


@require_safe
@for_roles()
def interchange(request: HttpRequest, number: str) -> HttpResponse:
    """What goes out, and what may come in."""
    return _page(request, inside_or_403(request, number))


@require_safe
@for_roles()
def content_json(request: HttpRequest, number: str) -> HttpResponse:
    """The content as JSON."""
    response = json_answer(exporting.document_of(inside_or_403(request, number)))
    return _named(response, f"{number}.json")


@require_safe
@for_roles()
def content_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The content as a workbook."""
    content = exporting.content_of(inside_or_403(request, number))
    return _named(HttpResponse(workbook.workbook(content), content_type=_XLSX), f"{number}.xlsx")


@require_safe
@for_roles()
def espd_xml(request: HttpRequest, number: str) -> HttpResponse:
    """The request of the ESPD."""
    content = espd_writing.request_xml(inside_or_403(request, number), now=clock.now())
    return _named(HttpResponse(content, content_type="application/xml"), f"espd-{number}.xml")


@require_safe
@for_roles()
def espd_response_xml(request: HttpRequest, number: str, supplier: str) -> HttpResponse:
    """What a supplier declared, as a response to the ESPD for the first lot or the one named."""
    competition, lot = inside_or_403(request, number), request.GET.get("lot", "")
    if not declared.may_read(actor_of(request), competition).allowed:
        raise Http404
    if lot:
        _lot(competition, lot)
    content = declared.espd_of(competition, supplier, lot=lot, now=clock.now())
    if content is None:
        raise Http404
    return _named(HttpResponse(content, content_type="application/xml"), f"espd-{number}-{supplier}.xml")


@require_safe
@for_roles()
def scores_json(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """The points of a lot as JSON: those agreed on, or with ``?egne`` one's own."""
    row, person = _scored(request, number, lot)
    return _named(json_answer(scores.document_of(row, person)), f"poeng-{number}-{lot}.json")


@require_safe
@for_roles()
def scores_xlsx(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """The same as a workbook."""
    row, person = _scored(request, number, lot)
    content = scores.workbook(scores.scores_of(row, person))
    return _named(HttpResponse(content, content_type=_XLSX), f"poeng-{number}-{lot}.xlsx")


@require_POST
@for_roles()
def read_content(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a file would change; nothing is written."""
    competition = led_or_403(request, number)
    try:
        content = reading.read(_file(request))
    except BadInput as bad:
        return _page(request, competition, bad.problems, 422)
    rows = [(SECTION_NAMES[one.section], one) for one in writing.compare(competition, content)]
    kept = {"content": content, "expected": exporting.fingerprint(exporting.content_of(competition))}
    context = {"sections": rows, "action": reverse("take_in_content", args=[number]), "kept": _sign(number, kept)}
    return _preview(request, competition, context)


@require_POST
@for_roles()
def take_in_content(request: HttpRequest, number: str) -> HttpResponse:
    """Let what was shown be the competition's content."""
    competition = led_or_403(request, number)
    try:
        kept = _kept(request, number)
        writing.take_in(
            competition, kept["content"], actor=actor_of(request), now=clock.now(), expected=kept["expected"]
        )
    except (BadInput, Refused) as error:
        return _page(request, competition, *problems_of(error))
    return _done(request, number, _("Innholdet er tatt inn."))


@require_POST
@for_roles()
def read_scores(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """Show the points of a file; nothing is written."""
    competition = inside_or_403(request, number)
    row = _lot(competition, lot)
    agreed = request.POST.get("kind") == "agreed"
    _may_score(request, competition, agreed=agreed)
    try:
        given = scores.read(_file(request), row)
    except (BadInput, Refused) as error:
        return _page(request, competition, *problems_of(error))
    kept = {
        "agreed": agreed,
        "scores": [[one.place, one.criterion, one.supplier, decimal_text(one.points), one.reason] for one in given],
    }
    context = {
        "scores": given,
        "agreed": agreed,
        "action": reverse("take_in_scores", args=[number, lot]),
        "kept": _sign(number, kept),
    }
    return _preview(request, competition, context)


@require_POST
@for_roles()
def take_in_scores(request: HttpRequest, number: str, lot: str) -> HttpResponse:
    """Give the points that were shown."""
    competition = inside_or_403(request, number)
    row = _lot(competition, lot)
    try:
        kept = _kept(request, number)
        _may_score(request, competition, agreed=kept["agreed"])
        given = [GivenScore(a, b, c, decimal_in(points), why) for a, b, c, points, why in kept["scores"]]
        new = scores.take_in(row, given, agreed=kept["agreed"], actor=actor_of(request), person=person_of(request))
    except (BadInput, Refused) as error:
        return _page(request, competition, *problems_of(error))
    return _done(request, number, _("%(count)s nye poeng er tatt inn.") % {"count": new})


@require_POST
@for_roles()
def read_espd(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a response to the ESPD comes to; nothing is written."""
    competition = led_or_403(request, number)
    try:
        answers = espd_reading.read_response(_file(request))
        supplier = answering.supplier_of(competition, answers)
        rows = answering.proposed(competition, answers)
    except (BadInput, Refused) as error:
        return _page(request, competition, *problems_of(error))
    kept = {"supplier": answers.supplier, "answers": dict(answers.answers)}
    context = {
        "supplier": supplier,
        "decisions": rows,
        "action": reverse("take_in_espd", args=[number]),
        "kept": _sign(number, kept),
    }
    return _preview(request, competition, context)


@require_POST
@for_roles()
def take_in_espd(request: HttpRequest, number: str) -> HttpResponse:
    """Decide on the requirements as was shown."""
    competition = led_or_403(request, number)
    try:
        kept = _kept(request, number)
        answers = EspdAnswers(kept["supplier"], kept["answers"])
        new = answering.take_in(competition, answers, actor=actor_of(request), person=person_of(request))
    except (BadInput, Refused) as error:
        return _page(request, competition, *problems_of(error))
    return _done(request, number, _("%(count)s krav er avgjort etter svaret.") % {"count": new})


def _page(
    request: HttpRequest, competition: Competition, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor, number = actor_of(request), competition.number
    leads, opened = may_lead(actor, competition).allowed, policy.may_see_tenders(actor, competition).allowed
    scoring = policy.may_score(actor, competition).allowed
    lots = [
        {
            "key": lot.key,
            "title": lot.title,
            "downloads": [
                Download("XLSX", reverse("scores_xlsx", args=[number, lot.key])),
                Download("JSON", reverse("scores_json", args=[number, lot.key]), "json"),
            ],
        }
        for lot in competition.lots.order_by("number")
    ]
    declarations = declared.declarations(competition) if declared.may_read(actor, competition).allowed else []
    context = {
        "competition": competition,
        "problems": problems,
        "downloads": [
            Download("XLSX", reverse("interchange_xlsx", args=[number])),
            Download("JSON", reverse("interchange_json", args=[number]), "json"),
            Download("ESPD (XML)", reverse("espd_xml", args=[number])),
        ],
        "may_import": leads and competition.stage == "preparing",
        "lots": lots if opened else [],
        "may_score": scoring,
        "may_agree": policy.may_agree(actor, competition).allowed,
        "declarations": declarations,
        "may_answer": leads and opened and competition.stage in policy.OPEN_STAGES,
        "crumbs": crumbs(competition, Crumb(_("Utveksling"))),
    }
    return render(request, "competitions/interchange/interchange.html", context, status=status)


def _preview(request: HttpRequest, competition: Competition, context: dict[str, Any]) -> HttpResponse:
    path = Crumb(_("Utveksling"), reverse("interchange", args=[competition.number]))
    shown = {"competition": competition, "crumbs": crumbs(competition, path, Crumb(_("Forhåndsvisning")))}
    return render(request, "competitions/interchange/preview.html", {**context, **shown})


def _file(request: HttpRequest) -> bytes:
    given = request.FILES.get("file")
    if given is None:
        raise BadInput.of("file", "required", _("Velg en fil."))
    if (given.size or 0) > reading.MOST_BYTES:
        raise BadInput.of("file", "too_large", _("Fila er for stor. Høyst 10 MB."))
    content: bytes = given.read()
    return content


def _sign(number: str, kept: dict[str, Any]) -> str:
    return signing.dumps({"number": number, **kept}, salt=_SALT, compress=True)


def _kept(request: HttpRequest, number: str) -> Any:
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=_LOOKED_AT)
    except signing.BadSignature:
        raise Refused("looked_too_long", _("Forhåndsvisningen gjelder ikke lenger. Les inn fila på nytt.")) from None
    if kept.get("number") != number:
        raise Refused("looked_too_long", _("Forhåndsvisningen gjelder ikke lenger. Les inn fila på nytt."))
    return kept


def _done(request: HttpRequest, number: str, text: str) -> HttpResponse:
    messages.success(request, text)
    return HttpResponseRedirect(reverse("interchange", args=[number]))


def _scored(request: HttpRequest, number: str, lot: str) -> tuple[CompetitionLot, Person | None]:
    competition = inside_or_403(request, number)
    row = _lot(competition, lot)
    if not policy.may_see_tenders(actor_of(request), competition).allowed:
        raise PermissionDenied
    return row, person_of(request) if "egne" in request.GET else None


def _may_score(request: HttpRequest, competition: Competition, *, agreed: bool) -> None:
    may = policy.may_agree if agreed else policy.may_score
    if not may(actor_of(request), competition).allowed:
        raise PermissionDenied


def _lot(competition: Competition, key: str) -> CompetitionLot:
    found = competition.lots.select_related("competition").filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
