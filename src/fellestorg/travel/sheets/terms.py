"""Terms by sheet: what counts when hotels or cars are put in order, with source and whether anybody has checked it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext

from fellestorg.agreements.models import Lot
from fellestorg.kernel.setup import Row
from fellestorg.travel.models import TravelTerms
from fellestorg.travel.sheets.kinds import Read
from fellestorg.values import Problem, decimal_text


def read_terms(row: Row, names: Sequence[str]) -> Read:
    """The day, source and verified flag of a row of terms, with its amounts by name."""
    first = row.day("valid_from")
    read: Read = {"valid_from": first.isoformat() if first else "", "valid_to": None}
    for name in names:
        value = row.amount(name)
        read[name] = None if value is None else decimal_text(value)
    return read | {"source": row.text("source", 300), "verified": row.truth("verified")}


def standing_terms(lot: Lot, read: Read, kind: str) -> Read | None:
    """The terms that hold on a row's first day."""
    rows = TravelTerms.objects.filter(lot=lot, kind=kind, valid_from__lte=read["valid_from"])
    one = rows.order_by("-valid_from").first()
    return None if one is None else {**one.document, "source": one.source, "verified": one.verified}


def check_terms(lot: Lot, read: Read, today: date) -> list[Problem]:
    """Terms are never changed: the next begin on a day without any, in a lot that has some from today or later."""
    rows = TravelTerms.objects.filter(lot=lot)
    if rows.filter(valid_from=read["valid_from"]).exists():
        return [Problem("valid_from", "exists", gettext("det er alt vilkår som begynner den dagen"))]
    if rows.exists() and date.fromisoformat(read["valid_from"]) < today:
        return [Problem("valid_from", "passed", gettext("det som alt gjelder, kan bare endres fra i dag eller senere"))]
    return []


def write_terms(lot: Lot, read: Read, kind: str, document: dict[str, Any]) -> list[models.Model]:
    """Add the terms; the row is covered by the event."""
    return [
        TravelTerms.objects.create(
            lot=lot,
            kind=kind,
            valid_from=read["valid_from"],
            document=document,
            source=read["source"],
            verified=read["verified"],
        )
    ]
