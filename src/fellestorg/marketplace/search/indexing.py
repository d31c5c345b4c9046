"""Keeps the entries true: written anew in the transaction whose event tells that a thing has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import transaction

from fellestorg.kernel import clock
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.search.entries import BOUNDARY, Entry, Kind, kinds
from fellestorg.marketplace.search.models import SearchEntry

_CHANGED = (
    "titles", "leads", "title", "lead", "text", "address", "facets", "shown_until", "at", "name",
)  # fmt: skip
_AT_ONCE = 500
# They say nothing of what is public, and come by the thousand in a competition's last minutes, each while others wait,
# or by the hundred while it is evaluated.
_CHANGES_NOTHING = frozenset(
    (
        "tender_received", "tender_withdrawn", "request_received", "request_withdrawn", "impartiality_declared",
        "requirement_decided", "score_given", "score_agreed", "candidate_points_given", "quality_closed",
        "tenders_ranked",
    )
)  # fmt: skip


_left_to_reindex: ContextVar[bool] = ContextVar("left_to_reindex", default=False)


@contextmanager
def left_to_reindex() -> Iterator[None]:
    """What happens inside is not followed: whoever does many things, as a load does, calls ``reindex`` afterwards."""
    token = _left_to_reindex.set(True)
    try:
        yield
    finally:
        _left_to_reindex.reset(token)


def follow(happenings: Sequence[Happening]) -> None:
    """Write anew what these events tell of. An event is recorded after the rows it tells of, so they are read here as
    the transaction leaves them. Many at once, as in a load, are left to ``reindex``."""
    if len(happenings) > _AT_ONCE or _left_to_reindex.get():
        return
    for kind in kinds():
        keys = {
            key
            for happening in happenings
            for subject, _colon, own in [happening.subject.partition(":")]
            if subject in kind.subjects and happening.verb not in _CHANGES_NOTHING
            for key in kind.subjects[subject](own)
        }
        if keys:
            write(kind, sorted(keys), happenings[-1].at)


def write(kind: Kind, keys: list[str] | None, now: datetime) -> None:
    """Bring the entries of a kind in line with what is public: of these keys, or of all for None."""
    found = list(kind.entries(keys))
    standing = SearchEntry.objects.filter(kind=kind.key)
    if keys is not None:
        standing = standing.filter(key__in=keys)
    gone = {(row.key, row.audience): row for row in standing.defer("search", "title_search")}
    rows = []
    for entry in found:
        known = gone.pop((entry.key, entry.audience), None)
        row = _row(kind, entry, known.first_seen_at if known else now)
        if known is None or _differ(known, row):
            rows.append(row)
    if gone:
        SearchEntry.objects.filter(pk__in=[row.pk for row in gone.values()]).delete()
    SearchEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["kind", "key", "audience"], update_fields=_CHANGED, batch_size=500
    )


def reindex() -> dict[str, int]:
    """Write every entry anew; gives how many each kind has. The answer is the same as if nothing had been lost."""
    counts = {}
    with transaction.atomic():
        now = clock.now()
        SearchEntry.objects.exclude(kind__in=[kind.key for kind in kinds()]).delete()
        for kind in kinds():
            write(kind, None, now)
            counts[kind.key] = SearchEntry.objects.filter(kind=kind.key).count()
    return counts


def differences() -> list[str]:
    """Where the entries are not what the things say now: ``kind:key (audience)``. Empty where all is well."""
    found = []
    for kind in kinds():
        standing = {(row.key, row.audience): row for row in SearchEntry.objects.filter(kind=kind.key).defer("search")}
        for entry in kind.entries(None):
            row = standing.pop((entry.key, entry.audience), None)
            fresh = _row(kind, entry, entry.at)
            if row is None or _differ(row, fresh):
                found.append(f"{kind.key}:{entry.key} ({entry.audience})")
        found += [f"{kind.key}:{key} ({audience})" for key, audience in standing]
    return sorted(found)


def _differ(standing: SearchEntry, fresh: SearchEntry) -> bool:
    return any(getattr(standing, name) != getattr(fresh, name) for name in _CHANGED)


def _row(kind: Kind, entry: Entry, first_seen_at: datetime) -> SearchEntry:
    leads = dict(entry.leads or {})
    return SearchEntry(
        kind=kind.key, key=entry.key, audience=entry.audience, titles=dict(entry.titles), leads=leads,
        title=_joined(entry.titles.values()), lead=_joined(leads.values()), text=_joined(entry.texts),
        address=entry.address, facets=[f"§type:{kind.key}", f"§for:{entry.audience}", *entry.marks],
        shown_until=entry.shown_until, at=entry.at, first_seen_at=first_seen_at,
        name=next(iter(entry.titles.values()))[:300],
    )  # fmt: skip


def _joined(texts: Iterable[str]) -> str:
    """Texts one after the other, each once, and each ended by what no phrase reaches across."""
    said = dict.fromkeys(text.strip().replace("\x00", "") for text in texts if text and text.strip())
    return "\n".join(f"{text}\n{BOUNDARY}" for text in said)
