"""Cancelling or delaying an agreement, and ending a delay. By four eyes: from that day nobody can call off, or all can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.halts import halt_on
from fellestorg.agreements.models import AgreementHalt
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_wanted, register_kind
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem, Refused

KIND = "halt"
CANCELLED, DELAYED, OVER = "cancelled", "delayed", "over"
SHORTEST = 10


@dataclass(frozen=True, slots=True)
class Halting:
    """What is to happen. ``do``: cancelled, delayed, or over (the delay ends; ``since`` is then its last day).

    ``reason`` is by language; ``expected`` and ``responsible`` belong to a delay.
    """

    do: str
    since: date
    reason: Mapping[str, str]
    responsible: str = ""
    expected: date | None = None
    source: str = ""


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Avlysning eller utsettelse")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, direct_in_draft=False, anew=as_wanted))


def halt_payload(halting: Halting) -> dict[str, Any]:
    """What a proposal of this kind keeps."""
    return {
        "do": halting.do,
        "since": halting.since.isoformat(),
        "reason": {code: halting.reason.get(code, "").strip() for code in LANGUAGES},
        "responsible": halting.responsible.strip(),
        "expected": halting.expected.isoformat() if halting.expected else None,
        "source": halting.source.strip(),
    }


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    halts = target.agreement.halts.order_by("since").values_list("kind", "since", "ended_on")
    return {"halts": [[kind, str(since), str(ended or "")] for kind, since, ended in halts]}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    today, since, do = clock.local_day(now), date.fromisoformat(payload["since"]), payload["do"]
    problems = []
    if do not in (CANCELLED, DELAYED, OVER):
        problems.append(Problem("do", "unknown", _("velg hva som skal skje")))
    if do != OVER:
        problems += _missing(payload, do)
    if since < today <= target.agreement.ends and target.agreement.starts <= today:
        problems.append(Problem("since", "passed", _("det kan ikke gjelde fra en dag som har vært")))
    expected = payload["expected"]
    if do == DELAYED and expected and date.fromisoformat(expected) <= since:
        problems.append(Problem("expected", "too_early", _("må være etter at utsettelsen begynner")))
    BadInput.raise_if(problems)
    # What is to begin later halts it just as well.
    standing = halt_on(target.agreement, since) or target.agreement.halts.filter(since__gt=since).first()
    if do == OVER and (standing is None or standing.kind != DELAYED or standing.ended_on is not None):
        raise Refused("not_delayed", _("Avtalen er ikke utsatt den dagen."))
    if do != OVER and standing is not None:
        raise Refused("halted_already", _("Avtalen er alt avlyst eller utsatt."))


def _missing(payload: Payload, do: str) -> list[Problem]:
    said = [
        Problem(f"reason_{code}", "missing", _("skriv grunnen, på minst ti tegn"))
        for code in LANGUAGES
        if len(payload["reason"][code]) < SHORTEST
    ]
    if len(payload["source"]) < SHORTEST:
        said.append(Problem("source", "missing", _("skriv hvor det er kunngjort, på minst ti tegn")))
    if do == DELAYED and len(payload["responsible"]) < 3:
        said.append(Problem("responsible", "missing", _("skriv hvem som har saken")))
    return said


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    names = {CANCELLED: _("Avlyst fra"), DELAYED: _("Utsatt fra"), OVER: _("Utsettelsen gjelder til og med")}
    stands = "; ".join(_in_words(*halt) for halt in before["halts"])
    rows = [Compared(names[payload["do"]], stands, shown_day(date.fromisoformat(payload["since"])))]
    if payload["do"] == OVER:
        return rows
    rows.append(Compared(_("Grunn"), "", in_language(payload["reason"])))
    if payload["do"] == DELAYED:
        expected = payload["expected"]
        when = shown_day(date.fromisoformat(expected)) if expected else _("ikke kjent")
        rows += [
            Compared(_("Hvem som har saken"), "", payload["responsible"]),
            Compared(_("Ventes å begynne"), "", when),
        ]
    return [*rows, Compared(_("Kilde"), "", payload["source"])]


def _in_words(kind: str, since: str, ended: str) -> str:
    told = {"since": shown_day(since, "medium"), "ended": shown_day(ended, "medium") if ended else ""}
    if kind == CANCELLED:
        return _("avlyst fra %(since)s") % told
    return (_("utsatt fra %(since)s til og med %(ended)s") if ended else _("utsatt fra %(since)s")) % told


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    since = date.fromisoformat(payload["since"])
    told = {"do": payload["do"], "since": payload["since"], "expected": payload["expected"]}
    if payload["do"] == OVER:
        halt = halt_on(target.agreement, since)
        assert halt is not None  # checked in this transaction
        halt.ended_on = since
        halt.save(update_fields=["ended_on"])
    else:
        AgreementHalt.objects.create(
            agreement=target.agreement,
            kind=payload["do"],
            since=since,
            **{f"reason_{code}": payload["reason"][code] for code in LANGUAGES},
            responsible=payload["responsible"] or target.agreement.owner.name,
            expected=date.fromisoformat(payload["expected"]) if payload["expected"] else None,
            source=payload["source"],
            registered_by=actor.name,
            registered_at=now,
        )
    events.record(Happening(target.subject, "agreement_halted", target.subject, actor, now, told))
