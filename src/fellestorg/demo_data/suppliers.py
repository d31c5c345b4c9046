"""The suppliers of the agreements, in rank order per lot, and what they charge around the goods.

Names and ranks are public (the agreements' pages at anskaffelser.no). A number that is not known is invented, and the
body is then marked fictional. All delivery terms are invented for the demo.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fellestorg.demo_data.seeded import invented_number
from fellestorg.organisations.models import Organisation

SUPPLIERS = {
    "atea": ("976239997", "Atea AS"),
    "dustin": ("939483969", "Dustin Norway AS"),
    "advania": (invented_number(801), "Advania Norge AS"),
    "techstep": (invented_number(802), "Techstep Norway AS"),
    "lyreco": (invented_number(803), "Lyreco Advantage Norway AS"),
    "maske": (invented_number(804), "Maske AS"),
    "norengros": (invented_number(805), "NorEngros AS"),
    "komplett": ("980213250", "Komplett Services AS"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """One supplier's delivery terms under a lot, kroner without VAT. Invented."""

    supplier: str
    min_order: str
    fee: str
    freight: str
    free_from: str
    lead_days: int
    mode: str = "road"
    discounts: tuple[tuple[str, str], ...] = ()


TERMS = {
    "pc": (
        Terms("atea", "0", "0", "149", "2000", 4, "zero_emission"),
        Terms("advania", "0", "0", "179", "2500", 5),
        Terms("dustin", "500", "99", "129", "1500", 3),
    ),
    "mac": (
        Terms("dustin", "500", "99", "129", "1500", 3),
        Terms("atea", "0", "0", "149", "2000", 4, "zero_emission"),
        Terms("techstep", "0", "0", "99", "1500", 4),
    ),
    "mobil": (
        Terms("dustin", "500", "99", "129", "1500", 2),
        Terms("techstep", "0", "0", "99", "1500", 3),
    ),
    "telefoner": (
        Terms("techstep", "0", "0", "99", "1500", 3),
        Terms("dustin", "500", "99", "129", "1500", 3),
        Terms("atea", "0", "0", "149", "2000", 4),
    ),
    "klienter": (
        Terms("advania", "0", "0", "179", "2500", 6),
        Terms("atea", "0", "0", "149", "2000", 5),
        Terms("dustin", "500", "99", "129", "1500", 4),
    ),
    "skjermer": (
        Terms("dustin", "500", "99", "129", "1500", 4),
        Terms("komplett", "0", "0", "159", "2000", 4),
        Terms("advania", "0", "0", "179", "2500", 6),
    ),
    "forbruk": (
        Terms("lyreco", "600", "120", "99", "1200", 2, "zero_emission", (("25000", "0.015"),)),
        Terms("maske", "800", "95", "119", "1500", 3, "road", (("15000", "0.01"), ("40000", "0.025"))),
        Terms("norengros", "500", "150", "89", "1000", 3, "road"),
    ),
}
# The consumables agreement's fees followed the index up with the prices a year after it began.
RAISED = {"forbruk": {"lyreco": ("126.96", "104.74"), "maske": ("100.51", "125.90"), "norengros": ("158.70", "94.16")}}


def organisations() -> Iterator[Organisation]:
    """The suppliers, unsaved."""
    for key, (number, name) in SUPPLIERS.items():
        invented = number.startswith(("2", "3"))
        place = "Demoveien 1, 0150 Oslo"
        yield Organisation(
            number=number,
            name=name,
            kind="supplier",
            region="NO081",
            language_form="nb",
            email=f"ordre@{key}.example",
            address=f"{place} (organisasjonsnummeret er oppdiktet for demoen)" if invented else place,
            fictional=invented,
        )
