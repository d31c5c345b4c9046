"""Who is admitted to a purchasing system, for everybody to see; and for its manager the way to change it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import directory, proposals
from fellestorg.agreements.admissions.changes import KIND, admission_payload
from fellestorg.agreements.admissions.queries import admissions_on, suspensions_on
from fellestorg.agreements.managing.attempts import Failed, agreement_path, attempt, told
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import Admission, FrameworkAgreement, Lot
from fellestorg.agreements.panels import Panel
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.words import category_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.parts import Crumb, Download

_INSIDE = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
_COLUMNS = ("category", "number", "supplier", "regions", "valid_from", "valid_to", "source")


class AdmissionForm(forms.Form):
    """A supplier to admit in a category, or to take out of it."""

    supplier = forms.CharField(label=gettext_lazy("Organisasjonsnummer"), max_length=11)
    category = forms.ChoiceField(label=gettext_lazy("Kategori"))
    regions = forms.CharField(
        label=gettext_lazy("Områder"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("NUTS-koder med mellomrom, som NO081 NO060. Tomt er hele landet."),
    )
    on = forms.DateField(
        label=gettext_lazy("Gjelder fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(label=gettext_lazy("Vedtaket"), max_length=300)
    ends = forms.BooleanField(label=gettext_lazy("Ta leverandøren ut av kategorien"), required=False)

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = categories  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def admitted(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list by category, and the form for whoever manages the system."""
    row, actor = _lot(key, lot), actor_of(request)
    manages = may_manage(actor, row.agreement).allowed
    if request.method == "POST" and not manages:
        raise PermissionDenied
    target = Target(row.agreement, row)
    proposed = proposals.needs_second_person(KIND, target)
    categories = [(code, category_name(code)) for code in row.categories]
    form = AdmissionForm(request.POST or None, initial={"on": clock.today()}, categories=categories)
    reason = ReasonForm(request.POST or None)

    def act() -> str:
        given = form.cleaned_data
        payload = admission_payload(
            "".join(given["supplier"].split()),
            given["category"],
            given["regions"].upper().split(),
            given["on"],
            given["source"],
            ends=given["ends"],
        )
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(KIND, target, payload, why, actor=actor, now=clock.now()))

    failed = Failed((), 200)
    if request.method == "POST":
        back = reverse("admissions", args=[key, lot])
        made = attempt(request, [form, reason] if proposed else [form], act, back)
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "title": localised(row, "title"),
        "groups": _groups(row),
        "agreement": key,
        "lot_key": lot,
        "inside": actor.has(*_INSIDE),
        "suspended": list(suspensions_on(row, clock.today())),
        "form": form if manages else None,
        "reason": reason,
        "proposed": proposed,
        "problems": failed.problems,
        "downloads": [
            Download("CSV", reverse("admissions_csv", args=[key, lot]), "csv"),
            Download("JSON", reverse("admissions_json", args=[key, lot]), "json"),
        ],
        "crumbs": [
            *agreement_path(row.agreement),
            Crumb(localised(row, "title"), reverse("lot", args=[key, lot])),
            Crumb(_("Opptatte leverandører")),
        ],
    }
    return render(request, "agreements/admissions.html", context, status=failed.status)


@require_safe
def admitted_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as CSV."""
    rows = (_flat(one) for one in admissions_on(_lot(key, lot), clock.today()))
    return csv_answer(
        f"opptatte-{key}",
        _COLUMNS,
        ([" ".join(v) if isinstance(v := row[n], list) else v for n in _COLUMNS] for row in rows),
    )


@require_safe
def admitted_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"admitted": [_flat(one) for one in admissions_on(_lot(key, lot), clock.today())]})


def admission_panel(lot: Lot, actor: Actor) -> Panel | None:
    """On the page of a purchasing system's lot: how many are admitted in each category, and the way to apply."""
    if lot.agreement.instrument != FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM:
        return None
    groups = _groups(lot)
    return Panel(
        "agreements/admission_panel.html",
        {
            "groups": [(name, len(rows)) for name, rows in groups],
            "agreement": lot.agreement.key,
            "lot": lot.key,
            "may_apply": actor.has("supplier"),
        },
    )


def _groups(lot: Lot) -> list[tuple[str, list[Admission]]]:
    found: dict[str, list[Admission]] = {}
    for one in admissions_on(lot, clock.today()):
        found.setdefault(one.category, []).append(one)
    return [(category_name(code), found[code]) for code in lot.categories if code in found]


def _flat(one: Admission) -> dict[str, Any]:
    return {
        "category": one.category,
        "number": one.supplier.number,
        "supplier": one.supplier.name,
        "regions": list(one.regions),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "source": one.source,
    }


def _lot(key: str, lot: str) -> Lot:
    found = directory.find_lot(key, lot)
    if found is None:
        raise Http404
    return found
