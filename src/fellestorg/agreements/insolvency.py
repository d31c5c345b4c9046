"""What a supplier's insolvency means for agreements: out of every lot at once, and everybody concerned is told."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.alerts import manager_and_local, recipients
from fellestorg.agreements.models import FrameworkAgreement, SupplierPosition
from fellestorg.kernel import clock, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.insolvency import register_consequence
from fellestorg.organisations.models import Insolvency, Organisation, Person
from fellestorg.organisations.registry.watching import register_concerned
from fellestorg.ui.formats import day as shown_day


def register() -> None:
    """Register the consequence and what people are told."""
    register_consequence(suspend_everywhere)
    register_concerned(managers_with)
    messages.register(
        {
            "supplier_insolvent": (
                _("{supplier} er konkurs: {agreement}"),
                _(
                    "{supplier} er konkurs fra {since} og er suspendert under {agreement}. Neste avrop går til den neste i "
                    "rangeringen. Kilde: {source}"
                ),
            )
        }
    )


def managers_with(supplier: Organisation, day: date) -> list[Person]:
    """Those who manage agreements under which a supplier has a place now or later: they hear of changes in the register."""
    places = SupplierPosition.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), supplier=supplier)
    return list(Person.objects.filter(active=True, pk__in=places.values("lot__agreement__manager")))


def suspend_everywhere(row: Insolvency, actor: Actor, now: datetime) -> list[Happening]:
    """Suspend every position that the supplier holds now or later, from today until further notice."""
    today = clock.local_day(now)
    rows = SupplierPosition.objects.select_for_update(of=("self",)).filter(
        Q(valid_to=None) | Q(valid_to__gte=today), supplier=row.organisation_id
    )
    reason = f"Konkurs {row.since.isoformat()}. Kilde: {row.source}"
    found = []
    agreements: dict[int, FrameworkAgreement] = {}
    for one in rows.select_related("lot__agreement__manager").order_by("lot_id", "valid_from"):
        agreements[one.lot.agreement_id] = one.lot.agreement
        if one.suspended_from is not None and one.suspended_from <= today and one.suspended_to is None:
            continue
        one.suspended_from, one.suspended_to, one.suspension_reason = today, None, reason
        one.save(update_fields=["suspended_from", "suspended_to", "suspension_reason"])
        told = {"supplier": row.organisation.number, "from": today.isoformat(), "to": None, "reason": reason}
        stream = f"lot:{one.lot}"
        found.append(Happening(stream, "supplier_suspended", stream, actor, now, told))
    admitted = FrameworkAgreement.objects.filter(lots__admissions__supplier=row.organisation_id)
    running = Q(lots__admissions__valid_to=None) | Q(lots__admissions__valid_to__gte=today)
    for agreement in admitted.filter(running).select_related("manager").distinct():
        agreements[agreement.pk] = agreement
    for agreement in agreements.values():
        _tell(agreement, row, now)
    return found


def _tell(agreement: FrameworkAgreement, row: Insolvency, now: datetime) -> None:
    messages.tell(
        recipients(manager_and_local(agreement, clock.local_day(now))),
        "supplier_insolvent",
        {
            "supplier": row.organisation.name,
            "agreement": {code: getattr(agreement, f"title_{code}") for code in LANGUAGES},
            "since": {code: shown_day(row.since, code=code) for code in LANGUAGES},
            "source": row.source,
        },
        link=f"/avtaler/{agreement.key}",
        at=now,
    )
