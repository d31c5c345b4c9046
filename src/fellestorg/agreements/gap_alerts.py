"""Telling the agencies, once, that an agreement ends and nothing follows at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation

from fellestorg.agreements import alerts, gaps
from fellestorg.agreements.gaps import Gap
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.succession import categories_in_words
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import Event
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.law import rule_book
from fellestorg.organisations.models import Person
from fellestorg.ui import formats

FORETOLD = "gap_foretold"


def tell_of_gaps(*, now: datetime) -> int:
    """Tell the agreement manager and every participant's local ones of gaps that begin within the days of rule GAP.

    Each gap is told of once; a decision that moves it makes it another gap. Returns how many were told of now.
    """
    day = clock.local_day(now)
    within = rule_book().rule("GAP", on=day).count("tell_days_before")
    return sum(_tell_once(gap, now) for gap in gaps.coming_gaps(day, within_days=within) if gap.first > day)


@transaction.atomic
def _tell_once(gap: Gap, now: datetime) -> bool:
    # The row's lock lets two workers find out one after the other whether it has been told.
    agreement = FrameworkAgreement.objects.select_for_update(of=("self",)).get(key=gap.after)
    subject = f"agreement:{agreement.key}"
    payload = {
        "first": gap.first.isoformat(),
        "last": gap.last.isoformat() if gap.last else None,
        "categories": list(gap.categories),
        "next": gap.before or None,
    }
    if Event.objects.filter(subject=subject, verb=FORETOLD, payload=payload).exists():
        return False
    day = clock.local_day(now)
    people = alerts.local_managers(agreement, day) | Person.objects.filter(pk=agreement.manager_id).distinct()
    events.record(Happening(subject, FORETOLD, subject, SYSTEM, now, payload))
    follower = FrameworkAgreement.objects.filter(key=gap.before).first()
    facts: dict[str, dict[str, str]] = {name: {} for name in ("agreement", "first", "categories", "next", "last")}
    for code in LANGUAGES:
        with translation.override(code):
            facts["agreement"][code] = localised(agreement, "title", code)
            facts["first"][code] = formats.day(gap.first)
            facts["categories"][code] = categories_in_words(gap.categories)
            if follower is not None and gap.last is not None:
                facts["next"][code] = localised(follower, "title", code)
                facts["last"][code] = formats.day(gap.last)
    code = "gap_without_end" if follower is None else "gap_before_next"
    messages.tell(alerts.recipients(people), code, facts, link=f"/avtaler/{agreement.key}", at=now)
    return True
