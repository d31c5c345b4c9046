"""Reminding firms before answers grow old: at the steps of ``questions.toml``, each once, and when an answer is shown as
outdated and when it is hidden. What is shown follows from the days alone (``listings/freshness.py``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse

from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.firms.policy import sees_everything
from fellestorg.marketplace.firms.queries import firms_of
from fellestorg.marketplace.listings.freshness import Standing, standing
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.questions import catalogue, question
from fellestorg.marketplace.moderation.acting import writers
from fellestorg.marketplace.moderation.models import FreshnessNotice

# The public answers whose last day is no later than a day.
_ENDING = """
SELECT version.id, answer.key, (answer.value ->> 'expires_at')::date
FROM marketplace_listingversion version
JOIN marketplace_listing listing ON listing.id = version.listing_id AND listing.state = 'published'
JOIN marketplace_firm firm ON firm.id = listing.firm_id AND firm.state = 'verified'
CROSS JOIN LATERAL jsonb_each(version.answers) answer
WHERE version.state = 'published' AND answer.value ->> 'expires_at' <= %s
ORDER BY 3, 1, 2
"""


@dataclass(frozen=True, slots=True)
class Ageing:
    """An answer that is near its last day or past it. ``hidden_on`` is the first day it is no longer shown."""

    key: str
    title: str
    firm: str
    version: int
    question: str
    label: str
    section: str
    ends_on: date
    hidden_on: date
    standing: Standing


def remind(now: datetime) -> int:
    """Tell firms of their answers, one message a listing and step; gives how many were sent. Run twice, it tells once."""
    day = clock.local_day(now)
    reached: dict[tuple[int, str], list[tuple[str, date]]] = {}
    for version, key, ends in _ending(day + timedelta(days=max(catalogue().remind_days))):
        reached.setdefault((version, step_on(ends, day)), []).append((key, ends))
    told = FreshnessNotice.objects.filter(version__in={version for version, _step in reached})
    known = set(told.values_list("version_id", "step", "question", "ends_on"))
    sent = 0
    for (version, step), answers in sorted(reached.items()):
        new = [one for one in answers if (version, step, *one) not in known]
        sent += bool(new) and _tell(version, step, new, now)
    return sent


def step_on(ends: date, day: date) -> str:
    """The step an answer with this last day has come to: days before as a number, ``outdated`` or ``hidden``.

    >>> step_on(date(2023, 11, 20), date(2023, 11, 1)), step_on(date(2023, 10, 31), date(2023, 11, 1))
    ('30', 'outdated')
    """
    if day > ends + timedelta(days=catalogue().hidden_days):
        return "hidden"
    if day > ends:
        return "outdated"
    return str(min((step for step in catalogue().remind_days if day >= ends - timedelta(days=step)), default=0))


def rows(actor: Actor, day: date, *, own: bool) -> list[Ageing]:
    """What is near its last day or past it, the oldest first: of the firms somebody acts for (``own``), or of all for SI
    and auditors; nothing for others."""
    if not own and not sees_everything(actor):
        return []
    ending = _ending(day + timedelta(days=max(catalogue().remind_days)))
    versions = ListingVersion.objects.filter(pk__in={version for version, _key, _ends in ending})
    if own:
        versions = versions.filter(listing__firm__in=firms_of(actor))
    found = {one.pk: one for one in versions.select_related("listing__firm__organisation")}
    made = []
    for pk, key, ends in ending:
        one, asked = found.get(pk), question(key)
        if one is None or asked is None:
            continue
        made.append(
            Ageing(
                one.listing.key, one.text("title"), one.listing.firm.organisation.name, one.number, key, asked.text,
                asked.section, ends, ends + timedelta(days=catalogue().hidden_days + 1),
                standing({"expires_at": ends.isoformat()}, day),
            )
        )  # fmt: skip
    return made


@transaction.atomic
def _tell(version: int, step: str, answers: Iterable[tuple[str, date]], now: datetime) -> bool:
    """Write the notices; those another run has written meanwhile are left to it."""
    one = ListingVersion.objects.select_for_update(of=("self",)).select_related("listing__firm").get(pk=version)
    known = set(one.freshness_notices.filter(step=step).values_list("question", "ends_on"))
    new = sorted(set(answers) - known)
    if not new or one.state != ListingVersion.State.PUBLISHED:
        return False
    FreshnessNotice.objects.bulk_create(
        FreshnessNotice(version=one, question=key, ends_on=ends, step=step, told_at=now) for key, ends in new
    )
    first = min(ends for _key, ends in new)
    stream = one.listing.stream
    told = {"version": one.number, "step": step, "answers": [key for key, _ends in new], "ends_on": first.isoformat()}
    events.record(Happening(stream, "listing_ageing", stream, SYSTEM, now, told))
    code = f"listing_{step}" if step in ("outdated", "hidden") else "listing_due"
    facts = {"title": one.text("title"), "count": len(new), "day": first.strftime("%d.%m.%Y")}
    messages.tell(writers(one.listing.firm), code, facts, link=reverse("ageing_answers"), at=now)
    return True


def _ending(until: date) -> list[tuple[int, str, date]]:
    with connection.cursor() as cursor:
        cursor.execute(_ENDING, [until.isoformat()])
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]
