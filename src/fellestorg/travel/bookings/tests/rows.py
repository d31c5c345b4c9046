"""Files of bookings for tests, against the demo's agreements on 1 November 2023."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from fellestorg.demo_data.agencies import MAIN_AGENCY
from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR, Actor
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.travel.bookings import actions
from fellestorg.travel.bookings.actions import TakenIn
from fellestorg.travel.models import BookingSource

FLIGHT = {
    "reference": "T1",
    "mode": "fly",
    "agency": MAIN_AGENCY,
    "channel": "nett",
    "booked_on": "2023-09-01",
    "travelled_on": "2023-09-10",
    "supplier": "SK",
    "place": "OSL-TRD",
    "fare_class": "standard",
    "cabin": "economy",
    "published": "1500.00",
    "paid": "1350.00",
}


def flight(reference: str = "T1", **more: str) -> dict[str, str]:
    return FLIGHT | {"reference": reference} | more


def stay(reference: str = "H1", **more: str) -> dict[str, str]:
    row = FLIGHT | {"mode": "hotell", "place": "bodo", "nights": "2", "cabin": "", "published": "", "paid": "2500"}
    return row | {"reference": reference} | more


def rental(reference: str = "C1", **more: str) -> dict[str, str]:
    row = FLIGHT | {"mode": "leiebil", "place": "nordland", "cabin": "", "published": "", "fare_class": ""}
    return (
        row
        | {"reference": reference, "travelled_on": "2023-10-20", "days": "3", "km": "200", "fuel": "electric"}
        | more
    )


def as_csv(rows: list[dict[str, str]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_json(rows: list[dict[str, str]]) -> bytes:
    return json.dumps({"bookings": rows}).encode()


def as_workbook(rows: list[dict[str, str]]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return workbook_of("Bestillinger", names, [[row.get(name, "") for name in names] for row in rows])


def sent(
    folder: Path, content: bytes, source: str = "egencia", *, actor: Actor = OPERATOR, preview: bool = False
) -> TakenIn:
    """Send a file in, as the operator does it."""
    path = folder / "fil"
    path.write_bytes(content)
    found = BookingSource.objects.get(key=source)
    return actions.take_in(path, found, actor=actor, now=clock.now(), file_name="fil.csv", preview=preview)
