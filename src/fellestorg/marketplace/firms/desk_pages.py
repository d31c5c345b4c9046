"""SI's desk: firms that wait to be verified, and what was decided of the others."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.marketplace.firms import deciding
from fellestorg.marketplace.firms.finding import crumbs, crumbs_of, find, put_beside
from fellestorg.marketplace.firms.forms import DecisionForm
from fellestorg.marketplace.firms.models import Firm, FirmFile
from fellestorg.marketplace.firms.policy import KEEPERS, keeps
from fellestorg.marketplace.firms.shown import FirmRow, check_view, row_of, steps_of
from fellestorg.marketplace.firms.words import FILES, STATES
from fellestorg.organisations.models import RoleGrant
from fellestorg.organisations.registry.shown import kind_name
from fellestorg.organisations.registry.watching import changes_of
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Refused

_COLUMNS = ("number", "country", "name", "registered_name", "state", "registered_at", "verified_at", "warnings")
_READERS = (*KEEPERS, RoleGrant.Role.AUDITOR)


@never_cache
@require_safe
@for_roles(*_READERS)
def queue(request: HttpRequest) -> HttpResponse:
    """The firms in one state, those waiting unless another is asked for; who came first stands first."""
    state, rows = _wanted(request)
    parameters = request.GET.urlencode()
    counts = {key: Firm.objects.filter(state=key).count() for key in Firm.State.values}
    context = {
        "rows": rows,
        "state": state,
        "states": [(key, STATES[Firm.State(key)][0], counts[key]) for key in Firm.State.values],
        "downloads": [
            Download("CSV", f"{reverse('firm_queue_csv')}?{parameters}", "csv"),
            Download("JSON", f"{reverse('firm_queue_json')}?{parameters}", "json"),
        ],
        "crumbs": crumbs(Crumb(_("Til kontroll"))),
    }
    return render(request, "marketplace/firms/queue.html", context)


@require_safe
@for_roles(*_READERS)
def queue_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return csv_answer(
        "firmaer-til-kontroll",
        _COLUMNS,
        ([_cell(row, warned, name) for name in _COLUMNS] for row, warned in _wanted(request)[1]),
    )


@require_safe
@for_roles(*_READERS)
def queue_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    return json_answer({"firms": [{name: _cell(*row, name) for name in _COLUMNS} for row in _wanted(request)[1]]})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def check(request: HttpRequest, number: str) -> HttpResponse:
    """One firm as SI checks it: what was told, what the register said, what does not agree; and the decision."""
    firm, actor = find(request, number), actor_of(request)
    do = request.POST.get("do", "")
    decision = "take_down" if firm.state == Firm.State.VERIFIED else "refuse"
    form, status = DecisionForm(request.POST if do else None, decision=decision), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            reason, text, now = form.cleaned_data["reason"], form.cleaned_data["text"], clock.now()
            try:
                match do:
                    case "verify":
                        deciding.verify(firm, text, actor=actor, now=now)
                    case "refuse":
                        deciding.refuse(firm, reason, text, actor=actor, now=now)
                    case "take_down":
                        deciding.take_down(firm, reason, text, actor=actor, now=now)
                    case _:
                        deciding.let_back(firm, text, actor=actor, now=now)
                messages.success(request, _("Avgjørelsen er lagret, og firmaet har fått beskjed."))
                return HttpResponseRedirect(reverse("firm_queue"))
            except BadInput as error:
                put_beside(form, error.problems)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
    registration = deciding.latest_registration(firm)
    context = {
        "firm": row_of(firm),
        "check": check_view(registration) if registration else None,
        "files": [(one, FILES[FirmFile.Kind(one.kind)]) for one in firm.files.order_by("added_at")],
        "changes": [(one, kind_name(one.kind)) for one in changes_of(number)[:10]],
        "steps": steps_of(firm),
        "form": form,
        "may": keeps(actor).allowed,
        "crumbs": crumbs_of(firm, _("Kontroll")),
    }
    return render(request, "marketplace/firms/check.html", context, status=status)


def _wanted(request: HttpRequest) -> tuple[str, list[tuple[FirmRow, int]]]:
    state = request.GET.get("tilstand", "")
    state = state if state in Firm.State.values else Firm.State.PENDING
    rows = Firm.objects.filter(state=state).select_related("organisation").order_by("registered_at", "pk")
    found = []
    for firm in rows.prefetch_related("registrations"):
        latest = next(iter(firm.registrations.all()), None)
        found.append((row_of(firm), len(latest.warnings) if latest else 0))
    return state, found


def _cell(row: FirmRow, warned: int, name: str) -> object:
    return warned if name == "warnings" else getattr(row, name)
