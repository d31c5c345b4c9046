"""Coverage in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.calloffs.coverage.queries import Cap
from fellestorg.ui import formats

STATES = {
    "submitted": (gettext_lazy("Venter på avgjørelse"), "info"),
    "documented": (gettext_lazy("Dokumentert"), "success"),
    "rejected": (gettext_lazy("Ikke dokumentert"), "danger"),
    "closed": (gettext_lazy("Lukket"), "neutral"),
}
MESSAGES = {
    "coverage_case_registered": (
        gettext_lazy("Ny dekningssak: {place}"),
        gettext_lazy("{buyer} har registrert manglende dekning på {place}. Se på dokumentasjonen og avgjør saken."),
    ),
    "coverage_case_documented": (
        gettext_lazy("Dekningssaken er godtatt: {place}"),
        gettext_lazy("Manglende dekning på {place} er dokumentert. Dere kan bruke sekundærleverandøren. {reason}"),
    ),
    "coverage_case_rejected": (
        gettext_lazy("Dekningssaken er ikke godtatt: {place}"),
        gettext_lazy("Manglende dekning på {place} er ikke dokumentert godt nok. {reason}"),
    ),
}
VERBS = {
    "coverage_case_registered": gettext_lazy("Dekningssak registrert"),
    "coverage_case_documented": gettext_lazy("Dekningssak godtatt"),
    "coverage_case_rejected": gettext_lazy("Dekningssak ikke godtatt"),
    "coverage_case_closed": gettext_lazy("Dekningssak lukket"),
    "units_counted": gettext_lazy("Antall registrert"),
}


def cap_text(cap: Cap) -> str:
    """How far a lot has come towards its cap, in a sentence or two."""
    if cap.secondary is None:
        return _("Delkontrakten har ingen sekundærleverandør.")
    words = {
        "supplier": cap.secondary.name,
        "share": formats.share(cap.share, 1),
        "most": formats.share(cap.max_share),
        "units": formats.number(cap.secondary.units, 0),
        "total": formats.number(cap.total, 0),
        "room": formats.number(cap.room, 0),
    }
    if cap.expected is not None:
        words["day"] = formats.day(cap.expected)
        return _("Avtalen med %(supplier)s er ikke begynt. Den er ventet %(day)s.") % words
    told = _("%(supplier)s har %(units)s av %(total)s abonnementer: %(share)s. Høyst %(most)s er tillatt.") % words
    left = _("Det er plass til %(room)s til.") % words if cap.room else _("Det er ikke plass til flere.")
    return f"{told} {left}"
