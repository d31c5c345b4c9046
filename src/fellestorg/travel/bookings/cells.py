"""A row's cells as what was booked. Every fault of a row is found; texts that hold personal data are faults too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _
from stdnum.no import fodselsnummer

from fellestorg.engines.travel.climate import CABINS, FUELS
from fellestorg.kernel.sheets import RowError, RowProblem, day_in, decimal_in
from fellestorg.law import rule_book
from fellestorg.organisations.rules import clean_number
from fellestorg.travel.bookings.reading import Row
from fellestorg.travel.models import Channel, Mode
from fellestorg.values import BadInput

T = TypeVar("T")
_MODES: dict[str, tuple[str, ...]] = {
    Mode.AIR: ("fly", "flyreise", "flight"),
    Mode.HOTEL: ("hotell", "overnatting", "hotel_night"),
    Mode.CAR: ("leiebil", "leigebil", "bil", "rental"),
}
_CHANNELS: dict[str, tuple[str, ...]] = {
    Channel.ONLINE: ("nett", "web", "app", "selvbooking"),
    Channel.OFFLINE: ("telefon", "agent", "e-post", "epost", "manuell"),
    Channel.OUTSIDE: ("utenfor", "utanfor", "direkte", "direct"),
}
_CABINS = {
    "economy": ("økonomi", "y"),
    "premium": ("premium economy", "w"),
    "business": ("c",),
    "first": ("første", "f"),
}
_FUELS = {
    "petrol": ("bensin",),
    "diesel": (),
    "hybrid": (),
    "plug_in": ("ladbar hybrid", "ladbar"),
    "electric": ("el", "elektrisk"),
}
_LONGEST_AHEAD = 731
_LONGEST_REFERENCE = 80
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{0,59}\Z")
_ROUTE = re.compile(r"[A-Z]{3}-[A-Z]{3}\Z")
_TEXT = re.compile(r"[^\x00-\x1f\x7f]*\Z")
_COUNT = re.compile(r"[0-9]{1,6}([.,]0+)?\Z")
_ELEVEN = re.compile(r"(?<!\d)\d{6}[ ]?\d{5}(?!\d)")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a source says of one booking. ``reference`` is unique within the source; amounts are kroner without VAT."""

    reference: str
    mode: str
    agency: str
    travel_agency: str
    channel: str
    booked_on: date
    travelled_on: date
    supplier: str
    place: str
    cabin: str
    fare_class: str
    nights: int | None
    days: int | None
    km: int | None
    fuel: str
    published: Decimal | None
    paid: Decimal

    def digest(self) -> str:
        """The same for two rows that say the same, however they write it."""
        said = (_plain(getattr(self, name)) for name in self.__slots__)
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def understand(row: Row, today: date) -> tuple[Stated | None, list[RowProblem]]:
    """What the row says, or everything that is wrong with it."""
    reader = _Reader(row)
    mode = reader.word("mode", _MODES, required=True)
    booked_on = reader.cell("booked_on", day_in, required=True)
    travelled_on = reader.cell("travelled_on", day_in, required=True)
    if booked_on and booked_on > today:
        reader.bad("booked_on", "in_the_future", _("er bestilt etter i dag"))
    if booked_on and travelled_on and travelled_on < booked_on:
        reader.bad("travelled_on", "before_booking", _("reisen er før den ble bestilt"))
    # Nothing is known of what travel emitted before the first factors.
    first = rule_book().versions("CO2-FLIGHT")[0].valid_from
    if booked_on and booked_on < first:
        reader.bad("booked_on", "too_early", _("ventet %(day)s eller senere") % {"day": first.isoformat()})
    if booked_on and travelled_on and (travelled_on - booked_on).days > _LONGEST_AHEAD:
        reader.bad("travelled_on", "too_late", _("reisen er mer enn to år etter at den ble bestilt"))
    paid = reader.cell("paid", _amount, required=True)
    stated = Stated(
        reference=reader.cell("reference", _reference, required=True) or "",
        mode=mode,
        agency=reader.cell("agency", _organisation, required=True) or "",
        travel_agency=reader.cell("travel_agency", _organisation) or "",
        channel=reader.word("channel", _CHANNELS, required=True),
        booked_on=booked_on or today,
        travelled_on=travelled_on or today,
        supplier=reader.text("supplier", 120, required=True),
        place=reader.place(mode),
        cabin=reader.word("cabin", _CABINS) if mode == Mode.AIR else "",
        fare_class=reader.text("fare_class", 60).casefold(),
        nights=reader.cell("nights", _count),
        days=reader.cell("days", _count),
        km=reader.cell("km", _count),
        fuel=reader.word("fuel", _FUELS) if mode == Mode.CAR else "",
        published=reader.cell("published", _amount),
        paid=paid if paid is not None else Decimal(0),
    )
    if segment := reader.cell("segment", _reference):
        stated = replace(stated, reference=f"{stated.reference}/{segment}")
        if len(stated.reference) > _LONGEST_REFERENCE:
            reader.bad("segment", "too_long", _("høyst %(longest)s tegn") % {"longest": _LONGEST_REFERENCE})
    if row.overflows:
        reader.bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    return (None, reader.problems) if reader.problems else (stated, [])


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)


class _Reader:
    """Reads the cells of one row, noting what is wrong."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.problems: list[RowProblem] = []
        for name, text in row.cells.items():
            if "@" in text or any(fodselsnummer.is_valid(found.replace(" ", "")) for found in _ELEVEN.findall(text)):
                self.bad(name, "personal_data", _("ser ut som personopplysninger; ta det ut av fila"))

    def bad(self, name: str, code: str, text: str) -> None:
        self.problems.append(RowProblem(self.row.number, name, code, text))

    def cell(self, name: str, reader: Callable[[str], T], *, required: bool = False) -> T | None:
        text = self.row.cells.get(name, "")
        if not text:
            if required:
                self.bad(name, "missing", _("må fylles ut"))
            return None
        try:
            return reader(text)
        except RowError as error:
            self.bad(name, error.code, error.text)
        return None

    def text(self, name: str, longest: int, *, required: bool = False) -> str:
        found = self.cell(name, _plain_text, required=required) or ""
        if len(found) > longest:
            self.bad(name, "too_long", _("høyst %(longest)s tegn") % {"longest": longest})
        return found

    def word(self, name: str, words: Mapping[str, tuple[str, ...]], *, required: bool = False) -> str:
        text = self.row.cells.get(name, "").casefold()
        for value, others in words.items():
            if text and text in (value, *others):
                return str(value)
        if text or required:
            shown = {"words": ", ".join(map(str, words)), "found": text[:40]}
            self.bad(name, "unknown_word", _("ventet en av %(words)s – fant «%(found)s»") % shown)
        return ""

    def place(self, mode: str) -> str:
        if mode == Mode.AIR and not self.row.cells.get("place"):
            ends = [self.row.cells.get(name, "").upper() for name in ("origin", "destination")]
            text = "-".join(ends) if all(ends) else ""
        else:
            text = self.row.cells.get("place", "")
        if not text:
            self.bad("place", "missing", _("må fylles ut"))
            return ""
        if mode != Mode.AIR:
            return self.text("place", 60).casefold()
        route = text.upper().replace("–", "-").replace(" ", "").replace("/", "-")
        if not _ROUTE.match(route) or route[:3] == route[4:]:
            self.bad("place", "not_a_route", _("ventet en rute som OSL-TOS – fant «%(found)s»") % {"found": text[:40]})
        return route


def _plain_text(text: str) -> str:
    if not _TEXT.match(text):
        raise RowError("not_text", _("cellen har tegn som ikke er tekst"))
    return " ".join(text.split())


def _reference(text: str) -> str:
    if not _REFERENCE.match(text):
        raise RowError("not_a_reference", _("ventet bokstaver og tall uten mellomrom, høyst 60"))
    return text


def _organisation(text: str) -> str:
    try:
        return clean_number(text)
    except BadInput:
        raise RowError("organisation_number", _("ventet et organisasjonsnummer med ni sifre")) from None


def _amount(text: str) -> Decimal:
    return decimal_in(text, places=2, whole_digits=9)


def _count(text: str) -> int:
    if not _COUNT.match(text) or int(found := re.split(r"[.,]", text)[0]) > 30_000:
        raise RowError("not_a_count", _("ventet et helt tall – fant «%(found)s»") % {"found": text[:40]})
    return int(found)


assert set(_CABINS) == set(CABINS) and set(_FUELS) == set(FUELS)
