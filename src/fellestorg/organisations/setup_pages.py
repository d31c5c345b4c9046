"""Pages for setting an installation up: the checklist, sheets with their templates, and the form for a single row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock, mail, setup
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.models import Mail
from fellestorg.kernel.setup import BroughtIn, Column, Kind, State, Step
from fellestorg.kernel.sheets import LARGEST_FILE
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_ADMIN = RoleGrant.Role.SI_ADMIN
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step of the checklist, ready to show."""

    step: Step
    state: State
    one: str

    @property
    def done(self) -> bool:
        return not self.state.missing


@require_safe
@for_roles(_ADMIN)
def checklist(request: HttpRequest) -> HttpResponse:
    """What is there, and what is missing before the first call-off."""
    today = clock.today()
    shown = [ShownStep(step, step.state(today), _one(step)) for step in setup.steps()]
    context = {
        "steps": shown,
        "ready": all(one.done or one.step.optional for one in shown),
        "waiting": Mail.objects.filter(sent_at=None, given_up_at=None).exclude(trouble="").count(),
        "given_up": Mail.objects.exclude(given_up_at=None).count(),
        "crumbs": [*_crumbs()[:-1], Crumb(_("Oppsett"))],
    }
    return render(request, "organisations/setup.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(_ADMIN)
def sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """Bring in a sheet, or only see what is wrong with it."""
    found = _kind(kind)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    done: BroughtIn | None = None
    problems: list[Problem] = []
    status = 422 if request.method == "POST" else 200
    preview = "preview" in request.POST
    if request.method == "POST" and form.is_valid():
        try:
            content = form.cleaned_data["file"].read()
            done = setup.bring_in(found, content, actor=actor_of(request), now=clock.now(), preview=preview)
        except BadInput as error:
            problems = list(error.problems)
        except Refused as refused:
            problems, status = [Problem("", refused.code, refused.text)], 409
        if done is not None and not done.rejected:
            if not preview:
                messages.success(request, _told(done))
                return HttpResponseRedirect(reverse("setup"))
            status = 200
    context = {
        "kind": found,
        "form": form,
        "done": done,
        "preview": _told(done) if done is not None and not done.rejected else "",
        "problems": problems,
        "headings": {one.field: str(one.heading) for one in found.columns},
        "columns": [(str(one.heading), setup.explained(one)) for one in found.columns],
        "rejected": [(one, _heading(found, one.field)) for one in (done.rejected[:500] if done else ())],
        "crumbs": [*_crumbs(), Crumb(str(found.title))],
    }
    return render(request, "organisations/setup_sheet.html", context, status=status)


@require_safe
@for_roles(_ADMIN)
def template(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """An empty sheet with the headings of a kind."""
    found = _kind(kind)
    if form not in _MEDIA:
        raise Http404
    response = HttpResponse(setup.template(found, form), content_type=_MEDIA[form])
    response["Content-Disposition"] = f'attachment; filename="{found.key}.{form}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(_ADMIN)
def single(request: HttpRequest, kind: str) -> HttpResponse:
    """The form for a single one: the same columns, the same rules."""
    found = _kind(kind)
    form = RowForm(request.POST, columns=found.columns) if request.method == "POST" else RowForm(columns=found.columns)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            done = setup.bring_in_one(found, form.cells(), actor=actor_of(request), now=clock.now())
            if not done.rejected:
                messages.success(request, _told(done))
                return HttpResponseRedirect(reverse("setup"))
            for problem in done.rejected:
                form.add_error(problem.field if problem.field in form.fields else None, problem.text)
        except Refused as refused:
            form.add_error(None, refused.text)
            status = 409
    crumbs = [*_crumbs(), Crumb(str(found.title), reverse("setup_sheet", args=[found.key])), Crumb(str(found.one))]
    context = {"kind": found, "form": form, "crumbs": crumbs}
    return render(request, "organisations/setup_single.html", context, status=status)


@require_safe
@for_roles(_ADMIN)
def unsent(request: HttpRequest) -> HttpResponse:
    """E-mail that did not get through, and why."""
    rows = Mail.objects.filter(sent_at=None).exclude(trouble="").order_by("-created_at")[:200]
    context = {"rows": rows, "crumbs": [*_crumbs(), Crumb(_("E-post som ikke kom fram"))]}
    return render(request, "organisations/unsent.html", context)


@require_POST
@for_roles(_ADMIN)
def send_again(request: HttpRequest) -> HttpResponse:
    """Try once more with a mail that was given up."""
    try:
        key = UUID(request.POST.get("mail", ""))
    except ValueError:
        raise Http404 from None
    if not mail.try_again(key):
        raise Http404
    messages.success(request, _("E-posten blir prøvd igjen."))
    return HttpResponseRedirect(reverse("unsent_mail"))


class SheetForm(forms.Form):
    """A sheet to bring in."""

    file = forms.FileField(label=gettext_lazy("Fil"), help_text=gettext_lazy("Excel (XLSX) eller CSV."))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > LARGEST_FILE:
            raise forms.ValidationError(_("Fila er større enn 20 MB."), code="too_large")
        return found


class RowForm(forms.Form):
    """One row as a form."""

    def __init__(self, *args: Any, columns: tuple[Column, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in columns:
            self.fields[column.field] = _field(column)

    def cells(self) -> dict[str, str]:
        """What was typed, as a sheet would have it."""
        return {name: _cell(value) for name, value in self.cleaned_data.items()}


def _field(column: Column) -> forms.Field:
    shared: dict[str, Any] = {"label": column.heading, "required": column.required, "help_text": column.note}
    if column.shape == "truth":
        return forms.BooleanField(**{**shared, "required": False})
    if column.choices is not None:
        options: list[tuple[str, Any]] = [("", _("Velg")), *column.choices()]
        return forms.ChoiceField(**shared, choices=options)
    if column.shape == "day":
        return forms.DateField(**shared, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    widget = forms.Textarea(attrs={"rows": 3}) if column.shape == "long" else forms.TextInput()
    if column.shape == "amount":
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.CharField(**shared, widget=widget, max_length=4000)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _one(step: Step) -> str:
    found = setup.kind_of(step.kind)
    return str(found.one) if found else ""


def _told(done: BroughtIn) -> str:
    counts = {"new": done.tally.new, "changed": done.tally.changed, "unchanged": done.tally.unchanged}
    read = ngettext("%(n)s rad er lest.", "%(n)s rader er lest.", done.read) % {"n": done.read}
    return read + " " + _("Nye: %(new)s, endret: %(changed)s, uendret: %(unchanged)s.") % counts


def _heading(kind: Kind, name: str) -> str:
    return next((str(one.heading) for one in kind.columns if one.field == name), "")


def _kind(key: str) -> Kind:
    found = setup.kind_of(key)
    if found is None:
        raise Http404
    return found


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Oppsett"), reverse("setup"))]
