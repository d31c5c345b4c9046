"""The verbs of agreements. Each is one transaction with its event in it.

Lock order, everywhere: the lots' balances by id, then the event streams.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import (
    FrameworkAgreement,
    Lot,
    SupplierPosition,
)
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.values import BadInput, Problem, Refused

_SHORTEST_REASON = 10


@transaction.atomic
def suspend(
    position: SupplierPosition, start: date, end: date | None, reason: str, *, actor: Actor, now: datetime
) -> SupplierPosition:
    """Take a supplier out of a lot's ranking from a day to a day (``None``: until further notice), with a reason.

    Call-offs skip it in that time; what is already ordered stands.
    """
    _require_manager(actor, position.lot.agreement)
    problems = []
    if len(reason.strip()) < _SHORTEST_REASON:
        problems.append(Problem("reason", "missing", _("oppgi en grunn på minst ti tegn")))
    if end is not None and end < start:
        problems.append(Problem("end", "before_start", _("siste dag kan ikke være før første")))
    if start < clock.local_day(now):
        problems.append(Problem("start", "passed", _("en suspensjon kan ikke gjelde fra en dag som har vært")))
    BadInput.raise_if(problems)
    position = _locked_position(position)
    position.suspended_from, position.suspended_to, position.suspension_reason = start, end, reason.strip()
    position.save(update_fields=["suspended_from", "suspended_to", "suspension_reason"])
    payload = {
        "supplier": position.supplier.number,
        "from": start.isoformat(),
        "to": end.isoformat() if end else None,
        "reason": reason.strip(),
    }
    _record_on_lot(position.lot, "supplier_suspended", actor, now, payload)
    return position


@transaction.atomic
def lift_suspension(position: SupplierPosition, *, actor: Actor, now: datetime) -> SupplierPosition:
    """Let a suspended supplier take its place again from today. Refused where it is not suspended."""
    _require_manager(actor, position.lot.agreement)
    position = _locked_position(position)
    if position.suspended_from is None:
        raise Refused("not_suspended", _("Leverandøren er ikke suspendert."))
    position.suspended_from, position.suspended_to, position.suspension_reason = None, None, ""
    position.save(update_fields=["suspended_from", "suspended_to", "suspension_reason"])
    _record_on_lot(position.lot, "suspension_lifted", actor, now, {"supplier": position.supplier.number})
    return position


def _locked_position(position: SupplierPosition) -> SupplierPosition:
    rows = SupplierPosition.objects.select_for_update(of=("self",)).select_related("supplier", "lot__agreement")
    return rows.get(pk=position.pk)


def _record_on_lot(
    lot: Lot, verb: str, actor: Actor, now: datetime, payload: dict[str, Any], covers: Sequence[Any] = ()
) -> None:
    events.record(Happening(f"lot:{lot}", verb, f"lot:{lot}", actor, now, payload, covers))


def _require_manager(actor: Actor, agreement: FrameworkAgreement) -> None:
    decision = may_manage(actor, agreement)
    if not decision.allowed:
        raise Refused(
            decision.reason,
            _("Bare avtaleforvalteren for avtalen og SI-administrator kan gjøre dette."),
            **decision.params,
        )
