"""What grows old, and when: a firm's own answers, and for SI everybody's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_people, for_roles, json_answer
from fellestorg.marketplace.listings.words import STANDINGS
from fellestorg.marketplace.moderation import ageing
from fellestorg.marketplace.moderation.ageing import Ageing
from fellestorg.marketplace.moderation.reaching import READERS
from fellestorg.ui.parts import Crumb, Download, Paging

_COLUMNS = ("listing", "title", "firm", "version", "question", "ends_on", "hidden_on", "standing")


@never_cache
@require_safe
@for_people
def own_ageing(request: HttpRequest) -> HttpResponse:
    """The answers of one's own firms that must be confirmed, the first to age first."""
    return _page(request, own=True)


@never_cache
@require_safe
@for_people
def own_ageing_csv(request: HttpRequest) -> HttpResponse:
    """One's own as CSV."""
    return csv_answer("aldring", _COLUMNS, (list(_flat(one).values()) for one in _rows(request, own=True)))


@never_cache
@require_safe
@for_people
def own_ageing_json(request: HttpRequest) -> HttpResponse:
    """One's own as JSON."""
    return json_answer({"answers": [_flat(one) for one in _rows(request, own=True)]})


@never_cache
@require_safe
@for_roles(*READERS)
def all_ageing(request: HttpRequest) -> HttpResponse:
    """Everybody's, for SI."""
    return _page(request, own=False)


@require_safe
@for_roles(*READERS)
def all_ageing_csv(request: HttpRequest) -> HttpResponse:
    """Everybody's as CSV."""
    return csv_answer("aldring", _COLUMNS, (list(_flat(one).values()) for one in _rows(request, own=False)))


@require_safe
@for_roles(*READERS)
def all_ageing_json(request: HttpRequest) -> HttpResponse:
    """Everybody's as JSON."""
    return json_answer({"answers": [_flat(one) for one in _rows(request, own=False)]})


def _page(request: HttpRequest, *, own: bool) -> HttpResponse:
    found = _rows(request, own=own)
    paging = Paging.read(request.GET.dict(), len(found), 50)
    name = "ageing_answers" if own else "moderation_ageing"
    before = (
        Crumb(_("Mine tjenester"), reverse("my_listings")) if own else Crumb(_("Moderering"), reverse("moderation"))
    )
    context = {
        "rows": [(one, STANDINGS[one.standing], _link(one)) for one in found[paging.start : paging.stop]],
        "own": own,
        "paging": paging,
        "downloads": [
            Download("CSV", reverse(f"{name}_csv"), "csv"),
            Download("JSON", reverse(f"{name}_json"), "json"),
        ],
        "crumbs": [
            Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), before,
            Crumb(_("Svar som må bekreftes")),
        ],
    }  # fmt: skip
    return render(request, "marketplace/moderation/ageing.html", context)


def _link(one: Ageing) -> str:
    return reverse("listing_version", args=[one.key, one.version])


def _rows(request: HttpRequest, *, own: bool) -> list[Ageing]:
    return ageing.rows(actor_of(request), clock.today(), own=own)


def _flat(one: Ageing) -> dict[str, Any]:
    return {
        "listing": one.key, "title": one.title, "firm": one.firm, "version": one.version, "question": one.question,
        "ends_on": one.ends_on, "hidden_on": one.hidden_on, "standing": one.standing,
    }  # fmt: skip
