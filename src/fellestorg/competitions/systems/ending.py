"""Ending a purchasing system. By four eyes: from that day nobody applies or is invited, and whoever is in is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fellestorg.agreements import proposals
from fellestorg.agreements.admissions import applying
from fellestorg.agreements.admissions.queries import admissions_on
from fellestorg.agreements.models import AdmissionApplication, ChangeProposal, FrameworkAgreement
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_wanted, register_kind
from fellestorg.competitions import procedures, telling
from fellestorg.competitions.acting import require, row_of
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.systems.rules import CALL, PROCEDURE, system_of
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import Decision, Refused

KIND = "end_purchasing_system"
_OPEN_STATES = (AdmissionApplication.State.RECEIVED, AdmissionApplication.State.ASSESSED)
_OVER = ("concluded", "cancelled")


@dataclass(frozen=True, slots=True)
class Told:
    """A supplier that is told of the end: whether it is admitted, whether it waits for an answer."""

    supplier: Organisation
    admitted: bool
    waits: bool


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Avslutte innkjøpsordningen")
    kind = Kind(
        name, _rests_on, _check, _compare, _apply, direct_in_draft=False, anew=as_wanted, may_propose=_may_propose
    )
    register_kind(KIND, kind)
    applying.register_end(_has_ended)


@transaction.atomic
def propose(competition: Competition, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Propose that the system ends the day somebody else approves it. Raises Refused where it does not run or a proposal
    waits already, BadInput without a reason of ten letters."""
    row = row_of(competition)
    require(may_lead(actor, row))
    if row.stage != "running" or row.result is None:
        raise Refused("not_running", _("Ordningen er ikke i gang."))
    if waiting(row) is not None:
        raise Refused("proposed_already", _("Det er alt foreslått å avslutte ordningen."))
    payload = {"competition": row.number, "reason": reason.strip()}
    return proposals.propose(KIND, Target(row.result), payload, reason, actor=actor, now=now)


def waiting(competition: Competition) -> ChangeProposal | None:
    """The proposal that waits for a second person, if any."""
    rows = ChangeProposal.objects.filter(agreement=competition.result_id, kind=KIND)
    return rows.filter(state=ChangeProposal.State.PROPOSED).first()


def told_of(agreement: FrameworkAgreement, day: date) -> list[Told]:
    """Every supplier that will be told, by name: the admitted, suspended too, and those who wait for an answer."""
    lots = list(agreement.lots.all())
    admitted = {one.supplier for lot in lots for one in admissions_on(lot, day, suspended=True)}
    rows = AdmissionApplication.objects.filter(lot__in=lots, state__in=_OPEN_STATES).select_related("supplier")
    waits = {one.supplier for one in rows}
    everybody = sorted(admitted | waits, key=lambda one: one.name.casefold())
    return [Told(one, one in admitted, one in waits) for one in everybody]


def under_way(agreement: FrameworkAgreement) -> list[Competition]:
    """The calls under the system that are finished as they are."""
    rows = Competition.objects.filter(procedure=CALL, under__agreement=agreement)
    return list(rows.exclude(stage__in=_OVER).exclude(stage="preparing").order_by("number"))


def _has_ended(agreement: FrameworkAgreement) -> bool:
    made = system_of(agreement)
    return made is not None and made.stage == "ended"


def _may_propose(actor: Actor, target: Target) -> Decision:
    competition = _competition(target)
    led = may_lead(actor, competition) if competition else None
    return led if led is not None and led.allowed else may_manage(actor, target.agreement)


def _competition(target: Target) -> Competition | None:
    return Competition.objects.filter(result=target.agreement, procedure=PROCEDURE, stage="running").first()


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    return {"ends": target.agreement.ends.isoformat()}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    if _competition(target) is None:
        raise Refused("not_running", _("Ordningen er ikke i gang."))


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    told, calls = told_of(target.agreement, clock.today()), under_way(target.agreement)
    count = ngettext("%(n)s leverandør", "%(n)s leverandører", len(told)) % {"n": len(told)}
    link = reverse("end_competition_system", args=[payload["competition"]])
    return [
        Compared(_("Siste dag"), shown_day(date.fromisoformat(before["ends"])), _("Dagen forslaget godkjennes")),
        Compared(_("Hvem som får beskjed"), "", count, link),
        Compared(_("Konkurranser som gjøres ferdig"), "", ", ".join(one.number for one in calls) or _("ingen")),
    ]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    competition = Competition.objects.get(number=payload["competition"])
    agreement, day = target.agreement, clock.local_day(now)
    everybody = told_of(agreement, day)
    moved = procedures.move(competition, "end", actor=actor, now=now, reason=payload["reason"])
    if agreement.ends > day:
        told = {"before": agreement.ends.isoformat(), "ends": day.isoformat(), "reason": payload["reason"]}
        agreement.ends = agreement.latest_end = max(day, agreement.starts)
        agreement.save(update_fields=["ends", "latest_end"])
        events.record(Happening(target.subject, "purchasing_system_ended", target.subject, actor, now, told))
    applying.lapse(agreement, actor=actor, now=now)
    for one in everybody:
        people = telling.people_of(one.supplier, now)
        code = "application_lapsed" if one.waits else "purchasing_system_ended"
        telling.tell(people, code, moved, now, {"reason": payload["reason"]})
