"""Reads of tenders. Before the opening there is nothing to read but what each supplier has of its own; after it,
quality and price come apart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import chunks
from fellestorg.competitions.tenders.declaring import declared
from fellestorg.competitions.tenders.models import OpenedPrice, OpenedQuality
from fellestorg.competitions.tenders.packages import Offered, offered
from fellestorg.kernel.sql import columns, prepared
from fellestorg.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file of an opened tender; ``whole`` is whether it is what was delivered."""

    id: str
    question: str
    name: str
    bytes: int
    sha256: str
    whole: bool


@dataclass(frozen=True, slots=True)
class OpenedTender:
    """The quality part of a tender, as its supplier delivered it. ``lots`` are keys, ``answers`` by question, ``declared``
    by requirement."""

    id: str
    supplier: Organisation
    supplier_number: str
    lots: tuple[str, ...]
    submitted_at: datetime
    sha256: str
    answers: Mapping[str, Any]
    files: tuple[OpenedFile, ...]
    declared: Mapping[str, Mapping[str, Any]]


def opened(competition: Competition) -> list[OpenedTender]:
    """The tenders that were opened, in the order they were received: for each supplier the one of the latest round.
    One that could not be read (``faults``) is not among them."""
    found = [_tender(*row) for row in prepared(_opened(), [competition.pk])]
    return sorted(found, key=lambda one: one.submitted_at)


def opened_prices(competition: Competition) -> Mapping[str, Mapping[str, Mapping[str, Decimal]]]:
    """Unit prices by tender, lot and line. Only for callers that have asked ``evaluation.policy.prices_may_be_seen``."""
    wanted = {UUID(one.id) for one in opened(competition)}
    rows = OpenedPrice.objects.filter(tender__in=wanted)
    return {
        str(row.pk): {
            lot: {line: Decimal(price) for line, price in lines.items()} for lot, lines in row.content["prices"].items()
        }
        for row in rows
    }


def offered_across_lots(competition: Competition) -> dict[str, Offered]:
    """What each supplier offers across lots, by number: packages and how many lots it can take. Prices: the same asks
    first as for ``opened_prices``."""
    suppliers = {UUID(one.id): one.supplier_number for one in opened(competition)}
    return {suppliers[row.pk]: offered(row.content) for row in OpenedPrice.objects.filter(tender__in=suppliers)}


def file_content(competition: Competition, file: str) -> Iterator[bytes]:
    """The stretches of a file of an opened tender. Raises KeyError where no opened tender has it, and sealing.SealError
    at a stretch that is changed."""
    row = OpenedQuality.objects.filter(tender__competition=competition, file_keys__has_key=file).first()
    if row is None:
        raise KeyError(file)
    return chunks.read(UUID(file), row.file_keys[file])


def faults(competition: Competition) -> list[OpenedQuality]:
    """The tenders whose content, or a file of it, was not what had been received."""
    rows = OpenedQuality.objects.filter(tender__competition=competition).select_related("tender__supplier")
    return [row for row in rows.order_by("tender__received_at") if row.fault or row.bad_files]


@cache
def _opened() -> str:
    supplier = ", ".join(f"s.{name}" for name in columns(Organisation))
    return f"""
SELECT DISTINCT ON (t.supplier_id) t.id, t.received_at, t.sha256, q.content, q.bad_files, {supplier}
FROM competitions_openedquality q JOIN competitions_tender t ON t.id = q.tender_id
JOIN organisations_organisation s ON s.id = t.supplier_id
WHERE t.competition_id = %s AND q.fault = '' ORDER BY t.supplier_id, t.round DESC
"""  # noqa: S608 (names of our own columns)


def _tender(
    key: UUID, received_at: datetime, sha256: str, content: str, bad_files: Sequence[str], *values: Any
) -> OpenedTender:
    read = json.loads(content)
    supplier = Organisation.from_db(DEFAULT_DB_ALIAS, columns(Organisation), values)
    return OpenedTender(
        str(key),
        supplier,
        supplier.number,
        tuple(read["lots"]),
        received_at,
        sha256,
        read["answers"],
        tuple(
            OpenedFile(
                one["id"],
                one["question"],
                one["name"],
                one["bytes"],
                one["sha256"],
                one["name"] not in bad_files,
            )
            for one in read["files"]
        ),
        declared(read),
    )
