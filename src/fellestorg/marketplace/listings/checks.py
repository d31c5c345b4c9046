"""Everything that stands in the way of submitting a version, all at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.marketplace.listings.advice import advice_on
from fellestorg.marketplace.listings.answers import faults
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.questions import questions_of, units_of
from fellestorg.values import Problem


def problems_of(version: ListingVersion, now: datetime) -> list[Problem]:
    """What is missing or wrong; ``where`` is the question's key, ``title``, ``summary``, ``description`` or
    ``prices.N``."""
    day = now.astimezone(OSLO).date()
    files = {str(pk) for pk in version.listing.files.values_list("pk", flat=True)}
    found = _texts(version)
    for question in questions_of(version.listing.category):
        found += faults(question, version.answers.get(question.key), files, day)
    return found + _prices(version) + _not_allowed(version)


def _texts(version: ListingVersion) -> list[Problem]:
    needed = {
        "title": _("Navnet mangler på hovedspråket."),
        "summary": _("Sammendraget mangler på hovedspråket."),
        "description": _("Beskrivelsen mangler på hovedspråket."),
    }
    written = version.texts.get(version.main_language, {})
    found = [Problem(name, "required", text) for name, text in needed.items() if not written.get(name)]
    for language, texts in version.texts.items():
        if language != version.main_language and not (texts.get("title") and texts.get("summary")):
            text = _("På hvert språk som er brukt, må navn og sammendrag være skrevet.")
            found.append(Problem("summary", "half_a_language", text))
    return found


def _not_allowed(version: ListingVersion) -> list[Problem]:
    """What a rule forbids to say, wherever it is said; the rest of the advice stands in nobody's way."""
    return [
        Problem(one.where.partition(":")[0], "may_not_be_said", f"«{one.text}»: {one.advice}")
        for one in advice_on(version)
        if one.finding.blocks
    ]


def _prices(version: ListingVersion) -> list[Problem]:
    allowed = {one.key for one in units_of(version.listing.category)}
    found: list[Problem] = []
    if not version.prices:
        found.append(Problem("prices", "required", _("Oppgi minst én pris i en enhet som kan sammenlignes.")))
    for number, line in enumerate(version.prices, 1):
        where, row = f"prices.{number}", _("Prislinje %(number)s") % {"number": number}
        if not line.get("title"):
            found.append(Problem(where, "required", _("%(row)s: skriv hva prisen gjelder.") % {"row": row}))
        if line.get("unit") not in allowed:
            found.append(Problem(where, "unknown_unit", _("%(row)s: velg en enhet.") % {"row": row}))
        for name in ("amount", "from_quantity"):
            try:
                if name == "amount" or line.get(name):
                    decimal_in(str(line.get(name, "")), places=6)
            except RowError as error:
                found.append(Problem(where, error.code, f"{row}: {error.text}"))
    return found
