"""What is planned or asked about, as the search across everything public knows it. Competitions are searched already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.urls import reverse

from fellestorg.competitions.models import Competition
from fellestorg.kernel import clock
from fellestorg.marketplace.opportunities.finding import current_notices
from fellestorg.marketplace.search.entries import Entry


def entries(keys: list[str] | None) -> Iterator[Entry]:
    """The notices that are of use now, each until its day is over."""
    for row in current_notices(clock.now()):
        if keys is not None and str(row.pk) not in keys:
            continue
        ends = row.answer_until
        if row.expected_on is not None:
            ends = datetime.combine(row.expected_on + timedelta(days=1), time.min, clock.OSLO)
        yield Entry(
            str(row.pk),
            {row.language: row.title},
            reverse("advance_notice", args=[row.pk]),
            row.changed_at,
            texts=[row.text, row.buyer.name],
            facets={"agreement": [row.agreement.key] if row.agreement else []},
            shown_until=ends,
        )


def of_competition(number: str) -> list[str]:
    """The notices that became a competition: they are of no use once it is published."""
    found = Competition.objects.filter(number=number, advance_notices__isnull=False)
    return [str(key) for key in found.values_list("advance_notices", flat=True)]
