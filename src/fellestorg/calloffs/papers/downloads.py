"""Documents of a call-off, made when asked for if the worker has not made them yet."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from fellestorg.calloffs.models import CallOff, Document
from fellestorg.calloffs.papers import documents
from fellestorg.calloffs.queries import visible_to
from fellestorg.kernel.http import actor_of
from fellestorg.values import Refused


@require_GET
def protocol(request: HttpRequest, number: str) -> HttpResponse:
    """The protocol; suppliers do not see one another's prices, so they do not see this. Until something is settled there
    is none, and the call-off's page says why."""
    call_off = _visible(request, number)
    actor = actor_of(request)
    agency = actor.organisations("buyer", "approver", "local_agreement_manager")
    if not actor.has("agreement_manager", "si_admin", "auditor") and call_off.buyer.number not in agency:
        raise PermissionDenied
    try:
        return _pdf(documents.ensure(call_off, "protocol"))
    except Refused as refused:
        messages.error(request, refused.text)
        return HttpResponseRedirect(reverse("call_off", args=[number]))


@require_GET
def order(request: HttpRequest, number: str, order: str) -> HttpResponse:
    """The order to one supplier, for its agency, that supplier, SI and auditors."""
    call_off = _visible(request, number)
    found = call_off.orders.select_related("supplier").filter(number=order).first()
    actor = actor_of(request)
    suppliers = actor.organisations("supplier")
    if found is None or (suppliers and len(actor.grants) == 1 and found.supplier.number not in suppliers):
        raise Http404
    if call_off.state in (CallOff.State.AWAITING_APPROVAL, CallOff.State.REFUSED_APPROVAL, CallOff.State.LAPSED):
        raise Http404
    return _pdf(documents.ensure(call_off, "order", found))


def _visible(request: HttpRequest, number: str) -> CallOff:
    call_off = visible_to(actor_of(request)).filter(number=number).first()
    if call_off is None:
        raise Http404
    return call_off


def _pdf(document: Document) -> HttpResponse:
    response = HttpResponse(bytes(document.file.content), content_type=document.file.media_type)
    response["Content-Disposition"] = f'inline; filename="{document.file.name}"'
    return response
