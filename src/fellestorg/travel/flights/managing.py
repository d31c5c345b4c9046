"""What SI changes on routes: new discounts by sheet, an airline that stops, a new order. Another person decides each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.managing.attempts import Failed, attempt
from fellestorg.agreements.models import Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Target, propose
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles
from fellestorg.travel.flights.changes import CLOSURE, RANKING, closure_payload
from fellestorg.travel.flights.forms import ClosureForm, DiscountForm
from fellestorg.travel.flights.importing import COLUMNS, DiscountPreview, preview_discounts, propose_discounts
from fellestorg.travel.flights.policy import MANAGERS
from fellestorg.travel.flights.queries import flight_lots, new_flight_lot
from fellestorg.travel.flights.ranking import airline_owners
from fellestorg.travel.flights.route_pages import crumbs, route_page
from fellestorg.travel.flights.savings import ranking_payload, savings
from fellestorg.travel.flights.words import class_name
from fellestorg.travel.models import FareDiscount, RouteArea
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_CHANGES_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*MANAGERS)
def discounts(request: HttpRequest) -> HttpResponse:
    """New discounts from a sheet: first what would change, then the proposal."""
    lot = _lot(request)
    form = DiscountForm(request.POST or None, request.FILES or None, initial={"fra_dag": clock.today()})
    if request.method != "POST":
        return _discount_page(request, form)
    if not form.is_valid():
        return _discount_page(request, form, status=422)
    given = form.cleaned_data
    text = given["fil"].read() if given["fil"] else given["linjer"].encode()
    found = None
    try:
        found = preview_discounts(lot, text, given["fra_dag"])
        if "foresla" in request.POST:
            made = propose_discounts(found, given["grunn"], actor=actor_of(request), now=clock.now())
            messages.success(request, _("Forslaget er sendt. En annen må godkjenne det før det gjelder."))
            return HttpResponseRedirect(reverse("proposal", args=[made.pk]))
    except BadInput as error:
        rest = _placed(form, error.problems)
        return _discount_page(request, form, found, rest if found is None or not found.rejected else [], 422)
    except Refused as refused:
        return _discount_page(request, form, found, [Problem("", refused.code, refused.text)], 409)
    # What was uploaded stands in the text box from now on: a file does not come back with the form.
    if given["fil"] and not found.rejected:
        form = DiscountForm({**request.POST.dict(), "linjer": _as_text(found)})
        form.is_valid()
    return _discount_page(request, form, found, status=422 if found.rejected else 200)


@require_safe
@for_roles(*MANAGERS)
def discounts_csv(request: HttpRequest) -> HttpResponse:
    """Today's discounts as the sheet that is read back."""
    today = clock.today()
    rows = FareDiscount.objects.filter(route__lot=_lot(request), valid_from__lte=today).exclude(valid_to__lt=today)
    owners = {supplier: code for code, supplier in reversed(airline_owners().items())}
    lines = (
        [one.route.code, owners.get(one.supplier_id, ""), one.fare_class, one.rate * 100, ""]
        for one in rows.select_related("route").order_by(
            "route__origin", "route__destination", "supplier", "fare_class"
        )
    )
    return csv_answer("rabatter-fly", list(COLUMNS), lines)


@require_POST
@for_roles(*MANAGERS)
def close(request: HttpRequest, code: str, area: int) -> HttpResponse:
    """Propose that an airline stops on a route from a day."""
    row = _area(request, code, area)
    form = ClosureForm(request.POST)

    def act() -> str:
        given = form.cleaned_data
        _propose_closure(request, row, given["fra_dag"], given["hvorfor"], given["grunn"])
        return _("Forslaget er sendt. En annen må godkjenne det før det gjelder.")

    done = attempt(request, [form], act, reverse("route", args=[row.route.code]))
    if isinstance(done, Failed):
        return route_page(request, code, form, done.problems, done.status, area)
    return done


@require_POST
@for_roles(*MANAGERS)
def reopen(request: HttpRequest, code: str, area: int) -> HttpResponse:
    """Propose that an airline flies a route after all."""
    row = _area(request, code, area)

    def act() -> str:
        _propose_closure(request, row, None, "", request.POST.get("grunn", ""))
        return _("Forslaget er sendt. En annen må godkjenne det før det gjelder.")

    done = attempt(request, [], act, reverse("route", args=[row.route.code]))
    if isinstance(done, Failed):
        return route_page(request, code, None, done.problems, done.status)
    return done


@require_POST
@for_roles(*MANAGERS)
def rerank(request: HttpRequest) -> HttpResponse:
    """Propose the order that the observed fares give, for every route where it is another."""
    lot = _lot(request)
    window, found = savings(lot, clock.today())
    target = Target(lot.agreement, lot)
    try:
        made = propose(
            RANKING,
            target,
            ranking_payload(found, window),
            request.POST.get("grunn", ""),
            actor=actor_of(request),
            now=clock.now(),
        )
    except BadInput as error:
        messages.error(request, "; ".join(one.text for one in error.problems))
        return HttpResponseRedirect(reverse("flight_savings"))
    except Refused as refused:
        messages.error(request, refused.text)
        return HttpResponseRedirect(reverse("flight_savings"))
    return HttpResponseRedirect(reverse("proposal", args=[made.pk]))


def _propose_closure(request: HttpRequest, row: RouteArea, since: date | None, why: str, reason: str) -> None:
    target = Target(row.route.lot.agreement, row.route.lot)
    propose(CLOSURE, target, closure_payload(row, since, why), reason, actor=actor_of(request), now=clock.now())


def _discount_page(
    request: HttpRequest,
    form: DiscountForm,
    found: DiscountPreview | None = None,
    problems: Any = (),
    status: int = 200,
) -> HttpResponse:
    shown = [(one, class_name(one.fare_class)) for one in found.changes[:_CHANGES_SHOWN]] if found else []
    context = {
        "form": form,
        "found": found,
        "changes": shown,
        "problems": problems,
        "crumbs": [*crumbs(), Crumb(_("Flyruter"), reverse("routes")), Crumb(_("Nye rabatter"))],
    }
    return render(request, "travel/flights/discounts.html", context, status=status)


def _placed(form: DiscountForm, problems: Any) -> list[Problem]:
    """The reason's problem at its control; the others are returned."""
    rest = []
    for one in problems:
        if one.where == "reason":
            form.add_error("grunn", one.text)
        else:
            rest.append(one)
    return rest


def _as_text(found: DiscountPreview) -> str:
    """The changes of a file as lines, so that they can be proposed without uploading it again."""
    places = {(one.route, one.airline): one.rank for one in found.areas}
    lines = [
        f"{one.route};{one.airline};{one.fare_class};{one.after * 100:f};{places.get((one.route, one.airline), '')}"
        for one in found.changes
    ]
    return "\n".join([";".join(COLUMNS), *lines])


def _area(request: HttpRequest, code: str, area: int) -> RouteArea:
    row = RouteArea.objects.select_related("supplier", "route__lot__agreement__owner", "route__lot__agreement__manager")
    found = row.filter(pk=area).first()
    if found is None or found.route.code != code:
        raise Http404
    if not may_manage(actor_of(request), found.route.lot.agreement).allowed:
        raise PermissionDenied
    return found


def _lot(request: HttpRequest) -> Lot:
    """The lot of today's agreement on flights, for whoever manages it."""
    day = clock.today()
    lot = flight_lots(day).first() or new_flight_lot(day)
    if lot is None:
        raise Http404
    if not may_manage(actor_of(request), lot.agreement).allowed:
        raise PermissionDenied
    return lot
