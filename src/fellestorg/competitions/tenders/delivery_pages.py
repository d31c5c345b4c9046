"""A supplier delivers: the check before delivery with everything that is missing, and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions.tenders import content, declaring, papers, submitting
from fellestorg.competitions.tenders.content import Draft, Form
from fellestorg.competitions.tenders.models import Tender
from fellestorg.competitions.tenders.parts_shown import by_part
from fellestorg.competitions.tenders.policy import may_tender
from fellestorg.competitions.tenders.reaching import Whose, crumbs, for_suppliers, wants_json, whose_tender
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_MOST_NAMED = 30


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
            if wants_json(request):
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
    if wants_json(request):
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
        "crumbs": crumbs(whose, Crumb(_("Kontroller og lever"))),
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
        "crumbs": crumbs(whose, Crumb(_("Kvittering"))),
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
