"""Settlements of equipment handed in for reuse, and the share of resale that the price list gives back. All invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from fellestorg.agreements.models import FrameworkAgreement, Lot, SupplierPosition
from fellestorg.calloffs.reuse.actions import factors_on
from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.routines.models import ReuseRoutine, RoutineDecision
from fellestorg.calloffs.reuse.routines.words import suggestion
from fellestorg.calloffs.reuse.rules import saved, share_of
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.demo_data import agencies
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation, RoleGrant

AGREEMENT = "ombruk-ikt"
Role = RoleGrant.Role
RETURN_RATE = Decimal("0.6")
_FEE = Decimal(30)
_FIRST = date(2023, 4, 14)
_EVERY = timedelta(days=42)
# Kind, units of one settlement, the share resold and what one fetches.
_KINDS = (("pc", 60, Decimal("0.9"), 480), ("phone", 40, Decimal("0.8"), 350), ("screen", 25, Decimal("0.7"), 160))


def lay(ground: Ground, day: date) -> None:
    """Save the share of resale in every lot, and a settlement every sixth week for the demo's two agencies, with the
    chains of custody of the last ones and the agencies' routines."""
    lots = list(Lot.objects.filter(agreement__key=AGREEMENT).select_related("agreement").order_by("number"))
    for index, lot in enumerate(lots):
        supplier = SupplierPosition.objects.filter(lot=lot).order_by("rank")[0].supplier
        item = Item.objects.create(
            lot=lot,
            number="SORTER-SELG",
            name_nb="Sortering og videresalg, per enhet",
            name_nn="Sortering og vidaresal, per eining",
            name_en="Sorting and resale, per unit",
            category="ict_reuse",
            unit="EA",
            cpv="90510000",
            standard_assortment=True,
        )
        PriceLine.objects.create(
            item=item,
            supplier=supplier,
            supplier_number=item.number,
            product_name="Sortering og videresalg (demodata)",
            model=PriceLine.Model.REVENUE_SHARE,
            unit_price=_FEE,
            terms={"return_rate": str(RETURN_RATE)},
            vat_rate=Decimal("0.25"),
            valid_from=lot.agreement.starts,
        )
        agency = (agencies.MAIN_AGENCY, agencies.NYNORSK_AGENCY)[index % 2]
        rows = []
        settled_on, number = _FIRST + timedelta(days=index * 5), 1
        while settled_on < day:
            rows += [
                _settlement(ground, lot, agency, supplier.number, f"F{index + 1}-{number:03d}", settled_on, kind)
                for kind in _KINDS
            ]
            settled_on, number = settled_on + _EVERY, number + 1
        ReuseSettlement.objects.bulk_create(rows)
        if rows:
            stream, when = f"lot:{lot}", at(rows[-1].settled_on, 12)
            told = {"new": len(rows), "corrected": 0, "unchanged": 0}
            ground.events.append(Happening(stream, "reuse_settled", stream, SYSTEM, when, told, tuple(rows)))

        _custody(ground, lot, agency, supplier, rows)
    if lots:
        _routines(ground, lots[0].agreement, day)


def _routines(ground: Ground, agreement: FrameworkAgreement, day: date) -> None:
    """The routine of each of the demo's two agencies: one confirmed in time, the other not."""
    for agency, adopted in (
        (agencies.MAIN_AGENCY, timedelta(days=410)),
        (agencies.NYNORSK_AGENCY, timedelta(days=150)),
    ):
        body, decided_on = ground.organisations[agency], day - adopted
        text = f"{suggestion(body.language_form)}\n(demodata)"
        manager = ground.staff.get((agency, Role.LOCAL_AGREEMENT_MANAGER)) or ground.staff[agency, Role.BUYER]
        by, adopter = manager[0], ground.staff[agency, Role.APPROVER][0]
        routine = ReuseRoutine.objects.create(
            agreement=agreement, agency=body, version=1, owner_role=Role.LOCAL_AGREEMENT_MANAGER, text=text,
            proposed_by_key=by.key, proposed_by=by.name, proposed_at=at(decided_on, 9),
        )  # fmt: skip
        decision = RoutineDecision.objects.create(
            routine=routine, kind=RoutineDecision.Kind.ADOPTED, day=decided_on, by_key=adopter.key, by=adopter.name,
            at=at(decided_on, 13),
        )  # fmt: skip
        stream, told = f"agreement:{agreement.key}", {"agency": agency, "version": 1}
        for verb, row, hour in (("reuse_routine_proposed", routine, 9), ("reuse_routine_adopted", decision, 13)):
            ground.events.append(Happening(stream, verb, stream, SYSTEM, at(decided_on, hour), told, (row,)))


def _custody(ground: Ground, lot: Lot, agency: str, supplier: Organisation, settled: list[ReuseSettlement]) -> None:
    """The way of the last two pick-ups from the desk to the certificate; in the last one nobody signed at the pick-up."""
    made: list[CustodyStep] = []
    references = list(dict.fromkeys(one.reference for one in settled))[-2:]
    for reference in references:
        first = next(one for one in settled if one.reference == reference)
        units = sum(one.received for one in settled if one.reference == reference)
        for step, role, place, after, hour in _WAY:
            if step == "handed_over" and reference == references[-1]:
                continue
            agencys = after <= 0
            body = ground.organisations[agency] if agencys else supplier
            made.append(
                CustodyStep(
                    lot=lot, agency=ground.organisations[agency], supplier=supplier, reference=reference, step=step,
                    happened_at=at(first.picked_up_on + timedelta(days=after), hour), role=role,
                    place=f"{place} (demodata)", units=units if step not in _PART else _PART[step](settled, reference),
                    certificate=f"Sertifikat {reference} (demodata)" if step == "erased" else "",
                    registered_by_key=SYSTEM.key, registered_by=f"{body.name} (demodata)",
                    registered_at=at(first.picked_up_on + timedelta(days=after), hour, 30),
                )
            )  # fmt: skip
    CustodyStep.objects.bulk_create(made)
    if made:
        stream, when = f"lot:{lot}", max(one.registered_at for one in made)
        told = {"new": len(made), "corrected": 0, "unchanged": 0}
        ground.events.append(Happening(stream, "custody_registered", stream, SYSTEM, when, told, tuple(made)))


def _sum_of(field: str) -> Callable[[list[ReuseSettlement], str], int]:
    return lambda settled, reference: sum(getattr(one, field) for one in settled if one.reference == reference)


_PART = {"erased": _sum_of("wiped"), "resold": _sum_of("resold"), "recycled": _sum_of("recycled")}
# Step, role, place, days after the pick-up, hour.
_WAY = (
    ("collected", "ict_support", "Kontorene", -2, 10),
    ("secured", "ict_support", "Skap A, kjelleren", -2, 11),
    ("handed_over", "facilities", "Varemottaket", 0, 9),
    ("received", "reception", "Leverandørens mottak", 1, 8),
    ("erased", "erasure", "Leverandørens sletterom", 10, 14),
    ("resold", "sales", "Leverandørens lager", 20, 12),
    ("recycled", "sales", "Leverandørens lager", 21, 12),
)


def _settlement(
    ground: Ground,
    lot: Lot,
    agency: str,
    supplier: str,
    reference: str,
    settled_on: date,
    kind: tuple[str, int, Decimal, int],
) -> ReuseSettlement:
    draw = chance("reuse", lot.key, reference, kind[0])
    name, usual, share, price = kind
    received = usual + draw.randrange(-usual // 4, usual // 4 + 1)
    resold = int(received * share) - draw.randrange(0, 3)
    resale = Decimal(resold * (price + draw.randrange(-40, 41)))
    factors, version = factors_on(settled_on)
    return ReuseSettlement(
        lot=lot,
        agency=ground.organisations[agency],
        supplier=ground.organisations[supplier],
        reference=reference,
        kind=name,
        picked_up_on=settled_on - timedelta(days=28),
        wiped_on=settled_on - timedelta(days=17),
        settled_on=settled_on,
        certificate=f"Sertifikat {reference}-{name} (demodata)",
        received=received,
        wiped=0 if name == "screen" else received,
        resold=resold,
        recycled=received - resold,
        fees=_FEE * received,
        resale=resale,
        return_rate=RETURN_RATE,
        paid_back=share_of(resale, RETURN_RATE),
        co2e_kg=saved(name, resold, factors),
        factor_version=version,
        registered_by="Foxway AS (demodata)",
        registered_at=at(settled_on, 12),
    )
