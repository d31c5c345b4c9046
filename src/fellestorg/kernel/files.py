"""Documents the house keeps, by their content. A file is written once and never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import StoredFile


@transaction.atomic
def store(
    subject: str, kind: str, name: str, media_type: str, content: bytes, *, at: datetime, actor: Actor, stream: str
) -> StoredFile:
    """Keep a file and record the event that covers it, in one transaction.

    The first file of a ``subject``, ``kind`` and ``name`` stays: asking again, also from two processes at once, gives
    that one back and writes nothing. A new version has a new name.
    """
    row = StoredFile(
        subject=subject,
        kind=kind,
        name=name,
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        made_at=at,
    )
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    kept = StoredFile.objects.get(subject=subject, kind=kind, name=name)
    if kept.pk == row.pk:
        events.record(
            Happening(
                stream,
                "file_stored",
                subject,
                actor,
                at,
                {"kind": kind, "name": name, "sha256": row.sha256, "bytes": len(content)},
                (kept,),
            )
        )
    return kept


def content_of(file: StoredFile) -> bytes:
    """The bytes of a file."""
    return bytes(file.content)
