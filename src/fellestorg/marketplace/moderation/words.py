"""What moderation's states, outcomes and steps are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STATES = {
    "waiting": (_("Venter"), "warning"),
    "open": (_("Tatt"), "info"),
    "reported": (_("Ny melding"), "warning"),
    "recommended": (_("Innstilt, venter på en annen"), "info"),
    "hearing": (_("Firmaet kan uttale seg"), "warning"),
    "closed": (_("Avgjort"), "neutral"),
}
COMPLAINT_STATES = {
    "received": (_("Klage venter"), "warning"),
    "recommended": (_("Klage innstilt, venter på en annen"), "info"),
    "forwarded": (_("Klage sendt videre"), "info"),
    "closed": (_("Klage avgjort"), "neutral"),
}
KINDS = {
    "publication": _("Publisering"),
    "removal": _("Fjerning"),
    "report": _("Meldt feil"),
    "complaint": _("Klage"),
}
OUTCOMES = {
    "publish": _("Publiser"),
    "refuse": _("Avslå"),
    "remove": _("Fjern"),
    "keep": _("La stå"),
    "no_fault": _("Ingen feil"),
    "corrected": _("Rettet av firmaet"),
    "dispute": _("Vis som omstridt"),
    "strike": _("Ta bort svaret"),
    "removal": _("Varsle firmaet om fjerning"),
}
DECIDED = {
    "publish": _("Publisert"),
    "refuse": _("Avslått"),
    "remove": _("Fjernet"),
    "keep": _("Blir stående"),
    "no_fault": _("Ingen feil"),
    "corrected": _("Rettet av firmaet"),
    "dispute": _("Vises som omstridt"),
    "strike": _("Svaret er tatt bort"),
    "removal": _("Firmaet er varslet om fjerning"),
}
COMPLAINT_OUTCOMES = {
    "upheld": _("Gi medhold: vedtaket gjøres om"),
    "altered": _("Endre vedtaket"),
    "dismissed": _("Avvis: klagen kom for sent"),
    "forwarded": _("Send videre til klageinstansen"),
    "rejected": _("Klageinstansen gir ikke medhold"),
}
COMPLAINT_DECIDED = {
    "upheld": _("Medhold"),
    "altered": _("Vedtaket er endret"),
    "dismissed": _("Avvist"),
    "rejected": _("Ikke medhold"),
}
ACCESS_OUTCOMES = {
    "waiting": (_("Venter"), "warning"),
    "given": (_("Innsyn gitt"), "success"),
    "partly": (_("Delvis innsyn"), "info"),
    "refused": (_("Avslått"), "neutral"),
}
STEPS = {
    "taken": _("Tatt til behandling"),
    "recommended": _("Innstilt"),
    "decided": _("Avgjort"),
    "noticed": _("Firmaet er varslet"),
    "answered": _("Firmaet har uttalt seg"),
    "reported": _("Feil er meldt"),
    "asked": _("Firmaet er bedt om svar"),
    "complained": _("Firmaet har klaget"),
    "complaint_proposed": _("Innstilt i klagesaken"),
    "complaint_forwarded": _("Klagen er sendt videre"),
    "complaint_decided": _("Klagen er avgjort"),
    "access_asked": _("Innsyn er krevd"),
    "access_decided": _("Innsynskravet er avgjort"),
}
VERBS = {
    "moderation_taken": _("Tjenesten ble tatt til behandling"),
    "moderation_recommended": _("Det ble innstilt om tjenesten"),
    "moderation_decided": _("Modereringssaken ble avgjort"),
    "moderation_noticed": _("Firmaet ble varslet om fjerning"),
    "moderation_answered": _("Firmaet uttalte seg"),
    "moderation_reported": _("En feil ble meldt"),
    "moderation_asked": _("Firmaet ble bedt om svar på en melding"),
    "moderation_complained": _("Firmaet klaget"),
    "moderation_complaint_proposed": _("Det ble innstilt i klagesaken"),
    "moderation_complaint_forwarded": _("Klagen ble sendt til klageinstansen"),
    "moderation_complaint_decided": _("Klagen ble avgjort"),
    "moderation_access_asked": _("Innsyn i saken ble krevd"),
    "moderation_access_decided": _("Innsynskravet i saken ble avgjort"),
}
MESSAGES = {
    "moderation_publish": (_("{title} er publisert"), _("Tjenesten er kontrollert og publisert. Sak {reference}.")),
    "moderation_refuse": (
        _("{title} er ikke publisert"),
        _("Tjenesten er avslått. Grunn: {reason}. {text}\n\nRett det som trengs, og send inn på nytt. Sak {reference}."),
    ),
    "moderation_refused": (
        _("{title} er ikke publisert"),
        _("Tjenesten er avslått. Grunn: {reason}. {text}\n\nRett det som trengs, og send inn på nytt. Dere kan klage til og "
          "med {complain_by}. Sak {reference}."),
    ),
    "moderation_notice": (
        _("{title} kan bli fjernet"),
        _("SI vurderer å fjerne tjenesten. Grunn: {reason}. {text}\n\nDere kan uttale dere til og med {until}. Sak "
          "{reference}."),
    ),
    "moderation_remove": (
        _("{title} er fjernet"), _("Tjenesten er tatt bort. Grunn: {reason}. {text}\n\nSak {reference}."),
    ),
    "moderation_removed": (
        _("{title} er fjernet"),
        _("Tjenesten er tatt bort. Grunn: {reason}. {text}\n\nDere kan klage til og med {complain_by}. Sak {reference}."),
    ),
    "moderation_keep": (_("{title} blir stående"), _("Saken er avsluttet uten endring. {text}\n\nSak {reference}.")),
    "moderation_report": (
        _("Noen har meldt en feil i {title}"),
        _("{text}\n\nSvar til og med {until}, eller publiser en rettet versjon. Sak {reference}."),
    ),
    "moderation_report_no_fault": (
        _("Meldingen om {title} er avsluttet"), _("SI fant ingen feil. {text}\n\nSak {reference}."),
    ),
    "moderation_report_corrected": (
        _("Meldingen om {title} er avsluttet"), _("Feilen er rettet. {text}\n\nSak {reference}."),
    ),
    "moderation_report_dispute": (
        _("Et svar om {title} vises som omstridt"),
        _("Grunn: {reason}. {text}\n\nDere kan rette svaret i en ny versjon, eller klage. Sak {reference}."),
    ),
    "moderation_report_strike": (
        _("Et svar om {title} er tatt bort"),
        _("Grunn: {reason}. {text}\n\nDere kan klage. Sak {reference}."),
    ),
    "listing_report_decided": (
        _("Meldingen din om {title} er behandlet"), _("Følg lenken for å se hva SI har avgjort. Sak {reference}."),
    ),
    "moderation_complaint_upheld": (_("Dere fikk medhold om {title}"), _("{text}\n\nSak {reference}.")),
    "moderation_complaint_altered": (_("Vedtaket om {title} er endret"), _("{text}\n\nSak {reference}.")),
    "moderation_complaint_dismissed": (_("Klagen om {title} er avvist"), _("{text}\n\nSak {reference}.")),
    "moderation_complaint_rejected": (_("Klagen om {title} førte ikke fram"), _("{text}\n\nSak {reference}.")),
    "moderation_complaint_forwarded": (
        _("Klagen om {title} er sendt videre"),
        _("SI gjør ikke om vedtaket, og har sendt klagen til {body}. {text}\n\nSak {reference}."),
    ),
    "listing_due": (
        _("Svar om {title} må snart bekreftes"),
        _("{count} svar blir utdatert, det første etter {day}. Bekreft eller endre dem i en ny versjon."),
    ),
    "listing_outdated": (
        _("Svar om {title} er utdatert"),
        _("{count} svar vises nå som utdatert. Bekreft eller endre dem i en ny versjon."),
    ),
    "listing_hidden": (
        _("Svar om {title} vises ikke lenger"),
        _("{count} svar er skjult fordi de ikke er bekreftet. Bekreft eller endre dem i en ny versjon."),
    ),
}  # fmt: skip
