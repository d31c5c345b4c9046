"""What refusals, happenings and messages about tenders are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "not_open_for_tenders": _("Konkurransen tar ikke imot tilbud nå."),
    "deadline_passed": _("Tilbudsfristen har gått ut. Tilbudet er ikke tatt imot."),
    "not_invited": _("Bare de som er invitert, kan gi tilbud her."),
    "two_openers_needed": _("To ulike personer må åpne tilbudene. Sett opp minst to som åpner."),
    "opener_without_key": _("Disse skal åpne tilbud, men har ingen åpningsnøkkel ennå: %(people)s."),
    "no_escrow_key": _("Det finnes ingen reservenøkkel. En administrator må lage den først."),
    "every_opener_has_an_envelope": _("Alle som åpner, kan åpne med nøkkelen sin. Det er ingenting å fornye."),
    "before_the_deadline": _("Tilbudene kan ikke åpnes før fristen har gått ut."),
}
VERBS: dict[str, str | Promise] = {
    "opening_key_made": _("En åpningsnøkkel ble laget"),
    "opening_key_confirmed": _("En åpningsnøkkel ble prøvd og tatt i bruk"),
    "competition_locked": _("Konkurransen fikk nøkkelen som tilbudene krypteres til"),
    "tender_received": _("Et tilbud ble tatt imot"),
    "tender_withdrawn": _("Et tilbud ble trukket"),
    "tender_stamped": _("En kvittering fikk tidsstempel"),
    "opening_key_given": _("Den første åpneren ga nøkkelen sin"),
    "renewal_key_given": _("Den første ga nøkkelen sin for å slippe til nye åpnere"),
    "keys_renewed": _("Nye åpnere fikk slippe til med nøkkelen sin"),
}
MESSAGES: dict[str, tuple[str | Promise, str | Promise]] = {
    "opener_to_be_let_in": (
        _("Slipp til {name} som åpner i {number}"),
        _(
            "{name} skal åpne tilbud i konkurransen «{title}» ({number}), men kom til etter at konkurransen fikk nøkkel. "
            "To som kan åpne, må slippe til {name} før fristen, ellers kan ikke {name} være med på å åpne."
        ),
    ),
    "tender_received": (
        _("Kvittering {receipt}: tilbudet er levert"),
        _(
            "Tilbudet i konkurransen «{title}» ({number}) er tatt imot {at}.\n\n"
            "Kvittering: {receipt}\n\nSHA-256: {sha256}\n\n"
            "Det er kryptert, og ingen kan lese det før to personer åpner det etter fristen."
        ),
    ),
    "tender_withdrawn": (
        _("Kvittering {receipt}: tilbudet er trukket"),
        _("Tilbudet i konkurransen «{title}» ({number}) ble trukket {at}. Det blir ikke åpnet."),
    ),
}
FAULTS: dict[str, Promise] = {
    "cannot_be_decrypted": _("Innholdet er endret etter at det ble levert, og kan ikke leses."),
    "hash_differs": _("Innholdet er et annet enn det som ble levert: kontrollsummen stemmer ikke."),
}
