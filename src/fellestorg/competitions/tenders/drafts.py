"""Drafts of tenders: saved as one goes, encrypted before they reach the database.

A draft has a key of its own. While it is worked on that key stands under the installation's tender key, which is not in
the database; once the tender is delivered it stands under a code that the supplier alone was shown.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import draft_rows, sealing, typed
from fellestorg.competitions.tenders.content import Draft, FileFacts
from fellestorg.competitions.tenders.draft_rows import Seen
from fellestorg.competitions.tenders.models import TenderDraft, TenderFile
from fellestorg.competitions.tenders.parts import merged
from fellestorg.competitions.tenders.policy import may_tender
from fellestorg.competitions.words import reason_text
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import Refused


def installation_key() -> bytes:
    """The key that drafts and kept answers stand under."""
    return sealing.key_from(settings.TENDER_KEY, "drafts")


def find(competition: Competition, supplier: Organisation, *, lock: bool = False) -> TenderDraft | None:
    """A supplier's draft, with its row locked where it is to be changed."""
    rows = TenderDraft.objects.filter(competition=competition, supplier=supplier)
    return (rows.select_for_update() if lock else rows).first()


def begin(competition: Competition, supplier: Organisation, *, person: Person, now: datetime) -> TenderDraft:
    """The supplier's draft with its row locked, in the caller's transaction; a new one where there is none."""
    draft_rows.insert(_new(competition, supplier, Draft().as_bytes(), person, now))
    kept = find(competition, supplier, lock=True)
    assert kept is not None
    return kept


def save(competition: Competition, supplier: Organisation, draft: Draft, *, person: Person, now: datetime) -> None:
    """Keep a draft in place of the one before. Refused after the deadline, and where the tender is delivered and the
    draft is locked."""
    row = draft_rows.find(competition, supplier)
    _keep(Seen(competition, supplier, row, now), draft.as_bytes(), person)


def save_as_sent(seen: Seen, body: bytes, *, person: Person) -> None:
    """Keep what the page's script sent, in place of the draft before. Refused as ``save`` is; BadInput where it is no
    form."""
    _keep(seen, typed.as_kept(body), person)


@transaction.atomic
def save_part(
    competition: Competition, supplier: Organisation, given: Draft, part: int, *, person: Person, now: datetime
) -> None:
    """Keep what was typed on one part of a divided form, beside the others'. Refused as ``save`` is."""
    row = draft_rows.find(competition, supplier, lock=True)
    if row is not None:
        require_open(competition, supplier, now)
        _require_unlocked(row)
        given = merged(read(row), given, part)
    save(competition, supplier, given, person=person, now=now)


def read(row: TenderDraft) -> Draft:
    """What a draft says. Raises sealing.SealError where it is locked or changed."""
    return typed.read(sealing.unpack(bytes(row.sealed), key_of(row), row.pk.bytes))


def key_of(row: TenderDraft) -> bytes:
    """The draft's own key, while it is not locked."""
    return sealing.unbox(bytes(row.wrapped), installation_key(), row.pk.bytes)


def files_of(row: TenderDraft, key: bytes | None = None) -> list[FileFacts]:
    """The complete files of a draft, in the order they came."""
    files = draft_rows.complete_files(row)
    if not files:
        return []
    key = key_of(row) if key is None else key
    return [facts_of(one, key) for one in files]


def facts_of(file: TenderFile, key: bytes) -> FileFacts:
    """What is known of one file, by the draft's key."""
    return FileFacts(**json.loads(sealing.unbox(bytes(file.sealed), key, file.pk.bytes)))


def sealed_facts(facts: FileFacts, file: TenderFile, key: bytes) -> bytes:
    """What is known of one file, as its row keeps it."""
    return sealing.box(json.dumps(asdict(facts)).encode(), key, file.pk.bytes)


def lock_away(row: TenderDraft, files: Sequence[FileFacts]) -> str:
    """Put a draft that is being delivered under a code, and return the code. The draft gets a new key, so that whoever
    knew the older one reads nothing that the row holds now. In the caller's transaction, with the row locked; the row
    itself is written with the tender."""
    code, key = secrets.token_hex(10), os.urandom(sealing.KEY_BYTES)
    row.sealed = sealing.box(sealing.unbox(bytes(row.sealed), key_of(row), row.pk.bytes), key, row.pk.bytes)
    row.wrapped, row.locked = sealing.box(key, _code_key(code), row.pk.bytes), True
    if files:
        _reseal(row, files, key)
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


@transaction.atomic
def take_up(competition: Competition, supplier: Organisation, code: str, *, now: datetime) -> None:
    """Open a delivered draft again with its code, to change it. What was delivered stands until it is replaced."""
    require_open(competition, supplier, now)
    row = find(competition, supplier, lock=True)
    if row is None or not row.locked:
        return
    try:
        key = sealing.unbox(bytes(row.wrapped), _code_key(code), row.pk.bytes)
    except sealing.SealError:
        raise Refused("wrong_code", _("Koden er feil. Den ble vist da tilbudet ble levert.")) from None
    row.wrapped, row.locked = sealing.box(key, installation_key(), row.pk.bytes), False
    row.save(update_fields=["wrapped", "locked"])


@transaction.atomic
def start_over(competition: Competition, supplier: Organisation, *, person: Person, now: datetime) -> None:
    """Empty a locked draft, for a supplier without the code. What was delivered stands until it is replaced."""
    require_open(competition, supplier, now)
    row = find(competition, supplier, lock=True)
    if row is None:
        return
    key = os.urandom(sealing.KEY_BYTES)
    row.files.update(dropped=True)
    row.wrapped = sealing.box(key, installation_key(), row.pk.bytes)
    row.sealed, row.locked = sealing.pack(Draft().as_bytes(), key, row.pk.bytes), False
    row.saved_at, row.saved_by = now, person
    row.save(update_fields=["wrapped", "sealed", "locked", "saved_at", "saved_by"])


def require_open(competition: Competition, supplier: Organisation, now: datetime) -> None:
    """Refused where the supplier may not tender, or no longer."""
    answer = may_tender(supplier, competition, now)
    if not answer.allowed:
        raise Refused(answer.reason, reason_text(answer))


def _keep(seen: Seen, content: bytes, person: Person) -> None:
    competition, supplier, row, now = seen.competition, seen.supplier, seen.draft, seen.now
    require_open(competition, supplier, now)
    done = False
    while not done:
        if row is None:
            done = draft_rows.insert(_new(competition, supplier, content, person, now))
        else:
            _require_unlocked(row)
            done = draft_rows.keep(row, sealing.pack(content, key_of(row), row.pk.bytes), person=person, now=now)
        if not done:
            # Somebody else of the supplier's began, delivered or emptied it in between: look again.
            row = draft_rows.find(competition, supplier)


def _new(
    competition: Competition, supplier: Organisation, content: bytes, person: Person, now: datetime
) -> TenderDraft:
    key = os.urandom(sealing.KEY_BYTES)
    fresh = TenderDraft(competition=competition, supplier=supplier, saved_at=now, saved_by=person)
    fresh.wrapped = sealing.box(key, installation_key(), fresh.pk.bytes)
    fresh.sealed = sealing.pack(content, key, fresh.pk.bytes)
    return fresh


def _require_unlocked(row: TenderDraft) -> None:
    if row.locked:
        raise Refused(
            "draft_locked", _("Tilbudet er levert. Lås opp kladden med koden fra leveringen for å endre det.")
        )


def _reseal(row: TenderDraft, files: Sequence[FileFacts], key: bytes) -> None:
    rows = {str(one.pk): one for one in row.files.all()}
    for facts in files:
        file = rows[facts.id]
        file.sealed = sealed_facts(facts, file, key)
        file.save(update_fields=["sealed"])


def _code_key(code: str) -> bytes:
    return sealing.key_from("".join(code.split()).replace("-", "").lower(), "delivered")


def file_key() -> str:
    """A new key for a file's chunks, as text."""
    return base64.b64encode(os.urandom(sealing.KEY_BYTES)).decode()
