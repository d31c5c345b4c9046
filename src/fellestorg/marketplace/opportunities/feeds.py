"""The list as Atom, RSS 2.0 and iCalendar. A reader that has the newest gets a short answer (RFC 9110: 304)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import linebreaks
from django.utils.http import http_date
from django.utils.translation import gettext as _

from fellestorg.kernel import clock
from fellestorg.kernel.calendars import CalendarEntry, calendar
from fellestorg.marketplace.opportunities.finding import Opportunity
from fellestorg.marketplace.opportunities.words import KINDS
from fellestorg.ui import formats

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMS = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


def feed(form: str, rows: Sequence[Opportunity], page: str, here: str, language: str, changed: datetime) -> bytes:
    """The opportunities as ``form``: atom, rss or ics. ``page`` shows the same to people, ``here`` is the feed's own
    address."""
    if form == "ics":
        return calendar(_("Muligheter for leverandører"), entries(rows))
    made: SyndicationFeed = (_Atom if form == "atom" else _Rss)(
        title=_("Muligheter for leverandører"),
        link=page,
        description=_("Planlagte konkurranser, høringer, åpne konkurranser og innkjøpsordninger."),
        language=language,
        feed_url=here,
        author_name="Fellestorg",
        # The same as long as what is listed is: nothing changes it but the rows.
        changed=max((one.changed_at for one in rows), default=changed),
    )
    for one in rows:
        made.add_item(
            title=_xml(one.title),
            link=one.url,
            description=linebreaks(_xml(said_of(one)), autoescape=True),
            author_name=_xml(one.buyer),
            # Names the thing, not the page: it stays where the house's address changes.
            unique_id=f"urn:fellestorg:opportunity:{one.key}",
            unique_id_is_permalink=False,
            pubdate=one.published_at,
            updateddate=one.changed_at,
            categories=[str(KINDS[one.kind]), *one.cpv],
        )
    return made.writeString("utf-8").encode()


def entries(rows: Iterable[Opportunity]) -> list[CalendarEntry]:
    """Every date of the opportunities, for a calendar."""
    return [
        CalendarEntry(
            # As in the calendar of all competitions, so that whoever has both sees it once.
            f"{one.number}-{dated.key}@fellestorg",
            dated.at,
            f"{dated.title}: {one.title}",
            f"{one.number}, {one.buyer}",
            one.changed_at,
            one.url,
            one.changes,
        )
        for one in rows
        for dated in one.dates
    ]


def said_of(one: Opportunity) -> str:
    """An opportunity in two sentences: what and whose, and its date; then what it says of itself."""
    said = f"{KINDS[one.kind]}. {one.buyer}. {date_of(one)}."
    return f"{said}\n\n{one.summary}" if one.summary else said


def date_of(one: Opportunity) -> str:
    """Its date in words, in the active language."""
    if one.deadline is not None:
        when = formats.instant(one.deadline)
        if one.kind == "consultation":
            return _("Svarfrist %(when)s") % {"when": when}
        return _("Frist %(when)s") % {"when": when}
    if one.on is None:
        return _("Uten frist")
    text = _("Ventes kunngjort %(day)s") if one.kind == "planned" else _("Åpen til og med %(day)s")
    return text % {"day": formats.day(one.on)}


def conditional(request: HttpRequest, content: bytes, kind: str, changed: datetime, now: datetime) -> HttpResponse:
    """The content with what a reader needs to ask for it again: asked anew each time, sent only where it is new."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=kind)
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    # The header knows whole seconds: in the second of a change more may come, and the time would not tell.
    modified = int(changed.timestamp()) if int(changed.timestamp()) < int(now.timestamp()) else None
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    found = get_conditional_response(request, etag, modified, response)
    assert isinstance(found, HttpResponse)
    return found


def _xml(text: str) -> str:
    """The text without the signs that XML cannot hold."""
    return _NOT_XML.sub("", text)


class _Dated(SyndicationFeed):
    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed"]
        return changed.astimezone(clock.OSLO)


class _Atom(_Dated, Atom1Feed):
    pass


class _Rss(_Dated, Rss201rev2Feed):
    pass
