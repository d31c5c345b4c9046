"""A supplier's pages in a competition: the tender's form, the check before delivery, the receipt, taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.limits import limits_shown
from fellestorg.competitions.tenders import (
    content,
    declaring,
    draft_rows,
    drafts,
    form_rows,
    forms,
    papers,
    sealing,
    sheet,
    submitting,
    vault,
)
from fellestorg.competitions.tenders.content import Draft, FileFacts, Form
from fellestorg.competitions.tenders.models import CompetitionKey, Tender, TenderDraft
from fellestorg.competitions.tenders.parts_shown import by_part, progress
from fellestorg.competitions.tenders.policy import may_tender
from fellestorg.competitions.tenders.receiving import only_in_memory
from fellestorg.competitions.words import reason_text
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_MOST_NAMED = 30

for_suppliers = for_roles(RoleGrant.Role.SUPPLIER)


@dataclass(frozen=True, slots=True)
class Whose:
    """Who tenders in what, and when."""

    competition: Competition
    supplier: Organisation
    person: Person
    now: datetime

    @property
    def form(self) -> Form:
        return form_rows.form_of(self.competition, self.supplier)

    def draft(self) -> tuple[TenderDraft | None, Draft, list[FileFacts]]:
        """The draft as it stands; an empty one where there is none, or where it is locked."""
        row = drafts.find(self.competition, self.supplier)
        if row is None or row.locked:
            return row, Draft(), []
        return row, drafts.read(row), drafts.files_of(row)


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
    if _wants_json(request):
        return JsonResponse({"saved_at": whose.now.isoformat()})
    match request.POST.get("next", ""):
        case "deliver":
            return HttpResponseRedirect(reverse("deliver_tender", args=[number]))
        case "on":
            return HttpResponseRedirect(_address(number, (part or 0) + 1))
    messages.success(request, _("Kladden er lagret. Ingen andre enn dere kan lese den."))
    return HttpResponseRedirect(_address(number, part))


@require_http_methods(["GET", "HEAD", "POST"])
@for_suppliers
def deliver(request: HttpRequest, number: str) -> HttpResponse:
    """The check before delivery, with everything that is missing; POST delivers and shows the receipt with the code."""
    whose = whose_tender(request, number)
    form = whose.form
    asked = form.requirements
    problems: Sequence[Problem] = ()
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("binding") != "1":
                raise BadInput.of("binding", "required", _("Bekreft at tilbudet er bindende."))
            declaration: dict[str, Any] = {"binding": True, "by": whose.person.name}
            if asked:
                _row, written, _files = whose.draft()
                BadInput.raise_if(declaring.problems(asked, written))
                declaration["declared"] = declaring.wire(asked, written)
            delivered = submitting.submit(
                whose.competition, whose.supplier, form, declaration, person=whose.person, now=whose.now
            )
        except BadInput as error:
            problems, status = error.problems, 422
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
        else:
            if _wants_json(request):
                done = delivered.tender
                return JsonResponse(
                    {
                        "receipt": done.receipt,
                        "sha256": done.sha256,
                        "received_at": done.received_at.isoformat(),
                        "code": delivered.code,
                    }
                )
            return _receipt(request, whose, delivered.tender, delivered.code)
    row, draft, files = whose.draft()
    if not problems and row is not None and not row.locked:
        problems = [*declaring.problems(asked, draft), *content.problems(form, draft, files)]
    if _wants_json(request):
        return JsonResponse({"problems": [str(one) for one in problems]}, status=status)
    lots = form.lots_of(draft)
    sums = content.totals(form, draft)
    context = {
        "competition": whose.competition,
        "nothing": row is None or row.locked,
        "problems": [Problem("", one.code, one.text) for one in problems],
        "declared": (sum(one.met is not None for one in declaring.asked(asked, draft)), len(asked)) if asked else None,
        "across": _across(form, draft),
        "by_part": by_part(form, problems) if len(problems) > _MOST_NAMED else [],
        "ready": not problems or {one.where for one in problems} == {"binding"},
        "lots": [(lot.title, sums[lot.key][1]) for lot in form.lots if lot.key in lots],
        "answers": sum(1 for one in form.questions_of(lots) if draft.answers.get(one.key, "").strip()),
        "questions": len(form.questions_of(lots)),
        "files": files,
        "standing": submitting.standing(whose.competition, whose.supplier),
        "crumbs": _crumbs(whose, Crumb(_("Kontroller og lever"))),
    }
    return render(request, "competitions/tenders/deliver.html", context, status=status)


@require_safe
@for_suppliers
def receipt(request: HttpRequest, number: str, receipt: str) -> HttpResponse:
    """A receipt, for the supplier whose it is."""
    whose = whose_tender(request, number)
    return _receipt(request, whose, _own_tender(whose, receipt), "")


@require_safe
@for_suppliers
def receipt_pdf(request: HttpRequest, number: str, receipt: str) -> HttpResponse:
    """The receipt as a PDF."""
    whose = whose_tender(request, number)
    made = papers.receipt(_own_tender(whose, receipt), request.LANGUAGE_CODE)
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="kvittering-{receipt}.pdf"'
    return answer


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
    seen = _seen(request, number) if request.method == "POST" else None
    if seen is None:
        return None
    try:
        drafts.save_as_sent(seen, request.body, person=request.person)  # type: ignore[attr-defined]
    except (BadInput, Refused):
        return None
    return seen.now


def whose_tender(request: HttpRequest, number: str) -> Whose:
    """The competition and the supplier asking; 404 for a competition that takes or took no tenders from them."""
    seen = _seen(request, number)
    if seen is None:
        raise Http404
    competition, supplier, now = seen.competition, seen.supplier, seen.now
    answer = may_tender(supplier, competition, now)
    had = answer.allowed or Tender.objects.filter(competition=competition, supplier=supplier).exists()
    if not had and not (answer.reason == "deadline_passed" and seen.draft is not None):
        raise Http404
    return Whose(competition, supplier, request.person, now)  # type: ignore[attr-defined]


def _seen(request: HttpRequest, number: str) -> draft_rows.Seen | None:
    return draft_rows.look(number, actor_of(request).organisations(RoleGrant.Role.SUPPLIER))


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
        "crumbs": _crumbs(whose),
    }
    return render(request, "competitions/tenders/tender.html", context, status=status)


def _failed(request: HttpRequest, whose: Whose, problems: Sequence[Problem], status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"problems": [str(one) for one in problems]}, status=status)
    return _shown(request, whose, problems, status)


def _receipt(request: HttpRequest, whose: Whose, tender: Tender, code: str) -> HttpResponse:
    withdrawn = getattr(tender, "withdrawal", None)
    standing = submitting.standing(whose.competition, whose.supplier)
    replaced = withdrawn is None and tender.round == submitting.round_of(whose.competition) and standing != tender
    context = {
        "competition": whose.competition,
        "tender": tender,
        "at": submitting.to_the_second(tender.received_at),
        "code": code,
        "withdrawn": withdrawn,
        "replaced": replaced,
        "newer": standing if replaced else None,
        "stamp": getattr(tender, "stamp", None),
        "open": may_tender(whose.supplier, whose.competition, whose.now).allowed and standing == tender,
        "crumbs": _crumbs(whose, Crumb(_("Kvittering"))),
    }
    return render(request, "competitions/tenders/receipt.html", context)


def _across(form: Form, draft: Draft) -> list[tuple[str, str]]:
    """What is offered across lots, in words: how many lots can be taken, and each package with its discount."""
    if not form.takes_packages:
        return []
    titles = {lot.key: lot.title for lot in form.lots}
    rows = [(_("Flest delkontrakter vi kan ta"), draft.most_lots)] if draft.most_lots.strip() else []
    for number, one in enumerate(draft.packages, 1):
        if one["lots"] and one["discount"].strip():
            names = ", ".join(titles.get(key, key) for key in one["lots"])
            rows.append((_("Pakke %(number)s") % {"number": number}, f"{names}: {one['discount']} %"))
    return rows


def _own_tender(whose: Whose, receipt: str) -> Tender:
    rows = Tender.objects.filter(competition=whose.competition, supplier=whose.supplier, receipt=receipt)
    found = rows.select_related("withdrawal", "stamp", "competition__buyer", "supplier").defer("quality", "price")
    tender = found.first()
    if tender is None:
        raise Http404
    return tender


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _crumbs(whose: Whose, *more: Crumb) -> list[Crumb]:
    number = whose.competition.number
    here = Crumb(_("Tilbud"), reverse("tender", args=[number]) if more else "")
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Leverandør"), reverse("supplier_home")),
        Crumb(whose.competition.title, reverse("competition", args=[number])),
        here,
        *more,
    ]
