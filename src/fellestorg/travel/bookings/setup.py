"""Setting up by sheet: who reports bookings, and how travel agencies are reached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.setup.reading import organisation_in
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Kind, Row, State, Step, Tally, register
from fellestorg.travel.bookings.reading import COLUMNS
from fellestorg.travel.models import BookingSource, TravelAgencyChannel

_KINDS = (
    (BookingSource.Kind.TRAVEL_AGENCY, _("Reisebyrå")),
    (BookingSource.Kind.CARD, _("Kort")),
    (BookingSource.Kind.BOOKING_TOOL, _("Bestillingsverktøy")),
)
_KEY = re.compile(r"[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?\Z")
_PHONE = re.compile(r"[0-9+ ]{5,20}\Z")
_SOURCE = (
    Column("key", _("Nøkkel"), _("Små bokstaver, tall og bindestrek."), required=True),
    Column("name", _("Navn"), required=True),
    Column("kind", _("Slag"), required=True, shape="choice", choices=lambda: _KINDS),
    Column("organisation", _("Organisasjon"), _("Reisebyråets nummer, eller virksomhetens egne kort."), required=True),
    Column("headings", _("Egne kolonnenavn"), _("Som Transaksjon=reference, Beløp=paid."), shape="long"),
)
_CHANNEL = (
    Column("supplier", _("Reisebyrå"), _("Organisasjonsnummeret."), required=True),
    Column("online_address", _("Adresse på nett"), _("Tomt: kan bare nås på telefon.")),
    Column("phone", _("Telefon")),
    Column("fee_online", _("Gebyr på nett"), _("Kroner uten mva."), shape="amount"),
    Column("fee_offline", _("Gebyr hos konsulent"), _("Kroner uten mva."), shape="amount"),
    Column("source", _("Kilde"), _("Hvor dette står."), required=True),
    Column("valid_from", _("Fra og med"), required=True, shape="day"),
    Column("valid_to", _("Til og med"), shape="day"),
)


def register_setup() -> None:
    """Register the kinds and their steps; none is needed before the first call-off."""
    register(
        [
            Kind(
                "booking-sources",
                _("Kilder til reisebestillinger"),
                _("Hvem som melder bestillinger: reisebyrå, kort og bestillingsverktøy."),
                _("Ny kilde"),
                _SOURCE,
                write_sources,
            ),
            Kind(
                "travel-agencies",
                _("Reisebyråenes adresser"),
                _("Hvordan reisebyråene nås på nett og telefon, og hva en bestilling koster der."),
                _("Ny adresse"),
                _CHANNEL,
                write_channels,
            ),
        ],
        [
            Step(
                "booking-sources",
                120,
                _("Kilder til reisebestillinger"),
                _("Trengs for å lese inn det reisebyråene melder."),
                _sources,
                "booking-sources",
                optional=True,
            ),
            Step(
                "travel-agencies",
                121,
                _("Reisebyråenes adresser"),
                _("Trengs for å vise reisende hvor de bestiller."),
                _channels,
                "travel-agencies",
                optional=True,
            ),
        ],
    )


def write_sources(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Add sources; one that is there already may get another name or other headings, never another organisation."""
    tally = Tally()
    for row in rows:
        key, name, kind = row.text("key", 60).lower(), row.text("name"), row.choice("kind")
        supplier = kind == BookingSource.Kind.TRAVEL_AGENCY
        organisation = organisation_in(row, "organisation", supplier=supplier)
        headings = _headings(row)
        if key and not _KEY.match(key):
            row.bad("key", "not_a_key", gettext("bare små bokstaver, tall og bindestrek"))
        if not row.is_good or organisation is None:
            continue
        known = BookingSource.objects.filter(key=key).first()
        made = BookingSource(key=key, name=name, kind=kind, organisation=organisation, headings=headings)
        if known is None:
            tally.new += row.attempt(partial(_save_source, made, actor, now))
        elif (known.kind, known.organisation_id) != (kind, organisation.pk):
            row.bad("organisation", "exists", gettext("kilden hører alt til noen andre"))
        elif (known.name, known.headings) == (name, headings):
            tally.unchanged += 1
        else:
            made.pk = known.pk
            tally.changed += row.attempt(partial(_save_source, made, actor, now))
    return tally


def write_channels(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Add how travel agencies are reached. What holds already is closed the day before the new begins."""
    tally = Tally()
    for row in rows:
        supplier = organisation_in(row, "supplier", supplier=True)
        first, last = row.day("valid_from"), row.day("valid_to")
        address, phone = row.text("online_address", 300), row.text("phone", 20)
        made = TravelAgencyChannel(
            online_address=address,
            phone=phone,
            fee_online=row.amount("fee_online"),
            fee_offline=row.amount("fee_offline"),
            source=row.text("source", 300),
            valid_to=last,
        )
        if not address and not phone:
            row.bad("online_address", "missing", gettext("oppgi adresse på nett eller telefon"))
        if address and not _is_address(address):
            row.bad("online_address", "not_an_address", gettext("ventet en adresse som begynner med https://"))
        if phone and not _PHONE.match(phone):
            row.bad("phone", "not_a_phone_number", gettext("ventet et telefonnummer"))
        if first and last and last < first:
            row.bad("valid_to", "ends_before_start", gettext("er før første dag"))
        if not row.is_good or supplier is None or first is None:
            continue
        made.supplier, made.valid_from = supplier, first
        known = TravelAgencyChannel.objects.filter(supplier=supplier, valid_from=first).first()
        if known is not None and _says(known) == _says(made):
            tally.unchanged += 1
        else:
            tally.new += row.attempt(partial(_save_channel, made, actor, now))
    return tally


def _save_source(made: BookingSource, actor: Actor, now: datetime) -> None:
    made.save()
    told = {"name": made.name, "kind": made.kind, "organisation": made.organisation.number, "headings": made.headings}
    stream = f"bookings:{made.key}"
    events.record(Happening(stream, "booking_source_registered", stream, actor, now, told))


def _save_channel(made: TravelAgencyChannel, actor: Actor, now: datetime) -> None:
    earlier = TravelAgencyChannel.objects.filter(supplier=made.supplier, valid_from__lt=made.valid_from, valid_to=None)
    earlier.update(valid_to=date.fromordinal(made.valid_from.toordinal() - 1))
    made.save()
    told = {"online_address": made.online_address, "phone": made.phone, "from": made.valid_from.isoformat()}
    stream = f"bookings:{made.supplier.number}"
    events.record(Happening(stream, "travel_agency_channel_registered", stream, actor, now, told))


def _headings(row: Row) -> dict[str, str]:
    """``Transaksjon=reference, Beløp=paid`` as names in lower case with our fields."""
    found: dict[str, str] = {}
    for pair in filter(None, (one.strip() for one in re.split(r"[,;\n]", row.text("headings", 2000)))):
        name, _equals, field = (part.strip() for part in pair.partition("="))
        if not name or field not in COLUMNS:
            text = gettext("ventet navn=felt, der feltet er et av %(fields)s") % {"fields": ", ".join(COLUMNS)}
            row.bad("headings", "unknown_column", text)
        found[name.lower()] = field
    return found


def _is_address(text: str) -> bool:
    try:
        URLValidator(schemes=["https"])(text)
    except ValidationError:
        return False
    return True


def _says(one: TravelAgencyChannel) -> tuple[object, ...]:
    names = ("online_address", "phone", "fee_online", "fee_offline", "source", "valid_to")
    return tuple(getattr(one, name) for name in names)


def _sources(_day: date) -> State:
    return State(BookingSource.objects.count())


def _channels(_day: date) -> State:
    return State(TravelAgencyChannel.objects.count())
