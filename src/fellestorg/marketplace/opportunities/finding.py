"""Everything that firms can compete for now, read anew from what it is: no list of its own is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.agreements.halts import halted_on
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.models import Competition
from fellestorg.competitions.queries import open_to_all
from fellestorg.kernel import clock
from fellestorg.kernel.text import in_language, localised
from fellestorg.law.procedures import procedure
from fellestorg.marketplace.opportunities.models import AdvanceNotice

KINDS = ("planned", "consultation", "competition", "system")
_SYSTEM = FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that concerns suppliers, under the name that the procedure's table or the notice gives it."""

    key: str
    title: str
    at: datetime | date


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Something that any firm can compete for, answer or prepare for. ``deadline`` is the last time to come in, None where
    there is none: then ``on`` is the day it is expected, or the last day of a purchasing system. ``dates`` are all of
    them."""

    key: str
    kind: str
    number: str
    title: str
    language: str
    summary: str
    link: str
    buyer_number: str
    buyer: str
    cpv: tuple[str, ...]
    agreement: str
    agreement_title: str
    procedure: str
    published_at: datetime
    changed_at: datetime
    deadline: datetime | None
    on: date | None
    dates: tuple[Dated, ...]
    changes: int = 0

    @property
    def order(self) -> tuple[object, ...]:
        """The nearest date first, a system without a deadline last; then the title. The same for every reader."""
        near = self.deadline or (
            datetime.combine(self.on, time.max, clock.OSLO) if self.kind == "planned" and self.on else None
        )
        return (near is None, near or self.published_at, self.title.casefold(), self.key)

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions of its CPV codes, each once."""
        return tuple(dict.fromkeys(code[:2] for code in self.cpv))

    @property
    def url(self) -> str:
        """Where it is shown, with the house's own address in front."""
        return f"{settings.BASE_URL}{self.link}"


def open_now(now: datetime) -> list[Opportunity]:
    """What is open, planned or asked about at an instant, in order. Mini-competitions are for those invited and never
    among them."""
    day = clock.local_day(now)
    found = [*_competitions(now, day), *_systems(day), *_notices(now, day)]
    return sorted(found, key=lambda one: one.order)


def last_changed(now: datetime) -> datetime:
    """When what is open last changed, at the latest: something was published, changed, ended or cancelled, a deadline
    passed, or a day began."""
    day = clock.local_day(now)
    fields = ("published_at", "requests_until", "tenders_until", "cancelled_at")
    seen = Competition.objects.exclude(published_at=None).aggregate(
        **{field: Max(field, filter=Q(**{f"{field}__lte": now})) for field in fields},
        moved=Max("deadline_changes__changed_at"),
    )
    noted = AdvanceNotice.objects.aggregate(
        changed=Max("changed_at"), over=Max("answer_until", filter=Q(answer_until__lte=now))
    )
    times = [one for one in (*seen.values(), *noted.values()) if one is not None and one <= now]
    latest: datetime = max([datetime.combine(day, time.min, clock.OSLO), *times])
    return latest


def current_notices(now: datetime) -> Iterator[AdvanceNotice]:
    """The notices that are still of use: not withdrawn, not over, and not become a competition that is published."""
    day = clock.local_day(now)
    rows = AdvanceNotice.objects.filter(
        Q(kind=AdvanceNotice.Kind.PLANNED, expected_on__gte=day)
        | Q(kind=AdvanceNotice.Kind.CONSULTATION, answer_until__gt=now),
        Q(competition=None) | Q(competition__published_at=None),
        withdrawn_at=None,
    )
    yield from rows.select_related("buyer", "agreement")


def _competitions(now: datetime, day: date) -> Iterator[Opportunity]:
    rows = open_to_all(now).annotate(
        moved_at=Max("deadline_changes__changed_at"), moves=Count("deadline_changes", distinct=True)
    )
    halted = set(halted_on(day))
    for row in rows:
        system = row.stage == "running"
        result = row.result if system else None
        if result is not None and (result.ends < day or result.pk in halted):
            continue
        field = procedure(row.procedure).entrances()[row.stage]
        deadline = getattr(row, field) if field else _ahead(row.requests_until, now)
        published = row.published_at or row.created_at
        yield Opportunity(
            f"competition:{row.number}",
            "system" if system else "competition",
            row.number,
            row.title,
            row.language,
            row.description,
            reverse("competition", args=[row.number]),
            row.buyer.number,
            row.buyer.name,
            tuple(row.cpv),
            result.key if result else "",
            localised(result, "title") if result else "",
            row.procedure,
            published,
            max(published, row.moved_at or published),
            deadline,
            result.ends if result else None,
            tuple(_dates(row)),
            row.moves,
        )


def _dates(row: Competition) -> Iterable[Dated]:
    """The dates up to the tenders; what comes after concerns those who delivered one."""
    for one in procedure(row.procedure).dates:
        at = getattr(row, one.field)
        if isinstance(at, datetime):
            yield Dated(one.key, in_language(one.title), at)


def _systems(day: date) -> Iterator[Opportunity]:
    """Purchasing systems that were set up elsewhere and have no competition here."""
    here = Competition.objects.filter(result__isnull=False).values("result")
    rows = FrameworkAgreement.objects.filter(
        instrument=_SYSTEM, starts__lte=day, ends__gte=day, lots__policies__isnull=False
    )
    rows = rows.exclude(pk__in=here).exclude(pk__in=halted_on(day)).distinct()
    for row in rows.select_related("owner").prefetch_related("lots"):
        began = datetime.combine(row.starts, time.min, clock.OSLO)
        codes = tuple(dict.fromkeys(code for lot in row.lots.all() for code in lot.cpv))
        yield Opportunity(
            f"agreement:{row.key}",
            "system",
            row.key,
            localised(row, "title"),
            "",
            localised(row, "summary"),
            reverse("agreement", args=[row.key]),
            row.owner.number,
            row.owner.name,
            codes,
            row.key,
            localised(row, "title"),
            "purchasing_system",
            began,
            began,
            None,
            row.ends,
            (),
        )


def _notices(now: datetime, day: date) -> Iterator[Opportunity]:
    for row in current_notices(now):
        planned = row.kind == AdvanceNotice.Kind.PLANNED
        at = row.expected_on if planned else row.answer_until
        assert at is not None, "the database asks for it"
        yield Opportunity(
            row.subject,
            row.kind,
            f"V-{row.pk}",
            row.title,
            row.language,
            row.text,
            reverse("advance_notice", args=[row.pk]),
            row.buyer.number,
            row.buyer.name,
            tuple(row.cpv),
            row.agreement.key if row.agreement else "",
            localised(row.agreement, "title") if row.agreement else "",
            "",
            row.published_at,
            row.changed_at,
            None if planned else row.answer_until,
            row.expected_on if planned else None,
            (Dated("expected", _("Ventet kunngjøring"), at) if planned else Dated("answer", _("Svarfrist"), at),),
            row.changes,
        )


def _ahead(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None
