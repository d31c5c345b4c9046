"""Files of a listing: what proves its answers, or is one. Taken whole in memory under a limit, looked at, kept once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from fellestorg.competitions.tenders import scanning
from fellestorg.kernel import files as kept_files
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.workbooks import require_honest_archive
from fellestorg.marketplace.listings import drafts
from fellestorg.marketplace.listings.models import Listing, ListingFile, ListingVersion
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Refused

LARGEST = 10 * 1024 * 1024
LARGEST_ALL = 100 * 1024 * 1024
MOST = 40
# What a file may be, by its ending: the type it is given out as, and how its bytes begin. Nothing that a browser runs.
TYPES: Mapping[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    "odt": ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
}


@transaction.atomic
def add(
    version: ListingVersion, name: str, content: bytes, *, actor: Actor, person: Person, now: datetime
) -> ListingFile:
    """Keep a file with a draft's listing. BadInput where it is empty, too large or of another kind than it says, or
    unpacks to more than it should; Refused where something harmful is found or the scanner does not answer."""
    version = drafts.locked(version, actor)
    name, ending = _named(name)
    if not content:
        raise BadInput.of("file", "empty", _("Fila er tom."))
    if len(content) > LARGEST:
        raise BadInput.of("file", "too_large", _("Fila er større enn 10 MB."))
    begins = TYPES[ending][1]
    if not content.startswith(begins):
        raise BadInput.of("file", "not_what_it_says", _("Innholdet er ikke det filnavnet sier."))
    if begins == b"PK\x03\x04":
        require_honest_archive(content)
    having = version.listing.files.aggregate(bytes=Sum("bytes"))["bytes"] or 0
    if version.listing.files.count() >= MOST or having + len(content) > LARGEST_ALL:
        raise BadInput.of("file", "too_many", _("En tjeneste kan ha høyst 40 filer og 100 MB til sammen."))
    try:
        harm = scanning.scan([content])
    except scanning.ScannerError:
        raise Refused("no_scanner", _("Viruskontrollen svarer ikke. Prøv igjen om litt.")) from None
    if harm:
        raise Refused("harmful", _("Viruskontrollen stanset fila: %s") % harm)
    return _keep(version.listing, name, TYPES[ending][0], content, actor=actor, person=person, now=now)


def copy_all(version: ListingVersion, to: Listing, *, actor: Actor, person: Person, now: datetime) -> dict[str, str]:
    """Give another listing its own of the files that a version's answers point at. The new ids by the old."""
    wanted = {kept["evidence"]["file"] for kept in version.answers.values() if (kept.get("evidence") or {}).get("file")}
    made = {}
    for file in version.listing.files.filter(pk__in=[one for one in wanted if _is_id(one)]).select_related("stored"):
        content = bytes(file.stored.content)
        new = _keep(to, file.name, file.stored.media_type, content, actor=actor, person=person, now=now)
        made[str(file.pk)] = str(new.pk)
    return made


def _keep(
    listing: Listing, name: str, media_type: str, content: bytes, *, actor: Actor, person: Person, now: datetime
) -> ListingFile:
    pk = uuid.uuid4()
    # The name in the store is its own: two certificates that are both called scan.pdf are two files.
    stored = kept_files.store(
        listing.stream, "listing_file", str(pk), media_type, content, at=now, actor=actor, stream=listing.stream
    )
    return ListingFile.objects.create(
        id=pk, listing=listing, stored=stored, name=name, bytes=len(content), added_at=now, added_by=person
    )


def _named(name: str) -> tuple[str, str]:
    """The name without folders or control characters, and its ending. BadInput for a kind that is not taken."""
    plain = re.sub(r"[\x00-\x1f\x7f<>\"]", "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()[-200:]
    ending = plain.rsplit(".", 1)[-1].lower() if "." in plain else ""
    ending = "jpg" if ending == "jpeg" else ending
    if ending not in TYPES:
        kinds = ", ".join(TYPES)
        raise BadInput.of(
            "file", "wrong_kind", _("Filer må være av et av disse slagene: %(kinds)s.") % {"kinds": kinds}
        )
    return plain, ending


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
