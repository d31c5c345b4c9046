"""The pages of shopping lists: see them, save the basket as one, put one in the basket, rename, let wait, delete."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from fellestorg.calloffs.basket import contents as basket
from fellestorg.calloffs.basket import lists as shopping
from fellestorg.calloffs.listing import buyer_choices
from fellestorg.calloffs.models import ShoppingList
from fellestorg.catalogues.models import Item
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_BUYERS = ("buyer", "approver")
_ROW = ("name", "agency", "waiting", "saved_by", "saved_at", "taken_by", "item", "quantity")


@require_GET
@for_roles(*_BUYERS)
def shopping_lists(request: HttpRequest) -> HttpResponse:
    """The lists of the agencies one buys for."""
    return _page(request)


@require_GET
@for_roles(*_BUYERS)
def shopping_lists_csv(request: HttpRequest) -> HttpResponse:
    """The lists as CSV, a row for each line."""
    rows = [
        [row.name, row.organisation.number, row.waiting, _who(row.saved_by), row.saved_at.isoformat(),
         _who(row.taken_by), line.item, line.quantity]
        for row in _rows(request)
        for line in row.lines.all()
    ]  # fmt: skip
    return csv_answer("handlelister", _ROW, rows)


@require_GET
@for_roles(*_BUYERS)
def shopping_lists_json(request: HttpRequest) -> HttpResponse:
    """The lists as JSON, with their lines."""
    return json_answer(
        {
            "shopping_lists": [
                {
                    "id": row.pk,
                    "name": row.name,
                    "agency": row.organisation.number,
                    "waiting": row.waiting,
                    "saved_by": _who(row.saved_by),
                    "saved_at": row.saved_at,
                    "taken_by": _who(row.taken_by),
                    "lines": [{"item": line.item, "quantity": line.quantity} for line in row.lines.all()],
                }
                for row in _rows(request)
            ]
        }
    )


@require_POST
@for_roles(*_BUYERS)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the basket as a list of the agency."""
    quantities = basket.quantities(request)
    organisation = Organisation.objects.filter(number=request.POST.get("buyer", "")).first()
    if organisation is None:
        raise Http404
    try:
        made = shopping.save(
            request.POST.get("name", ""),
            quantities,
            organisation,
            waiting=request.POST.get("waiting") == "1",
            actor=actor_of(request),
            person=request.person,  # type: ignore[attr-defined]
            now=clock.now(),
        )
    except (BadInput, Refused) as error:
        return _failed(request, error)
    if made.waiting:
        # What waits is no longer in this basket: it would else be suggested to be bundled with itself.
        basket.clear(request)
        said = _("Kurven er lagret som «{name}», venter på å bli bestilt, og er tømt.")
    else:
        said = _("Kurven er lagret som «{name}».")
    messages.success(request, said.format(name=made.name))
    return HttpResponseRedirect(reverse("shopping_lists"))


@require_POST
@for_roles(*_BUYERS)
def take(request: HttpRequest, shopping_list: int) -> HttpResponse:
    """Put a list in the basket. Items that come along (from an answer) are put there too, where they are not already."""
    made = _mine(request, shopping_list)
    try:
        quantities = shopping.take(
            made,
            only_waiting=request.POST.get("waiting") == "1",
            actor=actor_of(request),
            person=request.person,  # type: ignore[attr-defined]
            now=clock.now(),
        )
    except Refused as error:
        return _failed(request, error)
    there = basket.lines(request)
    for item, text in zip(request.POST.getlist("item"), request.POST.getlist("quantity"), strict=False):
        if item in there:
            continue
        try:
            quantities[item[:60]] = quantities.get(item[:60], 0) + basket.quantity_in(text)
        except BadInput:
            continue
    added = basket.put(request, quantities)
    said = ngettext("%(count)d vare er lagt i kurven.", "%(count)d varer er lagt i kurven.", len(added))
    messages.success(request, said % {"count": len(added)})
    left = [item for item in quantities if item not in set(added)]
    if left:
        messages.error(request, _("Kurven er full. Disse kom ikke med: {items}.").format(items=", ".join(left)))
    return HttpResponseRedirect(reverse("basket"))


@require_POST
@for_roles(*_BUYERS)
def rename(request: HttpRequest, shopping_list: int) -> HttpResponse:
    """Another name for a list."""
    name = request.POST.get("name", "")
    return _act(
        request, shopping_list, lambda made: shopping.rename(made, name, actor=actor_of(request), now=clock.now())
    )


@require_POST
@for_roles(*_BUYERS)
def wait(request: HttpRequest, shopping_list: int) -> HttpResponse:
    """Let a list wait to be ordered, or no longer."""
    waiting = request.POST.get("waiting") == "1"
    return _act(
        request, shopping_list, lambda made: shopping.wait(made, waiting, actor=actor_of(request), now=clock.now())
    )


@require_POST
@for_roles(*_BUYERS)
def delete(request: HttpRequest, shopping_list: int) -> HttpResponse:
    """Delete a list for everybody at the agency."""
    made = _mine(request, shopping_list)
    answer = _act(request, shopping_list, lambda one: shopping.delete(one, actor=actor_of(request), now=clock.now()))
    if answer.status_code == 302:
        messages.success(request, _("«{name}» er slettet.").format(name=made.name))
    return answer


def _act(request: HttpRequest, shopping_list: int, action: Any) -> HttpResponse:
    made = _mine(request, shopping_list)
    try:
        action(made)
    except (BadInput, Refused) as error:
        return _failed(request, error)
    return HttpResponseRedirect(reverse("shopping_lists"))


def _mine(request: HttpRequest, shopping_list: int) -> ShoppingList:
    """The list if one may use it; another agency's looks as if it did not exist."""
    found = shopping.visible_to(actor_of(request)).filter(pk=shopping_list).first()
    if found is None:
        raise Http404
    return found


def _rows(request: HttpRequest) -> list[ShoppingList]:
    return list(shopping.visible_to(actor_of(request)).prefetch_related("lines").order_by("organisation", "name"))


def _who(person: Any) -> str:
    return person.name if person else ""


def _failed(request: HttpRequest, error: BadInput | Refused) -> HttpResponse:
    if isinstance(error, BadInput):
        labels = {"name": _("Navn"), "lines": _("Varelinjer")}
        problems = [Problem(labels.get(one.where, one.where), one.code, one.text) for one in error.problems]
        return _page(request, problems, status=422)
    return _page(request, [Problem("", error.code, error.text)], status=409)


def _page(request: HttpRequest, problems: list[Problem] | None = None, *, status: int = 200) -> HttpResponse:
    rows = _rows(request)
    numbers = {line.item for row in rows for line in row.lines.all()}
    names = {item.number: localised(item, "name") for item in Item.objects.filter(number__in=numbers).order_by("id")}
    agencies = buyer_choices(actor_of(request))
    context = {
        "lists": [
            {
                "row": row,
                "lines": [(line.item, names.get(line.item, line.item), line.quantity) for line in row.lines.all()],
                "agency": row.organisation.name if len(agencies) > 1 else "",
            }
            for row in rows
        ],
        "basket": basket.count(request),
        "problems": problems or [],
        "downloads": [
            Download("CSV", reverse("shopping_lists_csv"), "csv"),
            Download("JSON", reverse("shopping_lists_json"), "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Handlekurv"), reverse("basket")), Crumb(_("Handlelister"))],
    }
    return render(request, "calloffs/shopping_lists.html", context, status=status)
