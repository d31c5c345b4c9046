"""Phones and laptops by the month, repairs, and a phone that is dearer than the cap. All prices are invented."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.demo_data.ground import Ground
from fellestorg.engines.pricemodels import unit_price_of

_VAT = Decimal("0.25")
_SERVICE = "skade, bytte og henting"
# Number; names; category; CPV; model; monthly or unit price; months or hours; residual; kg CO2e.
_GOODS: tuple[tuple[tuple[str, str], str, tuple[str, str, str], str, str, str, str, int, str, int], ...] = (
    (("mobil-2022", "mobil"), "TLF-STD-LEIE", (
        "Mobiltelefon, standard, 128 GB, leie 24 måneder", "Mobiltelefon, standard, 128 GB, leige 24 månader",
        "Mobile phone, standard, 128 GB, rent 24 months"), "device_by_month", "32250000", "rent", "205", 24, "", 56),
    (("mobil-2022", "mobil"), "TLF-STD-LEASE", (
        "Mobiltelefon, standard, 128 GB, leasing 36 måneder", "Mobiltelefon, standard, 128 GB, leasing 36 månader",
        "Mobile phone, standard, 128 GB, lease 36 months"), "device_by_month", "32250000", "lease", "139", 36, "450", 56),
    (("mobil-2022", "mobil"), "TLF-STD-TJENESTE", (
        "Mobiltelefon, standard, 128 GB, som tjeneste 36 måneder", "Mobiltelefon, standard, 128 GB, som teneste 36 månader",
        "Mobile phone, standard, 128 GB, as a service 36 months"), "device_by_month", "32250000", "as_a_service", "189", 36,
     "", 40),
    (("mobil-2022", "mobil"), "REP-SKJERM", (
        "Reparasjon, bytte av skjerm på mobiltelefon", "Reparasjon, byte av skjerm på mobiltelefon",
        "Repair, phone screen replacement"), "device_repair", "50334140", "fixed", "1390", 0, "", 6),
    (("mobil-2022", "mobil"), "REP-BATTERI", (
        "Reparasjon, bytte av batteri på mobiltelefon", "Reparasjon, byte av batteri på mobiltelefon",
        "Repair, phone battery replacement"), "device_repair", "50334140", "fixed", "690", 0, "", 3),
    (("mobil-2022", "mobil"), "REP-TIME", (
        "Reparasjon, verksted, per time", "Reparasjon, verkstad, per time", "Repair, workshop, per hour"),
     "device_repair", "50334140", "hourly", "720", 0, "", 0),
    (("mobil-2022", "mobil"), "TLF-BRETT", (
        "Mobiltelefon, brettbar, 512 GB", "Mobiltelefon, brettbar, 512 GB", "Mobile phone, foldable, 512 GB"),
     "phone", "32250000", "fixed", "17900", 0, "", 88),
    (("pc-utstyr", "pc"), "PC-14-STD-LEASE", (
        "Bærbar PC 14 tommer, standard, 16 GB, leasing 36 måneder",
        "Berbar PC 14 tommar, standard, 16 GB, leasing 36 månader",
        "Laptop 14 inch, standard, 16 GB, lease 36 months"), "pc_by_month", "30213100", "lease", "265", 36, "900", 186),
    (("pc-utstyr", "pc"), "PC-14-STD-TJENESTE", (
        "Bærbar PC 14 tommer, standard, 16 GB, som tjeneste 48 måneder",
        "Berbar PC 14 tommar, standard, 16 GB, som teneste 48 månader",
        "Laptop 14 inch, standard, 16 GB, as a service 48 months"), "pc_by_month", "30213100", "as_a_service", "299", 48,
     "", 150),
)  # fmt: skip


def lay(ground: Ground) -> None:
    """Save these items with a price from each supplier of their lot, a little dearer down the ranks."""
    lots = {(one.agreement.key, one.key): one for one in Lot.objects.select_related("agreement")}
    for place, number, names, category, cpv, model, price, months, residual, co2e in _GOODS:
        lot = lots[place]
        item = Item.objects.create(
            lot=lot,
            number=number,
            **dict(zip(("name_nb", "name_nn", "name_en"), names, strict=True)),
            category=category,
            unit="HUR" if model == "hourly" else "EA",
            cpv=cpv,
            standard_assortment=category == "device_repair",
        )
        PriceLine.objects.bulk_create(
            PriceLine(
                item=item,
                supplier=position.supplier,
                supplier_number=number,
                product_name=f"{names[0]} (demodata)",
                model=model,
                **_priced(model, Decimal(price) * (98 + 2 * position.rank) / 100, months, residual),
                vat_rate=_VAT,
                co2e_kg=Decimal(co2e),
                valid_from=lot.agreement.starts,
            )
            for position in SupplierPosition.objects.filter(lot=lot).select_related("supplier").order_by("rank")
        )


def _priced(model: str, price: Decimal, months: int, residual: str) -> dict[str, Any]:
    if not months:
        return {"unit_price": price}
    terms = {"monthly": str(price), "months": str(months)}
    if residual:
        terms["residual"] = residual
    if model == "as_a_service":
        terms["includes"] = _SERVICE
    return {"terms": terms, "unit_price": unit_price_of(model, terms)}
