"""Wishes for something better: public at once without a name, one vote for each person, and what SI makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.guidance import private
from fellestorg.marketplace.guidance.models import Wish, WishVote
from fellestorg.marketplace.guidance.policy import ASKERS, may_ask, may_edit, require, require_pace
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Problem, Refused

LONGEST_TITLE, LONGEST_BODY, LONGEST_REASON = 140, 2000, 600
MOST_IN_A_QUARTER = 10


@transaction.atomic
def wish(given: Mapping[str, str], *, actor: Actor, person: Person, now: datetime) -> Wish:
    """State a wish: ``title`` and perhaps ``body``. Whoever states it has voted for it. Raises BadInput, Refused."""
    require(may_ask(actor))
    title, wrong = private.short("title", given["title"], LONGEST_TITLE)
    body, more = private.long("body", given.get("body", ""), LONGEST_BODY, required=False)
    BadInput.raise_if([*wrong, *more])
    require_pace(f"wish:{person.pk}", now, most=MOST_IN_A_QUARTER)
    organisation = Organisation.objects.get(number=sorted(actor.organisations(*ASKERS))[0])
    row = Wish.objects.create(
        wished_by=person,
        organisation=organisation,
        language=actor.language,
        title=title,
        body=body,
        wished_at=now,
        state_at=now,
    )
    WishVote.objects.create(wish=row, person=person, organisation=organisation, given_at=now)
    _record(row, "wish_stated", actor, now, {"title": title})
    return row


@transaction.atomic
def vote(row: Wish, wanted: bool, *, actor: Actor, person: Person, now: datetime) -> int:
    """Vote for a wish, or take the vote back. Said twice it counts once. Returns how many votes it has. Raises Refused."""
    require(may_ask(actor))
    locked = _locked(row)
    if locked.state in (Wish.State.DONE, Wish.State.DECLINED):
        raise Refused("settled", _("Ønsket er avgjort og tar ikke imot flere stemmer."))
    if wanted:
        organisation = Organisation.objects.get(number=sorted(actor.organisations(*ASKERS))[0])
        WishVote.objects.get_or_create(
            wish=locked, person=person, defaults={"organisation": organisation, "given_at": now}
        )
    else:
        WishVote.objects.filter(wish=locked, person=person).delete()
    return WishVote.objects.filter(wish=locked).count()


@transaction.atomic
def decide(row: Wish, state: str, reason: Mapping[str, str], *, actor: Actor, now: datetime) -> Wish:
    """Say what becomes of a wish. ``reason`` by language; one that is declined needs it, in bokmål at least. Whoever
    stated it gets a message. Raises BadInput, Refused."""
    require(may_edit(actor))
    locked = _locked(row)
    problems: list[Problem] = []
    said: dict[str, str] = {}
    for code in LANGUAGES:
        found, wrong = private.long(f"reason_{code}", reason.get(code, ""), LONGEST_REASON, required=False)
        problems += wrong
        if found:
            said[code] = found
    if state not in Wish.State.values:
        problems.append(Problem("state", "unknown", _("ukjent tilstand")))
    if state == Wish.State.DECLINED and "nb" not in said:
        problems.append(Problem("reason_nb", "missing", _("si hvorfor ønsket er avslått")))
    BadInput.raise_if(problems)
    locked.state, locked.reason, locked.state_at = state, said, now
    locked.save(update_fields=["state", "reason", "state_at"])
    _record(locked, "wish_decided", actor, now, {"state": state, "reason": said})
    asker = Recipient(locked.wished_by.key, locked.wished_by.email, locked.wished_by.language)
    link = f"/skytjenester/onsker/{locked.pk}"
    messages.tell([asker], "wish_decided", {"title": locked.title, "state": _state_names(state)}, link=link, at=now)
    return locked


@transaction.atomic
def hide(row: Wish, reason: str, *, actor: Actor, now: datetime) -> Wish:
    """Take a wish off the list, because of what stands in it. The reason goes to the log and to whoever stated it."""
    require(may_edit(actor))
    locked = _locked(row)
    said, wrong = private.short("reason", reason, LONGEST_REASON)
    BadInput.raise_if(wrong)
    locked.hidden_at = now
    locked.save(update_fields=["hidden_at"])
    _record(locked, "wish_hidden", actor, now, {"reason": said})
    asker = Recipient(locked.wished_by.key, locked.wished_by.email, locked.wished_by.language)
    messages.tell([asker], "wish_hidden", {"title": locked.title, "reason": said}, link="/skytjenester/onsker", at=now)
    return locked


def _state_names(state: str) -> dict[str, str]:
    from django.utils import translation

    from fellestorg.marketplace.guidance.words import WISH_STATES

    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = str(WISH_STATES[state]).lower()
    return found


def _locked(row: Wish) -> Wish:
    found = Wish.objects.select_for_update(of=("self",)).select_related("wished_by").filter(pk=row.pk).first()
    if found is None or found.hidden_at is not None:
        raise Refused("hidden", _("Ønsket er tatt bort."))
    return found


def _record(row: Wish, verb: str, actor: Actor, now: datetime, payload: dict[str, Any]) -> None:
    subject = f"wish:{row.pk}"
    events.record(Happening(subject, verb, subject, actor, now, payload))
