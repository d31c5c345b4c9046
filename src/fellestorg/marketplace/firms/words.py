"""What the states, roles, rights, warnings and steps of firms are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.marketplace.firms.models import Firm, FirmFile, FirmMember, Registration

STATES = {
    Firm.State.PENDING: (_("til kontroll"), "warning"),
    Firm.State.VERIFIED: (_("kontrollert"), "success"),
    Firm.State.REFUSED: (_("avslått"), "danger"),
    Firm.State.TAKEN_DOWN: (_("tatt ned"), "danger"),
    Firm.State.WITHDRAWN: (_("trukket"), "neutral"),
}
ROLES = {
    FirmMember.Role.ADMINISTRATOR: _("Administrator: alt, også hvem som er med"),
    FirmMember.Role.EDITOR: _("Redaktør: skriver og sender inn tjenester"),
    FirmMember.Role.READER: _("Leser: ser alt, endrer ingenting"),
}
RIGHTS = {
    Registration.Right.ROLE: _("Jeg har en rolle i registeret, for eksempel daglig leder eller styreleder"),
    Registration.Right.SIGNATURE: _("Jeg har signaturrett eller prokura"),
    Registration.Right.POWER_OF_ATTORNEY: _("Jeg har fullmakt, og legger den ved"),
}
FILES = {
    FirmFile.Kind.POWER_OF_ATTORNEY: _("Fullmakt"),
    FirmFile.Kind.REGISTER_EXTRACT: _("Utskrift fra registeret"),
}
WARNINGS = {
    "foreign": _("Utenlandsk firma: se på utskriften og på registerets egen side."),
    "not_asked": _("Enhetsregisteret svarte ikke da firmaet ble registrert."),
    "name_differs": _("Navnet firmaet vil vises med, ligner ikke på det registeret kaller det."),
    "dissolving": _("Registeret sier at firmaet er under avvikling."),
    "mail_elsewhere": _("E-postadressen til den som registrerte, hører ikke til firmaets nettsted."),
    "role_not_found": _("Registeret viser ingen med dette navnet i en rolle som kan representere firmaet."),
}
STEPS = {
    "registered": _("Registrert"),
    "verified": _("Kontrollert av SI"),
    "refused": _("Avslått av SI"),
    "taken_down": _("Tatt ned av SI"),
    "let_back": _("Vist igjen"),
    "withdrawn": _("Trukket av firmaet"),
}
VERBS = {
    "firm_registered": _("Firma registrert"),
    "firm_verified": _("Firma kontrollert"),
    "firm_refused": _("Firma avslått"),
    "firm_taken_down": _("Firma tatt ned"),
    "firm_let_back": _("Firma vist igjen"),
    "firm_withdrawn": _("Firma trukket"),
    "firm_changed": _("Firmaets opplysninger endret"),
    "firm_terms_accepted": _("Vilkår godtatt"),
    "firm_colleague_invited": _("Kollega invitert"),
    "firm_colleague_joined": _("Kollega kom med"),
    "firm_colleague_removed": _("Kollega fjernet"),
    "firm_role_changed": _("Rolle i firmaet endret"),
    "firm_join_asked": _("Bedt om å få bli med"),
    "firm_join_decided": _("Svar på å få bli med"),
}
MESSAGES = {
    "firm_registered": (
        _("Nytt firma til kontroll: {firm}"),
        _("{firm} er registrert i markedsplassen for skytjenester og venter på kontroll."),
    ),
    "firm_verified": (
        _("{firm} er kontrollert"),
        _("SI har kontrollert {firm}. Firmaet er nå synlig i markedsplassen, og dere kan legge inn tjenester."),
    ),
    "firm_refused": (
        _("{firm} er ikke godtatt"),
        _(
            "SI har ikke godtatt registreringen av {firm}. {why} {text}\n\nDere kan rette det og registrere firmaet på nytt."
        ),
    ),
    "firm_taken_down": (
        _("{firm} er tatt ned"),
        _("SI har tatt {firm} bort fra de åpne sidene. {why} {text}\n\nDere ser fortsatt alt dere har lagt inn."),
    ),
    "firm_let_back": (_("{firm} vises igjen"), _("SI har latt {firm} vises igjen. {text}")),
    "firm_invitation": (
        _("Bli med i {firm}"),
        _(
            "{name} inviterer deg til å handle for {firm} i markedsplassen for skytjenester. Lenka virker én gang, i sju "
            "dager. Kjenner du ikke firmaet, trenger du ikke gjøre noe."
        ),
    ),
    "firm_join_asked": (
        _("{name} vil bli med i {firm}"),
        _("{name} sier at hun eller han hører til {firm}, og ber om å få bli med. Kontroller det før du svarer."),
    ),
    "firm_join_accepted": (
        _("Du er med i {firm}"),
        _("Du kan nå handle for {firm} i markedsplassen for skytjenester."),
    ),
    "firm_join_refused": (
        _("Du er ikke tatt med i {firm}"),
        _("De som representerer {firm}, har svart nei. Mener du at noe er galt, kontakt SI."),
    ),
}
