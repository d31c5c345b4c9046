"""The list of wishes: read by all, voted on and added to by those who buy, decided on by SI."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.models import Event
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.marketplace.guidance import queries, shown, wishes, words
from fellestorg.marketplace.guidance.forms import DecideForm, WishForm
from fellestorg.marketplace.guidance.models import Wish
from fellestorg.marketplace.guidance.pages import language
from fellestorg.marketplace.guidance.policy import ASKERS, EDITORS, may_ask, may_edit
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Refused

_LIST = ("id", "title", "body", "language", "state", "reason", "wished_at", "state_at", "votes", "organisations")


@require_safe
def wish_list(request: HttpRequest) -> HttpResponse:
    """The wishes, those most voted for first."""
    actor = actor_of(request)
    found = _found(request)
    paging = Paging.read(request.GET.dict(), len(found), 25)
    suffix = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "rows": [_shown(one) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "states": list(words.WISH_STATES.items()),
        "asked": request.GET.get("status", ""),
        "wishes": may_ask(actor).allowed,
        "downloads": [
            Download("CSV", reverse("wishes_csv") + suffix, "csv"),
            Download("JSON", reverse("wishes_json") + suffix, "json"),
        ],
        "crumbs": shown.crumbs(Crumb(_("Ønsker"))),
    }
    return render(request, "marketplace/guidance/wishes.html", context)


@require_safe
def wishes_csv(request: HttpRequest) -> HttpResponse:
    """The wishes as CSV."""
    return csv_answer("onsker", _LIST, ([getattr(one, name) for name in _LIST] for one in _found(request)))


@require_safe
def wishes_json(request: HttpRequest) -> HttpResponse:
    """The wishes as JSON."""
    return json_answer({"wishes": [{name: getattr(one, name) for name in _LIST} for one in _found(request)]})


@require_http_methods(["GET", "POST"])
@for_roles(*ASKERS)
def new_wish(request: HttpRequest) -> HttpResponse:
    """State a wish."""
    form = WishForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            person = request.person  # type: ignore[attr-defined]
            try:
                made = wishes.wish(form.cleaned_data, actor=actor_of(request), person=person, now=clock.now())
            except BadInput as error:
                _at_fields(form, error)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 429
            else:
                messages.success(request, _("Ønsket står på lista."))
                return HttpResponseRedirect(reverse("wish", args=[made.pk]))
    context = {"form": form, "crumbs": _crumbs(Crumb(_("Nytt ønske")))}
    return render(request, "marketplace/guidance/new_wish.html", context, status=status)


@require_safe
def wish(request: HttpRequest, key: int) -> HttpResponse:
    """One wish with what has become of it."""
    return _wish_page(request, key)


@require_POST
@for_roles(*ASKERS)
def vote(request: HttpRequest, key: int) -> HttpResponse:
    """Vote for a wish, or take the vote back."""
    row = _row_or_404(key)
    wanted = request.POST.get("stem", "")
    if wanted not in ("ja", "nei"):
        messages.error(request, _("Stem ved å trykke på knappen."))
        return HttpResponseRedirect(reverse("wish", args=[key]))
    person = request.person  # type: ignore[attr-defined]
    try:
        wishes.vote(row, wanted == "ja", actor=actor_of(request), person=person, now=clock.now())
        messages.success(request, _("Stemmen din er talt.") if wanted == "ja" else _("Stemmen din er trukket."))
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("wish", args=[key]))


@require_POST
@for_roles(*EDITORS)
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Say what becomes of a wish."""
    row, form = _row_or_404(key), DecideForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        reason = {code: data[f"reason_{code}"] for code in LANGUAGES}
        try:
            wishes.decide(row, data["state"], reason, actor=actor_of(request), now=clock.now())
        except BadInput as error:
            _at_fields(form, error)
        except Refused as refused:
            messages.error(request, refused.text)
            return HttpResponseRedirect(reverse("wishes"))
        else:
            messages.success(request, _("Statusen er satt."))
            return HttpResponseRedirect(reverse("wish", args=[key]))
    return _wish_page(request, key, form, status=422)


@require_POST
@for_roles(*EDITORS)
def hide(request: HttpRequest, key: int) -> HttpResponse:
    """Take a wish off the list."""
    row = _row_or_404(key)
    try:
        wishes.hide(row, request.POST.get("reason", ""), actor=actor_of(request), now=clock.now())
    except BadInput as error:
        messages.error(request, "; ".join(one.text for one in error.problems))
        return HttpResponseRedirect(reverse("wish", args=[key]))
    messages.success(request, _("Ønsket er tatt bort."))
    return HttpResponseRedirect(reverse("wishes"))


def _wish_page(request: HttpRequest, key: int, form: DecideForm | None = None, status: int = 200) -> HttpResponse:
    actor, code = actor_of(request), language(request)
    view = queries.wish(actor, key, code)
    if view is None:
        raise Http404
    edits = may_edit(actor).allowed
    decided = Event.objects.filter(subject=f"wish:{key}", verb="wish_decided").order_by("-id")
    context = {
        "one": _shown(view),
        "votes": may_ask(actor).allowed and view.state not in ("done", "declined"),
        "form": form or (DecideForm(initial={"state": view.state}) if edits else None),
        "steps": [
            (one.at, words.WISH_STATES[one.payload["state"]], in_language(one.payload["reason"], code))
            for one in decided
        ],
        "crumbs": _crumbs(Crumb(view.title)),
    }
    return render(request, "marketplace/guidance/wish.html", context, status=status)


def _found(request: HttpRequest) -> list[queries.WishView]:
    state = request.GET.get("status", "")
    return queries.wishes(actor_of(request), language(request), state=state if state in words.WISH_STATES else "")


def _shown(view: queries.WishView) -> dict[str, Any]:
    return {"view": view, "state": words.WISH_STATES[view.state], "tone": words.WISH_TONES[view.state]}


def _row_or_404(key: int) -> Wish:
    row = Wish.objects.filter(pk=key, hidden_at=None).first()
    if row is None:
        raise Http404
    return row


def _at_fields(form: Any, error: BadInput) -> None:
    for problem in error.problems:
        form.add_error(problem.where if problem.where in form.fields else None, problem.text)


def _crumbs(*more: Crumb) -> list[Crumb]:
    return shown.crumbs(Crumb(_("Ønsker"), reverse("wishes")), *more)
