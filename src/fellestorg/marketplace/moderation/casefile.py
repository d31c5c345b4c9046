"""A case as the archive takes it: a ZIP with the case and its documents by Noark's names, the version, its files and the log.

The same case gives the same bytes until something more is done in it. What the reporter left as an address is not in it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from fellestorg.kernel import files
from fellestorg.kernel.http import plain
from fellestorg.kernel.models import Event
from fellestorg.marketplace.moderation import access
from fellestorg.marketplace.moderation.acting import reason_of
from fellestorg.marketplace.moderation.models import ModerationCase

_TYPES = {"in": "I", "out": "U", "internal": "X"}
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(case: ModerationCase) -> bytes:
    """The case's ZIP: ``mappe.json`` names every other file with its SHA-256."""
    version, parts = case.version, dict[str, bytes]()
    posts = []
    for entry in access.documents(case):
        name = f"dokumenter/{entry.number:03}.txt"
        parts[name] = entry.text.encode()
        posts.append(
            {
                "journalpostnummer": entry.number,
                "journalposttype": _TYPES[entry.direction],
                "dokumentetsDato": entry.at,
                "tittel": f"{entry.title}: {version.text('title')}",
                "korrespondansepart": entry.party,
                "skjermingshjemmel": entry.ground.source if entry.ground else "",
                "fil": name,
            }
        )
    parts["versjon.json"] = _json({"sha256": version.sha256, "number": version.number, **version.content()})
    parts["hendelser.json"] = _json(_events(case))
    for file in version.listing.files.select_related("stored"):
        parts[f"filer/{file.pk}"] = files.content_of(file.stored)
    names = {f"filer/{file.pk}": file.name for file in version.listing.files.all()}
    reason = reason_of(case)
    folder = {
        "mappeID": case.reference,
        "tittel": version.text("title"),
        "sakspart": version.listing.firm.organisation.number,
        "mappetype": case.kind,
        "saksstatus": case.state,
        "opprettetDato": case.opened_at,
        "avsluttetDato": case.closed_at,
        "avgjorelse": case.outcome,
        "hjemmel": reason.source if reason else "",
        "journalposter": posts,
        "filer": [
            {"fil": name, "navn": names.get(name, name), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(parts.items())
        ],
    }
    parts["mappe.json"] = _json(folder)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(parts.items()):
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return made.getvalue()


def _events(case: ModerationCase) -> list[dict[str, Any]]:
    """What the log says of this case, and its place in the chain."""
    rows = Event.objects.filter(stream=case.version.listing.stream, payload__case=case.reference).order_by("seq")
    names = ("seq", "at", "actor", "verb", "payload", "covers", "prev_hash", "hash")
    return [{name: getattr(row, name) for name in names} for row in rows]


def _json(data: Any) -> bytes:
    return json.dumps(plain(data), ensure_ascii=False, indent=1, sort_keys=True).encode()
