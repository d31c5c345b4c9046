"""The supplier's pages of offers in turn: what waits, what is offered, yes and no. Each calls one action or query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fellestorg.calloffs.cascade import actions, queries
from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.cascade.shown import offer_view, time_left, turn_of
from fellestorg.calloffs.cascade.words import DECLINES, STATES, reason_name
from fellestorg.calloffs.models import CallOff
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem, Refused

_MOST_ROWS = 20_000
_FIELDS = (
    "number", "agreement", "lot", "buyer", "buyer_number", "title", "supplier", "supplier_number", "turn", "rank",
    "state", "contract_value", "hours", "opened_at", "answer_by", "reminded_at", "closed_at", "reason_code", "reason",
)  # fmt: skip


@require_GET
@for_roles()
def offers(request: HttpRequest) -> HttpResponse:
    """The offers one may see: a supplier its own, an agency those of its call-offs, SI and auditors all."""
    actor, state = actor_of(request), _state(request)
    found = queries.listed(actor, state)
    paging = Paging.read(request.GET.dict(), found.count(), 25)
    parameters = request.GET.urlencode()
    context = {
        "rows": [_row_view(one) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "state": state,
        "states": [(one.value, name) for one, name in STATES.items() if one != RankedOffer.State.WAITING],
        "is_supplier": actor.has("supplier"),
        "downloads": [
            Download("CSV", f"{reverse('offers_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('offers_json')}?{parameters}", "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Tilbudte bestillinger"))],
    }
    return render(request, "calloffs/cascade/offers.html", context)


@require_GET
@for_roles()
def offers_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV, with the same filter."""
    rows = [[_plain(row[name]) for name in _FIELDS] for row in _rows(request)]
    return csv_answer("tilbudte-bestillinger", _FIELDS, rows)


@require_GET
@for_roles()
def offers_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the same filter."""
    return json_answer({"offers": _rows(request)})


@require_GET
@for_roles()
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """A supplier's own offer; everybody else who may see the call-off is shown its log."""
    own = queries.own_offer(actor_of(request), number)
    if own is None:
        if not queries.visible_to(actor_of(request)).filter(call_off__number=number).exists():
            raise Http404
        return HttpResponseRedirect(f"{reverse('call_off', args=[number])}#leverandorene")
    return _offer_page(request, own)


@require_POST
@for_roles("supplier")
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """The supplier's yes."""
    person = request.person  # type: ignore[attr-defined]
    return _answer(
        request,
        number,
        lambda own: actions.accept(own, actor=actor_of(request), person=person),
        _("Dere har sagt ja. Bestillingen er deres, og dere finner den her."),
    )


@require_POST
@for_roles("supplier")
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """The supplier's no, with its reason."""
    person = request.person  # type: ignore[attr-defined]
    code, text = request.POST.get("reason_code", ""), request.POST.get("reason", "").replace("\x00", "")
    return _answer(
        request,
        number,
        lambda own: actions.decline(own, code, text, actor=actor_of(request), person=person),
        _("Dere har sagt nei. Bestillingen går videre."),
    )


def _answer(request: HttpRequest, number: str, action: Callable[[RankedOffer], CallOff], done: str) -> HttpResponse:
    own = queries.own_offer(actor_of(request), number)
    if own is None:
        raise Http404
    try:
        action(own)
    except Refused as refused:
        own.refresh_from_db()
        return _offer_page(request, own, [Problem("", refused.code, refused.text)], status=409)
    except BadInput as error:
        texts = {"reason_code": _("Velg en grunn."), "reason": _("Skriv en grunn på minst tre tegn.")}
        problems = [Problem(one.where, one.code, texts[one.where]) for one in error.problems]
        return _offer_page(request, own, problems, status=422)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("offer", args=[number]))


def _offer_page(
    request: HttpRequest, own: RankedOffer, problems: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **offer_view(own, clock.now()),
        "declines": [(code.value, name) for code, name in DECLINES.items()],
        "typed": request.POST,
        "faults": {one.where: one.text for one in problems or []},
        "problems": problems or [],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Tilbudte bestillinger"), reverse("offers")),
            Crumb(own.call_off.number),
        ],
    }
    return render(request, "calloffs/cascade/offer.html", context, status=status)


def _row_view(one: RankedOffer) -> dict[str, Any]:
    return {
        "turn": turn_of(one),
        "number": one.call_off.number,
        "title": one.call_off.title,
        "buyer": one.call_off.buyer.name,
        "agreement": localised(one.call_off.lot.agreement, "title"),
        "left": time_left(one, clock.now()) if one.state == RankedOffer.State.OPEN else "",
        "url": reverse("offer", args=[one.call_off.number]),
    }


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    found = queries.listed(actor_of(request), _state(request))[:_MOST_ROWS]
    return [_wire(one) for one in found]


def _wire(one: RankedOffer) -> dict[str, Any]:
    call_off = one.call_off
    values = {
        "number": call_off.number,
        "agreement": call_off.lot.agreement.key,
        "lot": call_off.lot.key,
        "buyer": call_off.buyer.name,
        "buyer_number": call_off.buyer.number,
        "title": call_off.title,
        "supplier": one.supplier.name,
        "supplier_number": one.supplier.number,
        "reason": ": ".join(filter(None, [reason_name(one.reason_code), one.reason])),
    }
    return {name: values[name] if name in values else getattr(one, name) for name in _FIELDS}


def _plain(value: Any) -> Any:
    return value.astimezone(clock.OSLO).isoformat() if hasattr(value, "astimezone") else value


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("tilstand", "")
    return asked if asked in RankedOffer.State.values else ""
