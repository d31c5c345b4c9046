"""Reminding whoever manages a purchasing system that last quarter's awards are to be announced. Once a quarter."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.calloffs.system_awards.quarters import quarter_of
from fellestorg.calloffs.system_awards.queries import awards
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.models import Event

REMINDED = "award_notice_due"


def remind(*, now: datetime) -> int:
    """Tell each system's manager of the quarter that is over, where it has awards; returns how many were told now."""
    over = quarter_of(quarter_of(clock.local_day(now)).first - timedelta(days=1))
    dps = FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM
    told = 0
    for pk in FrameworkAgreement.objects.filter(instrument=dps).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            # The row's lock lets two workers find out one after the other whether it has been told.
            agreement = FrameworkAgreement.objects.select_for_update(of=("self",)).select_related("manager").get(pk=pk)
            subject, found = f"agreement:{agreement.key}", awards(agreement, over)
            payload = {"quarter": str(over), "due": over.notice_due().due.isoformat()}
            known = Event.objects.filter(subject=subject, verb=REMINDED, payload=payload)
            if not found or known.exists():
                continue
            events.record(Happening(subject, REMINDED, subject, SYSTEM, now, payload))
            manager = agreement.manager
            params = {
                "agreement": {"nb": agreement.title_nb, "nn": agreement.title_nn, "en": agreement.title_en},
                "quarter": f"{over.number}/{over.year}",
                "count": len(found),
                "due": over.notice_due().due.strftime("%d.%m.%Y"),
            }
            who = [Recipient(manager.key, manager.email, manager.language)]
            messages.tell(who, REMINDED, params, link=f"/innkjopsordninger/{agreement.key}/{over}", at=now)
            told += 1
    return told
