"""Adding documents: each change is the next version, with its reason once the competition is out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import BEFORE_OPENING, for_change, record
from fellestorg.competitions.models import Competition, CompetitionDocument
from fellestorg.competitions.preparing import hooks
from fellestorg.competitions.preparing.fields import fresh_key, whole_problems
from fellestorg.kernel import files
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem

LARGEST_FILE = 25 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    name: str
    media_type: str
    content: bytes


@transaction.atomic
def add_document(
    competition: Competition,
    *,
    kind: str,
    title: str,
    text: str = "",
    upload: Upload | None = None,
    key: str = "",
    reason: str = "",
    withdrawn: bool = False,
    actor: Actor,
    person: Person,
    now: datetime,
) -> CompetitionDocument:
    """Add a document, or the next version of the one with that ``key``. After the notice a version needs its reason.

    Raises BadInput for one that holds neither text nor file, and for a file over 25 MB.
    """
    locked = for_change(competition, actor, now, BEFORE_OPENING)
    latest = locked.documents.filter(key=key).order_by("-version").first() if key else None
    if key and latest is None:
        raise BadInput.of("key", "unknown", _("Dokumentet finnes ikke."))
    document = CompetitionDocument(
        competition=locked,
        key=latest.key if latest else fresh_key(title, locked.documents.values_list("key", flat=True)),
        version=latest.version + 1 if latest else 1,
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        reason=reason.strip(),
        withdrawn=withdrawn,
        made_at=now,
        made_by=person,
    )
    problems = whole_problems(document, exclude=("file",))
    if not (document.text or upload or withdrawn):
        problems.append(Problem("text", "empty_document", _("Skriv teksten, eller legg ved en fil.")))
    if upload and len(upload.content) > LARGEST_FILE:
        problems.append(Problem("file", "too_large", _("Filen er større enn 25 MB.")))
    if locked.published_at is not None and not document.reason:
        problems.append(Problem("reason", "change_without_reason", _("Skriv hva som er nytt, så alle kan lese det.")))
    BadInput.raise_if(problems)
    if upload:
        document.file = files.store(
            locked.subject,
            "competition_document",
            f"{document.key}-{document.version}-{upload.name}"[-200:],
            upload.media_type,
            upload.content,
            at=now,
            actor=actor,
            stream=locked.stream,
        )
    document.save()
    payload = {"key": document.key, "version": document.version, "kind": kind, "reason": document.reason}
    record(locked, "competition_document_added", actor, now, payload, document)
    if locked.published_at is not None:
        hooks.document_changed(locked, document, now)
    return document
