"""Reports of rates that hotels refused: the list with counts, the form, one report and the hotel's answer."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.travel.models import Hotel, RateBreach
from fellestorg.travel.stays import breaches, queries
from fellestorg.travel.stays.breaches import OVERSEERS, REPORTERS, Report
from fellestorg.travel.stays.forms import AnswerForm, BreachForm
from fellestorg.travel.stays.words import BREACH_NAMES, OUTCOME_NAMES, OUTCOME_TONES, room_name
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Refused

_READERS = (*REPORTERS, *OVERSEERS, RoleGrant.Role.SUPPLIER)
_COLUMNS = (
    "number", "reported_on", "hotel", "hotel_name", "place", "supplier", "agency", "room", "code", "arrival", "nights",
    "asked_on", "agreed", "offered", "over", "reported_by", "answer",
)  # fmt: skip


@require_safe
@for_roles(*_READERS)
def listed(request: HttpRequest) -> HttpResponse:
    """The reports one may see, and how many each hotel has."""
    rows = list(breaches.visible_to(actor_of(request)))
    paging = Paging.read(request.GET.dict(), len(rows), 25)
    counts = Counter(one.hotel.name for one in rows)
    waiting = Counter(one.hotel.name for one in rows if not _answered(one))
    context = {
        "rows": [_shown(one) for one in rows[paging.start : paging.stop]],
        "counts": [(name, count, waiting[name]) for name, count in counts.most_common()],
        "total": len(rows),
        "waiting": sum(waiting.values()),
        "codes": [(str(BREACH_NAMES[code]), count) for code, count in Counter(one.code for one in rows).most_common()],
        "paging": paging,
        "may_report": actor_of(request).has(*REPORTERS),
        "downloads": [
            Download("CSV", reverse("rate_breaches_csv"), "csv"),
            Download("JSON", reverse("rate_breaches_json"), "json"),
        ],
        "crumbs": _crumbs(Crumb(_("Avtalepris ikke gitt"))),
    }
    return render(request, "travel/stays/breaches.html", context)


@require_safe
@for_roles(*_READERS)
def listed_csv(request: HttpRequest) -> HttpResponse:
    """The reports as CSV."""
    rows = [_plain(one) for one in breaches.visible_to(actor_of(request))]
    return csv_answer("avtalepris-ikke-gitt", _COLUMNS, ([one[name] for name in _COLUMNS] for one in rows))


@require_safe
@for_roles(*_READERS)
def listed_json(request: HttpRequest) -> HttpResponse:
    """The reports as JSON."""
    return json_answer({"breaches": [_plain(one) for one in breaches.visible_to(actor_of(request))]})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*REPORTERS)
def new(request: HttpRequest) -> HttpResponse:
    """The form, filled in from the page one came from; and the report."""
    actor = actor_of(request)
    numbers = actor.organisations(*REPORTERS)
    agencies = list(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))
    rows = list(_hotels_now())
    choices: dict[str, Any] = {
        "agencies": agencies,
        "hotels": [(one.key, f"{one.name} ({one.place.name})") for one in rows],
    }
    if request.method != "POST":
        start = {"asked_on": clock.today().isoformat(), "nights": 1, **request.GET.dict()}
        return _form(request, BreachForm(initial=start, **choices), 200)
    form = BreachForm(request.POST, **choices)
    if not form.is_valid():
        return _form(request, form, 422)
    data = form.cleaned_data
    hotel = next(one for one in rows if one.key == data["hotel"])
    agency = Organisation.objects.get(number=data["agency"])
    told = Report(**{name: data[name] for name in Report.__slots__})
    try:
        made = breaches.report(hotel, agency, told, actor=actor, now=clock.now())
    except BadInput as error:
        for problem in error.problems:
            form.add_error(problem.where if problem.where in form.fields else None, problem.text)
        return _form(request, form, 422)
    except Refused as refused:
        form.add_error(None, refused.text)
        return _form(request, form, 409)
    messages.success(request, _("Meldingen er sendt til hotellet og avtaleforvalteren."))
    return HttpResponseRedirect(reverse("rate_breach", args=[made.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One report; the hotel's own people answer it here."""
    actor = actor_of(request)
    found = breaches.visible_to(actor).filter(pk=number).first()
    if found is None:
        raise Http404
    may = breaches.may_answer(actor, found).allowed and not _answered(found)
    form, status = AnswerForm(), 200
    if request.method == "POST":
        if not breaches.may_answer(actor, found).allowed:
            raise PermissionDenied
        form, status = AnswerForm(request.POST), 422
        if form.is_valid():
            try:
                told = form.cleaned_data
                breaches.answer(found, told["outcome"], told["text"], actor=actor, now=clock.now())
                messages.success(request, _("Svaret er lagret. Avtaleforvalteren og den som meldte, får beskjed."))
                return HttpResponseRedirect(reverse("rate_breach", args=[found.pk]))
            except BadInput as error:
                form.add_error("text", error.problems[0].text)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
    context = {
        "one": found,
        "shown": _shown(found),
        "answer": getattr(found, "answer", None),
        "form": form if may or form.is_bound else None,
        "crumbs": _crumbs(Crumb(_("Avtalepris ikke gitt"), reverse("rate_breaches")), Crumb(found.hotel.name)),
    }
    return render(request, "travel/stays/breach.html", context, status=status)


def _form(request: HttpRequest, form: BreachForm, status: int) -> HttpResponse:
    crumbs = _crumbs(Crumb(_("Avtalepris ikke gitt"), reverse("rate_breaches")), Crumb(_("Meld fra")))
    return render(request, "travel/stays/report.html", {"form": form, "crumbs": crumbs}, status=status)


def _hotels_now() -> list[Hotel]:
    day: date = clock.today()
    rows = Hotel.objects.filter(place__in=queries.places(day)).select_related(
        "place__lot__agreement__manager", "supplier"
    )
    return list(rows.order_by("name"))


def _answered(one: RateBreach) -> bool:
    return hasattr(one, "answer")


def _shown(one: RateBreach) -> dict[str, Any]:
    outcome = one.answer.outcome if _answered(one) else ""
    return {
        "one": one,
        "link": reverse("rate_breach", args=[one.pk]),
        "what": str(BREACH_NAMES[one.code]),
        "room": room_name(one.room),
        "over": None if one.offered is None or one.agreed is None else one.offered - one.agreed,
        "state": str(OUTCOME_NAMES[outcome]) if outcome else _("Venter på svar"),
        "tone": OUTCOME_TONES[outcome] if outcome else "warning",
    }


def _plain(one: RateBreach) -> dict[str, Any]:
    return {
        "number": one.pk,
        "reported_on": clock.local_day(one.reported_at),
        "hotel": one.hotel.key,
        "hotel_name": one.hotel.name,
        "place": one.hotel.place.key,
        "supplier": one.hotel.supplier.number,
        "agency": one.agency.number,
        "room": one.room,
        "code": one.code,
        "arrival": one.arrival,
        "nights": one.nights,
        "asked_on": one.asked_on,
        "agreed": one.agreed,
        "offered": one.offered,
        "over": _shown(one)["over"],
        "reported_by": one.reported_by,
        "answer": one.answer.outcome if _answered(one) else None,
    }


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Reiser"), reverse("travel")),
        Crumb(_("Hotell"), reverse("stays")),
        *more,
    ]
