"""Names of what settlements are about."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {"reuse_settled": _("Oppgjør for ombruk registrert")}
KIND_NAMES = {
    "pc": _("PC"),
    "phone": _("Telefon eller nettbrett"),
    "screen": _("Skjerm"),
    "other": _("Annet"),
}
#: The columns of the sheet, as the form and the template call them.
LABELS = {
    "reference": _("Oppgjørsnummer"),
    "agency": _("Virksomhetens organisasjonsnummer"),
    "call_off": _("Avropsnummer"),
    "kind": _("Type utstyr"),
    "picked_up_on": _("Hentet"),
    "wiped_on": _("Dato på slettesertifikatet"),
    "settled_on": _("Oppgjort"),
    "certificate": _("Slettesertifikat"),
    "received": _("Antall mottatt"),
    "wiped": _("Antall slettet"),
    "resold": _("Antall solgt videre"),
    "recycled": _("Antall gjenvunnet"),
    "fees": _("Gebyrer, kroner uten mva."),
    "resale": _("Solgt for, kroner uten mva."),
}
