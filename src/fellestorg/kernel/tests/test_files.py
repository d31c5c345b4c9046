"""A file is written once, covered by an event, and never changes."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, transaction

from fellestorg.kernel import audit, clock, files
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.models import Event, StoredFile

pytestmark = pytest.mark.django_db


def _store(content: bytes = b"%PDF", name: str = "a.pdf") -> StoredFile:
    return files.store(
        "call_off:1", "protocol", name, "application/pdf", content, at=clock.now(), actor=SYSTEM, stream="lot:a/b"
    )


def test_a_stored_file_is_covered_by_an_event() -> None:
    file = _store()
    event = Event.objects.get()
    assert event.verb == "file_stored"
    assert event.payload["sha256"] == file.sha256
    assert event.covers[0][:2] == ["kernel_storedfile", str(file.pk)]
    assert audit.verify().faults == ()


def test_the_first_file_of_a_name_stays() -> None:
    first = _store(b"one")
    again = _store(b"another")
    assert again.pk == first.pk
    assert files.content_of(again) == b"one"
    assert Event.objects.count() == 1
    assert _store(b"two", "b.pdf").pk != first.pk


def test_a_file_cannot_be_changed_or_removed() -> None:
    file = _store()
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        StoredFile.objects.filter(pk=file.pk).update(name="c.pdf")
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        file.delete()
