"""The buyer's pages: state a need, see the answer, press the button, come back. Each calls one action or query."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fellestorg.agreements.changes.views import waiting_for
from fellestorg.agreements.models import Lot
from fellestorg.agreements.office.news import news_for
from fellestorg.agreements.succession import gap_notes
from fellestorg.calloffs import actions, guide, shown
from fellestorg.calloffs.alternatives.pages import shown_for
from fellestorg.calloffs.alternatives.view import ComparisonShown
from fellestorg.calloffs.answers import Answered, answer_json, answer_need, items_of, names_for
from fellestorg.calloffs.basket import contents as basket
from fellestorg.calloffs.basket.suggestion_words import SuggestionShown, shown_suggestions
from fellestorg.calloffs.basket.suggestions import suggest
from fellestorg.calloffs.cascade.queries import waiting_for as offers_waiting_for
from fellestorg.calloffs.coverage.queries import case_choices
from fellestorg.calloffs.detail import detail_view
from fellestorg.calloffs.entry.keeping import keep_answered
from fellestorg.calloffs.forms import NeedForm, basket_text, wire_need
from fellestorg.calloffs.listing import buyer_choices, category_choices, row_view
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import parse_need
from fellestorg.calloffs.over_time.stretches import end_of, over_time_link
from fellestorg.calloffs.queries import awaiting, visible_to
from fellestorg.catalogues.intake.queries import waiting_for as price_lists_waiting_for
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of, for_roles, json_answer
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_BUYERS = ("buyer", "approver")
_STATED = ("text", "lines", "amount")


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """The first page: the main job for a buyer, what waits for an approver, a welcome for everybody."""
    actor = actor_of(request)
    recent = visible_to(actor).order_by("-made_at")[:6] if actor.grants else []
    return render(
        request,
        "calloffs/front.html",
        {
            "may_buy": actor.has(*_BUYERS),
            "signed_in": actor.key != ANONYMOUS.key,
            "supplies": bool(actor.grants) and all(grant.role == "supplier" for grant in actor.grants),
            "news": news_for(actor, get_language() or "nb", clock.now()) if actor.grants else [],
            "may_register": actor.has("buyer", "local_agreement_manager", "agreement_manager", "si_admin"),
            "basket": basket.count(request),
            "waiting": list(awaiting(actor)[:10]),
            "changes": waiting_for(actor),
            "offers": offers_waiting_for(actor) if actor.has("supplier") else [],
            "price_lists": price_lists_waiting_for(actor),
            "recent": [row_view(one) for one in recent],
            "offers_guide": guide.offered_to(request),
            "gaps": gap_notes(actor, clock.today()) if actor.has("agreement_manager", "si_admin") else [],
        },
    )


@require_http_methods(["GET", "POST"])
@for_roles(*_BUYERS)
def new(request: HttpRequest) -> HttpResponse:
    """State a need and see every answer to it. ``GET`` with the same fields answers too, so that a need has an address."""
    actor = actor_of(request)
    today = clock.today()
    source = request.POST if request.method == "POST" else request.GET
    asked = request.method == "POST" or any(source.get(name) for name in _STATED)
    choices: dict[str, Any] = {
        "buyers": buyer_choices(actor),
        "categories": category_choices(today),
        "coverage_cases": case_choices(actor),
    }
    initial = {
        "buyer": choices["buyers"][0][0],
        "lines": basket_text(basket.lines(request)),
        "coverage_case": request.GET.get("dekningssak", ""),
        "category": request.GET.get("category", ""),
    }
    if not asked:
        return _new_page(request, NeedForm(initial=initial, **choices), [], [])
    data = source.copy()
    data.setdefault("buyer", initial["buyer"])
    form = NeedForm(data, request.FILES or None, **choices)
    if not form.is_valid():
        return _new_page(request, form, [], [], status=422)
    need = None
    try:
        need = form.need(str(uuid.uuid4()))
        tried = form.cleaned_data["day"] if form.cleaned_data["day"] != today else None
        answers = answer_need(need, actor=actor, at=end_of(tried) if tried else clock.now())
    except BadInput as error:
        if need is not None and {one.code for one in error.problems} & {"nothing_found", "no_agreement"}:
            keep_answered(need, [], now=clock.now())
        return _new_page(request, form, [], [readable(one) for one in error.problems], status=422)
    if tried is None:
        keep_answered(need, answers, now=clock.now())
    return _new_page(request, form, answers, [], tried=tried)


@require_POST
@for_roles(*_BUYERS)
def commit(request: HttpRequest) -> HttpResponse:
    """The one button. Pressing it twice makes one call-off."""
    actor = actor_of(request)
    try:
        need = parse_need(json.loads(request.POST.get("need", "")), dated=False)
    except (ValueError, RecursionError, BadInput):
        messages.error(request, _("Behovet kunne ikke leses. Start på nytt."))
        return HttpResponseRedirect(reverse("new_call_off"))
    lot = Lot.objects.select_related("agreement").filter(agreement__key=need.agreement, key=need.lot).first()
    if lot is None:
        raise Http404
    try:
        made = actions.commit(need, lot, actor=actor, person=request.person)  # type: ignore[attr-defined]
    except Refused as refused:
        messages.error(request, refused.text)
        return HttpResponseRedirect(reverse("new_call_off"))
    except BadInput as error:
        for problem in error.problems:
            messages.error(request, readable(problem).text)
        return HttpResponseRedirect(reverse("new_call_off"))
    if made.call_off is None:
        again = Answered(need, lot, made.decision.facts, made.answer)
        messages.error(request, _("Avropet ble ikke gjort. Svaret har endret seg siden du så det."))
        context = {"answers": [_answer_view(again)], "crumbs": _crumbs(_("Svar"))}
        return render(request, "calloffs/refused.html", context, status=409)
    basket.ordered(request, {line.item: line.quantity for line in need.lines})
    return HttpResponseRedirect(reverse("call_off", args=[made.call_off.number]))


@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """One call-off: what, why, from whom, and what may be done with it now."""
    call_off = _visible(request, number)
    view = {**detail_view(call_off, actor_of(request)), "guide": guide.at(request, "made")}
    return render(request, "calloffs/detail.html", view)


@require_GET
def detail_json(request: HttpRequest, number: str) -> HttpResponse:
    """The call-off's answer as data, with the facts and ids behind it."""
    call_off = _visible(request, number)
    if not _sees_offers(request, call_off):
        raise PermissionDenied
    record = call_off.decision
    need = parse_need({"buyer": call_off.buyer.number, "text": call_off.title}, dated=False)
    wire = answer_json(Answered(need, call_off.lot, record.facts, record.answer))
    return json_answer(
        {
            **wire,
            "call_off": call_off.number,
            "state": call_off.state,
            "made_at": call_off.made_at,
            "decision": str(record.pk),
            "engine": record.engine,
            "facts": record.facts,
        }
    )


@require_POST
@for_roles()
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """The second person's yes."""
    return _act(request, number, lambda call_off: actions.approve(
        call_off, actor=actor_of(request), person=request.person  # type: ignore[attr-defined]
    ), _("Avropet er godkjent og bestilt."))  # fmt: skip


@require_POST
@for_roles()
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """The second person's no."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda call_off: actions.decline(call_off, reason, actor=actor_of(request)),
        _("Du har avslått avropet. Beløpet er ledig igjen under taket."),
    )


@require_POST
@for_roles()
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel with a reason."""
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda call_off: actions.cancel(call_off, reason, actor=actor_of(request)),
        _("Avropet er kansellert. Beløpet er ledig igjen under taket."),
    )


def _act(request: HttpRequest, number: str, action: Any, done: str) -> HttpResponse:
    call_off = _visible(request, number)
    try:
        action(call_off)
    except Refused as refused:
        view = detail_view(call_off, actor_of(request), problems=[Problem("", refused.code, refused.text)])
        return render(request, "calloffs/detail.html", view, status=409)
    except BadInput:
        problem = Problem("reason", "missing", _("Skriv en grunn på minst tre tegn."))
        view = detail_view(call_off, actor_of(request), problems=[problem])
        return render(request, "calloffs/detail.html", view, status=422)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("call_off", args=[number]))


def _visible(request: HttpRequest, number: str) -> CallOff:
    """The call-off if the actor may see it; hidden and missing ones look the same."""
    found = visible_to(actor_of(request)).select_related("decision", "requested_by", "approved_by", "policy")
    call_off = found.filter(number=number).first()
    if call_off is None:
        raise Http404
    return call_off


def _sees_offers(request: HttpRequest, call_off: CallOff) -> bool:
    actor = actor_of(request)
    inside = actor.has("agreement_manager", "si_admin", "auditor")
    agency = actor.organisations("buyer", "approver", "local_agreement_manager")
    return inside or call_off.buyer.number in agency


def _new_page(
    request: HttpRequest,
    form: NeedForm,
    answers: list[Answered],
    problems: list[Problem],
    *,
    tried: date | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tried": tried,
        "over_time": over_time_link(answers[0].need) if answers else "",
        "form": form,
        "amount_open": any(form[name].value() for name in ("lines", "amount", "category")),
        "problems": problems,
        "answers": [_answer_view(one) for one in answers],
        "suggestions": _suggestions(request, answers[0]) if answers and tried is None else [],
        "basket": basket.count(request),
        "guide": guide.at(request, "answer" if answers else "need"),
        "crumbs": _crumbs(_("Nytt avrop")),
    }
    return render(request, "calloffs/new.html", context, status=status)


def _suggestions(request: HttpRequest, best: Answered) -> list[SuggestionShown]:
    if not best.lawful:
        return []
    found = suggest(best.need, best.lot, actor=actor_of(request), at=clock.now())
    return shown_suggestions(found, best.need, in_basket=False)


def _answer_view(answered: Answered) -> dict[str, Any]:
    names = names_for(answered.answer, answered.need.buyer)
    items = {number: localised(item, "name") for number, item in items_of(answered).items()}
    agreement = answered.lot.agreement
    return {
        "agreement": localised(agreement, "title"),
        "uncovered": "gap" in answered.facts,
        "agreement_url": f"/avtaler/{agreement.key}",
        "lot": localised(answered.lot, "title"),
        "lot_url": f"/avtaler/{agreement.key}/{answered.lot.key}",
        "shown": shown.show(answered.answer, names, items),
        "need_lines": [(line.item, items.get(line.item, line.item), line.quantity) for line in answered.need.lines],
        "choices": answered.choices,
        "alternatives": _alternatives(answered),
        "need": json.dumps(wire_need(answered.need), ensure_ascii=False),
        "buyer": Organisation.objects.filter(number=answered.need.buyer).first(),
    }


def _alternatives(answered: Answered) -> tuple[ComparisonShown, str] | None:
    """Other ways to have the same over time, where the need is one item that can be had in several."""
    lines = answered.need.lines
    return shown_for(answered.lot, lines[0].item) if answered.lawful and len(lines) == 1 else None


def readable(problem: Problem) -> Problem:
    """A problem of the wire shape in the words of the form."""
    texts = {
        "not_a_list": _("Skriv minst én linje med varenummer og antall."),
        "not_placed": _("Velg varer og avtale før du gjør avropet."),
        "unknown_item": _("Ingen avtale har et slikt varenummer."),
        "not_a_text": _("Teksten er for lang, eller har tegn som ikke kan leses."),
        "too_many": _("Det er for mange linjer. Del behovet i flere avrop, med høyst 2000 linjer i hvert."),
        "too_large": _("Tallet er for stort."),
        "no_policy": _("Avtalen har ingen avropsregler ennå. Spør avtaleforvalteren."),
        "unknown_agreement": _("Det finnes ingen slik avtale."),
        "unknown_lot": _("Avtalen har ingen slik delkontrakt."),
        "organisation_number": _("Organisasjonsnummeret er ikke gyldig."),
        "nothing_found": _("Ingen avtale har noe som ligner. Prøv andre ord, eller let i prislistene."),
        "no_agreement": _("Ingen avtale dekker dette behovet."),
        "not_a_quantity": _("Antallet må være et tall over 0, med høyst fire desimaler."),
        "not_a_decimal": _("Skriv et tall, for eksempel 12 500."),
        "no_rule_version": _("Reglene er ikke kjent denne dagen. Velg en annen dag."),
        "too_small": _("Tallet må være over 0."),
        "missing": _("Noe mangler. Velg varegruppe når du oppgir et beløp."),
        "one_of": _("Si hva du trenger på én måte: med ord, varelinjer, fil eller beløp."),
    }
    if problem.where == "lines":
        texts["no_agreement"] = _("Ingen avtale har disse varene. Se etter skrivefeil i varenumrene.")
    line = problem.where.partition("[")[2].partition("]")[0]
    if line.isdigit():
        where = _("Linje %(number)d") % {"number": int(line) + 1}
    else:
        field = NeedForm.base_fields.get(problem.where)
        where = str(field.label) if field else problem.where
    return Problem(where, problem.code, texts.get(problem.code, problem.text))


def _crumbs(last: str) -> list[Crumb]:
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Avrop"), reverse("call_offs")), Crumb(last)]
