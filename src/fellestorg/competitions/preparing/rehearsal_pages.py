"""The page where the lead tries the evaluation, sees what each model does, and fixes one knowingly."""

from __future__ import annotations

import re
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions.evaluation.earlier import decided_lots, tenders_of
from fellestorg.competitions.models import Competition, CompetitionLot
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.preparing import rehearsing
from fellestorg.competitions.preparing.guards import criteria_faults
from fellestorg.competitions.preparing.pasting import MOST_CHARACTERS, MOST_TENDERS, read_pasted
from fellestorg.competitions.preparing.plan import current_plan, fix_plan, is_outdated
from fellestorg.competitions.preparing.rehearsal_shown import chart, innovation_rows, model_rows
from fellestorg.competitions.preparing.rehearsing import ROWS, TrialTender
from fellestorg.competitions.reaching import crumbs, led_or_403, person_of, seen_or_404
from fellestorg.competitions.words import reason_text
from fellestorg.engines.evaluation import DEFAULT_MODEL, MODELS, model_name
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused, decimal_text

_MODEL = (
    "version",
    "model",
    "winner",
    "tie",
    "needs_reason",
    "reversed_by_removal",
    "reversed_by_addition",
    "simulated",
)

_WRONG = gettext_lazy("Rett det som står her.")
PROBLEMS = {
    "wrong_number": gettext_lazy("Skriv et tall, som 12,5."),
    "not_a_name": gettext_lazy("Gi tilbudet et navn."),
    "missing_field": gettext_lazy("Fyll ut feltet."),
    "missing_points": gettext_lazy("Skriv poengene."),
    "too_large": gettext_lazy("Tallet er for stort."),
    "too_small": gettext_lazy("Tallet er for lite."),
}


@require_http_methods(["GET", "POST"])
@for_roles()
def rehearsal(request: HttpRequest, number: str) -> HttpResponse:
    """Try tenders under every model; a press of another button fixes the model chosen."""
    competition = led_or_403(request, number)
    now = clock.now()
    criteria = list(competition.criteria.all())
    plan = current_plan(competition)
    given = _given(request.POST) if request.method == "POST" else _as_planned(competition)
    earlier = decided_lots(actor_of(request), but=competition)
    taken = next((lot for lot in earlier if request.method == "GET" and str(lot.pk) == request.GET.get("fra")), None)
    if taken is not None:
        given["tenders"] = _as_tendered(taken, competition, given["scale"])
    status, problems, found = 200, [], None
    if request.POST.get("step") == "paste":
        try:
            given["tenders"] = read_pasted(given["pasted"], criteria)
            count = len(given["tenders"])
            done = ngettext("%(n)s tilbud er lest inn.", "%(n)s tilbud er lest inn.", count) % {"n": count}
            messages.info(request, f"{done} {_('Se over tabellen. Ingenting er lagret.')}")
            given["pasted"] = ""
        except BadInput as error:
            status, problems = 422, list(error.problems)
    faults = [reason_text(one) for one in criteria_faults(competition)]
    if problems:
        pass  # what was pasted is mended first
    elif faults and criteria:
        status = 200 if request.method == "GET" else 409
        problems = [Problem("", "criteria", text) for text in faults]
    elif criteria:
        try:
            tenders = [_number_of(one) for one in given["tenders"] if one.name or one.price]
            wire = rehearsing.request_wire(
                competition,
                model=given["model"],
                scale=_plain(given["scale"]),
                parameters=_parameters(given),
                tie_break=given["tie_break"],
                tenders=tenders,
                day=competition.notice_date or clock.local_day(now),
            )
            found = rehearsing.try_out(wire)
            if request.POST.get("step") == "fix":
                made = fix_plan(
                    competition,
                    model=given["model"],
                    scale=Decimal(_plain(given["scale"])),
                    parameters=_parameters(given),
                    tie_break=given["tie_break"],
                    reason=given["reason"],
                    rehearsal=rehearsing.kept(wire, found),
                    actor=actor_of(request),
                    person=person_of(request),
                    now=now,
                )
                messages.success(
                    request, _("Evalueringen er fastsatt i versjon %(version)s.") % {"version": made.version}
                )
                return HttpResponseRedirect(reverse("competition", args=[number]))
        except BadInput as error:
            status, problems = 422 if request.method == "POST" else 200, _told(error, criteria)
        except Refused as refused:
            status, problems = 409, [Problem("", refused.code, refused.text)]
    language = (get_language() or "nb")[:2]
    points = [one for one in criteria if one.kind == "points"]
    context = {
        "competition": competition,
        "crumbs": crumbs(competition, Crumb(_("Prøv evalueringen"))),
        "criteria": criteria,
        "points": points,
        "given": given,
        "pasted_open": bool(given["pasted"]),
        "earlier": earlier,
        "taken": taken,
        "rows": [
            (at, one, [(c.key, c.title, one.points.get(c.key, "").replace(".", ",")) for c in points])
            for at, one in enumerate(_padded(given["tenders"]))
        ],
        "models": [(key, model_name(key, language), one.needs_reason) for key, one in MODELS.items()],
        "ties": [(at, given["tie_break"][at] if at < len(given["tie_break"]) else "") for at in range(len(criteria))],
        "results": model_rows(found, criteria, language) if found else [],
        "left_out": [model_name(key, language) for key in found.left_out] if found else [],
        "chart": chart(found, language) if found else None,
        "innovations": innovation_rows(found, criteria, wire) if found else [],
        "problems": problems,
        "plan": plan,
        "plan_name": model_name(plan.model, language) if plan else "",
        "outdated": plan is not None and is_outdated(competition, plan),
        "downloads": [
            Download("CSV", reverse("rehearsal_csv", args=[number]), "csv"),
            Download("JSON", reverse("rehearsal_json", args=[number]), "json"),
        ]
        if plan
        else [],
    }
    return render(request, "competitions/preparing/rehearsal.html", context, status=status)


@require_safe
@for_roles()
def rehearsal_csv(request: HttpRequest, number: str) -> HttpResponse:
    """What was seen when each version of the plan was fixed, model by model."""
    rows = []
    for plan in _plans(request, number):
        answer = plan.rehearsal.get("answer", {})
        for one in answer.get("models", []):
            turned = one["reversals"]
            rows.append(
                [
                    plan.version,
                    one["model"],
                    one["winner"],
                    " ".join(one["tie"]),
                    one["needs_reason"],
                    turned["by_removal"],
                    turned["by_addition"],
                    turned["simulated"],
                ]
            )
    return csv_answer(f"evaluering-{number}", _MODEL, rows)


@require_safe
@for_roles()
def rehearsal_json(request: HttpRequest, number: str) -> HttpResponse:
    """Every version of the plan with its rehearsal and digest."""
    return json_answer(
        {
            "plans": [
                {
                    "version": plan.version,
                    "model": plan.model,
                    "scale": plan.scale,
                    "parameters": plan.parameters,
                    "criteria": plan.criteria,
                    "tie_break": plan.tie_break,
                    "reason": plan.reason,
                    "digest": plan.digest,
                    "made_at": plan.made_at,
                    "rehearsal": plan.rehearsal,
                }
                for plan in _plans(request, number)
            ]
        }
    )


def _plans(request: HttpRequest, number: str) -> list[Any]:
    """The plans, for those inside: what was rehearsed is kept internal."""
    competition = seen_or_404(request, number)
    return list(competition.plans.all()) if may_see_inside(actor_of(request), competition).allowed else []


def _given(post: QueryDict) -> dict[str, Any]:
    """The form as it was filled in; nothing is judged yet."""
    tenders = []
    for at in range(MOST_TENDERS):
        if f"name-{at}" not in post:
            break
        points = {
            name.partition(f"points-{at}-")[2]: str(value).strip()[:20]
            for name, value in post.items()
            if name.startswith(f"points-{at}-")
        }
        name, price = post.get(f"name-{at}", "").strip()[:40], post.get(f"price-{at}", "").strip()[:30]
        tenders.append(TrialTender(name, price, points))
    ties = [post.get(f"tie-{at}", "")[:60] for at in range(50)]
    return {
        "model": post.get("model", "")[:40],
        "scale": post.get("scale", "10").strip()[:10] or "10",
        "reference_price": post.get("reference_price", "").strip()[:30],
        "floor": post.get("floor") == "on",
        "normalise": post.get("normalise") == "on",
        "reason": post.get("reason", "")[:4000],
        "tie_break": [one for one in ties if one],
        "tenders": tenders,
        "pasted": post.get("pasted", "")[: MOST_CHARACTERS + 1],
    }


def _as_planned(competition: Competition) -> dict[str, Any]:
    """The form before anything is tried: as the newest plan says, or the default model on the made-up tenders."""
    plan = current_plan(competition)
    price = list(competition.criteria.filter(kind="price").values_list("key", flat=True)[:1])
    model = plan.model if plan else DEFAULT_MODEL
    if plan is None and competition.criteria.filter(kind="points", max_value=None).exists():
        model = "linear"
    parameters = plan.parameters if plan else {}
    tried = plan.rehearsal.get("request", {}).get("tenders") if plan else None
    tenders = [TrialTender(one["id"], one["price"], one["points"]) for one in tried or []]
    return {
        "model": model,
        "scale": decimal_text(plan.scale) if plan else "10",
        "reference_price": parameters.get("reference_price", ""),
        "floor": "floor" in parameters,
        "normalise": bool(parameters.get("normalise_points")),
        "reason": plan.reason if plan else "",
        "tie_break": list(plan.tie_break) if plan else price,
        "tenders": tenders or rehearsing.example(competition),
        "pasted": "",
    }


def _as_tendered(lot: CompetitionLot, competition: Competition, scale: str) -> list[TrialTender]:
    """What was once tendered, cheapest first and without names. Criteria are paired in their order; one that the earlier
    competition did not have gets the tender's average."""
    keys = list(competition.criteria.filter(kind="points").values_list("key", flat=True))
    rows = []
    for name, one in zip(ascii_uppercase, tenders_of(lot)[:ROWS], strict=False):
        average = sum(one.shares, Decimal(0)) / max(len(one.shares), 1)
        shares = [*one.shares, *[average] * len(keys)][: len(keys)]
        points = {
            key: decimal_text((share * Decimal(_plain(scale))).quantize(Decimal("0.01")))
            for key, share in zip(keys, shares, strict=True)
        }
        rows.append(TrialTender(name, decimal_text(one.price), points))
    return rows


def _parameters(given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if given["reference_price"]:
        found["reference_price"] = _plain(given["reference_price"])
    if given["floor"]:
        found["floor"] = "0"
    if given["normalise"]:
        found["normalise_points"] = True
    return found


def _number_of(one: TrialTender) -> TrialTender:
    return TrialTender(one.name, _plain(one.price), {key: _plain(value) for key, value in one.points.items()})


def _plain(text: str) -> str:
    """A number as typed, as the engine reads it; what is no number is left for the engine to refuse by name."""
    try:
        return decimal_text(decimal_in(text))
    except RowError:
        return text


def _padded(tenders: list[TrialTender]) -> list[TrialTender]:
    return [*tenders, *(TrialTender("", "", {}) for _row in range(ROWS - len(tenders)))]


def _told(error: BadInput, criteria: list[Any]) -> list[Problem]:
    """The engine's problems by what the page calls the places."""
    titles = {one.key: one.title for one in criteria}
    found = []
    for problem in error.problems:
        where = problem.where
        if row := re.match(r"tenders\[(\d+)\]\.?(.*)", where):
            field = row[2].removeprefix("points.")
            named = {"price": _("pris"), "id": _("navn")}.get(field, titles.get(field, field))
            where = _("Tilbud %(row)s, %(field)s") % {"row": int(row[1]) + 1, "field": named}
        found.append(Problem(where, problem.code, str(PROBLEMS.get(problem.code, _WRONG))))
    return found
