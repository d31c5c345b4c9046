"""How it stands with the agencies' routines on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.rules import months_after
from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine, RoutineDecision
from fellestorg.calloffs.reuse.routines.policy import sees_all
from fellestorg.kernel.actors import Actor
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation, RoleGrant

_COUNTS = (RoutineDecision.Kind.ADOPTED, RoutineDecision.Kind.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Standing:
    """An agency's routine on a day. ``current`` is the version in use, ``waiting`` a newer one that nobody has adopted yet.
    ``due`` is the last day to confirm (rule REUSE-ROUTINE). ``state``: missing, waiting, in_use or overdue."""

    agency: Organisation
    state: str
    versions: tuple[ReuseRoutine, ...]
    current: ReuseRoutine | None = None
    waiting: ReuseRoutine | None = None
    adopted_on: date | None = None
    confirmed_on: date | None = None
    due: date | None = None


def standing(agreement: FrameworkAgreement, agency: Organisation, today: date) -> Standing:
    """How it stands with one agency's routine."""
    rows = ReuseRoutine.objects.filter(agreement=agreement, agency=agency)
    return _standing(agency, rows.select_related("agency", "owner").prefetch_related("decisions"), today)


def standings(agreement: FrameworkAgreement, actor: Actor, today: date) -> list[Standing]:
    """The agencies that hand in equipment or have a routine, and one's own; as far as one may see. Overdue first."""
    routines: dict[int, list[ReuseRoutine]] = {}
    rows = ReuseRoutine.objects.filter(agreement=agreement).select_related("agency", "owner")
    for row in rows.prefetch_related("decisions"):
        routines.setdefault(row.agency.pk, []).append(row)
    own = actor.organisations(*AGENCY)
    agencies = Organisation.objects.filter(number__in=own)
    if sees_all(actor):
        settled = ReuseSettlement.objects.filter(lot__agreement=agreement).values("agency")
        kept = CustodyStep.objects.filter(lot__agreement=agreement).values("agency")
        agencies = (
            Organisation.objects.filter(pk__in=settled)
            | Organisation.objects.filter(pk__in=kept)
            | Organisation.objects.filter(pk__in=list(routines))
        )
    found = [_standing(one, routines.get(one.pk, ()), today) for one in agencies.order_by("name")]
    order = ("overdue", "missing", "waiting", "in_use")
    return sorted(found, key=lambda one: order.index(one.state))


def overdue(agreement: FrameworkAgreement, actor: Actor, today: date) -> list[Standing]:
    """The routines not confirmed in time, for those who are to do something about it: the agency's local agreement manager,
    and SI."""
    if not actor.has(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, *SEES_ALL):
        return []
    return [one for one in standings(agreement, actor, today) if one.state == "overdue"]


def _standing(agency: Organisation, rows: Iterable[ReuseRoutine], today: date) -> Standing:
    versions = sorted(rows, key=lambda one: one.version, reverse=True)
    current = next((one for one in versions if _days(one, RoutineDecision.Kind.ADOPTED)), None)
    newest = versions[0] if versions else None
    waiting = newest if newest is not current else None
    if current is None:
        return Standing(agency, "waiting" if waiting else "missing", tuple(versions), None, waiting)
    adopted = _days(current, RoutineDecision.Kind.ADOPTED)[0]
    confirmed = max(_days(current, RoutineDecision.Kind.CONFIRMED), default=None)
    last = max(_days(current, *_COUNTS))
    due = months_after(last, rule_book().rule("REUSE-ROUTINE", on=today).count("months"))
    state = "overdue" if today > due else "in_use"
    return Standing(agency, state, tuple(versions), current, waiting, adopted, confirmed, due)


def _days(routine: ReuseRoutine, *kinds: str) -> list[date]:
    return [one.day for one in routine.decisions.all() if one.kind in kinds]
