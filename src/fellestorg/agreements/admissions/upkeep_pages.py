"""Renewed declarations: asking for them, answering, and who has; and suspending a supplier, with the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import directory, proposals
from fellestorg.agreements.admissions import upkeep
from fellestorg.agreements.admissions.queries import admissions_on, suspensions_on
from fellestorg.agreements.admissions.suspensions import KIND, suspension_payload
from fellestorg.agreements.managing.attempts import Failed, agreement_path, attempt, managed_lot, told
from fellestorg.agreements.models import DeclarationRequest, Lot
from fellestorg.agreements.proposals import Target
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.law import rule_book
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_OFFICE = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
_INSIDE = (*_OFFICE, RoleGrant.Role.AUDITOR)
_COLUMNS = ("id", "number", "supplier", "asked_at", "due", "answered_at", "declared", "state")
STATES = {
    "waiting": (gettext_lazy("Venter"), "info"),
    "late": (gettext_lazy("Fristen er ute"), "danger"),
    "renewed": (gettext_lazy("Fornyet"), "success"),
    "not_given": (gettext_lazy("Kan ikke erklære"), "warning"),
}


class AskForm(forms.Form):
    """Why everybody is asked."""

    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("Hvorfor dere ber om det nå"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )


class AnswerForm(forms.Form):
    """The supplier's own declaration."""

    use_required_attribute = False
    declared = forms.BooleanField(
        label=gettext_lazy("Ingen avvisningsgrunn gjelder oss, og vi oppfyller fortsatt kravene i ordningen"),
        required=False,
    )
    changes = forms.CharField(
        label=gettext_lazy("Hva som har endret seg"),
        help_text=gettext_lazy("La stå tomt hvis ingenting har endret seg."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
        required=False,
    )


class SuspensionForm(forms.Form):
    """A supplier to suspend, or to take back in."""

    use_required_attribute = False
    supplier = forms.ChoiceField(label=gettext_lazy("Leverandør"))
    on = forms.DateField(
        label=gettext_lazy("Gjelder fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=gettext_lazy("Begrunnelse"),
        help_text=gettext_lazy("Leverandøren får den ordrett."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
    lifts = forms.BooleanField(label=gettext_lazy("Opphev suspensjonen"), required=False)

    def __init__(self, *args: Any, lot: Lot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = admissions_on(lot, clock.today(), suspended=True).values_list("supplier__number", "supplier__name")
        names = sorted(set(rows), key=lambda one: one[1])
        self.fields["supplier"].choices = [("", "–"), *names]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_INSIDE)
def declarations(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Every request in a system, those that wait first; and for its office the way to ask all who are admitted."""
    row, actor = _lot(key, lot), actor_of(request)
    may_ask = row.agreement.owner.number in actor.organisations(*_OFFICE)
    if request.method == "POST" and not may_ask:
        raise PermissionDenied
    form = AskForm(request.POST or None)
    failed = Failed((), 200)
    if request.method == "POST":

        def act() -> str:
            made = upkeep.ask_declarations(
                row, form.cleaned_data["reason"], actor=actor, person=_person(request), now=clock.now()
            )
            return _("%(count)s leverandører er bedt om en ny egenerklæring.") % {"count": len(made)}

        answer = attempt(request, [form], act, reverse("admissions_declarations", args=[key, lot]))
        if isinstance(answer, HttpResponse):
            return answer
        failed = answer
    today = clock.today()
    context = {
        "title": localised(row, "title"),
        "agreement": row.agreement.key,
        "lot": row.key,
        "rows": [(one, *STATES[_state(one)]) for one in _requests(row)],
        "form": form if may_ask else None,
        "due": compute_deadline("dps_declaration", today).due,
        "rule": rule_book().rule("DPS-9", on=today),
        "problems": failed.problems,
        "downloads": [
            Download("CSV", reverse("admissions_declarations_csv", args=[key, lot]), "csv"),
            Download("JSON", reverse("admissions_declarations_json", args=[key, lot]), "json"),
        ],
        "crumbs": [
            *agreement_path(row.agreement),
            Crumb(localised(row, "title"), reverse("lot", args=[key, lot])),
            Crumb(_("Egenerklæringer")),
        ],
    }
    return render(request, "agreements/declarations.html", context, status=failed.status)


@require_safe
@for_roles(*_INSIDE)
def declarations_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as CSV."""
    rows = (_flat(one) for one in _requests(_lot(key, lot)))
    return csv_answer(f"egenerklaeringer-{key}", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*_INSIDE)
def declarations_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"declarations": [_flat(one) for one in _requests(_lot(key, lot))]})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(RoleGrant.Role.SUPPLIER, *_INSIDE)
def declaration(request: HttpRequest, key: int) -> HttpResponse:
    """One request: the supplier answers, the office reads."""
    actor = actor_of(request)
    row = _visible(actor).filter(pk=key).first()
    if row is None:
        raise Http404
    own = row.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER)
    form = AnswerForm(request.POST or None)
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        if not own:
            raise PermissionDenied
        status = 422
        if form.is_valid():
            try:
                upkeep.answer_declaration(
                    row, **form.cleaned_data, actor=actor, person=_person(request), now=clock.now()
                )
            except BadInput as bad:
                for one in bad.problems:
                    form.add_error(one.where, one.text)
            except Refused as refused:
                problems, status = (Problem("", refused.code, refused.text),), 409
            else:
                messages.success(request, _("Takk, svaret er mottatt."))
                return HttpResponseRedirect(reverse("declaration", args=[key]))
    state = _state(row)
    context = {
        "row": row,
        "lot": localised(row.lot, "title"),
        "state": STATES[state][0],
        "tone": STATES[state][1],
        "form": form if own and row.answered_at is None else None,
        "problems": problems,
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Søknader om opptak"), reverse("applications")),
            Crumb(_("Egenerklæring")),
        ],
    }
    return render(request, "agreements/declaration.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_OFFICE)
def suspend(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Propose to suspend a supplier or to take it back; somebody else approves."""
    row = managed_lot(request, key, lot)
    if row.agreement.instrument != "dps":
        raise Http404
    initial = {"on": clock.today(), "supplier": request.GET.get("leverandor", ""), "lifts": "opphev" in request.GET}
    form = SuspensionForm(request.POST or None, lot=row, initial=initial)
    failed = Failed((), 200)
    if request.method == "POST":

        def act() -> str:
            given = form.cleaned_data
            payload = suspension_payload(given["supplier"], given["on"], given["reason"], lifts=given["lifts"])
            how: dict[str, Any] = {"actor": actor_of(request), "now": clock.now()}
            return told(proposals.change(KIND, Target(row.agreement, row), payload, given["reason"], **how))

        answer = attempt(request, [form], act, reverse("admissions", args=[key, lot]))
        if isinstance(answer, HttpResponse):
            return answer
        failed = answer
    context = {
        "title": localised(row, "title"),
        "form": form,
        "problems": failed.problems,
        "suspended": list(suspensions_on(row, clock.today())),
        "crumbs": [
            *agreement_path(row.agreement),
            Crumb(localised(row, "title"), reverse("lot", args=[key, lot])),
            Crumb(_("Opptatte leverandører"), reverse("admissions", args=[key, lot])),
            Crumb(_("Suspensjon")),
        ],
    }
    return render(request, "agreements/suspend_admission.html", context, status=failed.status)


def open_requests(actor: Actor) -> list[DeclarationRequest]:
    """The requests that wait for an answer, as somebody sees them: a supplier its own, the office all."""
    return list(_visible(actor).filter(answered_at=None))


def _visible(actor: Actor) -> QuerySet[DeclarationRequest]:
    rows = DeclarationRequest.objects.select_related("lot__agreement", "supplier", "asked_by")
    if not actor.has(*_INSIDE):
        rows = rows.filter(supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER))
    return rows.order_by("due", "supplier__sort_name", "pk")


def _requests(lot: Lot) -> list[DeclarationRequest]:
    rows = DeclarationRequest.objects.filter(lot=lot).select_related("supplier")
    return list(rows.order_by("-asked_at", "supplier__sort_name"))


def _state(row: DeclarationRequest) -> str:
    if row.answered_at is not None:
        return "renewed" if row.declared else "not_given"
    return "late" if clock.today() > row.due else "waiting"


def _flat(row: DeclarationRequest) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.supplier.number,
        "supplier": row.supplier.name,
        "asked_at": row.asked_at,
        "due": row.due,
        "answered_at": row.answered_at,
        "declared": row.declared,
        "state": _state(row),
    }


def _person(request: HttpRequest) -> Person:
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def _lot(key: str, lot: str) -> Lot:
    found = directory.find_lot(key, lot)
    if found is None or found.agreement.instrument != "dps":
        raise Http404
    return found
