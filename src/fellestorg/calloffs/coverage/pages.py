"""Pages for coverage: the agency's cases and their documentation, the decision, and the cap as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements.managing.attempts import Failed, attempt
from fellestorg.agreements.policy import may_manage
from fellestorg.calloffs.coverage import actions
from fellestorg.calloffs.coverage.actions import Reported
from fellestorg.calloffs.coverage.forms import CaseForm, CountForm, DocumentsForm, WhyForm
from fellestorg.calloffs.coverage.models import CoverageCase
from fellestorg.calloffs.coverage.policy import REGISTRARS, SEES_ALL, may_close, may_decide, may_register
from fellestorg.calloffs.coverage.queries import Cap, caps, visible_to
from fellestorg.calloffs.coverage.words import STATES, cap_text
from fellestorg.kernel import clock, files
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.models import StoredFile
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput

_READERS = (*REGISTRARS, *SEES_ALL)
_COLUMNS = (
    "id", "agreement", "lot", "buyer", "buyer_name", "place", "failed_from", "failed_to", "state", "registered_at",
    "decided_at", "decision_reason", "closed_at",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases one may see, the cap, and for those who manage it a count to register."""
    actor, now = actor_of(request), clock.now()
    found = caps(now)
    managed = [one for one in found if may_manage(actor, one.lot.agreement).allowed]
    if request.method == "POST" and not managed:
        raise PermissionDenied
    form = CountForm(
        request.POST or None,
        lots=[(str(one.lot.pk), localised(one.lot, "title")) for one in managed],
        suppliers=[(row.supplier, row.name) for one in managed for row in one.rows],
    )

    def count() -> str:
        given = form.cleaned_data
        lot = next(one.lot for one in managed if str(one.lot.pk) == given["lot"])
        supplier = Organisation.objects.get(number=given["supplier"])
        actions.register_count(
            lot, supplier, given["counted_on"], given["units"], given["source"], actor=actor, now=clock.now()
        )
        return _("Antallet er registrert.")

    failed = Failed((), 200)
    if request.method == "POST":
        made = attempt(request, [form], count, reverse("coverage_cases"))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    rows = _filtered(request)
    paging = Paging.read(request.GET.dict(), len(rows), 50)
    context = {
        "rows": [(one, *STATES[one.state]) for one in rows[paging.start : paging.stop]],
        "paging": paging,
        "states": [(code, name) for code, (name, _tone) in STATES.items()],
        "state": request.GET.get("status", ""),
        "caps": [(one, localised(one.lot.agreement, "title"), cap_text(one)) for one in found],
        "may_register": actor.has(*REGISTRARS) and bool(found),
        "form": form if managed else None,
        "problems": failed.problems,
        "downloads": [
            Download("CSV", f"{reverse('coverage_cases_csv')}?{request.GET.urlencode()}", "csv"),
            Download("JSON", f"{reverse('coverage_cases_json')}?{request.GET.urlencode()}", "json"),
        ],
        "crumbs": _crumbs(),
    }
    return render(request, "calloffs/coverage/cases.html", context, status=failed.status)


@require_safe
@for_roles(*_READERS)
def cases_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    rows = (_flat(one) for one in _filtered(request))
    return csv_answer("dekningssaker", _COLUMNS, ([row[name] for name in _COLUMNS] for row in rows))


@require_safe
@for_roles(*_READERS)
def cases_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON, with the caps."""
    return json_answer(
        {"caps": [_cap_json(one) for one in caps(clock.now())], "cases": [_flat(one) for one in _filtered(request)]}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*REGISTRARS)
def new(request: HttpRequest) -> HttpResponse:
    """Document a place without coverage."""
    actor, today = actor_of(request), clock.today()
    lots = {str(one.lot.pk): one.lot for one in caps(clock.now())}
    buyers = Organisation.objects.filter(number__in=actor.organisations(*REGISTRARS)).order_by("sort_name")
    form = CaseForm(
        request.POST or None,
        initial={"failed_from": today},
        buyers=[(one.number, one.name) for one in buyers],
        lots=[(key, localised(one, "title")) for key, one in lots.items()],
    )
    documents = DocumentsForm(request.POST or None, request.FILES or None)

    def act() -> str:
        given = dict(form.cleaned_data)
        buyer, lot = buyers.get(number=given.pop("buyer")), lots[given.pop("lot")]
        made = actions.register(buyer, lot, Reported(**given), _uploaded(request), actor=actor, now=clock.now())
        return _("Dekningssak %(number)s er sendt til avtaleforvalteren.") % {"number": made.pk}

    failed = Failed((), 200)
    if request.method == "POST":
        answer = attempt(request, [form, documents], act, reverse("coverage_cases"))
        if isinstance(answer, HttpResponse):
            return answer
        failed = answer
    context = {
        "form": form,
        "documents": documents,
        "problems": failed.problems,
        "crumbs": _crumbs(Crumb(_("Ny dekningssak"))),
    }
    return render(request, "calloffs/coverage/new.html", context, status=failed.status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(*_READERS)
def case(request: HttpRequest, coverage_case: int) -> HttpResponse:
    """One case: what is documented, the decision, and the way on. ``do`` says which form was posted."""
    found, actor = _case(request, coverage_case), actor_of(request)
    do = request.POST.get("do", "")
    why = WhyForm(request.POST if do in ("documented", "rejected", "close") else None)
    documents = DocumentsForm(*((request.POST, request.FILES) if do == "add" else ()))

    def act() -> str:
        now = clock.now()
        if do == "add":
            actions.add_documents(found, _uploaded(request), actor=actor, now=now)
            return _("Dokumentasjonen er lagt til.")
        reason = why.cleaned_data["reason"]
        if do == "close":
            actions.close(found, reason, actor=actor, now=now)
            return _("Saken er lukket.")
        actions.decide(found, do == "documented", reason, actor=actor, now=now)
        return _("Saken er avgjort.")

    failed = Failed((), 200)
    if request.method == "POST":
        if do not in ("add", "documented", "rejected", "close"):
            raise PermissionDenied
        made = attempt(request, [documents if do == "add" else why], act, reverse("coverage_case", args=[found.pk]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    name, tone = STATES[found.state]
    own = may_register(actor, found.buyer.number).allowed
    waits, open_ = found.state == CoverageCase.State.SUBMITTED, found.state == CoverageCase.State.DOCUMENTED
    cap = next((one for one in caps(clock.now()) if one.lot.pk == found.lot_id), None)
    context = {
        "case": found,
        "agreement": localised(found.lot.agreement, "title"),
        "state": name,
        "tone": tone,
        "files": actions.documents_of(found),
        "cap": cap_text(cap) if cap else "",
        "decides": waits and may_decide(actor, found).allowed,
        "adds": waits and own,
        "closes": open_ and may_close(actor, found).allowed,
        "orders": open_ and own and actor.has("buyer", "approver"),
        "why": why,
        "documents": documents,
        "do": do,
        "problems": failed.problems,
        "crumbs": _crumbs(Crumb(_("Dekningssak %(number)s") % {"number": found.pk})),
    }
    return render(request, "calloffs/coverage/case.html", context, status=failed.status)


@require_safe
@for_roles(*_READERS)
def document(request: HttpRequest, coverage_case: int, name: str) -> HttpResponse:
    """One file of a case, to download; never shown inside the house's own pages."""
    found = _case(request, coverage_case)
    file = StoredFile.objects.filter(subject=found.subject, kind="coverage", name=name).first()
    if file is None:
        raise Http404
    answer = HttpResponse(files.content_of(file), content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _case(request: HttpRequest, key: int) -> CoverageCase:
    found = visible_to(actor_of(request)).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _uploaded(request: HttpRequest) -> list[bytes]:
    """The files sent, each as its bytes. Raises BadInput before reading what is too large."""
    sent: Sequence[Any] = request.FILES.getlist("documents")
    if len(sent) > actions.MOST_FILES or any((one.size or 0) > actions.LARGEST for one in sent):
        raise BadInput.of("documents", "too_large", _("høyst ti filer på 10 MB hver"))
    return [one.read() for one in sent]


def _filtered(request: HttpRequest) -> list[CoverageCase]:
    rows = visible_to(actor_of(request))
    state = request.GET.get("status", "")
    return list(rows.filter(state=state) if state in STATES else rows)


def _flat(one: CoverageCase) -> dict[str, Any]:
    return {
        "id": one.pk,
        "agreement": one.lot.agreement.key,
        "lot": one.lot.key,
        "buyer": one.buyer.number,
        "buyer_name": one.buyer.name,
        "place": one.place,
        "failed_from": one.failed_from,
        "failed_to": one.failed_to,
        "state": one.state,
        "registered_at": one.registered_at,
        "decided_at": one.decided_at,
        "decision_reason": one.decision_reason,
        "closed_at": one.closed_at,
    }


def _cap_json(one: Cap) -> dict[str, Any]:
    return {
        "agreement": one.lot.agreement.key,
        "lot": one.lot.key,
        "measure": one.measure,
        "max_share": one.max_share,
        "share": one.share,
        "room": one.room,
        "total": one.total,
        "secondary": one.secondary.supplier if one.secondary else None,
        "expected_from": one.expected,
        "suppliers": [
            {
                "supplier": row.supplier,
                "name": row.name,
                "reported": row.reported,
                "counted_on": row.counted_on,
                "source": row.source,
                "called_off": row.called_off,
            }
            for row in one.rows
        ],
    }


def _crumbs(*more: Crumb) -> list[Crumb]:
    first = Crumb(_("Dekningssaker"), reverse("coverage_cases")) if more else Crumb(_("Dekningssaker"))
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Avrop"), reverse("call_offs")), first, *more]
