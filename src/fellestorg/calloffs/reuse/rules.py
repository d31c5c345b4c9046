"""What a settlement must hold, and what follows from it. No database and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from fellestorg.engines.pricemodels import paid_back
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, decimal_in
from fellestorg.values import quote

KINDS = ("pc", "phone", "screen", "other")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "reference": ("oppgjør", "oppgjørsnummer"),
    "agency": ("organisasjonsnummer", "org.nr.", "virksomhet"),
    "call_off": ("avrop", "avropsnummer"),
    "kind": ("type", "utstyrstype"),
    "picked_up_on": ("hentet", "henta"),
    "wiped_on": ("slettet dato", "sertifikatdato"),
    "settled_on": ("oppgjort", "oppgjort dato"),
    "certificate": ("sertifikat", "slettesertifikat"),
    "received": ("mottatt", "antall mottatt"),
    "wiped": ("slettet", "antall slettet"),
    "resold": ("solgt", "videresolgt"),
    "recycled": ("gjenvunnet",),
    "fees": ("gebyrer", "gebyr"),
    "resale": ("salgssum", "solgt for"),
}
REQUIRED = tuple(name for name in COLUMNS if name != "call_off")
_KINDS = {"pc": "pc", "telefon": "phone", "nettbrett": "phone", "skjerm": "screen", "annet": "other"}
_COUNTS = ("received", "wiped", "resold", "recycled")
_DAYS = ("picked_up_on", "wiped_on", "settled_on")


@dataclass(frozen=True, slots=True)
class Settled:
    """One row of a settlement as the supplier states it."""

    reference: str
    agency: str
    call_off: str
    kind: str
    picked_up_on: date
    wiped_on: date
    settled_on: date
    certificate: str
    received: int
    wiped: int
    resold: int
    recycled: int
    fees: Decimal
    resale: Decimal


def read_row(row: SheetRow, today: date) -> tuple[Settled | None, list[RowProblem]]:
    """A row understood, or everything wrong with it."""
    problems: list[RowProblem] = []
    cells = row.cells

    def bad(field: str, code: str, text: str) -> None:
        problems.append(RowProblem(row.number, field, code, text))

    days: dict[str, date] = {}
    numbers: dict[str, Decimal] = {}
    for field in REQUIRED:
        text = cells.get(field, "")
        if not text:
            bad(field, "missing", _("må fylles ut"))
            continue
        try:
            if field in _DAYS:
                days[field] = day_in(text)
            elif field in _COUNTS:
                numbers[field] = decimal_in(text, places=0, whole_digits=7)
            elif field in ("fees", "resale"):
                numbers[field] = decimal_in(text, places=2)
        except RowError as error:
            bad(field, error.code, error.text)
    kind = _KINDS.get(cells.get("kind", "").lower(), cells.get("kind", "").lower())
    if kind and kind not in KINDS:
        bad("kind", "unknown_kind", _("ventet pc, telefon, nettbrett, skjerm eller annet"))
    for field, longest in (("reference", 60), ("certificate", 200), ("call_off", 30)):
        if len(cells.get(field, "")) > longest:
            bad(field, "too_long", _("ventet høyst %(longest)s tegn") % {"longest": longest})
    if len(days) == len(_DAYS):
        if not days["picked_up_on"] <= days["wiped_on"] <= days["settled_on"]:
            bad("settled_on", "out_of_order", _("dagene må komme i rekkefølgen hentet, slettet, oppgjort"))
        elif days["settled_on"] > today:
            bad("settled_on", "in_the_future", _("dagen ligger fram i tid"))
    if all(name in numbers for name in _COUNTS):
        if numbers["resold"] + numbers["recycled"] != numbers["received"]:
            bad("received", "does_not_add_up", _("mottatt må være solgt pluss gjenvunnet"))
        if numbers["wiped"] > numbers["received"]:
            bad("wiped", "too_many", _("flere er slettet enn mottatt"))
        if numbers.get("resale") and not numbers["resold"]:
            bad("resale", "nothing_resold", _("ingenting er solgt, men det står en salgssum"))
    if "" in cells:
        bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if problems:
        return None, problems
    counts = {name: int(numbers[name]) for name in _COUNTS}
    return Settled(
        cells["reference"], cells["agency"], cells.get("call_off", ""), kind, certificate=cells["certificate"],
        fees=numbers["fees"], resale=numbers["resale"],
        picked_up_on=days["picked_up_on"], wiped_on=days["wiped_on"], settled_on=days["settled_on"],
        received=counts["received"], wiped=counts["wiped"], resold=counts["resold"], recycled=counts["recycled"],
    ), []  # fmt: skip


def share_of(resale: Decimal, return_rate: Decimal) -> Decimal:
    """The agency's share of a resale, to the øre."""
    return quote(paid_back("revenue_share", {"return_rate": str(return_rate)}, resale))


def saved(kind: str, resold: int, factors: Mapping[str, Decimal]) -> Decimal:
    """Kilograms CO2e that resold units save, by the factor of their kind. What is recycled counts nothing here."""
    return (factors[kind] * resold).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)
