"""What subscribers are told: each opportunity once, and again only where its date has moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.marketplace.opportunities import choosing, subscribing
from fellestorg.marketplace.opportunities.feeds import date_of
from fellestorg.marketplace.opportunities.finding import Opportunity, open_now
from fellestorg.marketplace.opportunities.models import OpportunitySubscription
from fellestorg.marketplace.opportunities.subscribing import deadline_of
from fellestorg.marketplace.opportunities.words import KINDS
from fellestorg.organisations.models import Person

_EVERY = {
    OpportunitySubscription.Frequency.DAILY: timedelta(days=1),
    OpportunitySubscription.Frequency.WEEKLY: timedelta(days=7),
}
_MOST_NAMED = 30


@dataclass(frozen=True, slots=True)
class Digest:
    """What one subscriber is to be told."""

    new: tuple[Opportunity, ...]
    moved: tuple[Opportunity, ...]


def tell(now: datetime) -> int:
    """Tell every subscriber whose turn it is. Gives how many were told. Run twice, it tells nobody twice."""
    day, told = clock.local_day(now), 0
    listed = {}
    for key in OpportunitySubscription.objects.filter(looked_on__lt=day).values_list("pk", flat=True):
        with transaction.atomic():
            row = OpportunitySubscription.objects.select_for_update(of=("self",)).select_related("person")
            one = row.filter(pk=key).first()
            if one is None or not due(one, day):
                continue
            language = one.person.language if one.person else one.language
            with translation.override(language):
                if language not in listed:
                    listed[language] = open_now(now)
                told += _tell(one, listed[language], day, now)
    return told


def due(row: OpportunitySubscription, day: date) -> bool:
    """Whether it is to be gone through that day."""
    return row.looked_on + _EVERY[OpportunitySubscription.Frequency(row.frequency)] <= day


def digest(row: OpportunitySubscription, rows: Sequence[Opportunity], now: datetime) -> Digest:
    """What is new to a subscriber, and whose date is another than they were told."""
    fitting = choosing.fitting(choosing.read_query(row.query), rows, now)
    return Digest(
        tuple(one for one in fitting if one.key not in row.told),
        # A date may move out of the very choice that found it, so it is looked for among everything.
        tuple(one for one in rows if one.key in row.told and row.told[one.key] != deadline_of(one)),
    )


def _tell(row: OpportunitySubscription, rows: Sequence[Opportunity], day: date, now: datetime) -> bool:
    found = digest(row, rows, now)
    row.looked_on = day
    row.told = {
        **{one.key: deadline_of(one) for one in rows if one.key in row.told},
        **{one.key: deadline_of(one) for one in found.new},
    }
    row.save(update_fields=["looked_on", "told"])
    person: Person | None = row.person
    if not (found.new or found.moved) or (person is not None and not person.active):
        return False
    facts = {"new": len(found.new), "moved": len(found.moved), "text": _text(found)}
    to = Recipient(person.key, person.email, person.language) if person else Recipient("", row.email, row.language)
    link = reverse("opportunities") + (f"?{row.query}" if row.query else "")
    messages.tell([to], "opportunities_digest", facts, link=link, at=now, stop=subscribing.stop_link(row))
    return True


def _text(found: Digest) -> str:
    parts = []
    for heading, rows in ((_("NYTT"), found.new), (_("ENDRET DATO"), found.moved)):
        if rows:
            parts.append(heading)
            for one in rows[:_MOST_NAMED]:
                parts += [f"{one.title}. {KINDS[one.kind]}, {one.buyer}. {date_of(one)}.", one.url]
            if len(rows) > _MOST_NAMED:
                parts.append(_("… og %(count)s til på siden.") % {"count": len(rows) - _MOST_NAMED})
    return "\n\n".join(parts)
