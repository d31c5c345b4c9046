"""Suspending an admitted supplier, and the way back, as a change by four eyes: law is at stake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.admissions.applying import people_of
from fellestorg.agreements.admissions.queries import admissions_on
from fellestorg.agreements.models import AdmissionSuspension, DeclarationRequest
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_wanted, register_kind
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem

KIND = "dps_suspension"
_SHORTEST = 20


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Suspensjon i innkjøpsordningen")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, direct_in_draft=False, anew=as_wanted))


def suspension_payload(supplier: str, on: date, reason: str, *, lifts: bool = False) -> dict[str, Any]:
    """A supplier that is not invited from a day on, or (``lifts``) is invited again from that day."""
    return {"supplier": supplier, "on": on.isoformat(), "reason": reason.strip(), "lifts": lifts}


def suspensions_on(target: Target, supplier: str, day: date) -> list[AdmissionSuspension]:
    """The suspensions of a supplier that hold on a day or begin later."""
    rows = AdmissionSuspension.objects.filter(Q(until=None) | Q(until__gte=day), lot=target.lot)
    return list(rows.filter(supplier__number=supplier).order_by("since"))


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    rows = suspensions_on(target, payload["supplier"], date.fromisoformat(payload["on"]))
    return {"present": [one.since.isoformat() for one in rows]}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    on, problems = date.fromisoformat(payload["on"]), []
    present = suspensions_on(target, payload["supplier"], on)
    admitted = admissions_on(target.the_lot, max(on, clock.local_day(now)), suspended=True)
    if not admitted.filter(supplier__number=payload["supplier"]).exists():
        problems.append(Problem("supplier", "absent", _("leverandøren er ikke tatt opp i ordningen")))
    elif payload["lifts"] and not present:
        problems.append(Problem("supplier", "not_suspended", _("leverandøren er ikke suspendert")))
    elif present and not payload["lifts"]:
        problems.append(Problem("supplier", "suspended_already", _("leverandøren er alt suspendert")))
    elif payload["lifts"] and _owes(target, payload["supplier"], clock.local_day(now)):
        text = _("egenerklæringen mangler fortsatt; den må leveres først (DPS-9)")
        problems.append(Problem("supplier", "declaration_missing", text))
    if len(payload["reason"]) < _SHORTEST:
        problems.append(Problem("reason", "too_short", _("skriv en begrunnelse på minst 20 tegn")))
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    supplier = Organisation.objects.filter(number=payload["supplier"]).first()
    day = {"day": shown_day(payload["on"], "medium")}
    was = ", ".join(_("suspendert fra %(day)s") % {"day": shown_day(one, "medium")} for one in before["present"]) or _(
        "inviteres"
    )
    will = _("inviteres fra %(day)s") % day if payload["lifts"] else _("suspendert fra %(day)s") % day
    name = supplier.name if supplier else payload["supplier"]
    return [Compared(name, was, will), Compared(_("Begrunnelse"), "", payload["reason"])]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    on, supplier = date.fromisoformat(payload["on"]), Organisation.objects.get(number=payload["supplier"])
    if payload["lifts"]:
        for one in suspensions_on(target, supplier.number, on):
            if one.since >= on:
                one.delete()
            else:
                one.until, one.lifted_reason = on - timedelta(days=1), payload["reason"]
                one.save(update_fields=["until", "lifted_reason"])
    else:
        AdmissionSuspension.objects.create(lot=target.the_lot, supplier=supplier, since=on, reason=payload["reason"])
    verb = "admission_suspension_lifted" if payload["lifts"] else "admission_suspended"
    events.record(Happening(target.subject, verb, target.subject, actor, now, dict(payload)))
    lot = target.the_lot
    params = {
        "supplier": supplier.name,
        "lot": {"nb": lot.title_nb, "nn": lot.title_nn, "en": lot.title_en},
        "day": on.strftime("%d.%m.%Y"),
        "reason": payload["reason"],
    }
    path = f"/avtaler/{target.agreement.key}/{lot.key}/opptatte"
    messages.tell(people_of(supplier, now), verb, params, link=path, at=now)


def _owes(target: Target, supplier: str, day: date) -> bool:
    rows = DeclarationRequest.objects.filter(lot=target.lot, supplier__number=supplier, answered_at=None)
    return rows.filter(due__lt=day).exists()
