"""Hotels by sheet: places with their points, hotels with their rates, and what counts when they are put in order."""

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
from fellestorg.engines.travel.stays import LRA, PERCENTAGE_OFF
from fellestorg.kernel.setup import Column, Row
from fellestorg.organisations.models import Organisation
from fellestorg.travel.models import Hotel, HotelPlace, HotelRate
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
from fellestorg.travel.stays.queries import TERM_NAMES
from fellestorg.travel.stays.words import ROOM_NAMES, room_name
from fellestorg.ui import formats
from fellestorg.values import Problem, decimal_text, kroner

CATEGORY = "hotel_night"
_NEW = _("Bare for nye hotell.")


def fits(lot: Lot) -> bool:
    """Whether a lot is about hotels."""
    return CATEGORY in lot.categories


def _read_rate(row: Row, lot: Lot) -> Read | None:
    hotel = Hotel.objects.filter(key=row.text("hotel", 80).lower()).select_related("place").first()
    read: Read = {"hotel": key_in(row, "hotel"), "room": row.choice("room")}
    days_in(row, read)
    amount, percent = row.amount("amount"), row.amount("discount")
    read |= {"season": row.text("season", 40), "source": row.text("source", 200)}
    # Breakfast is in the price unless the sheet says that it is not.
    read["breakfast"] = row.truth("breakfast") if row.cells.get("breakfast", "").strip() else True
    if (amount is None) == (percent is None):
        row.bad("amount", "one_of", gettext("oppgi enten fast pris eller rabatt"))
    if amount is not None and amount == 0:
        row.bad("amount", "too_small", gettext("prisen må være over 0"))
    if percent is not None and percent >= 100:
        row.bad("discount", "too_large", gettext("rabatten må være under 100 prosent"))
    read["amount"] = None if amount is None else kroner(amount)
    read["discount"] = None if percent is None else decimal_text(percent / 100)
    if hotel is not None and hotel.place.lot_id != lot.pk:
        row.bad("hotel", "elsewhere", gettext("hotellet hører til en annen delkontrakt"))
    elif hotel is None and read["hotel"]:
        _new_hotel(row, lot, read)
    return read if row.is_good else None


def _new_hotel(row: Row, lot: Lot, read: Read) -> None:
    supplier = supplier_in(row, lot)
    place = row.text("place", 60).lower()
    made: dict[str, Any] = {
        "name": row.text("name", 120),
        "place": place,
        "supplier": supplier.number if supplier else "",
        "ecolabel": row.text("ecolabel", 60),
    }
    until = row.day("ecolabel_to")
    made["ecolabel_to"] = until.isoformat() if until else None
    if until and not made["ecolabel"]:
        row.bad("ecolabel", "missing", gettext("må fylles ut"))
    made |= _spot(row)
    for name in ("name", "place", "supplier", "latitude", "longitude"):
        if not made[name] and not any(one.field == name for one in row.problems):
            row.bad(name, "missing", gettext("må fylles ut for et nytt hotell"))
    if place and not HotelPlace.objects.filter(lot=lot, key=place).exists():
        row.bad("place", "unknown_place", gettext("delkontrakten har ikke dette stedet"))
    read["new"] = made


def _spot(row: Row) -> dict[str, str]:
    found = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = row.amount(name, places=5)
        if value is not None and value > most:
            row.bad(name, "too_large", gettext("høyst %(most)s") % {"most": most})
        found[name] = "" if value is None else decimal_text(value)
    return found


def _rates(read: Read) -> QuerySet[HotelRate]:
    return HotelRate.objects.filter(hotel__key=read["hotel"], room=read["room"])


def _standing_rate(_lot: Lot, read: Read) -> Read | None:
    one = holding(_rates(read), read)
    if one is None:
        return None
    return {
        "amount": None if one.amount is None else kroner(one.amount),
        "discount": None if one.discount is None else decimal_text(one.discount),
        "breakfast": one.breakfast,
        "season": one.season,
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
    }


def _rate_told(read: Read) -> str:
    if read["amount"] is not None:
        parts = [gettext("%(kr)s per natt (LRA)") % {"kr": formats.money(Decimal(read["amount"]))}]
    else:
        parts = [gettext("%(percent)s av dagens pris") % {"percent": formats.share(Decimal(read["discount"]), 1)}]
    if not read["breakfast"]:
        parts.append(gettext("uten frokost"))
    if read["season"]:
        parts.append(read["season"])
    return ", ".join([*parts, days_told(read)])


def _check_rate(_lot: Lot, read: Read, today: date) -> Sequence[Problem]:
    return not_passed(_rates(read), read, today)


def _apply_rate(lot: Lot, read: Read) -> Sequence[models.Model]:
    hotel = Hotel.objects.filter(key=read["hotel"]).first()
    if hotel is None:
        new = read["new"]
        hotel = Hotel.objects.create(
            place=HotelPlace.objects.get(lot=lot, key=new["place"]),
            supplier=Organisation.objects.get(number=new["supplier"]),
            key=read["hotel"],
            name=new["name"],
            latitude=Decimal(new["latitude"]),
            longitude=Decimal(new["longitude"]),
            ecolabel=new["ecolabel"],
            ecolabel_to=new["ecolabel_to"],
        )
    make_room(_rates(read), read)
    fixed = read["amount"] is not None
    HotelRate.objects.create(
        hotel=hotel,
        room=read["room"],
        model=LRA if fixed else PERCENTAGE_OFF,
        amount=read["amount"],
        discount=read["discount"],
        breakfast=read["breakfast"],
        season=read["season"],
        valid_from=read["valid_from"],
        valid_to=read["valid_to"],
        source=read["source"],
    )
    return ()


RATES = SheetKind(
    key="hotellpriser",
    title=_("Hotellpriser"),
    lead=_("Fast pris (LRA) for standardrom og rabatt for bedre rom, med sesonger. Prisene er per natt med mva."),
    one=_("Én hotellpris"),
    columns=(
        Column("hotel", _("Hotell"), _("Hotellets nøkkel: små bokstaver, tall og bindestrek."), required=True),
        Column("room", _("Rom"), required=True, shape="choice", choices=lambda: list(ROOM_NAMES.items())),
        *DAYS,
        Column("amount", _("Fast pris (LRA)"), _("Kroner per natt med mva."), shape="amount"),
        Column("discount", _("Rabatt i prosent"), _("Av dagens pris."), shape="amount"),
        Column("breakfast", _("Frokost er med"), _("Tomt i regnearket: ja."), shape="truth"),
        Column("season", _("Sesong"), _("Navn på sesongen, hvis den har et.")),
        SOURCE,
        Column("name", _("Hotellets navn"), _NEW),
        Column("place", _("Sted"), _NEW),
        Column("supplier", _("Leverandør"), _("Bare for nye hotell: organisasjonsnummeret.")),
        Column("latitude", _("Breddegrad"), _NEW, shape="amount"),
        Column("longitude", _("Lengdegrad"), _NEW, shape="amount"),
        Column("ecolabel", _("Miljømerke"), _NEW),
        Column("ecolabel_to", _("Miljømerket gjelder til"), _NEW, shape="day"),
    ),
    fits=fits,
    read=_read_rate,
    same=lambda read: (read["hotel"], read["room"]),
    standing=_standing_rate,
    label=lambda read: f"{read['hotel']}, {room_name(read['room']).lower()}, {days_told(read)}",
    told=_rate_told,
    check=_check_rate,
    apply=_apply_rate,
)


def _read_point(row: Row, _lot: Lot) -> Read | None:
    read: Read = {
        "place": key_in(row, "place"),
        "name": row.text("name", 100),
        "point": key_in(row, "point"),
        "point_name": row.text("point_name", 100),
        "outside_vat": row.truth("outside_vat"),
        **_spot(row),
    }
    return read if row.is_good else None


def _standing_point(lot: Lot, read: Read) -> Read | None:
    place = HotelPlace.objects.filter(lot=lot, key=read["place"]).first()
    point = next((one for one in place.points if one["key"] == read["point"]), None) if place else None
    if place is None or point is None:
        return None
    return {
        "name": place.name,
        "point_name": point["name"],
        "latitude": point["latitude"],
        "longitude": point["longitude"],
        "outside_vat": place.outside_vat,
    }


def _point_told(read: Read) -> str:
    parts = [read["name"], read["point_name"], f"{read['latitude']}, {read['longitude']}"]
    return "; ".join([*parts, gettext("utenfor mva-området")] if read["outside_vat"] else parts)


def _apply_point(lot: Lot, read: Read) -> Sequence[models.Model]:
    place = HotelPlace.objects.filter(lot=lot, key=read["place"]).first() or HotelPlace(
        lot=lot, key=read["place"], points=[]
    )
    point = {
        "key": read["point"],
        "name": read["point_name"],
        "latitude": read["latitude"],
        "longitude": read["longitude"],
    }
    keys = [one["key"] for one in place.points]
    if read["point"] in keys:
        place.points[keys.index(read["point"])] = point
    else:
        place.points.append(point)
    place.name, place.outside_vat = read["name"], read["outside_vat"]
    place.save()
    return ()


PLACES = SheetKind(
    key="hotellsteder",
    title=_("Steder med hotell"),
    lead=_("Hvert sted har ett eller flere punkter som avstanden måles til. Det første er det vanlige."),
    one=_("Ett sted eller punkt"),
    columns=(
        Column("place", _("Sted"), _("Stedets nøkkel."), required=True),
        Column("name", _("Navn"), required=True),
        Column("point", _("Punkt"), _("Punktets nøkkel, som sentrum."), required=True),
        Column("point_name", _("Punktets navn"), required=True),
        Column("latitude", _("Breddegrad"), required=True, shape="amount"),
        Column("longitude", _("Lengdegrad"), required=True, shape="amount"),
        Column("outside_vat", _("Utenfor mva-området"), _("Ja for Svalbard."), shape="truth"),
    ),
    fits=fits,
    read=_read_point,
    same=lambda read: (read["place"], read["point"]),
    standing=_standing_point,
    label=lambda read: f"{read['place']}, {read['point']}",
    told=_point_told,
    check=lambda _lot, _read, _today: (),
    apply=_apply_point,
)


def _read_stay_terms(row: Row, _lot: Lot) -> Read | None:
    read = read_terms(row, ("per_km", "free_km", "ecolabel_percent", "breakfast_worth"))
    percent = Decimal(read.pop("ecolabel_percent") or 0)
    if percent > 50:
        row.bad("ecolabel_percent", "too_large", gettext("høyst %(most)s") % {"most": 50})
    read["ecolabel_share"] = decimal_text(percent / 100)
    read |= {name: read[name] or "0" for name in TERM_NAMES}
    return read if row.is_good else None


def _stay_terms_told(read: Read) -> str:
    facts = {
        "km": formats.money(Decimal(read["per_km"])),
        "free": formats.number(Decimal(read["free_km"]), 1),
        "label": formats.share(Decimal(read["ecolabel_share"]), 1),
        "breakfast": formats.money(Decimal(read["breakfast_worth"])),
    }
    text = gettext("%(km)s per km utover %(free)s km, %(label)s fradrag for miljømerke, frokost %(breakfast)s") % facts
    return f"{text}. {read['source']}"


TERMS = SheetKind(
    key="hotellvilkar",
    title=_("Det som teller for hotell"),
    lead=_("Beløpene som avstand, miljømerke og frokost regnes om med. Uten mva. per natt."),
    one=_("Nye vilkår for hotell"),
    columns=(
        Column("valid_from", _("Fra"), required=True, shape="day"),
        Column("per_km", _("Kroner per kilometer"), required=True, shape="amount"),
        Column("free_km", _("Kilometer som ikke teller"), shape="amount"),
        Column("ecolabel_percent", _("Fradrag for miljømerke i prosent"), _("Høyst 50."), shape="amount"),
        Column("breakfast_worth", _("Verdien av en frokost"), _("Kroner."), shape="amount"),
        SOURCE,
        Column("verified", _("Kontrollert mot kilden"), shape="truth"),
    ),
    fits=fits,
    read=_read_stay_terms,
    same=lambda _read: ("terms",),
    standing=lambda lot, read: standing_terms(lot, read, "stay"),
    label=lambda read: formats.day(date.fromisoformat(read["valid_from"]), "medium"),
    told=_stay_terms_told,
    check=check_terms,
    apply=lambda lot, read: write_terms(lot, read, "stay", {name: read[name] for name in TERM_NAMES}),
)
