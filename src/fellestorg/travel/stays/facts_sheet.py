"""What a hotel that stands is known to be, by sheet: its name and its ecolabel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.setup.reading import key_in
from fellestorg.kernel.setup import Column, Row
from fellestorg.travel.models import Hotel
from fellestorg.travel.sheets.kinds import Read, SheetKind
from fellestorg.travel.stays.sheets import fits
from fellestorg.ui import formats

_SOURCE = Column("source", _("Kilde"), _("Hvor i avtalen det står."), required=True)


def _read(row: Row, lot: Lot) -> Read | None:
    key, until = key_in(row, "hotel"), row.day("ecolabel_to")
    read: Read = {
        "hotel": key,
        "name": row.text("name", 120),
        "ecolabel": row.text("ecolabel", 60),
        "ecolabel_to": until.isoformat() if until else None,
        "source": row.text("source", 200),
    }
    if until and not read["ecolabel"]:
        row.bad("ecolabel", "missing", gettext("må fylles ut"))
    if key and not Hotel.objects.filter(key=key, place__lot=lot).exists():
        row.bad("hotel", "unknown_hotel", gettext("delkontrakten har ikke dette hotellet"))
    return read if row.is_good else None


def _hotel(read: Read) -> Hotel | None:
    return Hotel.objects.filter(key=read["hotel"]).first()


def _standing(_lot: Lot, read: Read) -> Read | None:
    found = _hotel(read)
    if found is None:
        return None
    until = found.ecolabel_to.isoformat() if found.ecolabel_to else None
    return {"name": found.name, "ecolabel": found.ecolabel, "ecolabel_to": until}


def _told(read: Read) -> str:
    label = read["ecolabel"] or gettext("uten miljømerke")
    if read["ecolabel_to"]:
        day = formats.day(date.fromisoformat(read["ecolabel_to"]), "medium")
        label = gettext("%(label)s til og med %(day)s") % {"label": label, "day": day}
    return f"{read['name']}; {label}" if read["name"] else label


def _apply(_lot: Lot, read: Read) -> Sequence[models.Model]:
    found = _hotel(read)
    assert found is not None
    found.name = read["name"] or found.name
    found.ecolabel, found.ecolabel_to = read["ecolabel"], read["ecolabel_to"]
    found.save(update_fields=["name", "ecolabel", "ecolabel_to"])
    return ()


FACTS = SheetKind(
    key="hotellopplysninger",
    title=_("Opplysninger om hotell"),
    lead=_("Navn og miljømerke for hotell som alt er med. En tom celle under miljømerke tar det bort."),
    one=_("Opplysninger om ett hotell"),
    columns=(
        Column("hotel", _("Hotell"), _("Hotellets nøkkel."), required=True),
        Column("name", _("Hotellets navn"), _("Tomt: som før.")),
        Column("ecolabel", _("Miljømerke"), _("Tomt: ikke noe miljømerke.")),
        Column("ecolabel_to", _("Miljømerket gjelder til"), _("Siste dag. Tomt: ikke kjent."), shape="day"),
        _SOURCE,
    ),
    fits=fits,
    read=_read,
    same=lambda read: (read["hotel"],),
    standing=_standing,
    label=lambda read: str(read["hotel"]),
    told=_told,
    check=lambda _lot, _read, _today: (),
    apply=_apply,
)
