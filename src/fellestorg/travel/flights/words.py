"""What routes, offers and fares are called, in the active language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.engines.travel.flights import Reason
from fellestorg.travel.flights.queries import CLOSED, CLOSING, OPEN
from fellestorg.ui.formats import day as shown_day
from fellestorg.ui.formats import share

CLASSES: dict[str, Promise] = {
    "basic": gettext_lazy("Basis"),
    "standard": gettext_lazy("Standard"),
    "flex": gettext_lazy("Fleksibel"),
    "business": gettext_lazy("Business"),
}
CABINS: dict[str, Promise] = {
    "economy": gettext_lazy("økonomi"),
    "premium": gettext_lazy("premium økonomi"),
    "business": gettext_lazy("business"),
    "first": gettext_lazy("første klasse"),
}
STATUSES: dict[str, Promise] = {
    OPEN: gettext_lazy("Åpen"),
    CLOSING: gettext_lazy("Noen slutter"),
    CLOSED: gettext_lazy("Ingen flyr"),
}
STATUS_TONES = {OPEN: "success", CLOSING: "warning", CLOSED: "danger"}


def reason_text(reason: Reason) -> str:
    """Why an offer stands where it stands."""
    facts = reason.facts
    match reason.code:
        case "on_agreement":
            return _("på avtalen, nummer %(rank)s på ruten") % {"rank": facts["rank"]}
        case "airline_without_agreement":
            return _("%(airline)s har ingen avtale") % {"airline": facts["airline"]}
        case "supplier_not_on_route":
            return _("selskapet har ikke avtale på denne ruten")
        case "outside_validity":
            return _("avtalen gjelder ikke denne dagen")
        case "route_closed":
            since = shown_day(date.fromisoformat(facts["from"]), "medium")
            return _("flyr ikke ruten fra %(day)s: %(why)s") % {"day": since, "why": facts["why"]}
        case "class_without_discount":
            return _("ingen rabatt i klassen %(name)s") % {"name": class_name(facts["class"])}
        case "lowest_price":
            return _("lavest på avtalen")
        case "competition":
            return _("vist fordi minst to selskaper skal konkurrere")
        case "lowest_carbon":
            return _("lavest utslipp")
    raise LookupError(f"no words for {reason.code!r}")


def class_name(code: str) -> str:
    """A fare class; the code itself where it has no name."""
    return str(CLASSES.get(code, code))


def rates_text(rates: dict[str, Decimal]) -> str:
    """Discounts with their classes: ``3 % (basis), 5 % (standard, fleksibel)``."""
    if not rates:
        return _("ingen rabatt")
    alike: dict[Decimal, list[str]] = {}
    for code in CLASSES:
        if code in rates:
            alike.setdefault(rates[code], []).append(class_name(code).lower())
    return ", ".join(f"{_percent(rate)} ({', '.join(names)})" for rate, names in alike.items())


def _percent(rate: Decimal) -> str:
    return share(rate, 0 if rate * 100 == int(rate * 100) else 2)
