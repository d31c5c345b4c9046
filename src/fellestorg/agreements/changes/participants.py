"""Agencies that were not on the list: added by four eyes, because only those the notice named may call off (FA-2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import Participation
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, register_kind
from fellestorg.agreements.shown import GROUND_NAMES
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import in_language
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem

KIND = "participants"
SHORTEST_NOTE = 10
_PUBLIC = (Organisation.Kind.AGENCY, Organisation.Kind.MUNICIPALITY, Organisation.Kind.COUNTY)


@dataclass(frozen=True, slots=True)
class Joining:
    """An agency that is to be able to call off: on what ground, from when, and where the notice names it."""

    number: str
    ground: str
    valid_from: date
    valid_to: date | None = None
    note: str = ""


def register() -> None:
    """Tell the proposals of this kind."""
    register_kind(
        KIND, Kind(gettext_lazy("Nye deltakere"), _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on))
    )


def participants_payload(joining: Iterable[Joining]) -> dict[str, Any]:
    """What a proposal of this kind keeps."""
    return {
        "add": [
            {
                "number": one.number,
                "ground": one.ground,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat() if one.valid_to else None,
                "note": one.note.strip(),
            }
            for one in joining
        ]
    }


def joining_problems(one: Joining, organisation: Organisation | None, starts: date) -> list[Problem]:
    """What is wrong with one that is to be added, by field (FA-2, M-1, M-5)."""
    problems = []
    if organisation is None or organisation.kind not in _PUBLIC:
        text = _("det finnes ingen offentlig virksomhet med nummer %(number)s") % {"number": one.number}
        problems.append(Problem("number", "unknown_buyer", text))
    elif one.ground == Participation.Ground.OBLIGATORY and organisation.kind != Organisation.Kind.AGENCY:
        text = _("bare statlige virksomheter kan være med obligatorisk")
        problems.append(Problem("ground", "not_state", text))
    if one.ground not in Participation.Ground.values:
        problems.append(Problem("ground", "unknown_ground", _("ventet obligatory, opt_in eller later")))
    elif one.ground != Participation.Ground.OBLIGATORY and len(one.note.strip()) < SHORTEST_NOTE:
        text = _("skriv hvor kunngjøringen nevner virksomheten, på minst ti tegn")
        problems.append(Problem("note", "missing", text))
    if one.valid_to is not None and one.valid_to < one.valid_from:
        problems.append(Problem("valid_to", "before_start", _("siste dag kan ikke være før første")))
    if one.valid_from < starts:
        text = _("kan ikke være før avtalen starter, %(day)s") % {"day": shown_day(starts, "medium")}
        problems.append(Problem("valid_from", "before_agreement", text))
    return problems


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    rows = Participation.objects.filter(
        agreement=target.agreement, organisation__number__in=[one["number"] for one in payload["add"]]
    )
    return {
        "present": [
            [number, start.isoformat(), end.isoformat() if end else None]
            for number, start, end in rows.order_by("organisation__number", "valid_from").values_list(
                "organisation__number", "valid_from", "valid_to"
            )
        ]
    }


def _check(target: Target, payload: Payload, now: datetime) -> None:
    joining = [_read(one) for one in payload["add"]]
    found = {one.number: one for one in Organisation.objects.filter(number__in=[one.number for one in joining])}
    present = _rests_on(target, payload)["present"]
    problems = []
    for index, one in enumerate(joining):
        here = joining_problems(one, found.get(one.number), target.agreement.starts)
        if any(_overlaps(one, start, end) for number, start, end in present if number == one.number):
            here.append(Problem("number", "present", _("virksomheten er alt med i denne tiden")))
        if any(other.number == one.number for other in joining[:index]):
            here.append(Problem("number", "twice", _("virksomheten står flere ganger")))
        problems += [Problem(f"add[{index}].{bad.where}", bad.code, bad.text) for bad in here]
    if not joining:
        problems.append(Problem("add", "missing", _("oppgi minst én virksomhet")))
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    numbers = [one["number"] for one in payload["add"]]
    rows = Organisation.objects.filter(number__in=numbers)
    names = {one.number: in_language({"nb": one.name, "nn": one.name_nn, "en": one.name_en}) for one in rows}
    compared = []
    for given in payload["add"]:
        one = _read(given)
        earlier = [_period(start, end) for number, start, end in before["present"] if number == one.number]
        words = [str(GROUND_NAMES[one.ground]), _period(given["valid_from"], given["valid_to"])]
        text = ", ".join([*words, one.note] if one.note else words)
        compared.append(Compared(f"{names.get(one.number, '')} ({one.number})", ", ".join(earlier), text))
    return compared


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    joining = [_read(one) for one in payload["add"]]
    found = {one.number: one for one in Organisation.objects.filter(number__in=[one.number for one in joining])}
    Participation.objects.bulk_create(
        Participation(
            agreement=target.agreement,
            organisation=found[one.number],
            ground=one.ground,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            note=one.note[:300],
        )
        for one in joining
    )
    events.record(Happening(target.subject, "participants_added", target.subject, actor, now, dict(payload)))


def _read(given: Mapping[str, Any]) -> Joining:
    end = given["valid_to"]
    return Joining(
        given["number"],
        given["ground"],
        date.fromisoformat(given["valid_from"]),
        date.fromisoformat(end) if end else None,
        given["note"],
    )


def _overlaps(one: Joining, start: str, end: str | None) -> bool:
    begins_before_it_ends = end is None or one.valid_from.isoformat() <= end
    return begins_before_it_ends and (one.valid_to is None or start <= one.valid_to.isoformat())


def _period(start: str, end: str | None) -> str:
    if end is None:
        return _("fra %(day)s") % {"day": shown_day(start, "medium")}
    return f"{shown_day(start, 'medium')} – {shown_day(end, 'medium')}"
