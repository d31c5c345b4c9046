"""Words for states, refusals and verbs of listings."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES: dict[str, tuple[Promise, str]] = {
    "draft": (_("Kladd"), "neutral"),
    "submitted": (_("Til behandling"), "info"),
    "published": (_("Publisert"), "success"),
    "replaced": (_("Erstattet"), "neutral"),
    "refused": (_("Avslått"), "danger"),
    "removed": (_("Fjernet av SI"), "danger"),
    "withdrawn": (_("Trukket"), "neutral"),
    "ended": (_("Tilbys ikke lenger"), "neutral"),
}
STANDINGS: dict[str, tuple[Promise, str]] = {
    "current": (_("Oppdatert"), "success"),
    "due": (_("Må snart bekreftes"), "info"),
    "outdated": (_("Utdatert"), "warning"),
    "hidden": (_("Utdatert og skjult"), "warning"),
}
REFUSALS: dict[str, Promise] = {
    "not_a_member": _("Bare de som handler for firmaet, kan gjøre dette."),
    "not_this_role": _("Bare administratorer og redaktører i firmaet kan gjøre dette."),
    "firm_withdrawn": _("Firmaet er meldt ut av markedsplassen."),
    "firm_not_verified": _("SI må bekrefte firmaet før tjenester kan sendes inn eller vises."),
    "not_a_draft": _("Denne versjonen er sendt inn og kan ikke endres. Lag en ny versjon."),
    "wrong_state": _("Versjonen er ikke slik at dette kan gjøres nå. Last siden på nytt."),
    "removed": _("SI har fjernet tjenesten. Den kan ikke endres før SI åpner den igjen."),
    "not_si": _("Bare SI kan bestemme dette."),
    "own_firm": _("Ingen kan avgjøre noe for et firma de selv handler for."),
    "not_this_ruling": _("Avgjørelsen gjelder noe annet enn det som står her nå."),
    "no_decision": _("Det er ikke truffet noe vedtak som kan påklages i saken."),
    "complained_already": _("Firmaet har alt klaget i saken."),
    "complaint_too_old": _("Det er mer enn ett år siden vedtaket. Det kan ikke lenger påklages."),
    "decided_the_case": _("Du avgjorde saken. En annen må behandle klagen."),
    "same_person": _("Du har innstilt i saken. En annen må avgjøre den."),
    "four_eyes": _("To personer må stå bak den første publiseringen."),
}
VERBS: dict[str, Promise] = {
    "listing_created": _("Tjeneste påbegynt"),
    "listing_submitted": _("Tjeneste sendt inn"),
    "listing_withdrawn": _("Tjeneste trukket"),
    "listing_ended": _("Tjeneste tilbys ikke lenger"),
    "listing_published": _("Tjeneste publisert"),
    "listing_replaced": _("Tjenestens versjon erstattet"),
    "listing_refused": _("Tjeneste avslått"),
    "listing_removed": _("Tjeneste fjernet"),
    "listing_reopened": _("Tjeneste åpnet igjen"),
    "listing_corrected": _("Tjeneste rettet"),
    "listing_restored": _("Tjeneste publisert igjen etter klage"),
    "listing_ageing": _("Firmaet ble minnet om svar som blir gamle"),
}


def refusal_text(code: str) -> str:
    """Why not, in the active language."""
    return str(REFUSALS.get(code, REFUSALS["not_this_role"]))
