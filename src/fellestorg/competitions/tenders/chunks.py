"""The chunks of a file: encrypted as they arrive, each bound to its file and place; nothing in clear on any disk."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from uuid import UUID

from fellestorg.competitions.tenders import sealing
from fellestorg.competitions.tenders.models import TenderFile, TenderFileChunk

CHUNK = 1024 * 1024
MOST_BYTES = 300 * 1024 * 1024


def write(file: TenderFile, key: str, number: int, content: bytes) -> None:
    """Keep one chunk, in place of an earlier try at the same."""
    sealed = sealing.box(content, base64.b64decode(key), _about(file.pk, number))
    TenderFileChunk.objects.update_or_create(file=file, number=number, defaults={"sealed": sealed})


def read(file: UUID, key: str) -> Iterator[bytes]:
    """The file's stretches in order, one in memory at a time. Raises sealing.SealError at one that is changed or that
    stands elsewhere than it was written."""
    raw = base64.b64decode(key)
    rows = TenderFileChunk.objects.filter(file_id=file).order_by("number")
    for place, number in enumerate(rows.values_list("number", flat=True)):
        sealed = TenderFileChunk.objects.values_list("sealed", flat=True).get(file_id=file, number=number)
        yield sealing.unbox(bytes(sealed), raw, _about(file, place))


def _about(file: UUID, number: int) -> bytes:
    return f"{file}:{number}".encode()
