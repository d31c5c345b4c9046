"""What the pages about agreements show. Everything here is public; the lines of a ledger are in ``ledger_lines``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from fellestorg.agreements.gaps import end_on
from fellestorg.agreements.halts import in_force as halt_in_force
from fellestorg.agreements.models import (
    Admission,
    AgreementHalt,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.agreements.queries import CeilingView, ceiling_then, ceiling_view, drawn_in
from fellestorg.kernel.text import in_language, localised
from fellestorg.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class PositionView:
    """A supplier's place in a lot on a day. ``suspended_because`` is empty where it is not suspended that day."""

    id: int
    rank: int
    supplier: str
    number: str
    valid_from: date
    valid_to: date | None
    suspended_because: str
    suspended_from: date | None
    suspended_to: date | None


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The call-off policy in force on a day: its document (None where the lot has none yet), version and source."""

    version: int
    valid_from: date | None
    document: dict[str, object] | None
    source: str


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot as it stands on a day."""

    key: str
    number: int
    title: str
    scope: str
    cpv: tuple[str, ...]
    regions: tuple[str, ...]
    categories: tuple[str, ...]
    max_value: Decimal
    max_quantity: Decimal | None
    estimated_value: Decimal | None
    suppliers: tuple[PositionView, ...]
    policy: PolicyView
    ceiling: CeilingView


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """A right to extend, and whether it was used."""

    id: int
    starts: date
    ends: date
    exercised_on: date | None


@dataclass(frozen=True, slots=True)
class HaltView:
    """Why nobody can call off under an agreement on a day. ``expected`` is None where nobody knows when it may begin."""

    kind: str
    since: date
    reason: str
    responsible: str
    expected: date | None
    source: str


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement in a list. ``status`` on the day asked about: ``coming``, ``in_force``, ``ended``, ``cancelled``,
    ``delayed``, or ``draft`` where nobody can call off under it yet. ``instrument`` is framework, dps or terms."""

    key: str
    title: str
    summary: str
    category: str
    status: str
    starts: date
    ends: date
    latest_end: date
    lots: tuple[str, ...]
    suppliers: tuple[str, ...]
    instrument: str
    halt: HaltView | None


@dataclass(frozen=True, slots=True)
class AgreementView:
    """Everything about an agreement but its lots' ledgers."""

    row: AgreementRow
    owner: str
    owner_number: str
    owner_email: str
    manager_email: str
    extensions: tuple[ExtensionView, ...]
    long_duration_reason: str
    ruleset_date: date
    source: str
    participants: int
    lots: tuple[LotView, ...]


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """An organisation that may call off, from when and on what ground (FA-2). ``in_force`` on the day asked about.

    ``status`` on that day: ``obligatory``, ``opt_in``, ``waits`` (for its own contract to end, or a later day) or
    ``not_covered``, for a body that may not call off at all.
    """

    number: str
    name: str
    kind: str
    ground: str
    valid_from: date | None
    valid_to: date | None
    note: str
    in_force: bool
    own_contract_to: date | None
    status: str


def agreements(day: date, *, drafts: bool = True) -> list[AgreementRow]:
    """Every agreement as it stands on a day, those in force first, then in the order of their titles. ``drafts`` tells
    whether those that nobody can call off under yet are shown."""
    rows = [_row(one, day) for one in _with_lots()]
    order = {"in_force": 0, "coming": 1, "delayed": 2, "cancelled": 3, "draft": 4, "ended": 5}
    return sorted(
        (row for row in rows if drafts or row.status != "draft"), key=lambda row: (order[row.status], row.title)
    )


def matching(
    rows: Iterable[AgreementRow],
    *,
    text: str = "",
    category: str = "",
    status: str = "",
    instrument: str = "",
    supplier: str = "",
) -> list[AgreementRow]:
    """Those of them that match, in the same order. ``supplier`` is a name of one in place on the day."""
    words = text.lower().split()
    return [
        row
        for row in rows
        if (not category or row.category == category)
        and (not status or row.status == status)
        and (not instrument or row.instrument == instrument)
        and (not supplier or supplier in row.suppliers)
        and all(word in _haystack(row) for word in words)
    ]


def agreement(key: str, day: date, *, then: bool = False) -> AgreementView | None:
    """One agreement with its lots as they stand on a day, or None. ``then`` for a day other than today: the ceilings are
    then read as they stood at its end."""
    found = _with_lots().select_related("owner", "manager").filter(key=key).first()
    if found is None:
        return None
    lots = list(found.lots.all())
    drawn = {} if then else drawn_in(lots)
    return AgreementView(
        _row(found, day),
        in_language({"nb": found.owner.name, "nn": found.owner.name_nn, "en": found.owner.name_en}),
        found.owner.number,
        found.owner.email,
        found.manager.email,
        tuple(_extension(one, day) for one in sorted(found.extensions.all(), key=lambda one: one.starts)),
        found.long_duration_reason,
        found.ruleset_date,
        found.source,
        _participations(found.pk).filter(valid_from__lte=day).exclude(valid_to__lt=day).count(),
        tuple(
            _lot(one, day, ceiling_then(one, day) if then else ceiling_view(one, day, drawn[one.pk])) for one in lots
        ),
    )


def find_lot(key: str, lot: str) -> Lot | None:
    """The lot's row, with its agreement, owner and manager, or None."""
    rows = Lot.objects.select_related("agreement__owner", "agreement__manager", "balance")
    return rows.filter(agreement__key=key, key=lot).first()


def participation_status(row: Participation, day: date) -> str:
    """What an organisation's place among the participants is called on a day; see :class:`ParticipantView`."""
    if row.valid_from > day:
        return "waits"
    if row.valid_to is not None and row.valid_to < day:
        return "not_covered"
    return "opt_in" if row.ground == Participation.Ground.OPT_IN else "obligatory"


def not_covered(key: str, day: date, *, text: str = "") -> list[ParticipantView]:
    """The bodies that buy and may not call off under an agreement, now or later, in the order of their names."""
    inside = Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agreement__key=key)
    kinds = (Organisation.Kind.AGENCY, Organisation.Kind.MUNICIPALITY, Organisation.Kind.COUNTY)
    rows = Organisation.objects.filter(kind__in=kinds).exclude(pk__in=inside.values("organisation"))
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(number__startswith=text))
    return [
        ParticipantView(
            row.number,
            in_language({"nb": row.name, "nn": row.name_nn, "en": row.name_en}),
            row.kind,
            "",
            None,
            None,
            "",
            False,
            None,
            "not_covered",
        )
        for row in rows.order_by("sort_name")
    ]


def participants(key: str, day: date, *, text: str = "") -> list[ParticipantView]:
    """Who may call off under an agreement, now or later, in the order of their names."""
    rows = Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), agreement__key=key)
    if text:
        rows = rows.filter(Q(organisation__name__icontains=text) | Q(organisation__number__startswith=text))
    return [
        ParticipantView(
            row.organisation.number,
            in_language({"nb": row.organisation.name, "nn": row.organisation.name_nn, "en": row.organisation.name_en}),
            row.organisation.kind,
            row.ground,
            row.valid_from,
            row.valid_to,
            row.note,
            row.valid_from <= day,
            row.own_contract_to,
            participation_status(row, day),
        )
        for row in rows.select_related("organisation").order_by("organisation__sort_name", "valid_from")
    ]


def policy_on(lot: Lot, day: date) -> PolicyView:
    """The policy in force on a day; the first one for days before it."""
    versions: Sequence[PolicyVersion] = sorted(lot.policies.all(), key=lambda one: one.valid_from)
    in_force = [one for one in versions if one.valid_from <= day]
    found = in_force[-1] if in_force else versions[0] if versions else None
    if found is None:
        return PolicyView(0, None, None, "")
    return PolicyView(found.version, found.valid_from, found.document, found.source)


def _with_lots() -> QuerySet[FrameworkAgreement]:
    positions = SupplierPosition.objects.select_related("supplier").order_by("rank")
    admitted = Admission.objects.select_related("supplier").order_by("supplier__sort_name")
    lots = (
        Lot.objects.select_related("balance")
        .order_by("number")
        .prefetch_related(
            Prefetch("positions", queryset=positions), Prefetch("admissions", queryset=admitted), "policies"
        )
    )
    return FrameworkAgreement.objects.prefetch_related(Prefetch("lots", queryset=lots), "extensions", "halts")


def _row(one: FrameworkAgreement, day: date) -> AgreementRow:
    ends = end_on(one, one.extensions.all(), day)
    lots = list(one.lots.all())
    halt = halt_in_force(one.halts.all(), day)
    suppliers = {position.supplier.name: None for lot in lots for position in _in_place(lot, day)}
    suppliers |= {admitted.supplier.name: None for lot in lots for admitted in _admitted(lot, day)}
    return AgreementRow(
        one.key,
        localised(one, "title"),
        localised(one, "summary"),
        one.category,
        _status(one, lots, halt, day, ends),
        one.starts,
        ends,
        one.latest_end,
        tuple(localised(lot, "title") for lot in lots),
        tuple(suppliers),
        one.instrument,
        None if halt is None else _halt(halt),
    )


def _status(one: FrameworkAgreement, lots: Sequence[Lot], halt: AgreementHalt | None, day: date, ends: date) -> str:
    if halt is not None:
        return str(halt.kind)
    if not any(lot.policies.all() for lot in lots):
        return "draft"
    return "coming" if day < one.starts else "ended" if day > ends else "in_force"


def _halt(one: AgreementHalt) -> HaltView:
    return HaltView(one.kind, one.since, localised(one, "reason"), one.responsible, one.expected, one.source)


def _extension(one: ExtensionOption, day: date) -> ExtensionView:
    used = one.exercised_on if one.exercised_on is not None and one.exercised_on <= day else None
    return ExtensionView(one.pk, one.starts, one.ends, used)


def _lot(lot: Lot, day: date, ceiling: CeilingView) -> LotView:
    return LotView(
        lot.key,
        lot.number,
        localised(lot, "title"),
        localised(lot, "scope"),
        tuple(lot.cpv),
        tuple(lot.regions),
        tuple(lot.categories),
        lot.max_value,
        lot.max_quantity,
        lot.estimated_value,
        tuple(_position(one, day) for one in _in_place(lot, day)),
        policy_on(lot, day),
        ceiling,
    )


def _admitted(lot: Lot, day: date) -> list[Admission]:
    return [
        one for one in lot.admissions.all() if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]


def _in_place(lot: Lot, day: date) -> list[SupplierPosition]:
    return [
        one for one in lot.positions.all() if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]


def _position(one: SupplierPosition, day: date) -> PositionView:
    suspended = (
        one.suspended_from is not None
        and one.suspended_from <= day
        and (one.suspended_to is None or day <= one.suspended_to)
    )
    return PositionView(
        one.pk,
        one.rank,
        one.supplier.name,
        one.supplier.number,
        one.valid_from,
        one.valid_to,
        one.suspension_reason if suspended else "",
        one.suspended_from,
        one.suspended_to,
    )


def _participations(agreement_id: int) -> QuerySet[Participation]:
    return Participation.objects.filter(agreement=agreement_id)


def _haystack(row: AgreementRow) -> str:
    return " ".join((row.key, row.title, row.summary, *row.lots, *row.suppliers)).lower()
