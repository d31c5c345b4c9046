"""``…/priser/utvikling``: how a supplier's prices have moved between two days, as page, CSV and JSON."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.agreements.models import Lot
from fellestorg.agreements.pages import agreement_crumbs, lot_or_404
from fellestorg.catalogues.development.query import Development, Moved, development
from fellestorg.catalogues.intake.words import chart_of, kind_name
from fellestorg.catalogues.models import PriceLine
from fellestorg.catalogues.policy import price_sight
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download, Paging

_PAGE = 50
_COLUMNS = ("number", "name", "kind", "before", "after", "change")


@require_safe
def prices_over_time(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The prices that moved between two days (``?fra=&til=``), for one supplier (``?leverandor=``)."""
    agreement, view, row = lot_or_404(key, lot)
    found, supplier, days = _asked(request, row)
    moved = found.moved if found else ()
    paging = Paging.read(request.GET.dict(), len(moved), _PAGE)
    query = request.GET.urlencode()
    context = {
        "lot": view,
        "suppliers": _suppliers(request, row),
        "supplier": supplier,
        "first": days[0],
        "last": days[1],
        "found": found,
        "counts": [(kind_name(kind), found.count(kind)) for kind in ("changed", "new", "removed")] if found else [],
        "rows": [(one, kind_name(one.kind)) for one in moved[paging.start : paging.stop]],
        "chart": chart_of(found.spread) if found and found.count("changed") else None,
        "paging": paging,
        "downloads": [
            Download(kind.upper(), f"{reverse(f'price_development_{kind}', args=[key, lot])}?{query}", kind)
            for kind in ("csv", "json")
        ],
        "crumbs": [
            *agreement_crumbs(agreement, view, last=False),
            Crumb(_("Prisliste"), reverse("price_list", args=[key, lot])),
            Crumb(_("Prisutvikling")),
        ],
    }
    return render(request, "catalogues/development.html", context)


@require_safe
def prices_over_time_csv(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The same as CSV."""
    found, _supplier, _days = _asked(request, lot_or_404(key, lot)[2])
    return csv_answer(f"prisutvikling-{key}-{lot}", _COLUMNS, (_cells(one) for one in (found.moved if found else ())))


@require_safe
def prices_over_time_json(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """The same as JSON."""
    found, supplier, (first, last) = _asked(request, lot_or_404(key, lot)[2])
    rows = [dict(zip(_COLUMNS, _cells(one), strict=True)) for one in (found.moved if found else ())]
    return json_answer(
        {
            "supplier": supplier.number if supplier else None,
            "from": first,
            "to": last,
            "unchanged": found.unchanged if found else 0,
            "moved": rows,
        }
    )


def _asked(request: HttpRequest, lot: Lot) -> tuple[Development | None, Organisation | None, tuple[date, date]]:
    """What was asked for; the last year of the first supplier where nothing was. Nothing where nobody has had prices."""
    today = clock.today()
    last = _day(request, "til") or today
    first = _day(request, "fra") or max(last - timedelta(days=365), lot.agreement.starts)
    first, last = min(first, last), max(first, last)
    choices = _suppliers(request, lot)
    wanted = request.GET.get("leverandor", "")
    supplier = next((one for one in choices if one.number == wanted), choices[0] if choices else None)
    return development(lot, supplier, first, last) if supplier else None, supplier, (first, last)


def _suppliers(request: HttpRequest, lot: Lot) -> list[Organisation]:
    """Those whose prices one may see, of all who have had prices in the lot."""
    sight = price_sight(actor_of(request))
    if sight.nobody:
        raise PermissionDenied
    had = PriceLine.objects.filter(item__lot=lot).values("supplier")
    return [one for one in Organisation.objects.filter(pk__in=had).order_by("name") if sight.of(one.number)]


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _cells(one: Moved) -> list[Any]:
    return [getattr(one, name) for name in _COLUMNS]
