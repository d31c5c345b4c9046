"""Words for bookings: modes, channels, reasons, and what is missing."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.travel.models import Channel, Mode

MODES: dict[str, Promise] = {Mode.AIR: _("Fly"), Mode.HOTEL: _("Hotell"), Mode.CAR: _("Leiebil")}
CHANNELS: dict[str, Promise] = {
    Channel.ONLINE: _("På nett"),
    Channel.OFFLINE: _("Hos konsulent"),
    Channel.OUTSIDE: _("Utenfor reisebyrået"),
}
REASONS: dict[str, Promise] = {
    "": _("På avtalen"),
    "no_agreement": _("Ingen avtale her"),
    "outside_period": _("Avtalen gjaldt ikke den dagen"),
    "not_participant": _("Virksomheten deltar ikke i avtalen"),
    "all_closed": _("Alle på avtalen hadde sluttet her"),
    "other_supplier": _("Andre enn avtalen ble brukt"),
    "closed": _("Leverandøren hadde sluttet her"),
}
SHOWN: dict[str, Promise] = {
    "on": REASONS[""],
    **{code: text for code, text in REASONS.items() if code},
    "wrong_price": _("Annen pris enn avtalen"),
    "other_travel_agency": _("Ikke hos eget reisebyrå"),
    "no_co2": _("Uten klimatall"),
}
MISSING: dict[str, Promise] = {
    "distance": _("flyplassen er ukjent"),
    "cabin": _("kabinen er ikke oppgitt"),
    "nights": _("netter er ikke oppgitt"),
    "km": _("kilometer er ikke oppgitt"),
    "fuel": _("drivstoff er ikke oppgitt"),
}
DROPPED: dict[str, Promise] = {
    "personal_data": _("personopplysninger, ikke lest"),
    "unknown_column": _("ukjent kolonne, ikke lest"),
}


def tone(reason: str) -> str:
    """How a reason looks."""
    if not reason:
        return "success"
    return "warning" if reason in ("other_supplier", "closed") else "neutral"
