"""The basket's pages: look, change, undo; paste, upload and repeat; and on to the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fellestorg.calloffs.basket import contents as basket
from fellestorg.calloffs.basket import lists as shopping
from fellestorg.calloffs.basket.reading import COLUMNS, Read, pasted, recognise, uploaded
from fellestorg.calloffs.basket.view import basket_view, gone_line, place
from fellestorg.calloffs.listing import buyer_choices
from fellestorg.calloffs.models import OrderLine
from fellestorg.calloffs.queries import visible_to
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, decimal_text

_BUYERS = ("buyer", "approver")
_LARGEST_FILE = 5 * 1024 * 1024
_LONGEST_TEXT = 200_000
_LINE = (
    "number", "name", "quantity", "unit", "supplier", "unit_price", "amount", "co2e_kg", "estimated", "used",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_roles(*_BUYERS)
def basket_page(request: HttpRequest) -> HttpResponse:
    """The basket. ``POST`` puts items in it from a price list or a search."""
    if request.method == "POST":
        return _add(request)
    return _page(request)


@require_GET
@for_roles(*_BUYERS)
def basket_csv(request: HttpRequest) -> HttpResponse:
    """The basket as CSV, a row for each line; it can be pasted back."""
    groups, gone = _shown(request)
    rows = [[getattr(line, name) for name in _LINE] for group in groups for line in group.lines]
    rows += [[line.number, line.name, line.quantity, *[None] * 7] for line in gone]
    return csv_answer("handlekurv", _LINE, rows)


@require_GET
@for_roles(*_BUYERS)
def basket_json(request: HttpRequest) -> HttpResponse:
    """The basket as JSON, by lot, with what cannot be ordered any more."""
    groups, gone = _shown(request)
    return json_answer(
        {
            "groups": [
                {
                    "agreement": group.agreement,
                    "lot": group.lot,
                    "outcome": group.outcome,
                    "contract_value": group.contract,
                    "co2e_kg": group.co2e_kg,
                    "co2e_estimated": group.estimated,
                    "lines": [{name: getattr(line, name) for name in _LINE} for line in group.lines],
                    "suggestions": [
                        {"kind": one.kind, "title": one.title, "text": one.text} for one in group.suggestions
                    ],
                }
                for group in groups
            ],
            "gone": [
                {"number": line.number, "quantity": line.quantity, "why": line.why, "nearest": dict(line.nearest)}
                for line in gone
            ],
        }
    )


@require_GET
@for_roles(*_BUYERS)
def template(request: HttpRequest) -> HttpResponse:
    """An empty workbook to fill in and upload."""
    made = workbook_of(_("Handlekurv"), [COLUMNS["item"][0], COLUMNS["quantity"][0]], [])
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = HttpResponse(made, content_type=kind)
    response["Content-Disposition"] = 'attachment; filename="handlekurv.xlsx"'
    return response


@require_POST
@for_roles(*_BUYERS)
def change(request: HttpRequest) -> HttpResponse:
    """New quantities for the lines, or one line taken out. What is no quantity is named, and the rest is changed."""
    item = request.POST.get("remove", "")
    if item:
        if basket.remove(request, item):
            messages.success(request, _("{item} er tatt ut av kurven.").format(item=item))
        return HttpResponseRedirect(reverse("basket"))
    items, texts = request.POST.getlist("item"), request.POST.getlist("quantity")
    unread = basket.change(request, items, texts)
    if unread:
        written = dict(zip(items, texts, strict=False))
        said = _("«{found}» er ikke et antall over 0 med høyst fire desimaler")
        problems = [Problem(one, "not_a_quantity", said.format(found=written[one][:40])) for one in unread]
        return _page(request, problems=problems, status=422)
    messages.success(request, _("Antallene er endret."))
    return HttpResponseRedirect(reverse("basket"))


@require_POST
@for_roles(*_BUYERS)
def swap(request: HttpRequest) -> HttpResponse:
    """Another item in the place of one, as many of it."""
    item, instead = request.POST.get("item", ""), request.POST.get("instead", "")
    if not place({instead: None}, clock.today()).lots:
        messages.error(request, _("Varen det skulle byttes til, kan ikke bestilles."))
    elif basket.swap(request, item, instead):
        messages.success(request, _("{item} er byttet med {instead}.").format(item=item, instead=instead))
    else:
        messages.error(request, _("Varen ligger ikke i kurven lenger."))
    return HttpResponseRedirect(reverse("basket"))


@require_POST
@for_roles(*_BUYERS)
def undo(request: HttpRequest) -> HttpResponse:
    """The basket as it was before the last change."""
    if basket.undo(request):
        messages.success(request, _("Kurven er som før den siste endringen."))
    return HttpResponseRedirect(reverse("basket"))


@require_POST
@for_roles(*_BUYERS)
def empty(request: HttpRequest) -> HttpResponse:
    """Start over. It can be undone."""
    basket.clear(request)
    return HttpResponseRedirect(basket.way_back(request, reverse("new_call_off")))


@require_POST
@for_roles(*_BUYERS)
def paste(request: HttpRequest) -> HttpResponse:
    """Lines pasted from a spreadsheet, or a file of them. What can be read goes in the basket; every line that cannot is
    named and stays in the field to be corrected."""
    text, file = request.POST.get("lines", "")[:_LONGEST_TEXT], request.FILES.get("file")
    try:
        if file is not None:
            if (file.size or 0) > _LARGEST_FILE:
                raise BadInput.of(_("fila"), "too_large", _("fila er større enn 5 MB"))
            written = uploaded(file.read())
        else:
            written = pasted(text)
        if not written:
            raise BadInput.of(_("varelinjer"), "no_lines", _("lim inn minst én linje, eller velg en fil"))
    except BadInput as error:
        return _page(request, problems=error.problems, pasted_text=text, status=422)
    read = recognise(written, clock.today())
    read = _put(request, read)
    if read.problems:
        return _page(request, problems=read.problems, pasted_text=read.unread, status=422)
    return HttpResponseRedirect(reverse("basket"))


@require_POST
@for_roles(*_BUYERS)
def repeat(request: HttpRequest, number: str) -> HttpResponse:
    """The lines of an earlier call-off once more. Those that can no longer be ordered are named, with the nearest."""
    call_off = visible_to(actor_of(request)).select_related("decision").filter(number=number).first()
    if call_off is None or call_off.buyer.number not in actor_of(request).organisations(*_BUYERS):
        raise Http404
    wanted: dict[str, Decimal] = {}
    lines = OrderLine.objects.filter(order__call_off=call_off).order_by("id")
    pairs = list(lines.values_list("item__number", "quantity")) or [
        (line["item"], Decimal(line["quantity"])) for line in call_off.decision.facts["need"]["lines"]
    ]
    for item, quantity in pairs:
        wanted[item] = wanted.get(item, Decimal(0)) + quantity
    if not wanted:
        messages.error(request, _("Avropet har ingen varelinjer å bestille på nytt."))
        return HttpResponseRedirect(reverse("call_off", args=[number]))
    _tell_added(request, basket.put(request, wanted), wanted)
    today = clock.today()
    for gone, known in place(wanted, today).gone.items():
        _tell_gone(request, gone_line(gone, known, wanted[gone], today))
    return HttpResponseRedirect(reverse("basket"))


def _add(request: HttpRequest) -> HttpResponse:
    added = basket.add(request, request.POST.getlist("item"), request.POST.getlist("quantity"))
    if added:
        said = ngettext("%(count)d vare er lagt i kurven.", "%(count)d varer er lagt i kurven.", added)
        messages.success(request, said % {"count": added})
    else:
        messages.error(request, _("Skriv et antall ved varene du vil ha."))
    return HttpResponseRedirect(basket.way_back(request))


def _put(request: HttpRequest, read: Read) -> Read:
    """Put what was read in the basket and say so. What there was no room for joins what could not be read."""
    added = basket.put(request, read.quantities)
    if added:
        said = ngettext("%(count)d vare er lagt i kurven.", "%(count)d varer er lagt i kurven.", len(added))
        messages.success(request, said % {"count": len(added)})
    left = {item: quantity for item, quantity in read.quantities.items() if item not in set(added)}
    full = _("kurven har plass til høyst 500 varer og ti millioner av hver")
    return Read(
        read.quantities,
        (*read.problems, *(Problem(item, "basket_full", full) for item in left)),
        "\n".join([*read.unread.splitlines(), *(f"{item};{decimal_text(left[item])}" for item in left)]),
    )


def _tell_added(request: HttpRequest, added: Sequence[str], wanted: Mapping[str, Decimal]) -> None:
    said = ngettext("%(count)d vare er lagt i kurven.", "%(count)d varer er lagt i kurven.", len(added))
    messages.success(request, said % {"count": len(added)})
    if len(added) < len(wanted):
        left = ", ".join(item for item in wanted if item not in set(added))
        messages.error(request, _("Kurven er full. Disse kom ikke med: {items}.").format(items=left))


def _tell_gone(request: HttpRequest, line: Any) -> None:
    if line.nearest:
        number, name = line.nearest[0]
        text = _("{name} ({number}) kan ikke bestilles: {why} Nærmeste: {nearest} ({other}).")
        said = text.format(name=line.name, number=line.number, why=line.why, nearest=name, other=number)
    else:
        text = _("{name} ({number}) kan ikke bestilles: {why} Ingen lignende vare er funnet.")
        said = text.format(name=line.name, number=line.number, why=line.why)
    messages.warning(request, said)


def _shown(request: HttpRequest) -> tuple[list[Any], list[Any]]:
    actor = actor_of(request)
    return basket_view(basket.quantities(request), _buyer(request)[0], actor=actor, at=clock.now())


def _buyer(request: HttpRequest) -> tuple[str, list[tuple[str, str]]]:
    """The agency the basket is priced for: the one asked for, if one may buy for it, else the first."""
    choices = buyer_choices(actor_of(request))
    asked = request.GET.get("virksomhet", "") or request.session.get("basket_buyer", "")
    chosen = asked if asked in dict(choices) else choices[0][0]
    if request.GET.get("virksomhet") == chosen:
        request.session["basket_buyer"] = chosen
    return chosen, choices


def _page(
    request: HttpRequest,
    *,
    problems: Sequence[Problem] = (),
    pasted_text: str = "",
    status: int = 200,
) -> HttpResponse:
    groups, gone = _shown(request)
    buyer, choices = _buyer(request)
    context = {
        "groups": groups,
        "gone": gone,
        "count": basket.count(request),
        "can_undo": basket.can_undo(request),
        "buyer": buyer,
        "buyers": choices,
        "lists": list(shopping.visible_to(actor_of(request)).filter(organisation__number=buyer)[:50]),
        "problems": problems,
        "pasted_text": pasted_text,
        "downloads": [
            Download("CSV", reverse("basket_csv"), "csv"),
            Download("JSON", reverse("basket_json"), "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Handlekurv"))],
    }
    return render(request, "calloffs/basket.html", context, status=status)
