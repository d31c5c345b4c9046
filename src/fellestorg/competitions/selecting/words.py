"""What the first stage's refusals, happenings, messages and outcomes are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.selecting.models import CandidateLetter, SelectionRules

REFUSALS: dict[str, Promise] = {
    "not_open_for_requests": _("Konkurransen tar ikke imot forespørsler nå."),
    "requests_are_closed": _("Fristen for forespørsler er ute."),
    "requests_not_closed": _("Forespørslene kan leses når fristen er ute og gjennomgangen er startet."),
    "not_selecting": _("Kandidatene vurderes ikke nå."),
    "no_such_candidate": _("Leverandøren har ingen forespørsel som er med her."),
    "candidates_wait": _("Kvalifikasjonen er ikke avgjort for: %(names)s."),
    "nobody_qualified": _("Ingen kandidater er kvalifisert. Konkurransen må avlyses."),
    "nobody_selected": _("Det er ikke avgjort hvem som går videre."),
    "selection_is_current": _("Ingenting er endret siden forrige utvelgelse."),
    "selection_is_stale": _("Kandidater, avgjørelser eller poeng er endret siden utvelgelsen. Velg ut på nytt."),
    "candidate_points_missing": _(
        "Flere er kvalifisert enn det skal inviteres. Gi alle poeng på hvert av de kunngjorte kriteriene først."
    ),
    "minimum_below_the_law": _("Når antallet begrenses, må minst %(least)s inviteres (SELECT-MIN)."),
    "no_selection_criteria": _("Skriv de objektive kriteriene som avgjør hvem som inviteres."),
    "selection_weights_do_not_sum": _("Vektene til utvelgelseskriteriene er %(sum)s prosent. De skal bli 100."),
}
VERBS: dict[str, str | Promise] = {
    "request_received": _("En forespørsel om å delta ble tatt imot"),
    "request_withdrawn": _("En forespørsel om å delta ble trukket"),
    "candidate_points_given": _("En kandidat fikk poeng"),
    "candidates_selected": _("Det ble avgjort hvem som går videre"),
    "candidates_told": _("Alle kandidatene fikk beskjed"),
}
MESSAGES: dict[str, tuple[str | Promise, str | Promise]] = {
    "request_received": (
        _("Kvittering {receipt}: forespørselen er levert"),
        _(
            "Forespørselen om å delta i «{title}» ({number}) er tatt imot {at}.\n\n"
            "Kvittering: {receipt}\n\nSHA-256: {sha256}\n\n"
            "Oppdragsgiveren kan lese den når fristen er ute."
        ),
    ),
    "request_withdrawn": (
        _("Kvittering {receipt}: forespørselen er trukket"),
        _("Forespørselen om å delta i «{title}» ({number}) ble trukket {at}."),
    ),
    "candidate_invited": (
        _("Dere er invitert i {title}"),
        _("Dere er valgt ut i {title} ({number}). Brevet sier hva som skjer videre."),
    ),
    "candidate_told": (
        _("Svar på forespørselen i {title}"),
        _("Det er avgjort hvem som går videre i {title} ({number}). Brevet til dere gir grunnen."),
    ),
}
LETTERS: dict[str, Promise] = {
    CandidateLetter.Outcome.INVITED: _("Invitert"),
    CandidateLetter.Outcome.NOT_SELECTED: _("Ikke valgt ut"),
    CandidateLetter.Outcome.REJECTED: _("Avvist"),
    CandidateLetter.Outcome.NOT_CONTINUED: _("Ikke med videre"),
    CandidateLetter.Outcome.REVISE: _("Bedt om nytt tilbud"),
}
METHODS: dict[str, Promise] = {
    SelectionRules.Method.WEIGHTED: _("Vektet: poengene ganges med vekten, og summen avgjør"),
    SelectionRules.Method.RANKED: _("Prioritert: det første kriteriet avgjør, og det neste bare når noen står likt"),
}
