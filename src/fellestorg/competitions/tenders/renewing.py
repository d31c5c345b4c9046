"""Openers change after a competition got its lock: somebody is named later, or has lost a key and made another. Two keys
that the lock knows (one of them may be the one in escrow) put the private key in envelopes for those who lack one.
Nothing is opened by it, and what tenders are encrypted to stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations

from django.db import transaction

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.policy import has_task
from fellestorg.competitions.tenders import halves, keys, sealing
from fellestorg.competitions.tenders.models import CompetitionKey, KeyEnvelope, OpeningHalf, OpeningKey
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.organisations.models import Person
from fellestorg.values import Decision, Refused

_MAY_RENEW = ("published", "invited")

Pair = tuple[OpeningKey, OpeningKey]


def lacking(competition: Competition) -> list[Pair]:
    """The pairs of keys that count now and have no envelope, in both orders. Empty before there is a lock."""
    if not CompetitionKey.objects.filter(competition=competition).exists():
        return []
    made = set(KeyEnvelope.objects.filter(lock__competition=competition).values_list("outer", "inner"))
    pairs = permutations(keys.keys_of(competition), 2)
    return [(outer, inner) for outer, inner in pairs if (outer.pk, inner.pk) not in made]


def without_envelope(competition: Competition) -> list[Person]:
    """The openers whose key the lock does not know: named later, or with a key made since."""
    if not CompetitionKey.objects.filter(competition=competition).exists():
        return []
    known = set(KeyEnvelope.objects.filter(lock__competition=competition).values_list("outer", flat=True))
    named = keys.openers(competition)
    held = keys.keys_held(named)
    return [one for one in named if one.pk in held and held[one.pk].pk not in known]


def may_renew(actor: Actor, competition: Competition) -> Decision:
    """A named opener, until the tenders are opened, where somebody's envelope is lacking."""
    named = has_task(actor, competition, TeamMember.Task.OPENER)
    if not named.allowed:
        return named
    if competition.stage not in _MAY_RENEW:
        return Decision("refused", "not_open_for_tenders")
    if not lacking(competition):
        return Decision("refused", "every_opener_has_an_envelope")
    return Decision("allowed", "renews")


def ask_to_be_let_in(happenings: Sequence[Happening]) -> None:
    """Whoever has come to open after the lock was made is let in by two who can: they are told, in the transaction that
    named the newcomer or took her key into use."""
    for one in happenings:
        if one.verb == "opening_key_confirmed":
            whose = one.subject
        elif one.verb == "team_member_named" and one.payload.get("task") == TeamMember.Task.OPENER:
            whose = one.payload["person"]
        else:
            continue
        kind, _sep, key = whose.partition(":")
        if kind == "person":
            opens = TeamMember.objects.filter(person=int(key), task=TeamMember.Task.OPENER, stepped_back_at=None)
            for member in opens.filter(competition__stage__in=_MAY_RENEW).select_related("competition", "person"):
                _ask(member, one)


def give_key(
    competition: Competition, given: bytes, passphrase: str, *, person: Person, actor: Actor, now: datetime
) -> int:
    """One opener gives her key, or the escrow key; the second one makes the envelopes. Returns how many were made.

    Refused where nobody lacks one, for a key the lock does not know, and where the same person or key comes twice.
    """
    secret = keys.read_secret(given, passphrase)
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        answer = may_renew(actor, locked)
        if not answer.allowed:
            raise Refused(answer.reason, reason_text(answer))
        giving = halves.Giving(locked, OpeningHalf.Purpose.RENEW, secret, person, actor, now)
        key = halves.key_of(giving)
        half = halves.match(giving, key)
        if half is None:
            halves.keep(giving, key, "renewal_key_given")
            return 0
        return _renew(giving, half, key)


def _ask(member: TeamMember, happening: Happening) -> None:
    competition, late = member.competition, without_envelope(member.competition)
    if member.person not in late:
        return
    able = [one for one in keys.openers(competition) if one not in late and keys.key_of(one) is not None]
    facts = {"title": competition.title, "number": competition.number, "name": member.person.name}
    messages.tell(
        [Recipient(one.key, one.email, one.language) for one in able],
        "opener_to_be_let_in",
        facts,
        link=f"/konkurranser/{competition.number}/apning#slipp-til",
        at=happening.at,
    )


def _renew(giving: halves.Giving, half: OpeningHalf, key: OpeningKey) -> int:
    competition = giving.competition
    private = halves.private_key(competition, half, giving.secret)
    lock = CompetitionKey.objects.get(competition=competition)
    made = KeyEnvelope.objects.bulk_create(
        KeyEnvelope(
            lock=lock,
            outer=outer,
            inner=inner,
            sealed=sealing.nest(private, outer=outer.recipient, inner=inner.recipient),
        )
        for outer, inner in lacking(competition)
    )
    payload = {
        "first": half.person.key,
        "second": giving.person.key,
        "keys": [half.key.recipient, key.recipient],
        "envelopes": len(made),
    }
    OpeningHalf.objects.filter(competition=competition, purpose=giving.purpose).delete()
    events.record(
        Happening(
            competition.stream, "keys_renewed", competition.subject, giving.actor, giving.now, payload, tuple(made)
        )
    )
    return len(made)
