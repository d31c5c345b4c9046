"""Names of the steps, of those who take them, and of the sheet's columns."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {"custody_registered": _("Steg i sporingen registrert")}
STEP_NAMES = {
    "collected": _("Hentet ved pulten"),
    "secured": _("I sikkert skap"),
    "handed_over": _("Overlevert ved henting"),
    "received": _("Mottatt hos leverandøren"),
    "erased": _("Slettet med sertifikat"),
    "resold": _("Solgt videre"),
    "recycled": _("Gjenvunnet"),
}
ROLE_NAMES = {
    "employee": _("Ansatt"),
    "ict_support": _("IKT-støtte"),
    "facilities": _("Drift og eiendom"),
    "driver": _("Sjåfør"),
    "reception": _("Mottak"),
    "erasure": _("Sletting"),
    "sales": _("Videresalg"),
}
LABELS = {
    "agency": _("Virksomhetens organisasjonsnummer"),
    "reference": _("Oppgjørsnummer eller avropsnummer"),
    "step": _("Steg"),
    "happened_at": _("Dag og klokkeslett"),
    "role": _("Hvem (rolle)"),
    "place": _("Sted"),
    "units": _("Antall enheter"),
    "certificate": _("Slettesertifikat"),
}
REFUSALS = {
    "not_own_agency": _("Dette steget registreres av virksomheten selv."),
    "not_supplier": _("Dette steget registreres av leverandøren."),
}
