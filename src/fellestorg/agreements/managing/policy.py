"""The page where a call-off policy is made: steps as a form, the policy in words beside it, what it would lead to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.agreements import directory, proposals
from fellestorg.agreements.changes.policy import KIND, policy_payload
from fellestorg.agreements.managing import policy_forms
from fellestorg.agreements.managing.attempts import MANAGERS, lot_crumbs, managed_lot, placed
from fellestorg.agreements.managing.policy_forms import DocumentForm, PolicyForms
from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Trial, trial_panels
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.words import PolicyWords, policy_in_words, unreachable_in_words
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.values import BadInput, Problem, Refused

_REARRANGING = ("add", "remove", "up", "down")


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def edit(request: HttpRequest, key: str, lot: str) -> HttpResponse:
    """Make a policy step by step. ``do`` says which button was pressed: add, remove or move a step, show, JSON, propose."""
    row = managed_lot(request, key, lot)
    present = directory.policy_on(row, clock.today())
    if request.method == "GET":
        forms = policy_forms.forms_of(present.document, row, clock.today(), present.source)
        return _page(request, row, forms, present.document)
    do = request.POST.get("do", "show")
    if do.partition("-")[0] in _REARRANGING:
        return _page(request, row, policy_forms.rearranged(request.POST, row, do), None)
    if do == "json":
        written, found = policy_forms.read_json(request.POST, row, clock.today())
        if found is None:
            return _page(request, row, policy_forms.posted(request.POST, row), None, written=written, status=422)
        return _page(request, row, found, written.cleaned_data["document"])
    forms = policy_forms.posted(request.POST, row)
    document = forms.document()
    if document is None:
        return _page(request, row, forms, None, status=422)
    if do != "propose":
        return _page(request, row, forms, document)
    if not forms.reason.is_valid():
        return _page(request, row, forms, document, status=422)
    return _propose(request, row, forms, document)


def _propose(request: HttpRequest, row: Lot, forms: PolicyForms, document: dict[str, Any]) -> HttpResponse:
    given = forms.rest.cleaned_data
    payload = policy_payload(document, given["valid_from"], given["source"])
    why = forms.reason.cleaned_data["reason"]
    target = Target(row.agreement, row)
    try:
        made = proposals.propose(KIND, target, payload, why, actor=actor_of(request), now=clock.now())
    except BadInput as error:
        rest = placed([forms.rest, forms.reason], error.problems)
        return _page(request, row, forms, document, rest, status=422)
    except Refused as refused:
        return _page(request, row, forms, document, [Problem("", refused.code, refused.text)], status=409)
    messages.success(request, _("Forslaget er sendt. En annen må godkjenne det før det gjelder."))
    return HttpResponseRedirect(reverse("proposal", args=[made.pk]))


def _page(
    request: HttpRequest,
    row: Lot,
    forms: PolicyForms,
    document: dict[str, Any] | None,
    problems: list[Problem] | None = None,
    *,
    written: DocumentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if request.POST.get("do") != "propose":
        # Whoever only looks is not asked why.
        reason = policy_forms.ReasonForm(initial={"reason": request.POST.get("reason", "")})
        forms = PolicyForms(forms.steps, forms.rest, reason)
    asked = request.POST if request.method == "POST" else request.GET
    trial = Trial(row, document, asked.dict(), actor_of(request)) if document is not None else None
    context = {
        "lot": row,
        "title": localised(row, "title"),
        "steps": forms.steps,
        "rest": forms.rest,
        "reason": forms.reason,
        "errors": [one for one in (*forms.steps, forms.rest, forms.reason) if one.is_bound and one.errors],
        "written": written or policy_forms.as_json(document),
        "words": in_all_languages(document) if document is not None else [],
        "unreachable": unreachable_in_words(document) if document is not None else [],
        "panels": trial_panels(trial) if trial is not None else [],
        "problems": problems or [],
        "full": len(forms.steps) >= policy_forms.MOST_STEPS,
        "crumbs": lot_crumbs(row, _("Avropsregler")),
    }
    return render(request, "agreements/policy_editor.html", context, status=status)


def in_all_languages(document: dict[str, Any]) -> list[tuple[str, str, PolicyWords]]:
    """(code, name, words) of a policy in each language, as it will read."""
    names = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
    found = []
    for code in LANGUAGES:
        with translation.override(code):
            found.append((code, names[code], policy_in_words(document)))
    return found
