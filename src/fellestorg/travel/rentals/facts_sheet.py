"""What a car that stands is declared to be, by sheet: its name, fuel, consumption, emissions and range."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.setup.reading import key_in
from fellestorg.kernel.setup import Column, Row
from fellestorg.travel.models import RentalCar
from fellestorg.travel.rentals.declared import declared_in
from fellestorg.travel.rentals.sheets import fits
from fellestorg.travel.rentals.words import FUEL_NAMES
from fellestorg.travel.sheets.kinds import Read, SheetKind
from fellestorg.ui import formats
from fellestorg.values import decimal_text

_AMOUNTS = ("litres_100km", "kwh_100km")
_SOURCE = Column("source", _("Kilde"), _("Hvor i avtalen det står."), required=True)


def _read(row: Row, lot: Lot) -> Read | None:
    key = key_in(row, "car")
    read: Read = {
        "car": key,
        "name": row.text("name", 120),
        "fuel": row.choice("fuel"),
        "source": row.text("source", 200),
        **declared_in(row, row.choice("fuel")),
    }
    if key and not RentalCar.objects.filter(lot=lot, key=key).exists():
        row.bad("car", "unknown_car", gettext("delkontrakten har ikke denne bilen"))
    return read if row.is_good else None


def _standing(lot: Lot, read: Read) -> Read | None:
    found = RentalCar.objects.filter(lot=lot, key=read["car"]).first()
    if found is None:
        return None
    amounts = {name: decimal_text(getattr(found, name)) for name in _AMOUNTS}
    return {"name": found.name, "fuel": found.fuel, "co2_g_km": found.co2_g_km, "range_km": found.range_km, **amounts}


def _told(read: Read) -> str:
    parts = [read["name"], str(FUEL_NAMES[read["fuel"]])]
    facts = {
        "litres": formats.number(Decimal(read["litres_100km"])),
        "kwh": formats.number(Decimal(read["kwh_100km"])),
        "grams": read["co2_g_km"],
        "range": read["range_km"],
    }
    if Decimal(read["litres_100km"]):
        parts.append(gettext("%(litres)s liter per 100 km") % facts)
    if Decimal(read["kwh_100km"]):
        parts.append(gettext("%(kwh)s kWh per 100 km") % facts)
    parts.append(gettext("%(grams)s g CO2 per km") % facts)
    if read["range_km"]:
        parts.append(gettext("rekkevidde %(range)s km") % facts)
    return ", ".join(filter(None, parts))


def _apply(lot: Lot, read: Read) -> Sequence[models.Model]:
    found = RentalCar.objects.get(lot=lot, key=read["car"])
    found.name, found.fuel = read["name"] or found.name, read["fuel"]
    found.litres_100km, found.kwh_100km = (Decimal(read[name]) for name in _AMOUNTS)
    found.co2_g_km, found.range_km = read["co2_g_km"], read["range_km"]
    found.save(update_fields=["name", "fuel", *_AMOUNTS, "co2_g_km", "range_km"])
    return ()


FACTS = SheetKind(
    key="leiebilopplysninger",
    title=_("Opplysninger om leiebiler"),
    lead=_("Drivstoff, forbruk og utslipp for biler som alt er med."),
    one=_("Opplysninger om én leiebil"),
    columns=(
        Column("car", _("Kjøretøy"), _("Bilens nøkkel."), required=True),
        Column("name", _("Bilens navn"), _("Tomt: som før.")),
        Column("fuel", _("Drivstoff"), required=True, shape="choice", choices=lambda: list(FUEL_NAMES.items())),
        Column("litres_100km", _("Liter per 100 km"), shape="amount"),
        Column("kwh_100km", _("kWh per 100 km"), shape="amount"),
        Column("co2_g_km", _("Gram CO2 per km"), shape="amount"),
        Column("range_km", _("Rekkevidde, km"), shape="amount"),
        _SOURCE,
    ),
    fits=fits,
    read=_read,
    same=lambda read: (read["car"],),
    standing=_standing,
    label=lambda read: str(read["car"]),
    told=_told,
    check=lambda _lot, _read, _today: (),
    apply=_apply,
)
