"""What the codes of getting started are called, as lazy translations."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import SupplierSetup

S = SupplierSetup.State

NOT_SENT = (_("Ikke sendt"), "neutral")
STATES = {
    S.DRAFT: (_("Endret, må sendes på nytt"), "warning"),
    S.SENT: (_("Venter på leverandøren"), "info"),
    S.ASKED_BACK: (_("Leverandøren spør"), "warning"),
    S.CONFIRMED: (_("Klar til bruk"), "success"),
}
VERBS: dict[str, str | Promise] = {
    "agency_setup_saved": _("Kom i gang: egne opplysninger lagret"),
    "agency_setup_sent": _("Kom i gang: sendt til leverandør"),
    "agency_setup_confirmed": _("Kom i gang: bekreftet av leverandør"),
    "agency_setup_asked_back": _("Kom i gang: leverandøren spurte"),
}
REFUSALS = {
    "not_local_agreement_manager": _("Bare virksomhetens lokale avtaleforvalter kan fylle ut dette."),
    "not_in_agreement": _("Virksomheten er ikke med i avtalen."),
    "not_a_supplier_here": _("Leverandøren er ikke med i avtalen nå."),
    "not_sent_to_you": _("Dette er ikke sendt til dere."),
    "changed_meanwhile": _("Virksomheten har endret opplysningene. Les dem på nytt før dere svarer."),
}
FIELDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "delivery_address": (_("Leveringsadresse"), _("Står på avrop som ikke sier noe annet.")),
    "invoice_endpoint": (_("Fakturamottak (Peppol)"), _("Skjema og nummer. 0192 er norske organisasjonsnummer.")),
    "invoice_address": (_("Fakturaadresse på papir"), _("Bare hvis noe ikke kan sendes elektronisk.")),
    "buyer_reference": (_("Deres referanse"), _("Står på avrop som ikke sier noe annet.")),
    "contact_name": (_("Kontaktperson"), ""),
    "contact_email": (_("E-post"), ""),
    "contact_phone": (_("Telefon"), ""),
}
# What a field is called to somebody who is not of the agency.
OF_THE_BUYER: dict[str, str | Promise] = {"buyer_reference": _("Kjøpers referanse")}
REQUIRED = frozenset({"delivery_address", "invoice_endpoint", "contact_name", "contact_email"})
TEXTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "agency_setup_sent": (
        _("{agency} vil komme i gang under {agreement}"),
        _(
            "{agency} har sendt dere det dere trenger for å levere og fakturere: adresser, fakturamottak, kontaktperson "
            "og hvem som skal bruke nettbutikken. Bekreft med kundenummer, eller spør tilbake."
        ),
    ),
    "agency_setup_confirmed": (
        _("{supplier} er klar for dere under {agreement}"),
        _("Kundenummeret deres er {number}."),
    ),
    "agency_setup_asked_back": (
        _("{supplier} spør om oppstarten under {agreement}"),
        "{question}",
    ),
}
