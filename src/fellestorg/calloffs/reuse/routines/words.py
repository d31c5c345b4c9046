"""Words about routines, and the text that is suggested to an agency that has none."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {
    "reuse_routine_proposed": _("Rutine for ombruk satt opp"),
    "reuse_routine_adopted": _("Rutine for ombruk vedtatt"),
    "reuse_routine_confirmed": _("Rutine for ombruk bekreftet"),
    "reuse_routine_reminded": _("Minnet om å bekrefte rutinen for ombruk"),
}
TEXTS = {
    "reuse_routine_waits": (
        _("Rutine for ombruk venter på deg"),
        _("{who} har satt opp en rutine for ombruk i {agency}. En annen enn den som satte den opp, må vedta den."),
    ),
    "reuse_routine_overdue": (
        _("Rutinen for ombruk skulle vært bekreftet"),
        _("{agency} skulle bekreftet rutinen for ombruk senest {day}. Les den, og bekreft at den følges."),
    ),
}
STATES: dict[str, tuple[str | Promise, str]] = {
    "missing": (_("Mangler rutine"), "warning"),
    "waiting": (_("Venter på vedtak"), "info"),
    "in_use": (_("I bruk"), "success"),
    "overdue": (_("Ikke bekreftet i tide"), "danger"),
}
DECISIONS = {
    "adopted": _("Vedtatt"),
    "confirmed": _("Bekreftet"),
    "reminded": _("Minnet om bekreftelse"),
}
REFUSALS = {
    "not_local_manager": _("Bare lokal avtaleforvalter i virksomheten kan sette opp rutinen."),
    "not_approver": _("Bare en godkjenner i virksomheten kan vedta rutinen."),
    "own_routine": _("Du satte opp rutinen selv. En annen må vedta den."),
    "not_of_agency": _("Bare lokal avtaleforvalter, en godkjenner eller eieren av rutinen kan bekrefte den."),
}


def suggestion(language_form: str) -> str:
    """A routine ready to be used or changed, in the agency's language form (nb or nn)."""
    with translation.override(language_form):
        return str(
            _(
                "1. Utstyr som ikke lenger brukes, leveres til IKT-støtte samme uke. "
                "Ingen tar det med hjem eller kaster det.\n"
                "2. IKT-støtte henter utstyret ved pulten, teller det og låser det inn i det sikre skapet samme dag.\n"
                "3. Skapet er låst. Bare IKT-støtte har nøkkel.\n"
                "4. Ved henting teller vi sammen med sjåføren. Antallet skrives i sporingen.\n"
                "5. Eieren ser etter at det kommer sertifikat for sletting på alt som har hatt data, "
                "og spør når det mangler.\n"
                "6. Utstyr som kan brukes, skal brukes om igjen. Bare resten gjenvinnes.\n"
                "7. Rutinen gjennomgås med de ansatte hvert år."
            )
        )
