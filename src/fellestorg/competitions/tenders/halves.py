"""Two keys, given one after the other. The first takes off the outer layer of every envelope it opens; what is left is
still encrypted to the second, and is kept until the second comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import sealing
from fellestorg.competitions.tenders.models import CompetitionKey, KeyEnvelope, OpeningHalf, OpeningKey
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Person
from fellestorg.values import Refused


@dataclass(frozen=True, slots=True)
class Giving:
    """Somebody gives a key to a competition, to open its tenders or to renew its envelopes. The row is locked."""

    competition: Competition
    purpose: str
    secret: str
    person: Person
    actor: Actor
    now: datetime


def waiting(competition: Competition, purpose: str = OpeningHalf.Purpose.OPEN) -> list[Person]:
    """Those who have given their key while nobody else has."""
    halves = OpeningHalf.objects.filter(competition=competition, purpose=purpose)
    return list({one.person_id: one.person for one in halves.select_related("person").order_by("given_at")}.values())


def key_of(giving: Giving) -> OpeningKey:
    """Which of the competition's keys is given: the giver's own, or the one in escrow. Refused for any other."""
    key = OpeningKey.objects.filter(recipient=sealing.recipient_of(giving.secret)).first()
    known = key is not None and KeyEnvelope.objects.filter(lock__competition=giving.competition, outer=key).exists()
    if key is None or not known or key.person_id not in (None, giving.person.pk):
        raise Refused("wrong_key", _("Nøkkelen hører ikke til denne konkurransen, eller den er en annens."))
    return key


def match(giving: Giving, key: OpeningKey) -> OpeningHalf | None:
    """What somebody else's key left for this one; ``None`` where this is the first. Refused where the same person or
    the same key comes twice."""
    halves = OpeningHalf.objects.filter(competition=giving.competition, purpose=giving.purpose).select_for_update()
    if halves.filter(person=giving.person).exists():
        raise Refused("same_opener", _("Du har alt gitt nøkkelen din. Den andre må gi sin."))
    if halves.filter(key=key).exists():
        raise Refused("same_key", _("Denne nøkkelen er alt gitt. Det trengs to ulike."))
    return halves.filter(inner=key).order_by("given_at").first()


def keep(giving: Giving, key: OpeningKey, verb: str) -> None:
    """Keep what the first key leaves, and tell the log."""
    competition = giving.competition
    envelopes = KeyEnvelope.objects.filter(lock__competition=competition, outer=key).order_by("id")
    OpeningHalf.objects.bulk_create(
        OpeningHalf(
            competition=competition,
            purpose=giving.purpose,
            person=giving.person,
            key=key,
            inner_id=one.inner_id,
            sealed=_unseal(bytes(one.sealed), giving.secret),
            given_at=giving.now,
        )
        for one in envelopes
    )
    payload = {"key": key.recipient, "escrow": key.person_id is None}
    events.record(
        Happening(competition.stream, verb, competition.subject, giving.actor, giving.now, payload, tuple(envelopes))
    )


def private_key(competition: Competition, half: OpeningHalf, secret: str) -> str:
    """The competition's private key, by the second key. Refused where what is in the envelope is another."""
    private = _unseal(bytes(half.sealed), secret).decode()
    if sealing.recipient_of(private) != CompetitionKey.objects.get(competition=competition).recipient:
        raise Refused("envelope_changed", _("Konvolutten er endret: nøkkelen i den er ikke konkurransens."))
    return private


def forget(competition: Competition) -> None:
    """Delete what first keys have left."""
    OpeningHalf.objects.filter(competition=competition).delete()


def _unseal(sealed: bytes, secret: str) -> bytes:
    try:
        return sealing.unseal(sealed, secret)
    except sealing.SealError:
        raise Refused("envelope_changed", _("Konvolutten er endret og kan ikke åpnes.")) from None
