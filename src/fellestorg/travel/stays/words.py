"""Words about hotels: rooms, why one stands where it does, and what an offer was worth."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.engines.travel.stays import SUPERIOR, Check, Passed, Ranked
from fellestorg.ui import formats

ROOM_NAMES = {"standard": gettext_lazy("Standardrom"), "superior": gettext_lazy("Superior")}
BREACH_NAMES = {
    "lra_refused": gettext_lazy("Nektet avtaleprisen (LRA)"),
    "lra_broken": gettext_lazy("Dyrere enn avtaleprisen"),
    "discount_short": gettext_lazy("For liten rabatt"),
}
OUTCOME_NAMES = {
    "corrected": gettext_lazy("Rettet"),
    "explained": gettext_lazy("Forklart"),
    "disputed": gettext_lazy("Uenig"),
}
OUTCOME_TONES = {"corrected": "success", "explained": "info", "disputed": "warning"}


def room_name(code: str) -> str:
    """A kind of room in the active language."""
    return str(ROOM_NAMES.get(code, code))


def reason_text(one: Ranked, above: Ranked | None) -> str:
    """Why a hotel stands where it does, beside the one above it."""
    if above is None:
        return _("Lavest når alt er regnet med.")
    facts = {
        "above": above.hotel.name,
        "kr": formats.money(one.net - above.net),
        "all": formats.money(one.compared - above.compared),
        "km": formats.number(one.km, 1),
    }
    match one.reason:
        case "tie":
            return _("Likt med %(above)s. Pris, avstand og så navn avgjør rekkefølgen.") % facts
        case "dearer":
            return _("%(kr)s dyrere per natt enn %(above)s.") % facts
        case "farther":
            return _("Lengre unna enn %(above)s: %(km)s km. I alt %(all)s mer.") % facts
        case "no_ecolabel":
            return _("Mangler miljømerket som %(above)s får fradrag for. I alt %(all)s mer.") % facts
    return _("Frokosten er ikke med i prisen. I alt %(all)s mer enn %(above)s.") % facts


def passed_text(one: Passed) -> str:
    """Why a hotel has no place."""
    match one.code:
        case "price_unknown":
            percent = formats.share(one.discount or 0, 0)
            return _("%(percent)s rabatt på dagens pris. Lim inn dagens pris for å få hotellet med.") % {
                "percent": percent
            }
        case "sold_out":
            return _("Hotellet har ikke rommet.")
        case "refused":
            return _("Hotellet nektet avtaleprisen, men tilbyr dyrere rom. Det skal meldes.")
    return _("Avtalen har ingen pris for alle nettene.")


def check_text(one: Check) -> str:
    """What an offer was worth against the agreement."""
    over = formats.money(abs(one.over)) if one.over is not None else ""
    match one.code:
        case "lra_held":
            return _("Som avtalt (LRA).")
        case "lra_broken":
            return _("%(kr)s dyrere per natt enn den faste avtaleprisen.") % {"kr": over}
        case "lra_refused":
            return _("Nektet standardrom til avtalepris, men tilbyr dyrere rom.")
        case "discount_held":
            return _("Rabatten er gitt som avtalt.")
        case "discount_short":
            return _("%(kr)s for dyrt per natt: rabatten er mindre enn avtalt.") % {"kr": over}
        case "cheaper":
            return _("%(kr)s billigere per natt enn avtalt. Det er denne prisen som teller.") % {"kr": over}
        case "sold_out":
            return _("Ikke ledig.")
    return _("Dagens pris mangler.") if one.room == SUPERIOR else _("Ingen avtalepris disse nettene.")
