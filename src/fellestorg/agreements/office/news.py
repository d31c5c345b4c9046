"""News about an agreement: published at once, taken back when it no longer holds, never removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from fellestorg.agreements import alerts
from fellestorg.agreements.guards import require_manager
from fellestorg.agreements.models import FrameworkAgreement, NewsItem, Participation
from fellestorg.agreements.office.markup import clean
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.values import BadInput, Problem, Refused

LONGEST_TITLE, LONGEST_BODY = 200, 10_000


@dataclass(frozen=True, slots=True)
class NewsView:
    """A piece of news in the reader's language. ``language`` is the one it is shown in: bokmål where it lacks the
    reader's; ``missing`` are the languages it lacks."""

    id: int
    agreement: str
    agreement_title: str
    title: str
    body: str
    language: str
    missing: tuple[str, ...]
    author: str
    published_at: datetime
    withdrawn_at: datetime | None


def news_of(agreement: FrameworkAgreement, language: str, *, withdrawn: bool = False) -> list[NewsView]:
    """An agreement's news, the newest first; with what was taken back for those who manage it."""
    rows = NewsItem.objects.filter(agreement=agreement).select_related("agreement")
    return [view_of(row, language) for row in (rows if withdrawn else rows.filter(withdrawn_at=None))]


def news_for(actor: Actor, language: str, now: datetime, most: int = 5) -> list[NewsView]:
    """The latest news of the agreements that the actor's organisations take part in."""
    day = clock.local_day(now)
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    mine = Participation.objects.filter(
        valid, valid_from__lte=day, organisation__number__in=list(actor.organisations())
    )
    rows: QuerySet[NewsItem] = NewsItem.objects.filter(withdrawn_at=None, agreement__in=mine.values("agreement"))
    return [view_of(row, language) for row in rows.select_related("agreement")[:most]]


def view_of(row: NewsItem, language: str) -> NewsView:
    """One piece of news in a language."""
    missing = tuple(code for code in LANGUAGES if not getattr(row, f"title_{code}") or not getattr(row, f"body_{code}"))
    shown = "nb" if language in missing else language
    return NewsView(
        row.pk,
        row.agreement.key,
        localised(row.agreement, "title", language),
        getattr(row, f"title_{shown}"),
        getattr(row, f"body_{shown}"),
        shown,
        missing,
        row.author,
        row.published_at,
        row.withdrawn_at,
    )


@transaction.atomic
def publish(
    agreement: FrameworkAgreement, given: Mapping[str, str], *, tell: bool, actor: Actor, now: datetime
) -> NewsItem:
    """Publish news. ``given`` has ``title_nb``, ``body_nb`` and the same in nn and en; bokmål is required, the others are
    marked as missing where they are. ``tell`` sends a message to the participants' local agreement managers.

    Raises BadInput with every problem, Refused for whoever does not manage the agreement.
    """
    require_manager(actor, agreement)
    titles = {code: " ".join(clean(given.get(f"title_{code}", "")).split()) for code in LANGUAGES}
    bodies = {code: clean(given.get(f"body_{code}", "")) for code in LANGUAGES}
    problems = []
    if not titles["nb"]:
        problems.append(Problem("title_nb", "missing", _("overskriften mangler på bokmål")))
    if not bodies["nb"]:
        problems.append(Problem("body_nb", "missing", _("teksten mangler på bokmål")))
    for code in LANGUAGES:
        if code != "nb" and bool(titles[code]) != bool(bodies[code]):
            text = _("skriv både overskrift og tekst, eller ingen av dem")
            problems.append(Problem(f"body_{code}" if titles[code] else f"title_{code}", "half", text))
        if len(titles[code]) > LONGEST_TITLE or len(bodies[code]) > LONGEST_BODY:
            text = _("høyst %(most)s tegn") % {
                "most": LONGEST_BODY if len(bodies[code]) > LONGEST_BODY else LONGEST_TITLE
            }
            problems.append(Problem(f"title_{code}", "too_long", text))
    BadInput.raise_if(problems)
    row = NewsItem.objects.create(
        agreement=agreement,
        **{f"title_{code}": titles[code] for code in LANGUAGES},
        **{f"body_{code}": bodies[code] for code in LANGUAGES},
        author=actor.name,
        published_at=now,
    )
    _record(agreement, "news_published", row, actor, now)
    if tell:
        people = alerts.local_managers(agreement, clock.local_day(now))
        messages.tell(
            alerts.recipients(people),
            "news_published",
            {
                "title": {code: titles[code] or titles["nb"] for code in LANGUAGES},
                "agreement": {code: getattr(agreement, f"title_{code}") for code in LANGUAGES},
            },
            link=f"/avtaler/{agreement.key}/nyheter#nyhet-{row.pk}",
            at=now,
        )
    return row


@transaction.atomic
def withdraw(item: NewsItem, *, actor: Actor, now: datetime) -> NewsItem:
    """Take news back: it leaves pages and feeds. Refused where that is done already."""
    row = NewsItem.objects.select_for_update(of=("self",)).select_related("agreement__owner", "agreement__manager")
    found = row.get(pk=item.pk)
    require_manager(actor, found.agreement)
    if found.withdrawn_at is not None:
        raise Refused("withdrawn", _("Nyheten er alt trukket."))
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    _record(found.agreement, "news_withdrawn", found, actor, now)
    return found


def _record(agreement: FrameworkAgreement, verb: str, row: NewsItem, actor: Actor, now: datetime) -> None:
    subject = f"agreement:{agreement.key}"
    events.record(Happening(subject, verb, subject, actor, now, {"news": row.pk, "title": row.title_nb}))
