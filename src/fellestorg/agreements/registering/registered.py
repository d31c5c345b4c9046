"""The facts on record: what was registered, by lot and reference, and how much of it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from fellestorg.agreements.models import CeilingEntry, DrawBalance, FrameworkAgreement, Lot
from fellestorg.agreements.policy import AGENCY_REGISTRARS, may_manage
from fellestorg.agreements.registering.facts import spoken
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation, RoleGrant

READERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR, *AGENCY_REGISTRARS)


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact on record. ``amount`` is what was registered, ``stands`` what is left of it; kroner without VAT."""

    id: int
    agreement: str
    lot: str
    lot_title: str
    kind: str
    reference: str
    buyer: str
    buyer_name: str
    on: date | None
    at: datetime
    amount: Decimal
    stands: Decimal
    quantity: Decimal
    flags: tuple[str, ...]
    breach: bool
    note: str


def visible_to(actor: Actor) -> QuerySet[DrawBalance]:
    """The facts an actor may see: all for auditors, agreement managers and administrators; for an agency's buyers and
    local agreement managers those of their own agency. Each has ``entry``, the id of its latest registration."""
    latest = CeilingEntry.objects.filter(
        lot=OuterRef("lot"), reference=OuterRef("reference"), kind__in=("actual", "opening")
    ).order_by("-id")
    rows = DrawBalance.objects.filter(
        Q(reference__startswith="elsewhere:") | Q(reference__startswith="opening:")
    ).annotate(entry=Subquery(latest.values("id")[:1]), buyer=Subquery(latest.values("buyer__number")[:1]))
    rows = rows.filter(entry__isnull=False)
    sees_all = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
    if actor.has(*sees_all) or actor.key in (SYSTEM.key, OPERATOR.key):
        return rows
    return rows.filter(buyer__in=list(actor.organisations(*AGENCY_REGISTRARS)), reference__startswith="elsewhere:")


def matching(
    rows: QuerySet[DrawBalance], *, agreement: str = "", lot: str = "", text: str = ""
) -> QuerySet[DrawBalance]:
    """Those under an agreement (and a lot) whose reference or buyer's number has the text; the newest first."""
    if agreement:
        rows = rows.filter(lot__agreement__key=agreement)
    if lot:
        rows = rows.filter(lot__key=lot)
    if text:
        rows = rows.filter(Q(reference__icontains=text) | Q(buyer__startswith=text.replace(" ", "")))
    return rows.order_by(F("entry").desc())


def fact_rows(rows: QuerySet[DrawBalance], start: int = 0, stop: int | None = None) -> list[FactRow]:
    """Some of the facts, read with two statements."""
    page = list(rows.select_related("lot__agreement")[start:stop])
    entries = CeilingEntry.objects.select_related("buyer").in_bulk([row.entry for row in page])  # type: ignore[attr-defined]
    return [_row(row, entries[row.entry]) for row in page]  # type: ignore[attr-defined]


def own_agencies(actor: Actor) -> list[Organisation]:
    """The agencies an actor buys or manages for, by name."""
    numbers = actor.organisations(*AGENCY_REGISTRARS)
    return list(Organisation.objects.filter(number__in=numbers).order_by("sort_name"))


def lots_for(actor: Actor) -> list[Lot]:
    """The lots an actor may register under: those managed, and for an agency's people all of them."""
    rows = Lot.objects.select_related("agreement__owner", "agreement__manager").order_by(
        "agreement__title_nb", "number"
    )
    if actor.has(*AGENCY_REGISTRARS):
        return list(rows)
    return [lot for lot in rows if may_manage(actor, lot.agreement).allowed]


def manages_any(actor: Actor) -> bool:
    """Whether there is an agreement that the actor manages."""
    rows = FrameworkAgreement.objects.select_related("owner", "manager")
    return any(may_manage(actor, one).allowed for one in rows)


def _row(row: DrawBalance, entry: CeilingEntry) -> FactRow:
    kind, reference = spoken(row.reference)
    return FactRow(
        row.pk,
        row.lot.agreement.key,
        row.lot.key,
        localised(row.lot, "title"),
        kind,
        reference,
        entry.buyer.number if entry.buyer else "",
        entry.buyer.name if entry.buyer else "",
        entry.made_on,
        entry.at,
        entry.amount,
        row.committed + row.actual,
        row.quantity,
        tuple((entry.flags or "").split()),
        entry.breach,
        entry.note,
    )
