"""Pages of negotiation and dialogue: rounds, minutes, who goes on, and the call for tenders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions import procedures
from fellestorg.competitions.evaluation.entrance import lot_of, tenderer
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.reaching import crumbs, inside_or_403, person_of, problems_of
from fellestorg.competitions.rounds import actions, policy, queries
from fellestorg.competitions.rounds.models import Round, RoundMinutes
from fellestorg.competitions.selecting.pages import filled_points
from fellestorg.competitions.selecting.queries import points_of, rules_of
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.kernel.text import in_language
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Refused

_LIST = ("round", "begun_at", "supplier", "met_on", "version", "present", "text")
_STEPS = ("negotiate", "call_for_revised", "end_dialogue")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def rounds(request: HttpRequest, number: str) -> HttpResponse:
    """Every round with its minutes, and what may be done next."""
    competition = _competition(request, number)
    if request.method != "POST":
        return _page(request, competition)
    act, told = _steps(request, competition).get(request.POST.get("do", ""), (None, ""))
    if act is None:
        raise Http404
    try:
        act()
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        return _page(request, Competition.objects.get(pk=competition.pk), problems, status)
    messages.success(request, told)
    return HttpResponseRedirect(request.path)


@require_safe
@for_roles()
def rounds_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The minutes that hold, as a sheet."""
    rows = _rows(_competition(request, number))
    return csv_answer(f"runder-{number}", _LIST, ([row[name] for name in _LIST] for row in rows))


@require_safe
@for_roles()
def rounds_json(request: HttpRequest, number: str) -> HttpResponse:
    """The minutes that hold, as JSON."""
    return json_answer({"minutes": _rows(_competition(request, number))})


@require_safe
@for_roles()
def minutes(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """The minutes of one meeting, for the supplier it was with and for those inside."""
    rows = RoundMinutes.objects.filter(pk=key, round__competition__number=number)
    row: RoundMinutes | None = rows.select_related(
        "supplier", "made_by", "round__competition__buyer", "round__competition__lead"
    ).first()
    if row is None or not policy.may_read_minutes(actor_of(request), row).allowed:
        raise Http404
    competition = row.round.competition
    context = {"competition": competition, "row": row, "crumbs": crumbs(competition, Crumb(_("Referat")))}
    return render(request, "competitions/rounds/minutes.html", context)


def _steps(request: HttpRequest, competition: Competition) -> dict[str, tuple[Callable[[], object], str]]:
    given = request.POST
    who: Any = {"actor": actor_of(request), "person": person_of(request)}

    def write() -> None:
        wanted = given.get("round", "")
        round = competition.rounds.filter(number=int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 0).first()
        if round is None:
            raise BadInput.of("round", "unknown", _("Runden finnes ikke."))
        supplier = tenderer(given.get("supplier", ""))
        present, text = given.get("present", "")[:2000], given.get("text", "")[:20_000]
        actions.write_minutes(round, supplier, _day(given.get("met_on", "")), present, text, **who)

    def judge() -> None:
        supplier = tenderer(given.get("supplier", ""))
        newest = competition.rounds.count()
        held = points_of(competition, newest)
        for key, points, reason in filled_points(request, [one.key for one in queries.quality(competition)]):
            row = held.get((supplier.number, key))
            if row is None or (row.points, row.reason) != (points, reason.strip()):
                actions.judge_solution(competition, key, supplier, points, reason, **who)

    def cut() -> None:
        keep = given.get("keep", "")
        lot = lot_of(competition, given["lot"]) if given.get("lot") else None
        actions.reduce_field(competition, int(keep) if keep.isdecimal() and len(keep) < 4 else 0, lot, **who)

    return {
        "start": (
            lambda: actions.start_negotiation(competition, actor=who["actor"]),
            _("Forhandlingene er startet."),
        ),
        "round": (
            lambda: actions.begin_round(competition, given.get("about", "")[:10_000], **who),
            _("Runden er startet, og alle som er med, har fått beskjed."),
        ),
        "minutes": (write, _("Referatet er lagret.")),
        "judge": (judge, _("Poengene er lagret.")),
        "reduce": (cut, _("Antallet er redusert. De som ikke går videre, har fått brev.")),
        "call": (
            lambda: actions.call_for_tenders(competition, actor=who["actor"]),
            _("Alle som er med, er bedt om tilbud til samme frist."),
        ),
    }


def _page(request: HttpRequest, competition: Competition, problems: Any = (), status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    holds = policy.may_hold_rounds(actor, competition).allowed
    in_play = queries.in_play(competition)
    names = {one.number: one.name for one in in_play}
    found = list(competition.rounds.order_by("-number"))
    moves = [one for one in procedures.open_moves(competition, clock.now()) if one.move.key in _STEPS]
    dialogue = competition.stage == "dialogue"
    number = competition.number
    context = {
        "competition": competition,
        "leads": may_lead(actor, competition).allowed,
        "holds": holds,
        "in_play": in_play,
        "rounds": [_round(one, names) for one in found],
        "newest": found[0] if found else None,
        "must": list(competition.questions.filter(must=True)),
        "criteria": list(competition.criteria.all()),
        "solutions": _solutions(competition, found[0]) if holds and dialogue and found else [],
        "lots": [(lot, queries.ranking_for(lot) is not None) for lot in competition.lots.all() if not dialogue],
        "may_reduce": holds and rules_of(competition).rounds,
        "reduced": queries.reductions(competition),
        "dialogue": dialogue,
        "today": clock.today().isoformat(),
        "filled": request.POST.dict() if problems else {},
        "moves": [
            (one.move, in_language(one.move.title), one.possible, [reason_text(no) for no in one.refusals])
            for one in moves
        ],
        "downloads": [
            Download("CSV", reverse("rounds_csv", args=[number]), "csv"),
            Download("JSON", reverse("rounds_json", args=[number]), "json"),
        ],
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Runder"))),
    }
    return render(request, "competitions/rounds/rounds.html", context, status=status)


def _round(round: Round, names: dict[str, str]) -> tuple[Round, list[tuple[str, str, RoundMinutes | None]]]:
    written = queries.minutes_of(round)
    named = {**{number: one.supplier.name for number, one in written.items()}, **names}
    return round, [(number, named.get(number, number), written.get(number)) for number in round.participants]


def _solutions(competition: Competition, round: Round) -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    held = points_of(competition, round.number)
    return [
        (
            one.number,
            one.name,
            [
                (
                    c.key,
                    c.title,
                    f"{held[one.number, c.key].points.normalize():f}" if (one.number, c.key) in held else "",
                    held[one.number, c.key].reason if (one.number, c.key) in held else "",
                )
                for c in queries.quality(competition)
            ],
        )
        for one in queries.in_play(competition)
    ]


def _rows(competition: Competition) -> list[dict[str, Any]]:
    return [
        {
            "round": round.number,
            "begun_at": round.begun_at.isoformat(),
            "supplier": number,
            "met_on": one.met_on.isoformat(),
            "version": one.version,
            "present": one.present,
            "text": one.text,
        }
        for round in competition.rounds.all()
        for number, one in queries.minutes_of(round).items()
    ]


def _day(text: str) -> date:
    try:
        return day_in(text)
    except RowError as error:
        raise BadInput.of("met_on", error.code, error.text) from None


def _competition(request: HttpRequest, number: str) -> Competition:
    competition = inside_or_403(request, number)
    if not policy.has_rounds(competition):
        raise Http404
    return competition
