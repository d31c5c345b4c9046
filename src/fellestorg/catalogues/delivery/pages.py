"""The page about a lot's delivery terms: what holds and what has held for each supplier, and proposing new ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import proposals
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, attempt, lot_crumbs, managed_lot, told
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.agreements.proposals import Target
from fellestorg.catalogues.delivery import changes
from fellestorg.catalogues.models import DeliveryTerms
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.kernel.text import localised
from fellestorg.ui import formats
from fellestorg.ui.parts import Download

_COLUMNS = (
    "supplier", "supplier_name", "lead_days", "freight", "free_freight_from", "min_order", "small_order_fee", "mode",
    "valid_from", "valid_to",
)  # fmt: skip
_AMOUNTS = (
    ("freight", gettext_lazy("Frakt"), gettext_lazy("Kroner uten mva. Tomt: 0.")),
    ("free_freight_from", gettext_lazy("Fri frakt fra"), gettext_lazy("Kroner uten mva. Tomt: aldri.")),
    ("min_order", gettext_lazy("Minste bestilling"), gettext_lazy("Kroner uten mva. Tomt: 0.")),
    ("small_order_fee", gettext_lazy("Gebyr under minste bestilling"), gettext_lazy("Kroner uten mva. Tomt: 0.")),
)


class TermsForm(forms.Form):
    """A supplier's terms from a day on."""

    def __init__(self, *args: Any, suppliers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["supplier"] = forms.ChoiceField(label=_("Leverandør"), choices=suppliers)
        self.fields["on"] = forms.DateField(
            label=_("Gjelder fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
        self.fields["lead_days"] = forms.IntegerField(
            label=_("Leveringstid, virkedager"),
            min_value=0,
            max_value=366,
            help_text=_("Virkedager fra bestilling."),
        )
        for name, label, note in _AMOUNTS:
            widget = forms.TextInput(attrs={"inputmode": "decimal"})
            self.fields[name] = forms.CharField(
                label=label, help_text=note, required=False, max_length=30, widget=widget
            )
        self.fields["mode"] = forms.ChoiceField(label=_("Leveringsmåte"), choices=changes.MODES)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, _label, _note in _AMOUNTS:
            text = given.get(name)
            try:
                given[name] = decimal_in(text, places=2) if text else None
            except RowError as error:
                self.add_error(name, error.text)
        return given

    def payload(self) -> dict[str, Any]:
        """The terms as a proposal keeps them. Call when the form is valid."""
        given = {name: self.cleaned_data[name] or Decimal(0) for name in changes.AMOUNTS}
        return changes.terms_payload(**{**self.cleaned_data, **given})


@dataclass(frozen=True, slots=True)
class TermsRow:
    """A supplier's terms from a day to a day. ``state``: ``held``, ``holds`` or ``waits``."""

    supplier: str
    supplier_name: str
    lead_days: int
    freight: Decimal
    free_freight_from: Decimal | None
    min_order: Decimal
    small_order_fee: Decimal
    mode: str
    mode_name: str
    valid_from: date
    valid_to: date | None
    state: str


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MANAGERS)
def delivery_terms(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """What each supplier charges around the goods, and new terms: at once in a draft, by proposal after.
    ``?leverandor=`` begins the form with what that supplier's terms are now."""
    row, now, today = managed_lot(request, key, lot), clock.now(), clock.today()
    target = Target(row.agreement, row)
    rows = listed(row, today)
    proposed = proposals.needs_second_person(changes.KIND, target)
    data = request.POST if request.method == "POST" else None
    suppliers = _suppliers(row, today)
    form = TermsForm(data, suppliers=suppliers, initial=_initial(rows, request.GET.get("leverandor", ""), today))
    reason = ReasonForm(data)

    def act() -> str:
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(changes.KIND, target, form.payload(), why, actor=actor_of(request), now=now))

    failed = Failed((), 200)
    if data is not None:
        asked = [form, reason] if proposed else [form]
        made = attempt(request, asked, act, reverse("manage_lot", args=[key, lot]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "title": localised(row, "title"),
        "rows": [one for one in rows if one.state != "held"],
        "earlier": [one for one in rows if one.state == "held"],
        "without": [name for number, name in suppliers if not any(one.supplier == number for one in rows)],
        "form": form,
        "reason": reason,
        "proposed": proposed,
        "problems": failed.problems,
        "downloads": [
            Download("CSV", reverse("delivery_terms_csv", args=[key, lot]), "csv"),
            Download("JSON", reverse("delivery_terms_json", args=[key, lot]), "json"),
        ],
        "crumbs": lot_crumbs(row, _("Leveringsvilkår")),
    }
    return render(request, "catalogues/delivery_terms.html", context, status=failed.status)


@require_safe
@for_roles(*MANAGERS)
def delivery_terms_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The terms as CSV."""
    rows = listed(managed_lot(request, key, lot), clock.today())
    return csv_answer(
        f"leveringsvilkar-{key}-{lot}", _COLUMNS, ([getattr(one, name) for name in _COLUMNS] for one in rows)
    )


@require_safe
@for_roles(*MANAGERS)
def delivery_terms_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The terms as JSON."""
    rows = listed(managed_lot(request, key, lot), clock.today())
    return json_answer({"terms": [{name: getattr(one, name) for name in (*_COLUMNS, "state")} for one in rows]})


def listed(lot: Lot, day: date) -> list[TermsRow]:
    """Every supplier's terms in a lot, by name and then the newest first."""
    found = DeliveryTerms.objects.filter(lot=lot).select_related("supplier").order_by("supplier__name", "-valid_from")
    names = dict(changes.MODES)
    return [
        TermsRow(
            one.supplier.number,
            one.supplier.name,
            one.lead_days,
            one.freight,
            one.free_freight_from,
            one.min_order,
            one.small_order_fee,
            one.mode,
            str(names[DeliveryTerms.Mode(one.mode)]),
            one.valid_from,
            one.valid_to,
            "waits" if one.valid_from > day else "held" if one.valid_to and one.valid_to < day else "holds",
        )
        for one in found
    ]


def _suppliers(lot: Lot, day: date) -> list[tuple[str, str]]:
    """Those with a place in the lot now or later: number and name."""
    rows = SupplierPosition.objects.filter(lot=lot).exclude(valid_to__lt=day).select_related("supplier")
    return list(dict.fromkeys((one.supplier.number, one.supplier.name) for one in rows.order_by("rank", "pk")))


def _initial(rows: list[TermsRow], supplier: str, today: date) -> dict[str, Any]:
    standing = next((one for one in rows if one.supplier == supplier and one.state != "held"), None)
    if standing is None:
        return {"supplier": supplier, "on": today}
    amounts = {name: getattr(standing, name) for name, _label, _note in _AMOUNTS}
    shown = {name: "" if value is None else formats.number(value, code="nb") for name, value in amounts.items()}
    return {"supplier": supplier, "on": today, "lead_days": standing.lead_days, "mode": standing.mode, **shown}
