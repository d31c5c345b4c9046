"""Opening: two named people give two keys after the deadline. The first takes off the outer layer, which leaves the
competition's private key encrypted to the second; the second reads it, and in that moment the tenders are decrypted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from fellestorg.competitions import procedures
from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import chunks, content, halves, opened_rows, sealing
from fellestorg.competitions.tenders.keys import read_secret
from fellestorg.competitions.tenders.models import (
    OpenedPrice,
    OpenedQuality,
    Opening,
    OpeningHalf,
    OpeningKey,
    Tender,
)
from fellestorg.competitions.tenders.policy import may_open
from fellestorg.competitions.tenders.submitting import round_of
from fellestorg.competitions.words import reason_text
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Person
from fellestorg.values import Decision, Refused

# How many tenders are in memory at once.
_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody's key did: the opening, where it was the second, else nothing yet."""

    opening: Opening | None


def give_key(
    competition: Competition, given: bytes, passphrase: str, *, person: Person, actor: Actor, now: datetime
) -> Given:
    """One opener gives her key, or the escrow key. Where another opener has given hers, the tenders are opened.

    Refused before the deadline, for whoever is not named, for a key that is none of the competition's, and where the
    same person or the same key comes twice.
    """
    secret = read_secret(given, passphrase)
    with transaction.atomic():
        locked = Competition.objects.select_for_update().get(pk=competition.pk)
        answer = may_open(actor, locked, now)
        if not answer.allowed:
            raise Refused(answer.reason, reason_text(answer))
        giving = halves.Giving(locked, OpeningHalf.Purpose.OPEN, secret, person, actor, now)
        key = halves.key_of(giving)
        half = halves.match(giving, key)
        if half is None:
            halves.keep(giving, key, "opening_key_given")
            return Given(None)
        opening = _open(locked, half, key, secret, person, actor, now)
        competition.refresh_from_db()
        return Given(opening)


def two_openers(competition: Competition, now: datetime) -> Decision:
    """Guard of the move: an opening by two people with two keys stands for this round."""
    if Opening.objects.filter(competition=competition, opened_at=now).exists():
        return Decision("allowed", "opened_by_two")
    return Decision("refused", "two_openers_needed")


def _open(
    competition: Competition,
    half: OpeningHalf,
    key: OpeningKey,
    secret: str,
    person: Person,
    actor: Actor,
    now: datetime,
) -> Opening:
    private = halves.private_key(competition, half, secret)
    opening = Opening.objects.create(
        competition=competition,
        round=round_of(competition),
        opened_at=now,
        first=half.person,
        first_key=half.key,
        first_at=half.given_at,
        second=person,
        second_key=key,
    )
    rows: list[Model] = [opening]
    faults: dict[str, str | list[str]] = {}
    standing = _standing(competition, opening.round)
    for start in range(0, len(standing), _AT_ONCE):
        opened = [_opened(tender, opening, private) for tender in _whole_tenders(standing[start : start + _AT_ONCE])]
        faults |= {quality.tender.receipt: quality.fault or quality.bad_files for quality, _ in opened if _bad(quality)}
        rows += _written(opened)
    halves.forget(competition)
    procedures.move(
        competition,
        "open",
        actor=actor,
        now=now,
        payload={
            "first": half.person.key,
            "second": person.key,
            "keys": [half.key.recipient, key.recipient],
            "receipts": [tender.receipt for tender in standing],
            "faults": faults,
        },
        covers=rows,
        opened_at=now,
    )
    return opening


def _standing(competition: Competition, number: int) -> list[Tender]:
    """The tenders that count, in the order they came, without what they say."""
    found = Tender.objects.filter(competition=competition, round=number).select_related("withdrawal")
    rows = found.defer("quality", "price")
    newest = {one.supplier_id: one for one in rows.order_by("version")}
    return sorted((one for one in newest.values() if not hasattr(one, "withdrawal")), key=lambda one: one.received_at)


def _whole_tenders(few: Sequence[Tender]) -> Iterator[Tender]:
    """The same with what they say, encrypted."""
    found = Tender.objects.in_bulk([one.pk for one in few])
    return (found[one.pk] for one in few)


def _written(opened: Sequence[tuple[OpenedQuality, OpenedPrice | None]]) -> list[Model]:
    """Write a stretch of opened tenders, and return their rows."""
    qualities = [quality for quality, _price in opened]
    prices = [price for _quality, price in opened if price is not None]
    for rows in (qualities, prices):
        opened_rows.write(rows)
    return [*qualities, *prices]


def _opened(tender: Tender, opening: Opening, private: str) -> tuple[OpenedQuality, OpenedPrice | None]:
    try:
        quality = sealing.unseal_packed(bytes(tender.quality), private)
        price = sealing.unseal(bytes(tender.price), private)
    except sealing.SealError:
        return OpenedQuality(tender=tender, opening=opening, fault="cannot_be_decrypted"), None
    if content.hash_of(quality, price) != tender.sha256:
        return OpenedQuality(tender=tender, opening=opening, fault="hash_differs"), None
    read = json.loads(quality)
    row = OpenedQuality(tender=tender, opening=opening, content=read["content"], file_keys=read["keys"])
    row.bad_files = [one["name"] for one in read["content"]["files"] if not _whole(one, read["keys"])]
    return row, OpenedPrice(tender=tender, content=json.loads(price)["content"])


def _whole(file: dict[str, str], keys: dict[str, str]) -> bool:
    """Whether a file's chunks are there, unchanged, and hash to what its supplier delivered."""
    found = hashlib.sha256()
    try:
        for chunk in chunks.read(UUID(file["id"]), keys[file["id"]]):
            found.update(chunk)
    except sealing.SealError:
        return False
    return found.hexdigest() == file["sha256"]


def _bad(quality: OpenedQuality) -> bool:
    return bool(quality.fault or quality.bad_files)
