"""Registering steps of custody: all rows or none, and the same file again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.actions import Brought, supplier_on
from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.custody.policy import may_take, steps_for
from fellestorg.calloffs.reuse.custody.queries import taken_of
from fellestorg.calloffs.reuse.custody.rules import COLUMNS, REQUIRED, Taken, faults, read_row
from fellestorg.calloffs.reuse.custody.words import REFUSALS
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowProblem, SheetRow, read_sheet
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused


def bring_in(content: bytes, lot: Lot, *, actor: Actor, now: datetime) -> Brought:
    """Bring in a sheet of steps (CSV or a workbook). Raises BadInput where the file as a whole cannot be read, Refused for
    those who register no steps at all."""
    digest = hashlib.sha256(content).hexdigest()
    return register(read_sheet(content, COLUMNS, REQUIRED), lot, actor=actor, now=now, digest=digest)


@transaction.atomic
def register(rows: Sequence[SheetRow], lot: Lot, *, actor: Actor, now: datetime, digest: str = "") -> Brought:
    """Register steps, each where it belongs in the chain of its pick-up. The same step of a chain again is left alone where
    it says the same, and corrected where it does not: the old row stays, and the new one stands in its place."""
    supplier = supplier_on(lot, clock.local_day(now))
    if not steps_for(actor, supplier.number):
        raise Refused("not_own_chain", _("Bare virksomheten og leverandøren kan registrere steg i sporingen."))
    # Two that register in one chain come one after the other.
    Lot.objects.select_for_update().get(pk=lot.pk)
    problems: list[RowProblem] = []
    read: list[tuple[int, Taken]] = []
    for row in rows:
        taken, wrong = read_row(row, now)
        problems += wrong
        if taken is not None:
            read.append((row.number, taken))
    numbers = {taken.agency for _line, taken in read}
    agencies = {one.number: one for one in Organisation.objects.filter(number__in=numbers)}
    standing = {
        (one.agency.number, one.reference, one.step): one
        for one in CustodyStep.objects.filter(
            lot=lot, corrected_by=None, reference__in={taken.reference for _line, taken in read}
        ).select_related("agency")
    }
    chains: dict[tuple[str, str], dict[str, Taken]] = {}
    for (agency, reference, step), one in standing.items():
        chains.setdefault((agency, reference), {})[step] = taken_of(one)
    first: dict[tuple[str, str, str], int] = {}
    made: list[CustodyStep] = []
    counts = {"new": 0, "corrected": 0, "unchanged": 0}
    for line, taken in read:
        key = (*taken.chain, taken.step)
        wrong = _not_registrable(line, taken, first, actor, supplier, agencies)
        chain = chains.setdefault(taken.chain, {})
        wrong += [RowProblem(line, one.field, one.code, one.text) for one in faults(taken, chain.values())]
        if wrong:
            problems += wrong
            continue
        before, chain[taken.step] = chain.get(taken.step), taken
        if before == taken:
            counts["unchanged"] += 1
            continue
        counts["new" if before is None else "corrected"] += 1
        made.append(_made(taken, lot, supplier, agencies[taken.agency], standing.get(key), actor, now))
    if problems:
        return Brought(len(rows), tuple(sorted(problems, key=lambda one: one.row)))
    CustodyStep.objects.bulk_create(made)
    if made:
        told: dict[str, Any] = {
            "steps": [f"{one.agency.number}/{one.reference}/{one.step}" for one in made[:50]],
            "sha256": digest,
            **counts,
        }
        events.record(Happening(f"lot:{lot}", "custody_registered", f"lot:{lot}", actor, now, told, made))
    return Brought(len(rows), (), **counts)


def _not_registrable(
    line: int,
    taken: Taken,
    first: dict[tuple[str, str, str], int],
    actor: Actor,
    supplier: Organisation,
    agencies: dict[str, Organisation],
) -> list[RowProblem]:
    if taken.agency not in agencies:
        return [RowProblem(line, "agency", "unknown_agency", _("virksomheten finnes ikke her"))]
    may = may_take(actor, taken.step, taken.agency, supplier.number)
    if not may.allowed:
        return [RowProblem(line, "step", may.reason, str(REFUSALS[may.reason]))]
    other = first.setdefault((*taken.chain, taken.step), line)
    if other != line:
        return [RowProblem(line, "step", "twice", _("steget står alt på linje %(line)s") % {"line": other})]
    return []


def _made(
    taken: Taken,
    lot: Lot,
    supplier: Organisation,
    agency: Organisation,
    before: CustodyStep | None,
    actor: Actor,
    now: datetime,
) -> CustodyStep:
    return CustodyStep(
        lot=lot, agency=agency, supplier=supplier, reference=taken.reference, step=taken.step,
        happened_at=taken.happened_at, role=taken.role, place=taken.place, units=taken.units,
        certificate=taken.certificate, corrects=before, registered_by_key=actor.key, registered_by=actor.name,
        registered_at=now,
    )  # fmt: skip
