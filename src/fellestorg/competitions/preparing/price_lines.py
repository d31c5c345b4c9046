"""Writing a price sheet: all its lines at once, all or none."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, record
from fellestorg.competitions.models import Competition, PriceSheetLine
from fellestorg.competitions.preparing.fields import fresh_key
from fellestorg.kernel.actors import Actor
from fellestorg.values import BadInput, Problem


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a price sheet, as a sheet or a form gives it."""

    lot: str
    title: str
    unit: str
    quantity: Decimal
    max_unit_price: Decimal | None = None
    key: str = ""


@transaction.atomic
def replace_price_lines(
    competition: Competition, lines: Sequence[SheetLine], *, actor: Actor, now: datetime
) -> list[PriceSheetLine]:
    """Let these be the price sheet. Raises BadInput for a lot that is not the competition's and a key given twice."""
    locked = for_change(competition, actor, now, BEFORE_NOTICE)
    lots = {lot.key: lot for lot in locked.lots.all()}
    problems = [
        Problem(f"lines[{at}].lot", "unknown_lot", _("Delkontrakten «%(lot)s» finnes ikke.") % {"lot": line.lot})
        for at, line in enumerate(lines)
        if line.lot not in lots
    ]
    BadInput.raise_if(problems)
    taken: dict[str, set[str]] = {key: set() for key in lots}
    rows = []
    for number, line in enumerate(lines, 1):
        if line.key and line.key in taken[line.lot]:
            text = _("Nøkkelen «%(key)s» står to ganger.") % {"key": line.key}
            problems.append(Problem(f"lines[{number - 1}].key", "key_twice", text))
        key = line.key or fresh_key(line.title, taken[line.lot])
        taken[line.lot].add(key)
        rows.append(
            PriceSheetLine(
                lot=lots[line.lot],
                key=key,
                number=number,
                title=line.title,
                unit=line.unit,
                quantity=line.quantity,
                max_unit_price=line.max_unit_price,
            )
        )
    BadInput.raise_if(problems)
    PriceSheetLine.objects.filter(lot__competition=locked).delete()
    made = PriceSheetLine.objects.bulk_create(rows)
    content = "\n".join(f"{r.lot.key};{r.key};{r.title};{r.unit};{r.quantity};{r.max_unit_price}" for r in rows)
    payload = {"part": "pricesheetline", "lines": len(rows), "sha256": hashlib.sha256(content.encode()).hexdigest()}
    record(locked, "competition_changed", actor, now, payload)
    return made
