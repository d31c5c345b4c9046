"""Applying to a purchasing system, and what those who decide see: every application with its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements import directory
from fellestorg.agreements.admissions import applying
from fellestorg.agreements.admissions.upkeep_pages import open_requests
from fellestorg.agreements.managing.attempts import agreement_path
from fellestorg.agreements.models import AdmissionApplication, Lot
from fellestorg.agreements.words import category_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.law.calendar import working_days_left
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

READERS = (
    RoleGrant.Role.SUPPLIER,
    RoleGrant.Role.AGREEMENT_MANAGER,
    RoleGrant.Role.SI_ADMIN,
    RoleGrant.Role.AUDITOR,
)
DECIDERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
STATES = {
    "received": (gettext_lazy("Mottatt"), "info"),
    "assessed": (gettext_lazy("Vurdert, venter på avgjørelse"), "info"),
    "admitted": (gettext_lazy("Tatt opp"), "success"),
    "refused": (gettext_lazy("Avslått"), "danger"),
    "withdrawn": (gettext_lazy("Trukket"), "neutral"),
    "lapsed": (gettext_lazy("Falt bort, ordningen er avsluttet"), "neutral"),
}
_SOON = 2
_COLUMNS = (
    "id",
    "agreement",
    "lot",
    "supplier",
    "number",
    "categories",
    "received_at",
    "due",
    "extended",
    "state",
    "decided_at",
)


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock of an application shows; empty when it has stopped."""

    text: str
    tone: str


class ApplicationForm(forms.Form):
    """What a supplier applies for, and how it meets the criteria."""

    use_required_attribute = False

    categories = forms.MultipleChoiceField(
        label=gettext_lazy("Kategorier"), widget=forms.CheckboxSelectMultiple, required=False
    )
    regions = forms.CharField(
        label=gettext_lazy("Områder"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("NUTS-koder med mellomrom, som NO081 NO060. Tomt er hele landet."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("Hvordan dere oppfyller kravene"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=8000,
        required=False,
    )
    declared = forms.BooleanField(
        label=gettext_lazy("Ingen avvisningsgrunn gjelder oss (egenerklæring)"), required=False
    )

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = categories  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(RoleGrant.Role.SUPPLIER)
def apply(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """A supplier's application in a system."""
    row, actor = _lot(key, lot), actor_of(request)
    supplier = Organisation.objects.get(number=min(actor.organisations(RoleGrant.Role.SUPPLIER)))
    form = ApplicationForm(request.POST or None, categories=[(code, category_name(code)) for code in row.categories])
    problems: tuple[Problem, ...] = ()
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = applying.apply(
                    row,
                    supplier,
                    categories=given["categories"],
                    regions=given["regions"].upper().split(),
                    evidence=given["evidence"],
                    declared=given["declared"],
                    actor=actor,
                    person=_person(request),
                    now=clock.now(),
                )
            except BadInput as bad:
                for one in bad.problems:
                    form.add_error(one.where, one.text)
            except Refused as refused:
                problems, status = (Problem("", refused.code, refused.text),), 409
            else:
                messages.success(request, _("Søknaden er mottatt. Dere får svar innen fristen."))
                return HttpResponseRedirect(reverse("application", args=[made.pk]))
    context = {
        "form": form,
        "problems": problems,
        "supplier": supplier,
        "title": localised(row, "title"),
        "crumbs": [
            *agreement_path(row.agreement),
            Crumb(localised(row, "title"), reverse("lot", args=[key, lot])),
            Crumb(_("Søk om opptak")),
        ],
    }
    return render(request, "agreements/apply.html", context, status=status)


@require_safe
@for_roles(*READERS)
def applications(request: HttpRequest) -> HttpResponse:
    """Every application that the reader may see, those that are due first."""
    rows = _visible(actor_of(request))
    context = {
        "rows": [(one, localised(one.lot, "title"), *STATES[one.state], clock_of(one)) for one in rows],
        "declarations": [(one, localised(one.lot, "title")) for one in open_requests(actor_of(request))],
        "downloads": [
            Download("CSV", reverse("applications_csv"), "csv"),
            Download("JSON", reverse("applications_json"), "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Søknader om opptak"))],
    }
    return render(request, "agreements/applications.html", context)


@require_safe
@for_roles(*READERS)
def applications_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    rows = (_flat(one) for one in _visible(actor_of(request)))
    return csv_answer("soknader-om-opptak", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*READERS)
def applications_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"applications": [_flat(one) for one in _visible(actor_of(request))]})


@require_safe
@for_roles(*READERS)
def application(request: HttpRequest, key: int) -> HttpResponse:
    """One application: what was asked, by when it is decided, and what has been said."""
    return _page(request, _application(request, key))


@require_POST
@for_roles(RoleGrant.Role.SUPPLIER, *DECIDERS)
def step(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Extend, assess, decide or withdraw."""
    row = _application(request, key)
    actor, person, now, given = actor_of(request), _person(request), clock.now(), request.POST
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "utvid": (
            lambda: applying.extend(row, given.get("reason", ""), actor=actor, now=now),
            _("Fristen er utvidet."),
        ),
        "vurder": (
            lambda: applying.assess(
                row, given.get("outcome", ""), given.get("reason", ""), actor=actor, person=person, now=now
            ),
            _("Vurderingen er lagret. En annen avgjør søknaden."),
        ),
        "avgjor": (lambda: applying.decide(row, actor=actor, person=person, now=now), _("Søknaden er avgjort.")),
        "trekk": (lambda: applying.withdraw(row, actor=actor, now=now), _("Søknaden er trukket.")),
    }
    if name not in acts:
        raise Http404
    act, told = acts[name]
    try:
        act()
    except BadInput as bad:
        return _page(request, row, bad.problems, 422)
    except Refused as refused:
        return _page(request, row, (Problem("", refused.code, refused.text),), 409)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("application", args=[key]))


def _page(
    request: HttpRequest, row: AdmissionApplication, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    decides = actor.has(*DECIDERS)
    is_open = row.state in ("received", "assessed")
    context = {
        "row": row,
        "state": STATES[row.state][0],
        "tone": STATES[row.state][1],
        "proposed": STATES[row.proposed][0] if row.proposed else "",
        "categories": [category_name(code) for code in row.categories],
        "clock": clock_of(row),
        "inside": decides or actor.has(RoleGrant.Role.AUDITOR),
        "may_assess": decides and is_open,
        "may_extend": decides and is_open and not row.extension_reason,
        "may_decide": decides and row.state == "assessed" and row.assessed_by_id != _key(actor),
        "may_withdraw": is_open and row.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER),
        "filled": request.POST.dict() if problems else {},
        "problems": problems,
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Søknader om opptak"), reverse("applications")),
            Crumb(row.supplier.name),
        ],
    }
    return render(request, "agreements/application.html", context, status=status)


def _visible(actor: Actor) -> QuerySet[AdmissionApplication]:
    rows = AdmissionApplication.objects.select_related("lot__agreement", "supplier", "assessed_by", "decided_by")
    if not actor.has(*DECIDERS, RoleGrant.Role.AUDITOR):
        rows = rows.filter(supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER))
    return rows.order_by(F("decided_at").desc(nulls_first=True), "due", "id")


def _application(request: HttpRequest, key: int) -> AdmissionApplication:
    row = _visible(actor_of(request)).filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def clock_of(row: AdmissionApplication) -> Clock:
    """How much is left of the time for the decision (DPS-5), counted in working days from today."""
    today = clock.today()
    if row.state not in ("received", "assessed"):
        return Clock("", "")
    if today > row.due:
        return Clock(_("Fristen er ute"), "danger")
    left = working_days_left(today, row.due)
    if left == 0:
        return Clock(_("Siste dag"), "warning")
    text = ngettext("%(count)s virkedag igjen", "%(count)s virkedager igjen", left) % {"count": left}
    return Clock(text, "warning" if left <= _SOON else "neutral")


def _flat(row: AdmissionApplication) -> dict[str, Any]:
    return {
        "id": row.pk,
        "agreement": row.lot.agreement.key,
        "lot": row.lot.key,
        "supplier": row.supplier.name,
        "number": row.supplier.number,
        "categories": " ".join(row.categories),
        "received_at": row.received_at,
        "due": row.due,
        "extended": bool(row.extension_reason),
        "state": row.state,
        "decided_at": row.decided_at,
    }


def _key(actor: Actor) -> int:
    kind, _colon, key = actor.key.partition(":")
    return int(key) if kind == "person" else 0


def _person(request: HttpRequest) -> Person:
    person: Person = request.person  # type: ignore[attr-defined]
    return person


def _lot(key: str, lot: str) -> Lot:
    found = directory.find_lot(key, lot)
    if found is None or found.agreement.instrument != "dps":
        raise Http404
    return found
