"""Chains of custody of a lot: the list, one chain from desk to certificate, and registering steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.managing.attempts import placed
from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.actions import Brought, supplier_on
from fellestorg.calloffs.reuse.custody import actions
from fellestorg.calloffs.reuse.custody.forms import StepFileForm, StepForm
from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.custody.policy import steps_for
from fellestorg.calloffs.reuse.custody.queries import Chain, chains, settled, steps
from fellestorg.calloffs.reuse.custody.rules import COLUMNS, STAGES
from fellestorg.calloffs.reuse.custody.words import LABELS, ROLE_NAMES, STEP_NAMES
from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL
from fellestorg.calloffs.reuse.queries import reuse_lot
from fellestorg.calloffs.reuse.shown import crumbs
from fellestorg.calloffs.reuse.words import KIND_NAMES
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import SheetRow
from fellestorg.kernel.text import localised
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_READERS = (*AGENCY, *SEES_ALL, RoleGrant.Role.SUPPLIER)
_COLUMNS = (
    "agency", "agency_name", "reference", "step", "happened_at", "role", "place", "units", "certificate",
    "registered_by", "registered_at", "corrected",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def chains_page(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The chains one may see, with what each lacks; for agency and supplier also the form and the sheet."""
    row, actor = reuse_lot(key, lot), actor_of(request)
    mine = steps_for(actor, _supplier(row))
    if request.method == "POST" and not mine:
        raise PermissionDenied
    own = sorted(actor.organisations(*AGENCY))
    start = {
        "agency": request.GET.get("virksomhet") or (own[0] if own else ""),
        "reference": request.GET.get("nummer", ""),
    }
    form, file_form = StepForm(steps=mine, initial=start), StepFileForm()
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        by_file = "file" in request.FILES or request.POST.get("what") == "file"
        if by_file:
            file_form = StepFileForm(request.POST, request.FILES)
        else:
            form = StepForm(request.POST, steps=mine)
        made, problems, status = _posted(request, row, file_form if by_file else form)
        if made is not None:
            told = _("Registrert: {new} nye, {corrected} rettet, {unchanged} uendret.")
            messages.success(request, told.format(new=made.new, corrected=made.corrected, unchanged=made.unchanged))
            if by_file:
                return HttpResponseRedirect(reverse("reuse_chains", args=[key, lot]))
            cells = form.cells()
            return HttpResponseRedirect(reverse("reuse_chain", args=[key, lot, cells["agency"], cells["reference"]]))
    found = chains(steps(row, actor))
    paging = Paging.read(request.GET.dict(), len(found), 50)
    addresses = {name: reverse(f"reuse_chains_{name}", args=[key, lot]) for name in ("csv", "json")}
    context = {
        "lot": row,
        "title": localised(row, "title"),
        "rows": [
            (one, str(STEP_NAMES[one.steps[-1].step]), [STEP_NAMES[code] for code in one.gaps])
            for one in found[paging.start : paging.stop]
        ],
        "paging": paging,
        "may_register": bool(mine),
        "form": form,
        "file_form": file_form,
        "problems": problems,
        "downloads": [Download(name.upper(), address, name) for name, address in addresses.items()],
        "crumbs": crumbs(row, _("Sporing fra pult til sertifikat")),
    }
    return render(request, "calloffs/reuse/chains.html", context, status=status)


@require_safe
@for_roles(*_READERS)
def chain_page(request: HttpRequest, key: str, lot: str, number: str, reference: str) -> HttpResponse:
    """One pick-up from desk to certificate: its steps, what is missing, and its settlement."""
    row, actor = reuse_lot(key, lot), actor_of(request)
    rows = [one for one in steps(row, actor) if one.agency.number == number and one.reference == reference]
    found = next(iter(chains(rows)), None)
    if found is None:
        raise Http404
    context = {
        "lot": row,
        "chain": found,
        "stages": _stages(found),
        "gaps": [STEP_NAMES[code] for code in found.gaps],
        "to_come": [STEP_NAMES[code] for code in found.to_come],
        "settlements": [(one, str(KIND_NAMES[one.kind])) for one in settled(row, found, actor)],
        "may_register": bool(steps_for(actor, _supplier(row))),
        "crumbs": crumbs(
            row, reference, (_("Sporing fra pult til sertifikat"), reverse("reuse_chains", args=[key, lot]))
        ),
    }
    return render(request, "calloffs/reuse/chain.html", context)


@require_safe
@for_roles(*_READERS)
def chains_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The steps as CSV."""
    rows = [_flat(one) for one in steps(reuse_lot(key, lot), actor_of(request))]
    return csv_answer(f"sporing-{key}-{lot}", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*_READERS)
def chains_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The chains as JSON, each with its steps and what it lacks."""
    told = [
        {
            "agency": one.agency.number,
            "reference": one.reference,
            "gaps": one.gaps,
            "to_come": one.to_come,
            "certificate": one.certificate,
            "steps": [_flat(step) for step in one.steps],
        }
        for one in chains(steps(reuse_lot(key, lot), actor_of(request)))
    ]
    return json_answer({"agreement": key, "lot": lot, "chains": told})


@require_safe
@for_roles(*_READERS)
def chains_template(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """An empty sheet with its headings."""
    reuse_lot(key, lot)
    notes = [str(LABELS[name]) for name in COLUMNS]
    content = workbook_of(_("Sporing"), [others[0] for others in COLUMNS.values()], [], notes)
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = 'attachment; filename="sporing.xlsx"'
    return answer


def _posted(request: HttpRequest, lot: Lot, form: StepForm | StepFileForm) -> tuple[Brought | None, list[Problem], int]:
    if not form.is_valid():
        return None, [], 422
    actor, now = actor_of(request), clock.now()
    try:
        if isinstance(form, StepFileForm):
            made = actions.bring_in(form.cleaned_data["file"].read(), lot, actor=actor, now=now)
        else:
            made = actions.register([SheetRow(1, form.cells())], lot, actor=actor, now=now)
    except BadInput as error:
        return None, list(error.problems), 422
    except Refused as refused:
        return None, [Problem("", refused.code, refused.text)], 409
    if not made.rejected:
        return made, [], 200
    if isinstance(form, StepFileForm):
        return None, [_at_row(one.row, one.field, one.code, one.text) for one in made.rejected[:200]], 422
    return None, placed([form], [Problem(one.field, one.code, one.text) for one in made.rejected]), 422


def _at_row(row: int, field: str, code: str, text: str) -> Problem:
    where = _("Linje %(number)d") % {"number": row}
    return Problem(f"{where}, {str(LABELS[field]).lower()}" if field in LABELS else where, code, text)


def _supplier(lot: Lot) -> str:
    try:
        return supplier_on(lot, clock.today()).number
    except Refused:
        return ""


def _stages(chain: Chain) -> list[tuple[str, CustodyStep | None, str, bool]]:
    """Each step of the way: its name, what is registered, by which role, and whether it was passed over."""
    there = {one.step: one for one in chain.steps}
    shown: list[tuple[str, CustodyStep | None, str, bool]] = []
    for stage in STAGES:
        taken = [there[code] for code in stage if code in there]
        shown += [(str(STEP_NAMES[one.step]), one, str(ROLE_NAMES[one.role]), False) for one in taken]
        if not taken:
            name = " / ".join(str(STEP_NAMES[code]) for code in stage)
            shown.append((name, None, "", stage[0] in chain.gaps))
    return shown


def _flat(one: CustodyStep) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in _COLUMNS if hasattr(one, name)}
    return {
        **told,
        "agency": one.agency.number,
        "agency_name": one.agency.name,
        "corrected": one.corrects_id is not None,
    }
