"""Files that a firm shows SI: a power of attorney, an extract from a foreign register. Small, of few kinds, scanned, and
erased when they are no longer needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from fellestorg.competitions.tenders.scanning import ScannerError, scan
from fellestorg.marketplace.firms.models import Firm, FirmFile
from fellestorg.values import Problem

LARGEST = 10_000_000
# What a file begins with tells what it is, whatever it is called.
_KINDS = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)


def problems_of(kind: str, content: bytes) -> Iterable[Problem]:
    """What is wrong with a file: empty, too large, of another kind than PDF, PNG and JPEG, or harmful."""
    if not content or len(content) > LARGEST:
        yield Problem(kind, "size", _("fila er tom eller større enn 10 MB"))
        return
    if _kind_of(content) is None:
        yield Problem(kind, "media_type", _("bare PDF, PNG og JPEG kan legges ved"))
        return
    try:
        if scan([content]):
            yield Problem(kind, "harmful", _("viruskontrollen stanset fila"))
    except ScannerError:
        yield Problem(kind, "not_scanned", _("viruskontrollen svarer ikke; prøv igjen om litt"))


def add(firm: Firm, kind: str, content: bytes, now: datetime) -> FirmFile:
    """Keep a file that was found to be in order. It is called after what it is, not after what its sender called it."""
    found = _kind_of(content)
    assert found is not None
    media_type, ending = found
    return FirmFile.objects.create(
        firm=firm,
        kind=kind,
        name=f"{kind.replace('_', '-')}.{ending}",
        media_type=media_type,
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        added_at=now,
    )


def erase(firm: Firm, now: datetime) -> int:
    """Erase the content of a firm's files; that they were there, and their digests, stay. Returns how many."""
    return FirmFile.objects.filter(firm=firm, erased_at=None).update(content=None, erased_at=now)


def _kind_of(content: bytes) -> tuple[str, str] | None:
    return next(((media, ending) for start, media, ending in _KINDS if content.startswith(start)), None)
