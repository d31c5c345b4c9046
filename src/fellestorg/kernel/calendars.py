"""Days and instants as an iCalendar (RFC 5545), to be read by calendar programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.http import HttpResponse


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry. ``uid`` is the same as long as it is the same thing; ``stamp`` when it was last changed, ``sequence`` how
    often it has been. A day as ``at`` is a whole day, an instant has no length."""

    uid: str
    at: datetime | date
    summary: str
    description: str
    stamp: datetime
    url: str = ""
    sequence: int = 0


def calendar(name: str, entries: Iterable[CalendarEntry]) -> bytes:
    """The entries as a calendar called ``name``."""
    import icalendar

    book = icalendar.Calendar()
    book.add("prodid", "-//Fellestorg//NO")
    book.add("version", "2.0")
    book.add("x-wr-calname", name)
    for one in entries:
        event = icalendar.Event()
        event.add("uid", one.uid)
        event.add("dtstamp", one.stamp.astimezone(UTC))
        event.add("dtstart", one.at.astimezone(UTC) if isinstance(one.at, datetime) else one.at)
        event.add("summary", one.summary)
        event.add("description", one.description)
        if one.sequence:
            event.add("sequence", one.sequence)
        if one.url:
            event.add("url", one.url)
        book.add_component(event)
    return bytes(book.to_ical())


def calendar_answer(name: str, entries: Iterable[CalendarEntry], file: str, *, attachment: bool = True) -> HttpResponse:
    """The calendar as an answer: to be saved as ``file``.ics, or to be subscribed to."""
    response = HttpResponse(calendar(name, entries), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'{"attachment" if attachment else "inline"}; filename="{file}.ics"'
    return response
