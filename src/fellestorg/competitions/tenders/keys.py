"""Keys: an opener makes and proves her own, an organisation puts one in escrow, and a competition gets its lock when it
is published. Private keys pass through memory only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import permutations

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.tenders import sealing
from fellestorg.competitions.tenders.models import CompetitionKey, KeyEnvelope, OpeningKey
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import BadInput, Decision, Refused

SHORTEST_PASSPHRASE = 12


@transaction.atomic
def make_key(holder: Person | Organisation, passphrase: str, *, actor: Actor, now: datetime) -> bytes:
    """Make a key for an opener, or an escrow key for an organisation, and return it as a file under a passphrase.

    Only the public half is kept. It counts once ``confirm_key`` has seen it unlocked; until then the older one does.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        text = _("Velg en passordsetning på minst %(shortest)s tegn.") % {"shortest": SHORTEST_PASSPHRASE}
        raise BadInput.of("passphrase", "too_short", text)
    made = sealing.new_key()
    remember(holder, made.recipient, actor=actor, now=now)
    return sealing.lock_with_passphrase(made.secret, passphrase)


def remember(holder: Person | Organisation, recipient: str, *, actor: Actor, now: datetime) -> OpeningKey:
    """Keep the public half of a key, not yet proven. For a key made elsewhere too."""
    OpeningKey.objects.filter(**_of(holder), confirmed_at=None).delete()
    row = OpeningKey.objects.create(**_of(holder), recipient=recipient, made_at=now)
    _record("opening_key_made", row, actor, now)
    return row


@transaction.atomic
def confirm_key(holder: Person | Organisation, given: bytes, passphrase: str, *, actor: Actor, now: datetime) -> None:
    """Note that the holder can unlock the newest key, from which moment it counts. Refused where the file is of another
    key or the passphrase is wrong."""
    recipient = sealing.recipient_of(_secret(given, passphrase))
    row = OpeningKey.objects.select_for_update().filter(**_of(holder), recipient=recipient).first()
    if row is None or row.retired_at is not None:
        raise Refused("wrong_key", _("Dette er ikke den nyeste nøkkelen din. Bruk fila du lastet ned sist."))
    if row.confirmed_at is None:
        OpeningKey.objects.filter(**_of(holder), retired_at=None).exclude(pk=row.pk).update(retired_at=now)
        row.confirmed_at = now
        row.save(update_fields=["confirmed_at"])
        _record("opening_key_confirmed", row, actor, now)


def key_of(holder: Person | Organisation) -> OpeningKey | None:
    """The holder's key that counts."""
    return OpeningKey.objects.filter(**_of(holder), retired_at=None).exclude(confirmed_at=None).first()


def escrow_for(competition: Competition) -> OpeningKey | None:
    """The escrow key that a competition's lock knows: its own organisation's, else the purchasing body's."""
    own = key_of(competition.buyer)
    if own is not None:
        return own
    bodies = RoleGrant.objects.filter(role=RoleGrant.Role.SI_ADMIN).values("organisation")
    return OpeningKey.objects.filter(organisation__in=bodies, retired_at=None).exclude(confirmed_at=None).first()


def openers(competition: Competition) -> list[Person]:
    """Those named to open, wherever they work, who have not stepped back."""
    team = competition.team.filter(task=TeamMember.Task.OPENER, stepped_back_at=None).select_related("person")
    return [one.person for one in team]


def keys_held(people: Collection[Person]) -> dict[int, OpeningKey]:
    """The key that counts of each who has one, by the person's row."""
    rows = OpeningKey.objects.filter(person__in=people, retired_at=None).exclude(confirmed_at=None)
    return {row.person_id: row for row in rows if row.person_id is not None}


def keys_of(competition: Competition) -> Sequence[OpeningKey]:
    """The keys that count now: each opener's, and the one in escrow."""
    people = openers(competition)
    held = keys_held(people)
    escrow = escrow_for(competition)
    return [*(held[one.pk] for one in people if one.pk in held), *([escrow] if escrow is not None else [])]


def opening_keys_ready(competition: Competition, now: datetime) -> Decision:
    """Guard: at least two openers are named, each of them has a key, and there is one in escrow. A competition that
    has its lock already keeps it."""
    if CompetitionKey.objects.filter(competition=competition).exists():
        return Decision("allowed", "has_its_lock")
    named = openers(competition)
    if len(named) < 2:
        return Decision("refused", "two_openers_needed")
    held = keys_held(named)
    without = [one.name for one in named if one.pk not in held]
    if without:
        return Decision("refused", "opener_without_key", params={"people": ", ".join(without)})
    if escrow_for(competition) is None:
        return Decision("refused", "no_escrow_key")
    return Decision("allowed", "keys_ready")


def lock(competition: Competition, actor: Actor, now: datetime) -> CompetitionKey:
    """Give a competition its lock: a new key pair whose private half is put in an envelope for every pair of openers,
    in both orders, and for each opener with the escrow key. Made once; raises Refused where keys are missing.

    The private half is never written anywhere: it is gone when this returns.
    """
    kept = CompetitionKey.objects.filter(competition=competition).first()
    if kept is not None:
        return kept
    ready = opening_keys_ready(competition, now)
    if not ready.allowed:
        raise Refused(ready.reason, ready.reason)
    pair = sealing.new_key()
    row = CompetitionKey.objects.create(competition=competition, recipient=pair.recipient, made_at=now)
    envelopes = KeyEnvelope.objects.bulk_create(
        KeyEnvelope(
            lock=row,
            outer=outer,
            inner=inner,
            sealed=sealing.nest(pair.secret, outer=outer.recipient, inner=inner.recipient),
        )
        for outer, inner in permutations(keys_of(competition), 2)
    )
    payload = {"recipient": pair.recipient, "envelopes": len(envelopes)}
    happened = Happening(
        competition.stream, "competition_locked", competition.subject, actor, now, payload, (row, *envelopes)
    )
    events.record(happened)
    return row


def may_lock_late(competition: Competition, actor: Actor, now: datetime) -> bool:
    """Whether the lead may give a competition its lock after the notice: it has none, and the keys are ready now."""
    has_lock = CompetitionKey.objects.filter(competition=competition).exists()
    may = competition.stage in ("published", "invited") and may_lead(actor, competition).allowed
    return may and not has_lock and opening_keys_ready(competition, now).allowed


@transaction.atomic
def lock_late(competition: Competition, *, actor: Actor, now: datetime) -> None:
    """Give a published competition the lock it lacks. No tender can have come before. Refused for anybody but its lead."""
    locked = Competition.objects.select_for_update().get(pk=competition.pk)
    if not may_lock_late(locked, actor, now):
        raise Refused("cannot_lock", _("Konkurransen kan ikke få nøkkel nå."))
    lock(locked, actor, now)


def read_secret(given: bytes, passphrase: str) -> str:
    """The private key in a file. Refused where the passphrase is wrong or it is no key."""
    return _secret(given, passphrase)


def _secret(given: bytes, passphrase: str) -> str:
    try:
        return sealing.secret_from(given, passphrase)
    except sealing.SealError:
        raise Refused("wrong_key", _("Nøkkelfila kan ikke låses opp. Er det riktig fil og passordsetning?")) from None


def _of(holder: Person | Organisation) -> dict[str, Person | Organisation]:
    return {"person": holder} if isinstance(holder, Person) else {"organisation": holder}


def _record(verb: str, row: OpeningKey, actor: Actor, now: datetime) -> None:
    holder = row.person.key if row.person else f"organisation:{row.organisation.number}"  # type: ignore[union-attr]
    events.record(Happening("opening_keys", verb, holder, actor, now, {"recipient": row.recipient}))
