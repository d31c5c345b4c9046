"""Public listings for tests of shortlists: one is published the long way, the others are rows like it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from fellestorg.kernel.models import StoredFile
from fellestorg.marketplace.listings.models import Listing, ListingFile, ListingVersion
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.values import digest


def published(first: ListingVersion, titles: Sequence[str], **values: Any) -> list[ListingVersion]:
    """Public listings of the same firm that say what the first one says but for the title and the answers named."""
    made = []
    for title in titles:
        listing = Listing.objects.create(
            firm=first.listing.firm, key=title.lower().replace(" ", "-"), category=first.listing.category,
            state="published", created_at=world.NOW,
        )  # fmt: skip
        content = json.loads(_with_own_files(first, listing, json.dumps(first.content())))
        content["texts"]["nb"]["title"] = title
        for key, value in values.items():
            content["answers"][key]["value"] = value
        row = ListingVersion(
            listing=listing, number=1, state="published", made_at=world.NOW, made_by=first.made_by, saved_at=world.NOW,
            submitted_at=world.NOW, submitted_by=first.made_by, published_at=world.NOW, **content,
        )  # fmt: skip
        row.sha256 = digest(row.content())
        row.save(force_insert=True)
        made.append(row)
    return made


def _with_own_files(first: ListingVersion, listing: Listing, content: str) -> str:
    """The content with files of the new listing's own in place of the first one's."""
    for file in first.listing.files.select_related("stored"):
        own, kept = uuid4(), file.stored
        stored = StoredFile.objects.create(
            subject=listing.stream, kind=kept.kind, name=str(own), media_type=kept.media_type, sha256=kept.sha256,
            content=kept.content, made_at=world.NOW,
        )  # fmt: skip
        ListingFile.objects.create(
            id=own,
            listing=listing,
            stored=stored,
            name=file.name,
            bytes=file.bytes,
            added_at=world.NOW,
            added_by=file.added_by,
        )
        content = content.replace(str(file.pk), str(own))
    return content
