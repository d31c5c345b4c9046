"""Which suppliers a lot has and in which order, from a day on, by four eyes. Suspension acts at once: ``actions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import SupplierPosition
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, register_kind
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem

KIND = "positions"


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Leverandører og rangering")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on)))


def positions_payload(ranking: Iterable[tuple[int, str]], on: date) -> dict[str, Any]:
    """The whole ranking as it is to be from a day on: (rank, organisation number). Who is left out, leaves that day."""
    return {"on": on.isoformat(), "ranking": [[rank, number] for rank, number in sorted(ranking)]}


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    """Everything that is in place on the day or begins after it."""
    return {"positions": [_told(one) for one in _from(target, date.fromisoformat(payload["on"]))]}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    on, ranking = date.fromisoformat(payload["on"]), payload["ranking"]
    problems = []
    if on < clock.local_day(now):
        problems.append(Problem("on", "passed", _("endringen kan ikke gjelde fra en dag som har vært")))
    if not ranking:
        problems.append(Problem("ranking", "missing", _("minst én leverandør må ha en plass")))
    known = dict(
        Organisation.objects.filter(number__in=[number for _rank, number in ranking]).values_list("number", "kind")
    )
    for index, (rank, number) in enumerate(ranking):
        where = f"ranking[{index}]"
        if known.get(number) != Organisation.Kind.SUPPLIER:
            text = _("det finnes ingen leverandør med nummer %(number)s") % {"number": number}
            problems.append(Problem(f"{where}.number", "unknown_supplier", text))
        if rank < 1:
            problems.append(Problem(f"{where}.rank", "too_small", _("plassen må være 1 eller høyere")))
    for place, what in ((0, _("plassen %(one)s er gitt til flere")), (1, _("leverandøren %(one)s står flere ganger"))):
        given = [row[place] for row in ranking]
        twice = dict.fromkeys(one for one in given if given.count(one) > 1)
        problems += [Problem("ranking", "twice", what % {"one": one}) for one in twice]
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    numbers = {number for _rank, number in payload["ranking"]} | {one["supplier"] for one in before["positions"]}
    names = dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))
    on = date.fromisoformat(payload["on"])
    now = [one for one in before["positions"] if date.fromisoformat(one["valid_from"]) <= on]
    later = [one for one in before["positions"] if date.fromisoformat(one["valid_from"]) > on]
    was = {one["rank"]: one["supplier"] for one in now}
    will = dict(payload["ranking"])
    rows = [
        Compared(
            _("%(rank)s. plass") % {"rank": rank},
            names.get(was.get(rank, ""), was.get(rank, "")),
            names.get(will.get(rank, ""), will.get(rank, "")),
        )
        for rank in sorted(was.keys() | will.keys())
    ]
    for one in later:
        planned = _("%(rank)s. %(supplier)s fra %(day)s") % {
            "rank": one["rank"],
            "supplier": names.get(one["supplier"], one["supplier"]),
            "day": shown_day(one["valid_from"], "medium"),
        }
        rows.append(Compared(_("Planlagt plass"), planned, ""))
    for one in now:
        if one["leaves"]:
            leaves = _("%(supplier)s til %(day)s") % {
                "supplier": names.get(one["supplier"], one["supplier"]),
                "day": shown_day(one["valid_to"], "medium"),
            }
            rows.append(Compared(_("Planlagt slutt"), leaves, ""))
    kept = was == will and not later and not any(one["leaves"] for one in now)
    return [*rows, Compared(_("Gjelder fra"), "", "" if kept else shown_day(on, "medium"))]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    on = date.fromisoformat(payload["on"])
    wanted = {number: rank for rank, number in payload["ranking"]}
    before = _from(target, on)
    ended = {one.supplier.number: one for one in before if _moves(one, wanted, on)}
    # All give up their places before anybody takes a new one, so that two may change places.
    for one in ended.values():
        _end(one, on)
    staying = {one.supplier.number for one in before if not _moves(one, wanted, on)}
    suppliers = {one.number: one for one in Organisation.objects.filter(number__in=wanted)}
    for number, rank in wanted.items():
        if number not in staying:
            SupplierPosition.objects.create(
                lot=target.the_lot,
                supplier=suppliers[number],
                rank=rank,
                valid_from=on,
                **_kept(ended.get(number)),
            )
    told = {"on": payload["on"], "before": [_told(one) for one in before], "after": payload["ranking"]}
    events.record(Happening(target.subject, "ranking_changed", target.subject, actor, now, told))


def _from(target: Target, on: date) -> list[SupplierPosition]:
    rows = SupplierPosition.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), lot=target.lot)
    return list(rows.select_related("supplier", "lot__agreement").order_by("valid_from", "rank", "pk"))


def _moves(one: SupplierPosition, wanted: Mapping[str, int], on: date) -> bool:
    return wanted.get(one.supplier.number) != one.rank or one.valid_from > on or _leaves_early(one)


def _leaves_early(one: SupplierPosition) -> bool:
    """Whether an end is planned for it before the agreement itself must end."""
    return one.valid_to is not None and one.valid_to < one.lot.agreement.latest_end


def _end(one: SupplierPosition, on: date) -> None:
    if one.valid_from >= on:
        one.delete()
        return
    one.valid_to = on - timedelta(days=1)
    one.save(update_fields=["valid_to"])


def _kept(one: SupplierPosition | None) -> dict[str, Any]:
    """What follows a supplier to its new place: its last day, and a suspension."""
    if one is None:
        return {}
    return {
        "valid_to": None if _leaves_early(one) else one.valid_to,
        "suspended_from": one.suspended_from,
        "suspended_to": one.suspended_to,
        "suspension_reason": one.suspension_reason,
    }


def _told(one: SupplierPosition) -> dict[str, Any]:
    return {
        "supplier": one.supplier.number,
        "rank": one.rank,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "leaves": _leaves_early(one),
    }


def present_ranking(positions: Sequence[SupplierPosition], day: date) -> list[tuple[int, str]]:
    """(rank, organisation number) of those in place on a day."""
    return sorted(
        (one.rank, one.supplier.number)
        for one in positions
        if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    )
