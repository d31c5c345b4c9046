"""Bringing in settlements: all rows or none, and the same file again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.policy import may_settle
from fellestorg.calloffs.reuse.rules import COLUMNS, KINDS, REQUIRED, Settled, read_row, saved, share_of
from fellestorg.catalogues.models import PriceLine
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowProblem, SheetRow, read_sheet
from fellestorg.law import rule_book
from fellestorg.organisations.models import Organisation
from fellestorg.values import Refused, kroner

_SAID = (
    "agency_id", "call_off", "picked_up_on", "wiped_on", "settled_on", "certificate", "received", "wiped", "resold",
    "recycled", "fees", "resale",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a file. Where anything is rejected, nothing was written."""

    read: int
    rejected: tuple[RowProblem, ...] = ()
    new: int = 0
    corrected: int = 0
    unchanged: int = 0

    def as_json(self) -> dict[str, object]:
        changes = {"new": self.new, "corrected": self.corrected, "unchanged": self.unchanged}
        accepted = 0 if self.rejected else self.read
        return {
            "read": self.read,
            "accepted": accepted,
            "rejected": [problem.as_json() for problem in self.rejected],
            "changes": changes,
        }


def bring_in(content: bytes, lot: Lot, *, actor: Actor, now: datetime) -> Brought:
    """Bring in a sheet of settlements (CSV or a workbook) of the lot's supplier. Raises BadInput where the file as a whole
    cannot be read, Refused for those who may not."""
    return settle(read_sheet(content, COLUMNS, REQUIRED), lot, actor=actor, now=now, digest=_digest(content))


@transaction.atomic
def settle(rows: Sequence[SheetRow], lot: Lot, *, actor: Actor, now: datetime, digest: str = "") -> Brought:
    """Register rows of settlements. One that is there already (the same number and kind) is left alone where it says the
    same, and corrected where it does not: the old row stays, and the new one stands in its place."""
    today = clock.local_day(now)
    supplier = supplier_on(lot, today)
    if not may_settle(actor, lot, supplier.number).allowed:
        raise Refused("not_own_settlement", _("Bare leverandøren og avtaleforvalteren kan registrere oppgjør."))
    # Two files of one supplier come one after the other.
    Lot.objects.select_for_update().get(pk=lot.pk)
    rate = _return_rate(lot, supplier, today)
    problems: list[RowProblem] = []
    read: list[tuple[SheetRow, Settled]] = []
    for row in rows:
        settled, wrong = read_row(row, today)
        problems += wrong
        if settled is not None:
            read.append((row, settled))
    problems += _twice(read)
    agencies = {
        one.number: one for one in Organisation.objects.filter(number__in={settled.agency for _row, settled in read})
    }
    problems += _unknown(read, agencies, lot)
    if problems:
        return Brought(len(rows), tuple(sorted(problems, key=lambda one: one.row)))
    standing = {
        (one.reference, one.kind): one
        for one in ReuseSettlement.objects.filter(lot=lot, supplier=supplier, corrected_by=None)
    }
    made: list[ReuseSettlement] = []
    counts = {"new": 0, "corrected": 0, "unchanged": 0}
    for _row, settled in read:
        before = standing.get((settled.reference, settled.kind))
        wanted = _made(settled, lot, supplier, agencies[settled.agency], rate, actor, now)
        if before is not None and all(getattr(before, name) == getattr(wanted, name) for name in _SAID):
            counts["unchanged"] += 1
            continue
        wanted.corrects = before
        counts["corrected" if before is not None else "new"] += 1
        made.append(wanted)
    ReuseSettlement.objects.bulk_create(made)
    if made:
        told: dict[str, Any] = {
            "references": sorted({one.reference for one in made})[:50],
            "paid_back": kroner(sum((one.paid_back for one in made), Decimal(0))),
            "fees": kroner(sum((one.fees for one in made), Decimal(0))),
            "sha256": digest,
            **counts,
        }
        events.record(Happening(f"lot:{lot}", "reuse_settled", f"lot:{lot}", actor, now, told, made))
    return Brought(len(rows), (), **counts)


def factors_on(day: date) -> tuple[dict[str, Decimal], str]:
    """The kilograms that a resold unit of each kind saves, on a day, and which version of the factors that is."""
    rule = rule_book().rule("REUSE-CO2", on=day)
    return {kind: rule.amount(kind) for kind in KINDS}, rule.version


def _made(
    settled: Settled, lot: Lot, supplier: Organisation, agency: Organisation, rate: Decimal, actor: Actor, now: datetime
) -> ReuseSettlement:
    factors, version = factors_on(settled.settled_on)
    return ReuseSettlement(
        lot=lot, agency=agency, supplier=supplier, reference=settled.reference, call_off=settled.call_off,
        kind=settled.kind, picked_up_on=settled.picked_up_on, wiped_on=settled.wiped_on, settled_on=settled.settled_on,
        certificate=settled.certificate, received=settled.received, wiped=settled.wiped, resold=settled.resold,
        recycled=settled.recycled, fees=settled.fees, resale=settled.resale, return_rate=rate,
        paid_back=share_of(settled.resale, rate), co2e_kg=saved(settled.kind, settled.resold, factors),
        factor_version=version, registered_by=actor.name, registered_at=now,
    )  # fmt: skip


def supplier_on(lot: Lot, day: date) -> Organisation:
    """The supplier of a lot on a day. Raises Refused where there is none."""
    held = Q(valid_to=None) | Q(valid_to__gte=day)
    position = SupplierPosition.objects.filter(held, lot=lot, valid_from__lte=day).order_by("rank").first()
    if position is None:
        raise Refused("no_supplier", _("Ingen leverandør er aktiv i delkontrakten denne dagen."))
    return position.supplier


def _return_rate(lot: Lot, supplier: Organisation, day: date) -> Decimal:
    held = Q(valid_to=None) | Q(valid_to__gte=day)
    lines = PriceLine.objects.filter(held, item__lot=lot, supplier=supplier, valid_from__lte=day)
    line = lines.filter(model=PriceLine.Model.REVENUE_SHARE).order_by("-valid_from", "-id").first()
    if line is None:
        raise Refused("no_share", _("Prislisten sier ikke hvor stor andel av videresalget som betales tilbake."))
    terms: Mapping[str, str] = line.terms
    return Decimal(terms["return_rate"])


def _twice(read: Sequence[tuple[SheetRow, Settled]]) -> list[RowProblem]:
    first: dict[tuple[str, str], int] = {}
    problems = []
    for row, settled in read:
        line = first.setdefault((settled.reference, settled.kind), row.number)
        if line != row.number:
            text = _("oppgjøret har alt denne typen på linje %(line)s") % {"line": line}
            problems.append(RowProblem(row.number, "reference", "twice", text))
    return problems


def _unknown(
    read: Sequence[tuple[SheetRow, Settled]], agencies: Mapping[str, Organisation], lot: Lot
) -> list[RowProblem]:
    named = {settled.call_off for _row, settled in read if settled.call_off}
    orders = dict(CallOff.objects.filter(lot=lot, number__in=named).values_list("number", "buyer__number"))
    problems = []
    for row, settled in read:
        if settled.agency not in agencies:
            problems.append(RowProblem(row.number, "agency", "unknown_agency", _("virksomheten finnes ikke her")))
        if settled.call_off and orders.get(settled.call_off) != settled.agency:
            text = _("virksomheten har ikke et slikt avrop i delkontrakten")
            problems.append(RowProblem(row.number, "call_off", "unknown_call_off", text))
    return problems


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
