"""Rental cars by sheet: cars with their prices, one-way fees, and how a region's suppliers are called on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.setup.reading import key_in
from fellestorg.kernel.setup import Column, Row
from fellestorg.organisations.models import Organisation
from fellestorg.travel.models import OneWayFee, RentalCar, RentalPrice
from fellestorg.travel.rentals.declared import declared_in
from fellestorg.travel.rentals.words import CLASS_NAMES, FUEL_NAMES
from fellestorg.travel.sheets.kinds import (
    DAYS,
    SOURCE,
    Read,
    SheetKind,
    days_in,
    days_told,
    holding,
    make_room,
    not_passed,
    supplier_in,
)
from fellestorg.travel.sheets.terms import check_terms, read_terms, standing_terms, write_terms
from fellestorg.ui import formats
from fellestorg.values import decimal_text, kroner

CATEGORY = "car_rental"
_NEW = _("Bare for nye biler.")
_SUPPLIER = Column("supplier", _("Leverandør"), _("Organisasjonsnummeret."), required=True)


def fits(lot: Lot) -> bool:
    """Whether a lot is about rental cars."""
    return CATEGORY in lot.categories


def _read_price(row: Row, lot: Lot) -> Read | None:
    read: Read = {"car": key_in(row, "car"), "source": row.text("source", 200)}
    days_in(row, read)
    for name in ("day", "week", "month"):
        amount = row.amount(name)
        if amount is not None and amount == 0:
            row.bad(name, "too_small", gettext("prisen må være over 0"))
        read[name] = kroner(amount or Decimal(0))
    read["km_included"] = row.whole("km_included")
    read["extra_km"] = kroner(row.amount("extra_km") or Decimal(0))
    if read["car"] and not RentalCar.objects.filter(lot=lot, key=read["car"]).exists():
        _new_car(row, lot, read)
    return read if row.is_good else None


def _new_car(row: Row, lot: Lot, read: Read) -> None:
    supplier = supplier_in(row, lot)
    made: dict[str, Any] = {
        "supplier": supplier.number if supplier else "",
        "name": row.text("name", 120),
        "car_class": row.choice("car_class"),
        "fuel": row.choice("fuel"),
    }
    made |= declared_in(row, made["fuel"])
    for name in ("supplier", "name", "car_class", "fuel"):
        if not made[name] and not any(one.field == name for one in row.problems):
            row.bad(name, "missing", gettext("må fylles ut for en ny bil"))
    read["new"] = made


def _prices(lot: Lot, read: Read) -> QuerySet[RentalPrice]:
    return RentalPrice.objects.filter(car__lot=lot, car__key=read["car"])


def _standing_price(lot: Lot, read: Read) -> Read | None:
    one = holding(_prices(lot, read), read)
    if one is None:
        return None
    amounts = {name: kroner(getattr(one, name)) for name in ("day", "week", "month", "extra_km")}
    return {
        **amounts,
        "km_included": one.km_included,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
    }


def _price_told(read: Read) -> str:
    facts = {name: formats.money(Decimal(read[name])) for name in ("day", "week", "month", "extra_km")}
    text = gettext("%(day)s per dag, %(week)s per uke, %(month)s per måned") % facts
    if read["km_included"] is not None:
        facts["km"] = str(read["km_included"])
        text += gettext("; %(km)s km per dag, så %(extra_km)s per km") % facts
    return f"{text}; {days_told(read)}"


def _apply_price(lot: Lot, read: Read) -> Sequence[models.Model]:
    car = RentalCar.objects.filter(lot=lot, key=read["car"]).first()
    if car is None:
        new = dict(read["new"])
        supplier = Organisation.objects.get(number=new.pop("supplier"))
        amounts = {name: Decimal(new.pop(name)) for name in ("litres_100km", "kwh_100km")}
        car = RentalCar.objects.create(lot=lot, supplier=supplier, key=read["car"], **amounts, **new)
    make_room(_prices(lot, read), read)
    names = ("day", "week", "month", "extra_km", "km_included", "valid_from", "valid_to", "source")
    RentalPrice.objects.create(car=car, **{name: read[name] for name in names})
    return ()


PRICES = SheetKind(
    key="leiebilpriser",
    title=_("Leiebilpriser"),
    lead=_("Pris per dag, uke og måned (30 dager) for hver bil, uten mva."),
    one=_("Én leiebilpris"),
    columns=(
        Column("car", _("Kjøretøy"), _("Bilens nøkkel: små bokstaver, tall og bindestrek."), required=True),
        *DAYS,
        Column("day", _("Per dag"), required=True, shape="amount"),
        Column("week", _("Per uke"), required=True, shape="amount"),
        Column("month", _("Per måned"), required=True, shape="amount"),
        Column("km_included", _("Kilometer per dag"), _("Tomt: så langt man vil."), shape="amount"),
        Column("extra_km", _("Pris per ekstra kilometer"), shape="amount"),
        SOURCE,
        Column("supplier", _("Leverandør"), _("Bare for nye biler: organisasjonsnummeret.")),
        Column("name", _("Bilens navn"), _NEW),
        Column("car_class", _("Bilklasse"), _NEW, shape="choice", choices=lambda: list(CLASS_NAMES.items())),
        Column("fuel", _("Drivstoff"), _NEW, shape="choice", choices=lambda: list(FUEL_NAMES.items())),
        Column("litres_100km", _("Liter per 100 km"), _NEW, shape="amount"),
        Column("kwh_100km", _("kWh per 100 km"), _NEW, shape="amount"),
        Column("co2_g_km", _("Gram CO2 per km"), _NEW, shape="amount"),
        Column("range_km", _("Rekkevidde, km"), _NEW, shape="amount"),
    ),
    fits=fits,
    read=_read_price,
    same=lambda read: (read["car"],),
    standing=_standing_price,
    label=lambda read: f"{read['car']}, {days_told(read)}",
    told=_price_told,
    check=lambda lot, read, today: not_passed(_prices(lot, read), read, today),
    apply=_apply_price,
)


def _read_fee(row: Row, lot: Lot) -> Read | None:
    supplier = supplier_in(row, lot)
    read: Read = {
        "supplier": supplier.number if supplier else "",
        "to": row.text("region", 60).lower(),
        "source": row.text("source", 200),
    }
    days_in(row, read)
    fee = row.amount("fee")
    read["fee"] = kroner(fee or Decimal(0))
    if read["to"] and not Lot.objects.filter(agreement=lot.agreement, key=read["to"]).exclude(pk=lot.pk).exists():
        row.bad("region", "unknown_lot", gettext("avtalen har ingen delkontrakt med denne nøkkelen"))
    return read if row.is_good else None


def _fees(lot: Lot, read: Read) -> QuerySet[OneWayFee]:
    return OneWayFee.objects.filter(lot=lot, supplier__number=read["supplier"], to=read["to"])


def _standing_fee(lot: Lot, read: Read) -> Read | None:
    one = holding(_fees(lot, read), read)
    if one is None:
        return None
    last = one.valid_to.isoformat() if one.valid_to else None
    return {"fee": kroner(one.fee), "valid_from": one.valid_from.isoformat(), "valid_to": last}


def _apply_fee(lot: Lot, read: Read) -> Sequence[models.Model]:
    make_room(_fees(lot, read), read)
    names = ("to", "fee", "valid_from", "valid_to", "source")
    supplier = Organisation.objects.get(number=read["supplier"])
    OneWayFee.objects.create(lot=lot, supplier=supplier, **{name: read[name] for name in names})
    return ()


FEES = SheetKind(
    key="enveisgebyr",
    title=_("Enveisgebyr"),
    lead=_("Det det koster å levere bilen et annet sted, uten mva."),
    one=_("Ett enveisgebyr"),
    columns=(
        _SUPPLIER,
        Column("region", _("Leveres i"), _("Delkontraktens nøkkel. Tomt: et annet sted i samme område.")),
        *DAYS,
        Column("fee", _("Gebyr"), required=True, shape="amount"),
        SOURCE,
    ),
    fits=fits,
    read=_read_fee,
    same=lambda read: (read["supplier"], read["to"]),
    standing=_standing_fee,
    label=lambda read: f"{read['supplier']}, {read['to'] or gettext('samme område')}",
    told=lambda read: f"{formats.money(Decimal(read['fee']))}; {days_told(read)}",
    check=lambda lot, read, today: not_passed(_fees(lot, read), read, today),
    apply=_apply_fee,
)


def _read_rental_terms(row: Row, _lot: Lot) -> Read | None:
    read = read_terms(row, ("tolerance_percent",))
    percent = Decimal(read.pop("tolerance_percent") or 0)
    if percent > 100:
        row.bad("tolerance_percent", "too_large", gettext("høyst %(most)s") % {"most": 100})
    read |= {"tolerance": decimal_text(percent / 100), "co2_cap": row.whole("co2_cap", 1000)}
    return read if row.is_good else None


def _rental_terms_told(read: Read) -> str:
    facts = {"tolerance": formats.share(Decimal(read["tolerance"]), 1), "cap": read["co2_cap"]}
    text = gettext("utslippsfri bil først når den koster høyst %(tolerance)s mer") % facts
    if read["co2_cap"] is not None:
        text += gettext("; ellers høyst %(cap)s g CO2 per km") % facts
    return f"{text}. {read['source']}"


TERMS = SheetKind(
    key="leiebilvilkar",
    title=_("Det som teller for leiebil"),
    lead=_("Hvor mye mer en utslippsfri bil kan koste, og taket for de andre."),
    one=_("Nye vilkår for leiebil"),
    columns=(
        Column("valid_from", _("Fra"), required=True, shape="day"),
        Column("tolerance_percent", _("Toleranse i prosent"), required=True, shape="amount"),
        Column("co2_cap", _("Tak, gram CO2 per km"), _("Tomt: ikke noe tak."), shape="amount"),
        SOURCE,
        Column("verified", _("Kontrollert mot kilden"), shape="truth"),
    ),
    fits=fits,
    read=_read_rental_terms,
    same=lambda _read: ("terms",),
    standing=lambda lot, read: standing_terms(lot, read, "rental"),
    label=lambda read: formats.day(date.fromisoformat(read["valid_from"]), "medium"),
    told=_rental_terms_told,
    check=check_terms,
    apply=lambda lot, read: write_terms(
        lot, read, "rental", {"tolerance": read["tolerance"], "co2_cap": read["co2_cap"]}
    ),
)
