"""The supplier's pages of getting started: which agencies wait, what they said, confirm or ask back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.agreements.getting_started import actions, queries
from fellestorg.agreements.getting_started.words import FIELDS, OF_THE_BUYER, STATES
from fellestorg.agreements.models import SupplierSetup
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_LIST = (
    "agreement", "agency", "agency_name", "state", "customer_number", "delivery_address", "invoice_endpoint",
    "invoice_address", "buyer_reference", "contact_name", "contact_email", "contact_phone", "sent_at", "answered_at",
)  # fmt: skip


@require_safe
@for_roles("supplier")
def setups(request: HttpRequest) -> HttpResponse:
    """The agencies that have sent this supplier what it needs."""
    found = queries.for_supplier(actor_of(request))
    paging = Paging.read(request.GET.dict(), found.count(), 25)
    context = {
        "rows": [
            (one, localised(one.setup.agreement, "title"), *STATES[SupplierSetup.State(one.state)])
            for one in found[paging.start : paging.stop]
        ],
        "paging": paging,
        "downloads": [
            Download("CSV", reverse("supplier_setups_csv"), "csv"),
            Download("JSON", reverse("supplier_setups_json"), "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Nye kunder"))],
    }
    return render(request, "agreements/getting_started/setups.html", context)


@require_safe
@for_roles("supplier")
def setups_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, ready for the supplier's own customer register."""
    rows = [_wire(one) for one in queries.for_supplier(actor_of(request))]
    return csv_answer("kundeoppsett", _LIST, [[_plain(row[name]) for name in _LIST] for row in rows])


@require_safe
@for_roles("supplier")
def setups_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON."""
    return json_answer({"setups": [_wire(one) for one in queries.for_supplier(actor_of(request))]})


@require_safe
@for_roles("supplier")
def setup(request: HttpRequest, setup: int) -> HttpResponse:
    """What one agency has sent, and the supplier's answer to it."""
    return _page(request, _own(request, setup))


@require_POST
@for_roles("supplier")
def confirm(request: HttpRequest, setup: int) -> HttpResponse:
    """Everything is in place."""
    part = _own(request, setup)
    granted = [int(one) for one in request.POST.getlist("granted") if one.isdecimal() and len(one) < 18]
    return _answer(
        request,
        part,
        lambda revision: actions.confirm(
            part,
            revision,
            request.POST.get("customer_number", ""),
            granted,
            actor=actor_of(request),
            person=request.person,  # type: ignore[attr-defined]
            now=clock.now(),
        ),
        _("Bekreftet. Virksomheten har fått beskjed."),
    )


@require_POST
@for_roles("supplier")
def ask_back(request: HttpRequest, setup: int) -> HttpResponse:
    """Something is missing."""
    part = _own(request, setup)
    return _answer(
        request,
        part,
        lambda revision: actions.ask_back(
            part,
            revision,
            request.POST.get("question", ""),
            actor=actor_of(request),
            person=request.person,  # type: ignore[attr-defined]
            now=clock.now(),
        ),
        _("Spørsmålet er sendt til virksomheten."),
    )


def _answer(
    request: HttpRequest, part: SupplierSetup, action: Callable[[int], SupplierSetup], done: str
) -> HttpResponse:
    revision = request.POST.get("revision", "")
    try:
        action(int(revision) if revision.isdecimal() and len(revision) < 10 else 0)
    except Refused as refused:
        problem = Problem("", refused.code, refused.text)
        return _page(request, _own(request, part.pk), [problem], status=409)
    except BadInput as error:
        texts = {
            "customer_number": _("Skriv kundenummeret, høyst 60 tegn."),
            "question": _("Skriv hva dere lurer på, minst tre tegn."),
        }
        problems = [Problem(one.where, one.code, texts[one.where]) for one in error.problems]
        return _page(request, part, problems, status=422)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("supplier_setup", args=[part.pk]))


def _page(
    request: HttpRequest, part: SupplierSetup, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    name, tone = STATES[SupplierSetup.State(part.state)]
    own = part.setup
    context = {
        "part": part,
        "own": own,
        "title": localised(own.agreement, "title"),
        "state": name,
        "tone": tone,
        "pairs": [
            (OF_THE_BUYER.get(field, label), getattr(own, field) or "–") for field, (label, _help) in FIELDS.items()
        ],
        "access": list(part.access.all()),
        "open": part.state != SupplierSetup.State.DRAFT,
        "typed": request.POST,
        "faults": {one.where: one.text for one in problems or []},
        "problems": problems or [],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Nye kunder"), reverse("supplier_setups")),
            Crumb(own.organisation.name),
        ],
    }
    return render(request, "agreements/getting_started/setup.html", context, status=status)


def _own(request: HttpRequest, key: int) -> SupplierSetup:
    found = queries.for_supplier(actor_of(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _wire(one: SupplierSetup) -> dict[str, Any]:
    own = one.setup
    values = {
        "agreement": own.agreement.key,
        "agency": own.organisation.number,
        "agency_name": own.organisation.name,
        "state": one.state,
        "customer_number": one.customer_number,
        "sent_at": one.sent_at,
        "answered_at": one.answered_at,
    }
    return {name: values[name] if name in values else getattr(own, name) for name in _LIST}


def _plain(value: Any) -> Any:
    return value.astimezone(clock.OSLO).isoformat() if hasattr(value, "astimezone") else value
