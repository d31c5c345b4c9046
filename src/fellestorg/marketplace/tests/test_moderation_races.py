"""Two at once: one decision, one complaint, one reminder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from fellestorg.kernel.models import Event, Message
from fellestorg.marketplace.models import Complaint, ListingVersion
from fellestorg.marketplace.moderation import ageing, complaints, deciding
from fellestorg.marketplace.tests.listings_world import NOW
from fellestorg.marketplace.tests.moderation_world import WHY, at_si, service, world
from fellestorg.values import Refused

DAY = NOW + timedelta(days=170)  # near the answer's last day


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What came of each, done by threads that begin together: ``done`` or the code of the refusal."""
    ready, found = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait()
            act()
            found.append("done")
        except Refused as refused:
            found.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(found)


def test_what_two_do_at_once_is_done_once(own_database: Callable[..., str]) -> None:
    own_database()
    of = world()
    case = deciding.give_notice(service(of), "unlawful", WHY, **of.one, now=NOW)
    settled = at_once(
        lambda: deciding.settle(case, "remove", WHY, **of.other, now=NOW),
        lambda: deciding.settle(case, "keep", WHY, **of.third, now=NOW),
    )
    assert settled == ["closed", "done"] and Event.objects.filter(verb="moderation_decided").count() == 1
    if ListingVersion.objects.get().state == "published":  # kept: the other way now
        case = deciding.give_notice(ListingVersion.objects.get(), "unlawful", WHY, **of.one, now=NOW)
        deciding.settle(case, "remove", WHY, **of.other, now=NOW)
    case.refresh_from_db()
    complained = at_once(*[lambda: complaints.complain(case, WHY * 2, **of.writer, now=NOW)] * 2)
    assert complained == ["complained_already", "done"]
    fourth, fifth = at_si("fourth"), at_si("fifth")
    upheld = at_once(
        lambda: complaints.decide(Complaint.objects.get(), "upheld", WHY, **fourth, now=NOW),
        lambda: complaints.decide(Complaint.objects.get(), "upheld", WHY, **fifth, now=NOW),
    )
    assert upheld == ["closed", "done"] and ListingVersion.objects.filter(state="published").count() == 1
    before = Message.objects.count()
    at_once(lambda: ageing.remind(DAY), lambda: ageing.remind(DAY))
    assert Message.objects.count() == before + 1 and Event.objects.filter(verb="listing_ageing").count() == 1
