"""Reminders of the clocks that run: applications that must be decided, declarations that must be renewed. Each once."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from fellestorg.agreements.admissions.applying import people_of
from fellestorg.agreements.admissions.upkeep import tell
from fellestorg.agreements.models import AdmissionApplication, DeclarationRequest, Lot
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Event
from fellestorg.law.calendar import add_working_days
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import current_grants

REMINDED = "admission_reminded"
# Ours, not the law's: two working days are enough to decide what is assessed, and one to answer what is known.
_DECIDE_AHEAD, _ANSWER_AHEAD = 2, 1


def remind(*, now: datetime) -> int:
    """Tell of applications that are due within two working days and of those that are late; of declarations due the next
    working day, and of late ones as a warning to supplier and manager. Each is told of once; returns how many now."""
    day = clock.local_day(now)
    waiting = AdmissionApplication.objects.filter(
        state__in=(AdmissionApplication.State.RECEIVED, AdmissionApplication.State.ASSESSED),
        due__lte=add_working_days(day, _DECIDE_AHEAD),
    )
    asked = DeclarationRequest.objects.filter(answered_at=None, due__lte=add_working_days(day, _ANSWER_AHEAD))
    told = sum(_application(one.pk, day, now) for one in waiting.order_by("due", "pk"))
    return told + sum(_declaration(one.pk, day, now) for one in asked.order_by("due", "pk"))


@transaction.atomic
def _application(pk: int, day: date, now: datetime) -> bool:
    rows = AdmissionApplication.objects.select_for_update(of=("self",)).select_related("lot__agreement", "supplier")
    row = rows.get(pk=pk)
    late = day > row.due
    if not _first_time(row.lot, {"application": row.pk, "due": row.due.isoformat(), "late": late}, now):
        return False
    params = {"supplier": row.supplier.name, "lot": _title(row.lot), "due": row.due.strftime("%d.%m.%Y")}
    code = "application_late" if late else "application_due_soon"
    messages.tell(_office(row.lot, day), code, params, link=f"/opptak/{row.pk}", at=now)
    return True


@transaction.atomic
def _declaration(pk: int, day: date, now: datetime) -> bool:
    rows = DeclarationRequest.objects.select_for_update(of=("self",)).select_related("lot__agreement", "supplier")
    row = rows.get(pk=pk)
    late = day > row.due
    if not _first_time(row.lot, {"declaration": row.pk, "due": row.due.isoformat(), "late": late}, now):
        return False
    tell(people_of(row.supplier, now), "declaration_late" if late else "declaration_due_soon", row, now)
    if late:
        manager = row.lot.agreement.manager
        tell([Recipient(manager.key, manager.email, manager.language)], "declaration_is_missing", row, now)
    return True


def _first_time(lot: Lot, payload: dict[str, object], now: datetime) -> bool:
    """Whether this has not been told of; it has, from now on. The caller holds the row's lock."""
    subject = f"lot:{lot}"
    if Event.objects.filter(subject=subject, verb=REMINDED, payload=payload).exists():
        return False
    events.record(Happening(subject, REMINDED, subject, SYSTEM, now, payload))
    return True


def _office(lot: Lot, day: date) -> list[Recipient]:
    """The system's manager and the owner's administrators: one assesses, another decides."""
    admins = current_grants(day).filter(role=RoleGrant.Role.SI_ADMIN, organisation=lot.agreement.owner_id)
    people = [lot.agreement.manager, *Person.objects.filter(active=True, grants__in=admins).distinct()]
    return [Recipient(one.key, one.email, one.language) for one in people]


def _title(lot: Lot) -> dict[str, str]:
    return {"nb": lot.title_nb, "nn": lot.title_nn, "en": lot.title_en}
