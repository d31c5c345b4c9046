"""What the delayed agreement on payment is planned to offer: cards and accounts, who answers for them, fees and bonus.

Who answers is public (Statens innkjøpssenter, May 2022: company liability); suppliers, fees and bonus rates are invented.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine

_AGREEMENT = "betalingslosninger"
# Lot; number; names; category; who answers; model; fee; bonus rate; turnover a year the bonus is reckoned of.
_GOODS: tuple[tuple[str, str, tuple[str, str, str], str, str, str, str, str, str], ...] = (
    ("firmakort", "FIRMAKORT", (
        "Firmakort med bedriftsansvar, per kort og år", "Firmakort med bedriftsansvar, per kort og år",
        "Corporate card with company liability, per card and year"), "corporate_card", "body_on_duty", "fee_and_bonus",
     "45", "0.0035", "60000"),
    ("firmakort", "GEB-VALUTA", (
        "Gebyr per kjøp i annen valuta", "Gebyr per kjøp i annan valuta", "Fee per purchase in another currency"),
     "corporate_card", "body_on_duty", "transaction_fee", "2.50", "", ""),
    ("reisekonto", "REISEKONTO", (
        "Reisekonto hos reisebyrået, per år", "Reisekonto hos reisebyrået, per år",
        "Travel account at the travel agency, per year"), "travel_account", "body", "fee_and_bonus", "900", "0.004",
     "2500000"),
    ("reisekonto", "GEB-REISEKONTO", (
        "Gebyr per belastning av reisekontoen", "Gebyr per belastning av reisekontoen",
        "Fee per charge to the travel account"), "travel_account", "body", "transaction_fee", "1.20", "", ""),
    ("virtuelle-kort", "KORT-VIRTUELT", (
        "Virtuelt innkjøpskort, per kortnummer", "Virtuelt innkjøpskort, per kortnummer",
        "Virtual purchasing card, per card number"), "virtual_card", "body_to_limit", "fee_and_bonus", "1.80", "0.005",
     "12000"),
)  # fmt: skip


def lay() -> None:
    """Save the items with a price from each supplier, the second a little dearer and with a little less bonus."""
    lots = {one.key: one for one in Lot.objects.filter(agreement__key=_AGREEMENT).select_related("agreement")}
    for place, number, names, category, liability, model, fee, rate, turnover in _GOODS:
        lot = lots[place]
        item = Item.objects.create(
            lot=lot,
            number=number,
            **dict(zip(("name_nb", "name_nn", "name_en"), names, strict=True)),
            category=category,
            cpv="66110000",
            standard_assortment=True,
            liability=liability,
        )
        positions = SupplierPosition.objects.filter(lot=lot).select_related("supplier").order_by("rank")
        PriceLine.objects.bulk_create(
            PriceLine(
                item=item,
                supplier=position.supplier,
                supplier_number=number,
                product_name=f"{names[0]} (demodata)",
                model=model,
                terms={"bonus_rate": _less(rate, position.rank), "turnover": turnover}
                if rate
                else {"channel": "online"},
                unit_price=(Decimal(fee) * (9 + position.rank) / 10).quantize(Decimal("0.01"), ROUND_HALF_UP),
                vat_rate=Decimal(0),
                valid_from=lot.agreement.starts,
            )
            for position in positions
        )


def _less(rate: str, rank: int) -> str:
    return str((Decimal(rate) - Decimal("0.0005") * (rank - 1)).normalize())
