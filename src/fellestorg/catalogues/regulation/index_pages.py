"""The pages about price indexes: the values in use and where they are from, and bringing in the bureau's own file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.policy import may_see_ledger
from fellestorg.catalogues.models import IndexValue
from fellestorg.catalogues.regulation.importing import (
    DEFAULT_SOURCE,
    HEADINGS,
    ImportedIndex,
    MonthChange,
    import_index,
    template,
)
from fellestorg.catalogues.regulation.index import IndexInUse, index_in_use
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.models import Event
from fellestorg.kernel.text import in_language
from fellestorg.law.indexes import price_index, price_indexes
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.charts import LineChart, Series
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Problem

_PAGE = 24
_CHARTED = 60
# A series of one value a month for a hundred years is far below this.
_LARGEST_FILE = 500_000
_COLUMNS = ("month", "value", "published", "source", "imported_at", "imported_by")
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


class IndexFileForm(forms.Form):
    """The bureau's file; which series it is where the file does not say, and where it is from."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(one.key, in_language(one.name)) for one in price_indexes().values()]
        self.fields["series"].widget = forms.Select(choices=[("", _("Som det står i fila")), *known])

    file = forms.FileField(
        label=gettext_lazy("Fil"), help_text=gettext_lazy("CSV eller Excel (XLSX), slik SSB gir den.")
    )
    series = forms.CharField(label=gettext_lazy("Indeks"), required=False, max_length=60)
    source = forms.CharField(
        label=gettext_lazy("Kilde"),
        max_length=300,
        initial=DEFAULT_SOURCE,
        help_text=gettext_lazy("Hvor fila er hentet, gjerne med dato."),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > _LARGEST_FILE:
            raise forms.ValidationError(_("Fila er større enn 500 kB. Ta bare med selve indeksen."), code="too_large")
        return found


class CarriedForm(forms.Form):
    """What was previewed, as the page carries it to the button that brings it in. It is read anew in full."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=2 * _LARGEST_FILE)
    series = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)
    source = forms.CharField(widget=forms.HiddenInput, max_length=300)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except (binascii.Error, ValueError):
            raise forms.ValidationError(_("Velg fila på nytt."), code="not_a_file") from None


@dataclass(frozen=True, slots=True)
class Month:
    """A month's value as it is used, whether it is published yet, and who brought it in (empty for those who may not see)."""

    month: date
    value: Decimal
    published: bool
    source: str
    imported_at: datetime | None
    imported_by: str


@require_safe
def indexes(request: HttpRequest) -> HttpResponse:
    """Every index that agreements may go by."""
    today = clock.today()
    found = [index_in_use(key) for key in price_indexes()]
    rows = [(one, in_language(one.name), newest, one.values.get(newest)) for one, newest in _newest(found, today)]
    context = {
        "rows": rows,
        "may_import": actor_of(request).has(RoleGrant.Role.SI_ADMIN),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Prisindekser"))],
    }
    return render(request, "catalogues/indexes.html", context)


@require_safe
def one_index(request: HttpRequest, series: str) -> HttpResponse:
    """One index: its newest value, its course, every month with its source, and what was brought in by whom."""
    index, rows = _found(series, request)
    paging = Paging.read(request.GET.dict(), len(rows), _PAGE)
    sees_people = may_see_ledger(actor_of(request)).allowed
    context = {
        "index": index,
        "name": in_language(index.name),
        "reference": price_index(index.key).reference,
        "places": max((-int(one.value.normalize().as_tuple().exponent) for one in rows), default=0),
        "newest": next((one for one in rows if one.published), None),
        "rows": rows[paging.start : paging.stop],
        "paging": paging,
        "chart": _chart(index, rows),
        "imports": _imports(index.key, sees_people),
        "sees_people": sees_people,
        "may_import": actor_of(request).has(RoleGrant.Role.SI_ADMIN),
        "downloads": [
            Download("CSV", reverse("index_csv", args=[index.key]), "csv"),
            Download("JSON", reverse("index_json", args=[index.key]), "json"),
        ],
        "crumbs": [*_crumbs(), Crumb(in_language(index.name))],
    }
    return render(request, "catalogues/index.html", context)


@require_safe
def index_csv(request: HttpRequest, series: str) -> HttpResponse:
    """The months as CSV."""
    index, rows = _found(series, request)
    return csv_answer(f"indeks-{index.key}", _COLUMNS, ([getattr(one, name) for name in _COLUMNS] for one in rows))


@require_safe
def index_json(request: HttpRequest, series: str) -> HttpResponse:
    """The months as JSON, with what is said of the series."""
    index, rows = _found(series, request)
    return json_answer(
        {
            "series": index.key,
            "source": index.source,
            "verified": index.verified,
            "imported": index.imported,
            "values": [{name: getattr(one, name) for name in _COLUMNS} for one in rows],
        }
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(RoleGrant.Role.SI_ADMIN)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Choose a file, see what it would change, and bring it in. Rows that are wrong are named and nothing is written."""
    carried = CarriedForm(request.POST) if "content" in request.POST else None
    posted = request.method == "POST" and carried is None
    form = IndexFileForm(request.POST, request.FILES) if posted else IndexFileForm()
    given: dict[str, Any] | None = None
    if carried is not None and carried.is_valid():
        given = carried.cleaned_data
    elif posted and form.is_valid():
        given = {**form.cleaned_data, "content": form.cleaned_data["file"].read()}
    status = 422 if request.method == "POST" else 200
    problems: list[Problem] = []
    done: ImportedIndex | None = None
    if given is not None:
        try:
            done = import_index(
                given["content"],
                series=given["series"],
                source=given["source"],
                actor=actor_of(request),
                now=clock.now(),
                preview=carried is None,
            )
        except BadInput as error:
            problems = list(error.problems)
    elif carried is not None:
        problems = [Problem("", "not_a_file", _("Velg fila på nytt."))]
    if done is not None and not done.rejected:
        if carried is not None:
            messages.success(request, _told(done))
            keys = sorted({one.series for one in done.months}) or list(price_indexes())[:1]
            return HttpResponseRedirect(reverse("index_series", args=[keys[0]]))
        status = 200
    context = {
        "form": form,
        "problems": problems,
        "rejected": [(one, HEADINGS.get(one.field, "")) for one in (done.rejected[:500] if done else ())],
        "preview": done if done is not None and not done.rejected else None,
        "told": _told(done) if done is not None else "",
        "months": _shown_months(done.months) if done is not None else [],
        "replaces": [in_language(price_index(key).name) for key in _first_time(done)] if done is not None else [],
        "carried": CarriedForm(initial={**given, "content": base64.b64encode(given["content"]).decode()})
        if given is not None
        else None,
        "columns": [(name, note) for name, note in _explained()],
        "crumbs": [*_crumbs(), Crumb(_("Les inn"))],
    }
    return render(request, "catalogues/index_import.html", context, status=status)


@require_safe
@for_roles(RoleGrant.Role.SI_ADMIN)
def empty_sheet(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty sheet with the headings."""
    response = HttpResponse(template(kind), content_type=_MEDIA[kind])
    response["Content-Disposition"] = f'attachment; filename="prisindeks.{kind}"'
    return response


def _found(key: str, request: HttpRequest) -> tuple[IndexInUse, list[Month]]:
    """The series with its months up to today, the newest first. 404 where there is none."""
    try:
        index = index_in_use(key)
    except BadInput:
        raise Http404 from None
    today, published = clock.today(), price_index(key).published
    sees = may_see_ledger(actor_of(request)).allowed
    rows = {one.month: one for one in IndexValue.objects.filter(series=index.key)}
    found = []
    for month, value in sorted(index.values.items(), reverse=True):
        if month <= today:
            row = rows.get(month)
            who = (row.source, row.imported_at, row.imported_by if sees else "") if row else (index.source, None, "")
            found.append(Month(month, value, published(month) <= today, *who))
    return index, found


def _newest(found: Sequence[IndexInUse], today: date) -> list[tuple[IndexInUse, date]]:
    return [(one, newest) for one in found if (newest := one.latest(today)) is not None]


def _chart(index: IndexInUse, rows: Sequence[Month]) -> LineChart | None:
    shown = [one for one in reversed(rows) if one.published][-_CHARTED:]
    if len(shown) < 2:
        return None
    return LineChart(
        _("Indeksen de siste fem årene"),
        tuple(day_text(one.month, "month") for one in shown),
        (Series(in_language(index.name), tuple(one.value for one in shown)),),
        label_heading=_("Måned"),
    )


def _imports(key: str, sees_people: bool) -> list[dict[str, Any]]:
    """What the log tells of files that were brought in, the newest first."""
    events = Event.objects.filter(stream=f"index:{key}", verb="index_imported").order_by("-id")[:20]
    return [
        {
            "at": one.at,
            "by": one.actor_name if sees_people else "",
            "source": one.payload["source"],
            "from": one.payload["from"],
            "to": one.payload["to"],
            "new": one.payload["new"],
            "changed": [
                (change["month"], Decimal(change["before"]), Decimal(change["after"]))
                for change in one.payload["changed"]
            ],
        }
        for one in events
    ]


def _shown_months(months: Sequence[MonthChange]) -> list[tuple[MonthChange, str]]:
    names = {key: in_language(price_index(key).name) for key in {one.series for one in months}}
    return [(one, names[one.series]) for one in months]


def _first_time(done: ImportedIndex) -> list[str]:
    """The series that until now go by what comes with the product."""
    return sorted(key for key in {one.series for one in done.months} if not index_in_use(key).imported)


def _told(done: ImportedIndex) -> str:
    counts = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged}
    read = ngettext("%(n)s rad er lest.", "%(n)s rader er lest.", done.read) % {"n": done.read}
    return read + " " + _("Nye: %(new)s, endret: %(changed)s, uendret: %(unchanged)s.") % counts


def _explained() -> list[tuple[str, str]]:
    known = ", ".join(price_indexes())
    return [
        (HEADINGS["series"], _("En av: %(words)s.") % {"words": known}),
        (HEADINGS["month"], _("Som 2023M09 eller 2023-09. Må fylles ut.")),
        (HEADINGS["value"], _("Indeksen for måneden. Må fylles ut.")),
    ]


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Prisindekser"), reverse("indexes"))]
