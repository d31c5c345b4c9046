"""Files of a draft: begun, filled chunk by chunk, finished. A chunk is encrypted as it arrives; what has come stays,
so that a broken line goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import chunks, drafts, scanning, sealing
from fellestorg.competitions.tenders.content import FileFacts
from fellestorg.competitions.tenders.models import Tender, TenderDraft, TenderFile
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

MOST_FILES = 50


@transaction.atomic
def begin(
    competition: Competition,
    supplier: Organisation,
    question: str,
    name: str,
    size: int,
    *,
    person: Person,
    now: datetime,
) -> tuple[TenderFile, int]:
    """A file to fill, and how many chunks of it have come already: one with the same question, name and size that was
    broken off is gone on with. ``size`` is -1 where it is not known before the end."""
    drafts.require_open(competition, supplier, now)
    row = drafts.find(competition, supplier, lock=True) or drafts.begin(competition, supplier, person=person, now=now)
    if row.locked:
        raise Refused("draft_locked", _("Tilbudet er levert. Lås opp kladden først."))
    if size > chunks.MOST_BYTES:
        raise BadInput.of(f"f:{question}", "too_large", _("Fila er større enn 300 MB."))
    key = drafts.key_of(row)
    waiting = list(row.files.filter(dropped=False))
    if len(waiting) >= MOST_FILES:
        raise BadInput.of(f"f:{question}", "too_many", _("Et tilbud kan ha høyst 50 filer."))
    for one in waiting:
        facts = drafts.facts_of(one, key)
        if not one.complete and size >= 0 and (facts.question, facts.name, facts.bytes) == (question, name, size):
            return one, one.chunks.count()
    file = TenderFile(draft=row, begun_at=now)
    facts = FileFacts(str(file.pk), question, name[:200], size, "", drafts.file_key())
    file.sealed = drafts.sealed_facts(facts, file, key)
    file.save(force_insert=True)
    return file, 0


def open_file(competition: Competition, supplier: Organisation, pk: UUID) -> tuple[TenderFile, FileFacts]:
    """A file that is being filled, with what is known of it. Refused where there is none."""
    file = TenderFile.objects.select_related("draft").filter(
        pk=pk, draft__competition=competition, draft__supplier=supplier, draft__locked=False, dropped=False
    ).first()  # fmt: skip
    if file is None:
        raise Refused("no_such_file", _("Fila finnes ikke i kladden."))
    return file, drafts.facts_of(file, drafts.key_of(file.draft))


def add_chunk(file: TenderFile, facts: FileFacts, number: int, content: bytes) -> None:
    """Keep one chunk. Refused where the file is finished, BadInput where the chunk has no place in it."""
    if file.complete:
        raise Refused("file_complete", _("Fila er alt mottatt."))
    if not content or len(content) > chunks.CHUNK or number * chunks.CHUNK >= chunks.MOST_BYTES:
        raise BadInput.of("chunk", "no_place", _("Stykket passer ikke i fila."))
    chunks.write(file, facts.key, number, content)


def finish(file: TenderFile, facts: FileFacts) -> FileFacts:
    """The file is whole: hash it, show it to the scanner, and let it count. BadInput where something is missing, Refused
    where something harmful is found or the scanner does not answer; then the file is dropped."""
    found, size = hashlib.sha256(), 0

    def through() -> Iterator[bytes]:
        nonlocal size
        for stretch in chunks.read(file.pk, facts.key):
            found.update(stretch)
            size += len(stretch)
            yield stretch

    stretches = through()
    try:
        harm = scanning.scan(stretches)
        for _stretch in stretches:
            pass
    except scanning.ScannerError:
        raise Refused("no_scanner", _("Viruskontrollen svarer ikke. Prøv igjen om litt.")) from None
    except sealing.SealError:
        raise BadInput.of(f"f:{facts.question}", "broken", _("Fila kom ikke hel fram. Last den opp på nytt.")) from None
    if harm:
        drop(file)
        raise Refused("harmful", _("Viruskontrollen stanset fila: %s") % harm)
    if size == 0 or facts.bytes not in (-1, size):
        raise BadInput.of(f"f:{facts.question}", "incomplete", _("Fila kom ikke hel fram. Last den opp på nytt."))
    whole = replace(facts, bytes=size, sha256=found.hexdigest())
    with transaction.atomic():
        row = TenderDraft.objects.select_for_update().get(pk=file.draft_id)
        file.sealed = drafts.sealed_facts(whole, file, drafts.key_of(row))
        file.complete = True
        file.save(update_fields=["sealed", "complete"])
    return whole


def drop(file: TenderFile) -> None:
    """Take a file out of the draft. Its chunks go too, unless a tender that was delivered holds it."""
    if Tender.objects.filter(competition=file.draft.competition_id, files__contains=[file.pk]).exists():
        TenderFile.objects.filter(pk=file.pk).update(dropped=True)
    else:
        file.delete()


class SealingHandler(FileUploadHandler):
    """Takes a file out of a plain form and encrypts it as it arrives: it is never whole in memory, nor on any disk."""

    chunk_size = 64 * 1024

    def __init__(self, competition: Competition, supplier: Organisation, person: Person, now: datetime) -> None:
        super().__init__()
        self._whose = (competition, supplier)
        self._person, self._now = person, now
        self.begun: list[tuple[TenderFile, FileFacts]] = []
        self.refused: BadInput | Refused | None = None

    def new_file(self, field_name: str, file_name: str, *rest: object, **more: object) -> None:
        super().new_file(field_name, file_name, *rest, **more)  # type: ignore[arg-type]
        self._waiting, self._number = b"", 0
        try:
            file, _come = begin(
                *self._whose, field_name.removeprefix("f:"), file_name, -1, person=self._person, now=self._now
            )
        except (BadInput, Refused) as error:
            self.refused = error
            raise StopUpload(connection_reset=False) from None
        self.begun.append((file, drafts.facts_of(file, drafts.key_of(file.draft))))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._waiting += raw_data
        while len(self._waiting) >= chunks.CHUNK:
            self._write(self._waiting[: chunks.CHUNK])
            self._waiting = self._waiting[chunks.CHUNK :]

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        if self._waiting:
            self._write(self._waiting)
        return None

    def _write(self, content: bytes) -> None:
        file, facts = self.begun[-1]
        try:
            add_chunk(file, facts, self._number, content)
        except (BadInput, Refused) as error:
            self.refused = error
            raise StopUpload(connection_reset=False) from None
        self._number += 1


class MemoryHandler(FileUploadHandler):
    """Keeps a small file in memory, whatever its size is said to be: a price sheet or a key never spills to disk."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def new_file(self, *given: object, **more: object) -> None:
        super().new_file(*given, **more)  # type: ignore[arg-type]
        self._content = b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if len(self._content) + len(raw_data) > self._most:
            raise StopUpload(connection_reset=False)
        self._content += raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return SimpleUploadedFile(self.file_name or "", self._content)
