"""Bringing in a sheet: the template, the comparison with what holds, and the proposal."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.models import Lot
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import SHORTEST_REASON, Target, needs_second_person
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.setup import explained
from fellestorg.kernel.sheets import LARGEST_FILE, SheetRow
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import RoleGrant
from fellestorg.organisations.setup_pages import RowForm
from fellestorg.travel.sheets import actions
from fellestorg.travel.sheets.actions import Preview
from fellestorg.travel.sheets.kinds import SheetKind, sheet_of, sheets_for
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

MANAGERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
_SALT = "travel-sheet"
_MOST_SHOWN = 200
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class FileForm(forms.Form):
    """A sheet."""

    file = forms.FileField(label=gettext_lazy("Fil"), help_text=gettext_lazy("Excel (XLSX) eller CSV."))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(_("Fila er større enn 20 MB."), code="too_large")
        return found


class ReasonForm(forms.Form):
    """Why, and what was compared."""

    rows = forms.CharField(widget=forms.HiddenInput, max_length=4_000_000)
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("oppgi en grunn på minst ti tegn")},
        help_text=gettext_lazy("Den som skal godkjenne, leser dette. Minst ti tegn."),
    )

    def __init__(self, *args: Any, four_eyes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = four_eyes


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MANAGERS)
def sheet(request: HttpRequest, kind: str, key: str, lot: str) -> HttpResponse:
    """A sheet or a single row compared with what holds; then the proposal, or at once while the lot is a draft."""
    agreement, view, row, found = _place(request, kind, key, lot)
    file, single, reason = FileForm(), RowForm(columns=found.columns), None
    compared: Preview | None = None
    four_eyes = needs_second_person(actions.KIND, Target(row.agreement, row))
    problems: list[Problem] = []
    status = 200
    if request.method == "POST":
        try:
            if "propose" in request.POST:
                reason = ReasonForm(request.POST, four_eyes=four_eyes)
                done = _propose(request, found, row, reason)
                if done is not None:
                    return done
            elif "one" in request.POST:
                single = RowForm(request.POST, columns=found.columns)
                if single.is_valid():
                    compared = actions.preview_rows(found, row, [SheetRow(1, single.cells())], clock.now())
            else:
                file = FileForm(request.POST, request.FILES)
                if file.is_valid():
                    content = file.cleaned_data["file"].read()
                    compared = actions.preview(found, row, content, clock.now())
        except BadInput as error:
            problems = list(error.problems)
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
        if status == 200 and (compared is None or compared.rejected):
            status = 422
    if compared is not None and not compared.rejected:
        kept = signing.dumps(list(compared.rows), salt=_salt(found, row), compress=True)
        reason = ReasonForm(initial={"rows": kept}, four_eyes=four_eyes)
    shown = compared.changes[:_MOST_SHOWN] if compared else ()
    context = {
        "kind": found,
        "key": key,
        "lot": view,
        "file": file,
        "single": single,
        "reason": reason,
        "four_eyes": four_eyes,
        "problems": problems,
        "compared": compared,
        "changes": shown,
        "more": len(compared.changes) - len(shown) if compared else 0,
        "counts": [compared.count(state) for state in ("new", "changed", "unchanged")] if compared else [],
        "rejected": [(one, _heading(found, one.field)) for one in compared.rejected[:500]] if compared else [],
        "columns": [(str(one.heading), explained(one)) for one in found.columns],
        "others": [(one, one.key == found.key) for one in sheets_for(row)],
        "crumbs": [*agreement_crumbs(agreement, view, last=False), Crumb(str(found.title))],
    }
    return render(request, "travel/sheets/sheet.html", context, status=status)


@require_safe
@for_roles(*MANAGERS)
def template(request: HttpRequest, kind: str, key: str, lot: str, form: str) -> HttpResponse:
    """An empty sheet with the headings of a kind."""
    _agreement, _view, _row, found = _place(request, kind, key, lot)
    if form not in _MEDIA:
        raise Http404
    headings = [str(one.heading) for one in found.columns]
    if form == "xlsx":
        content = workbook_of(str(found.title), headings, [], [explained(one) for one in found.columns])
    else:
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(headings)
        content = ("\ufeff" + out.getvalue()).encode()
    response = HttpResponse(content, content_type=_MEDIA[form])
    response["Content-Disposition"] = f'attachment; filename="{found.key}.{form}"'
    return response


def _place(request: HttpRequest, kind: str, key: str, lot: str) -> tuple[Any, Any, Lot, SheetKind]:
    agreement, view, row = lot_or_404(key, lot)
    found = sheet_of(kind)
    if found is None or not found.fits(row) or not may_manage(actor_of(request), row.agreement).allowed:
        raise Http404
    return agreement, view, row, found


def _propose(request: HttpRequest, kind: SheetKind, lot: Lot, form: ReasonForm) -> HttpResponse | None:
    if not form.is_valid():
        return None
    try:
        rows = signing.loads(form.cleaned_data["rows"], salt=_salt(kind, lot))
    except signing.BadSignature:
        raise BadInput.of("rows", "not_compared", _("sammenligningen kan ikke leses; velg fila på nytt")) from None
    reason = form.cleaned_data["reason"].strip()
    if form.fields["reason"].required and len(reason) < SHORTEST_REASON:
        form.add_error("reason", _("oppgi en grunn på minst ti tegn"))
        return None
    made = actions.propose(kind, lot, rows, reason, actor=actor_of(request), now=clock.now())
    if made is not None:
        messages.success(request, _("Endringen er foreslått. En annen må godkjenne den."))
        return HttpResponseRedirect(f"/avtaler/endringer/{made.pk}")
    messages.success(request, _("Endringen er lagret. Delkontrakten er ikke i bruk ennå, så den gjelder med én gang."))
    return HttpResponseRedirect(reverse("lot", args=[lot.agreement.key, lot.key]))


def _salt(kind: SheetKind, lot: Lot) -> str:
    return f"{_SALT}:{kind.key}:{lot}"


def _heading(kind: SheetKind, name: str) -> str:
    return next((str(one.heading) for one in kind.columns if one.field == name), "")
