"""A used unit in words: its visual grade and the proof that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.catalogues.models import PriceLine
from fellestorg.catalogues.rules import stores_data
from fellestorg.ui.formats import day as day_text

GRADES = {
    "A": gettext_lazy("klasse A (som ny)"),
    "B": gettext_lazy("klasse B (små bruksspor)"),
    "C": gettext_lazy("klasse C (tydelige bruksspor)"),
}
LACKS = {
    "visual_grade": gettext_lazy("visuell klasse"),
    "erasure_proof": gettext_lazy("bevis for at data er slettet"),
    "updates_until": gettext_lazy("sikkerhetsoppdateringer som fortsatt kommer"),
}


def used_text(used: Mapping[str, Any] | None) -> str:
    """``Brukt, klasse A (som ny). Sletting: … Sikkerhetsoppdateringer til …`` of an offer's or order line's ``used``;
    empty for a new unit. What is missing is said to be missing."""
    if used is None:
        return ""
    grade = used["visual_grade"]
    if not used.get("stores_data", True):
        return _("Brukt, {grade}.").format(grade=GRADES[grade] if grade in GRADES else _("klasse ikke oppgitt"))
    until = used["updates_until"]
    lasting = day_text(date.fromisoformat(until) if isinstance(until, str) else until) if until else _("ikke oppgitt")
    return _("Brukt, {grade}. Sletting: {erasure}. Sikkerhetsoppdateringer til {until}.").format(
        grade=GRADES[grade] if grade in GRADES else _("klasse ikke oppgitt"),
        erasure=used["erasure_proof"].rstrip(".") or _("ikke dokumentert"),
        until=lasting,
    )


def used_of(price: PriceLine, cpv: str, day: date) -> dict[str, Any]:
    """What a price line says of the used unit it prices, as :func:`used_text` reads it. That a unit stores no data, by its
    CPV code and rule USED on the day, is said as ``stores_data``; nothing is said of one that does."""
    storing = stores_data(cpv, day)
    return {
        **({} if storing else {"stores_data": False}),
        "visual_grade": price.visual_grade,
        "erasure_proof": price.erasure_proof,
        "updates_until": price.updates_until.isoformat() if price.updates_until else None,
    }


def lacks_text(lacks: list[str]) -> str:
    """What an offer lacks, as it stands in a sentence."""
    return ", ".join(str(LACKS[one]) for one in lacks)
