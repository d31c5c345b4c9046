"""Settlements of equipment handed in for reuse, and the share of resale that the price list gives back. All invented."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.calloffs.reuse.actions import factors_on
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.calloffs.reuse.rules import saved, share_of
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.demo_data import agencies
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening

AGREEMENT = "ombruk-ikt"
RETURN_RATE = Decimal("0.6")
_FEE = Decimal(30)
_FIRST = date(2023, 4, 14)
_EVERY = timedelta(days=42)
# Kind, units of one settlement, the share resold and what one fetches.
_KINDS = (("pc", 60, Decimal("0.9"), 480), ("phone", 40, Decimal("0.8"), 350), ("screen", 25, Decimal("0.7"), 160))


def lay(ground: Ground, day: date) -> None:
    """Save the share of resale in every lot, and a settlement every sixth week for the demo's two agencies."""
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
