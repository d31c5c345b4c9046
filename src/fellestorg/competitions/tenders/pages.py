"""A supplier's form for a tender: filled in by hand or from a workbook, taken up again, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.preparing.limits import limits_shown
from fellestorg.competitions.tenders import content, declaring, drafts, forms, sealing, sheet, submitting, vault
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.models import CompetitionKey
from fellestorg.competitions.tenders.parts_shown import progress
from fellestorg.competitions.tenders.policy import may_tender
from fellestorg.competitions.tenders.reaching import Whose, crumbs, for_suppliers, seen_tender, wants_json, whose_tender
from fellestorg.competitions.tenders.receiving import only_in_memory
from fellestorg.competitions.words import reason_text
from fellestorg.values import BadInput, Problem, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@for_suppliers
def tender(request: HttpRequest, number: str) -> HttpResponse:
    """The tender's form. POST saves what is typed, whatever is wrong with it; a script asks for JSON and goes on."""
    whole = forms.part_of(request) is None
    if whole and request.content_type == "application/json" and (saved := _saved_at_once(request, number)) is not None:
        return JsonResponse({"saved_at": saved.isoformat()})
    whose = whose_tender(request, number)
    if request.method != "POST":
        return _shown(request, whose)
    part = forms.part_of(request)
    try:
        _save(whose, forms.read(request), part)
    except BadInput as error:
        return _failed(request, whose, error.problems, 422)
    except Refused as refused:
        return _failed(request, whose, [Problem("", refused.code, refused.text)], 409)
    if wants_json(request):
        return JsonResponse({"saved_at": whose.now.isoformat()})
    match request.POST.get("next", ""):
        case "deliver":
            return HttpResponseRedirect(reverse("deliver_tender", args=[number]))
        case "on":
            return HttpResponseRedirect(_address(number, (part or 0) + 1))
    messages.success(request, _("Kladden er lagret. Ingen andre enn dere kan lese den."))
    return HttpResponseRedirect(_address(number, part))


@require_POST
@for_suppliers
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Take a delivered tender back (``withdraw``), open its draft with the code (``code``), or begin anew (``anew``)."""
    whose = whose_tender(request, number)
    whom = (whose.competition, whose.supplier)
    back = reverse("tender", args=[number])
    try:
        match request.POST.get("do"):
            case "withdraw":
                submitting.withdraw(*whom, person=whose.person, now=whose.now)
                messages.success(request, _("Tilbudet er trukket og blir ikke åpnet."))
            case "code":
                drafts.take_up(*whom, request.POST.get("code", ""), now=whose.now)
            case "anew":
                drafts.start_over(*whom, person=whose.person, now=whose.now)
            case "insert":
                vault.insert(*whom, request.POST.get("entry", ""), request.POST.get("question", ""),
                             person=whose.person, now=whose.now)  # fmt: skip
                messages.success(request, _("Svaret er satt inn."))
            case _:
                raise Http404
    except (BadInput, Refused) as error:
        messages.error(request, error.text if isinstance(error, Refused) else str(error))
    return HttpResponseRedirect(back)


@require_safe
@for_suppliers
def price_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """The price sheet as a workbook, with what is priced so far."""
    whose = whose_tender(request, number)
    _row, draft, _files = whose.draft()
    answer = HttpResponse(
        sheet.price_sheet(whose.form, draft),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    answer["Content-Disposition"] = f'attachment; filename="prisark-{number}.xlsx"'
    return answer


@only_in_memory(5 * 1024 * 1024)
@require_POST
@for_suppliers
def read_price_sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Take the prices of a workbook into the draft, and show at once which sums do not agree."""
    whose = whose_tender(request, number)
    upload = request.FILES.get("sheet")
    form = whose.form
    try:
        if upload is None:
            raise BadInput.of("sheet", "required", _("Velg en fil på høyst 5 MB."))
        _row, draft, files = whose.draft()
        draft = sheet.read_sheet(form, draft, upload.read())
        drafts.save(whose.competition, whose.supplier, draft, person=whose.person, now=whose.now)
    except BadInput as error:
        return _failed(request, whose, error.problems, 422)
    except Refused as refused:
        return _failed(request, whose, [Problem("", refused.code, refused.text)], 409)
    wrong = [one for one in content.problems(form, draft, files) if one.where[:2] in ("p:", "t:")]
    if wrong:
        return _failed(request, whose, wrong, 422)
    messages.success(request, _("Prisene er lest inn, og alle summer stemmer."))
    return HttpResponseRedirect(reverse("tender", args=[number]))


def _save(whose: Whose, typed: Draft, part: int | None) -> None:
    if part is None:
        drafts.save(whose.competition, whose.supplier, typed, person=whose.person, now=whose.now)
    else:
        drafts.save_part(whose.competition, whose.supplier, typed, part, person=whose.person, now=whose.now)


def _address(number: str, part: int | None) -> str:
    return reverse("tender", args=[number]) + ("" if part is None else f"?del={part}")


def _saved_at_once(request: HttpRequest, number: str) -> datetime | None:
    """What the page's script does over and over: nothing is read but what the save asks about. ``None`` where something
    is in the way; then the whole of it is gone through, and says what."""
    seen = seen_tender(request, number) if request.method == "POST" else None
    if seen is None:
        return None
    try:
        drafts.save_as_sent(seen, request.body, person=request.person)  # type: ignore[attr-defined]
    except (BadInput, Refused):
        return None
    return seen.now


def _shown(
    request: HttpRequest, whose: Whose, problems: Sequence[Problem] = (), status: int = 200, typed: Draft | None = None
) -> HttpResponse:
    try:
        row, draft, files = whose.draft()
    except sealing.SealError:
        row, draft, files = drafts.find(whose.competition, whose.supplier), Draft(), []
        problems = [*problems, Problem("", "unreadable", _("Kladden kan ikke leses. Begynn på nytt."))]
    form = whose.form
    where = progress(form, draft, forms.part_of(request) or 0)
    open_ = may_tender(whose.supplier, whose.competition, whose.now)
    texts = [one for one in form.questions if one.kind == "text"]
    requirements = form.requirements if where is None or where.part.number == 0 else ()
    prefilled = declaring.used_again(requirements, typed or draft, whose.supplier)
    context = {
        "competition": whose.competition,
        "open": open_.allowed,
        "why_not": "" if open_.allowed else reason_text(open_),
        "no_lock": not CompetitionKey.objects.filter(competition=whose.competition).exists(),
        "row": row,
        "locked": row is not None and row.locked,
        "standing": submitting.standing(whose.competition, whose.supplier),
        "form": forms.shown(form, typed or draft, files, problems, where.part if where else None),
        "declaration": declaring.asked(requirements, prefilled, problems),
        "from_before": prefilled is not (typed or draft),
        "limits": limits_shown(whose.competition),
        "progress": where,
        "first": where is None or where.part.number == 0,
        "action": _address(whose.competition.number, where.part.number if where else None),
        "problems": [one for one in problems if not one.where or one.where[0] not in "apt"] or problems,
        "vault": vault.answers(whose.supplier) if open_.allowed else [],
        "text_questions": texts,
        "crumbs": crumbs(whose),
    }
    return render(request, "competitions/tenders/tender.html", context, status=status)


def _failed(request: HttpRequest, whose: Whose, problems: Sequence[Problem], status: int) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"problems": [str(one) for one in problems]}, status=status)
    return _shown(request, whose, problems, status)
