"""The pages where a lead starts a competition and fills in its parts, one row at a time or by sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.models import Competition, PriceSheetLine
from fellestorg.competitions.policy import STARTERS
from fellestorg.competitions.preparing import actions, forms, price_sheet
from fellestorg.competitions.preparing.forming import at_fields, back, form_page, page_context, row_id
from fellestorg.competitions.preparing.parts import PARTS
from fellestorg.competitions.reaching import led_or_403, person_of, seen_or_404
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles
from fellestorg.kernel.text import in_language
from fellestorg.law.grounds import exclusion_grounds
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@for_roles(*STARTERS)
def start(request: HttpRequest) -> HttpResponse:
    """Start a competition."""
    actor = actor_of(request)
    numbers = actor.organisations(*STARTERS)
    buyers = list(Organisation.objects.filter(number__in=numbers).order_by("name").values_list("number", "name"))
    form = forms.StartForm(
        request.POST or None, buyers=buyers, initial={"procedure": "open", "language": actor.language}
    )

    def save() -> HttpResponse:
        now = clock.now()
        with transaction.atomic():
            made = actions.start(
                buyer=Organisation.objects.get(number=form.cleaned_data["buyer"]),
                lead=person_of(request),
                actor=actor,
                now=now,
                **form.values(),
            )
            actions.ask_declaration(made, (), actor=actor, now=now)
        messages.success(request, _("Konkurransen er påbegynt. Listen under viser hva som gjenstår."))
        return HttpResponseRedirect(reverse("competition", args=[made.number]))

    context = {
        "title": _("Ny konkurranse"),
        "lead": _("Velg prosedyre og fyll ut det du vet. Alt kan endres fram til kunngjøringen."),
        "button": _("Start konkurransen"),
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Konkurranser"), reverse("competitions")),
            Crumb(_("Ny konkurranse")),
        ],
    }
    return form_page(request, form, save, context)


@require_http_methods(["GET", "POST"])
@for_roles()
def about(request: HttpRequest, number: str) -> HttpResponse:
    """Title, description, codes and values."""
    competition = led_or_403(request, number)
    form = forms.AboutForm(request.POST or None, initial=forms.AboutForm.initial_of(competition))

    def save() -> HttpResponse:
        actions.change(competition, form.cleaned_data, actor=actor_of(request), now=clock.now())
        return back(request, competition)

    return form_page(request, form, save, page_context(competition, _("Om konkurransen")))


@require_http_methods(["GET", "POST"])
@for_roles()
def part(request: HttpRequest, number: str, part: str) -> HttpResponse:
    """The rows of one part, with a form for a new one or, by ``?rad=``, for one that is there."""
    competition = led_or_403(request, number)
    page = PARTS.get(part)
    if page is None:
        raise Http404
    model: Any = page.form.model
    here = reverse("competition_part", args=[number, part])
    rows = actions.rows_of(competition, model)
    asked = request.GET.get("rad", "")
    row = rows.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 18 else None
    status, problems, form = 200, [], page.form(competition=competition, initial=_initial(page, row))
    grounds_form = request.POST.get("step") == "grounds"
    if request.method == "POST":
        actor, now = actor_of(request), clock.now()
        try:
            if request.POST.get("step") == "remove":
                actions.remove(competition, model, row_id(request.POST.get("row", "")), actor=actor, now=now)
                return HttpResponseRedirect(here)
            if grounds_form:
                actions.ask_declaration(competition, request.POST.getlist("ground"), actor=actor, now=now)
                return HttpResponseRedirect(here)
            form = page.form(request.POST, competition=competition)
            if form.is_valid():
                actions.put(competition, model, row.pk if row else None, form.values(), actor=actor, now=now)
                messages.success(request, _("Lagret."))
                return HttpResponseRedirect(here)
            status = 422
        except BadInput as error:
            status, problems = 422, at_fields(form, error)
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    found = list(rows)
    paging = Paging.read(request.GET.dict(), len(found), 50)
    context = {
        **page_context(competition, str(page.title), str(page.lead)),
        "page": page,
        "rows": [(one.pk, page.labelled(one)) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "form": form,
        "row": row,
        "problems": problems,
        "editable": competition.stage == "preparing",
        "sheet": part == "prisskjema",
        "downloads": _sheet_downloads(competition) if part == "prisskjema" else [],
        "grounds": _grounds(competition) if part == "kvalifikasjon" else [],
    }
    return render(request, "competitions/preparing/part.html", context, status=status)


@require_POST
@for_roles()
def upload_lines(request: HttpRequest, number: str) -> HttpResponse:
    """Let the lines of a workbook or CSV file be the price sheet."""
    competition = led_or_403(request, number)
    form = forms.SheetForm(request.POST, request.FILES)
    problems = [Problem("", "required", _("Velg en fil."))]
    status = 422
    if form.is_valid():
        try:
            lines = price_sheet.read_lines(form.cleaned_data["file"].read(), competition)
            actions.replace_price_lines(competition, lines, actor=actor_of(request), now=clock.now())
            messages.success(request, _("Prisskjemaet har nå %(lines)s linjer.") % {"lines": len(lines)})
            return HttpResponseRedirect(reverse("competition_part", args=[number, "prisskjema"]))
        except BadInput as error:
            problems = list(error.problems[:100])
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    context = {
        **page_context(competition, _("Prisskjema")),
        "problems": problems,
        "downloads": _sheet_downloads(competition),
    }
    return render(request, "competitions/preparing/faults.html", context, status=status)


@require_safe
def price_sheet_xlsx(request: HttpRequest, number: str) -> HttpResponse:
    """The price sheet as a workbook; also the template to fill in."""
    competition = seen_or_404(request, number)
    response = HttpResponse(price_sheet.workbook(competition), content_type=_SHEET)
    response["Content-Disposition"] = f'attachment; filename="prisskjema-{competition.number}.xlsx"'
    return response


@require_safe
def price_sheet_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The price sheet as CSV."""
    competition = seen_or_404(request, number)
    return csv_answer(
        f"prisskjema-{competition.number}", price_sheet.headings(), price_sheet.rows_of_sheet(competition)
    )


def _initial(page: Any, row: Any) -> dict[str, Any]:
    return page.form.initial_of(row) if row is not None else {}


def _grounds(competition: Competition) -> list[tuple[str, str, bool, bool]]:
    asked = set(competition.requirements.exclude(ground="").values_list("ground", flat=True))
    rows = exclusion_grounds()
    return [(one.code, in_language(one.title), one.mandatory, one.mandatory or one.code in asked) for one in rows]


def _sheet_downloads(competition: Competition) -> list[Download]:
    empty = not PriceSheetLine.objects.filter(lot__competition=competition).exists()
    note = _("Mal") if empty else ""
    return [
        Download("XLSX", reverse("price_sheet_xlsx", args=[competition.number]), "file", note),
        Download("CSV", reverse("price_sheet_csv", args=[competition.number]), "csv", note),
    ]
