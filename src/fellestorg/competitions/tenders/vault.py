"""The answer vault: what a supplier has answered before, and evidence with its last day, to use in any competition."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import drafts, sealing
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.models import VaultEntry
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

LARGEST_FILE = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry of the vault, read."""

    id: int
    kind: str
    title: str
    text: str
    file_name: str
    expires: date | None
    saved_at: datetime

    def expired(self, day: date) -> bool:
        return self.expires is not None and self.expires < day


def entries(supplier: Organisation) -> list[Kept]:
    """Everything in a supplier's vault, the newest first."""
    return [_kept(one) for one in VaultEntry.objects.filter(supplier=supplier).defer("sealed_file")]


def answers(supplier: Organisation) -> list[Kept]:
    """The answers in words, by title."""
    return sorted((one for one in entries(supplier) if one.text), key=lambda one: one.title)


def keep(
    supplier: Organisation,
    kind: str,
    title: str,
    text: str,
    expires: date | None,
    file: tuple[str, bytes] | None,
    *,
    person: Person,
    now: datetime,
) -> VaultEntry:
    """Keep an answer or evidence, encrypted. BadInput where it has no title, says nothing, or is too large."""
    if not title.strip():
        raise BadInput.of("title", "required", _("Gi det et navn."))
    if kind not in VaultEntry.Kind.values or not (text.strip() or file):
        raise BadInput.of("text", "required", _("Skriv en tekst eller velg en fil."))
    if file is not None and len(file[1]) > LARGEST_FILE:
        raise BadInput.of("file", "too_large", _("Fila er større enn 10 MB."))
    key = drafts.installation_key()
    about = {"title": title.strip()[:200], "text": text.strip(), "file": file[0][:200] if file else ""}
    return VaultEntry.objects.create(
        supplier=supplier,
        kind=kind,
        sealed=sealing.pack(json.dumps(about).encode(), key, _about(supplier)),
        sealed_file=sealing.box(file[1], key, _about(supplier)) if file else None,
        expires=expires,
        saved_at=now,
        saved_by=person,
    )


def file_of(supplier: Organisation, pk: int) -> tuple[str, bytes] | None:
    """The name and content of an entry's file."""
    row = VaultEntry.objects.filter(supplier=supplier, pk=pk).first()
    if row is None or row.sealed_file is None:
        return None
    content = sealing.unbox(bytes(row.sealed_file), drafts.installation_key(), _about(supplier))
    return _kept(row).file_name, content


def forget(supplier: Organisation, pk: int) -> None:
    """Take an entry out."""
    VaultEntry.objects.filter(supplier=supplier, pk=pk).delete()


@transaction.atomic
def insert(
    competition: Competition, supplier: Organisation, entry: str, question: str, *, person: Person, now: datetime
) -> None:
    """Put an answer of the vault into the draft. Refused where either is gone or the draft is locked."""
    row = drafts.find(competition, supplier, lock=True)
    found: Sequence[Kept] = [one for one in answers(supplier) if str(one.id) == entry]
    known = competition.questions.filter(key=question, kind="text").exists()
    if not found or not known or (row is not None and row.locked):
        raise Refused("nothing_to_insert", _("Velg et svar og et spørsmål."))
    draft = drafts.read(row) if row is not None else Draft()
    changed = replace(draft, answers={**draft.answers, question: found[0].text})
    drafts.save(competition, supplier, changed, person=person, now=now)


def _kept(row: VaultEntry) -> Kept:
    about = json.loads(sealing.unpack(bytes(row.sealed), drafts.installation_key(), _about(row.supplier_id)))
    return Kept(row.pk, row.kind, about["title"], about["text"], about["file"], row.expires, row.saved_at)


def _about(supplier: Organisation | int) -> bytes:
    return f"vault:{supplier.pk if isinstance(supplier, Organisation) else supplier}".encode()
