"""What the award's refusals, outcomes and events are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.competitions.award.models import AccessRequest, AwardLetter, Complaint

REASONS: dict[str, Promise] = {
    "letter_lacks_reasons": _("%(name)s mangler omforente poeng med begrunnelse, og brevet kan ikke lages."),
    "standstill_lasts": _("Karensperioden varer til og med %(until)s. Kontrakten kan inngås dagen etter."),
    "complaint_waits": _("En klage er ikke besvart. Kontrakten kan ikke inngås før det."),
    "upheld_complaint": _("En klage er tatt til følge. Gjør om valget eller avlys før du går videre."),
    "not_awarded": _("Ingen er tildelt kontrakten."),
    "places_tied": _(
        "Flere tilbud i «%(lot)s» står likt om plassene (%(names)s), og regelen for likhet avgjør det ikke."
    ),
    "complaint_answered": _("Klagen er besvart."),
    "not_open_before_the_choice": _("Protokollen er unntatt offentlighet til valget er gjort (offentleglova § 23)."),
    "slot_taken": _("Noen andre har tatt denne tiden."),
    "access_decided": _("Innsynskravet er avgjort."),
    "totals_are_no_kroner": _(
        "Delkontraktene kan bare legges sammen når modellen gir en sum i hele øre: laveste pris eller prissatt kvalitet."
    ),
    "capacity_gives_too_many": _(
        "En leverandør kan ta så få av så mange delkontrakter at det blir for mange kombinasjoner å regne på."
    ),
    "combination_is_stale": _("Den samlede tildelingen mangler eller er utdatert. Regn den ut på nytt."),
    "combination_lost": _("Utregningen stoppet underveis. Regn ut på nytt."),
    "combination_not_proved": _(
        "Det er ikke bevist at den samlede tildelingen er den laveste. Brevene kan ikke sendes."
    ),
    "combination_tied": _("Flere samlede tildelinger har samme sum. Regelen for likhet i grunnlaget må avgjøre."),
    "access_waits": _("For mange innsynskrav venter på svar. Prøv igjen senere, eller kontakt oppdragsgiveren."),
    "reasons_for_tenderers": _(
        "Bare den som har gitt tilbud, kan be om nærmere begrunnelse, og først når valget er gjort."
    ),
    "refused_only_before_the_choice": _(
        "Hele kravet kan bare avslås før valget er gjort. Etterpå holdes bare forretningshemmeligheter tilbake."
    ),
    "debrief_after_the_choice": _("Debriefmøter settes opp når valget er gjort."),
    "debrief_for_tenderers": _("Bare den som har gitt tilbud, kan avtale debriefmøte."),
    "has_a_debrief": _("Dere har alt avtalt et debriefmøte."),
}
LETTER_OUTCOMES: dict[str, Promise] = {
    AwardLetter.Outcome.WON: _("Tildelt"),
    AwardLetter.Outcome.LOST: _("Ikke tildelt"),
    AwardLetter.Outcome.REJECTED: _("Avvist"),
    AwardLetter.Outcome.CANCELLED: _("Konkurransen er avlyst"),
}
COMPLAINT_OUTCOMES: dict[str, Promise] = {
    Complaint.Outcome.WAITING: _("Venter på svar"),
    Complaint.Outcome.DISMISSED: _("Ikke tatt til følge"),
    Complaint.Outcome.UPHELD: _("Tatt til følge"),
    Complaint.Outcome.WITHDRAWN: _("Trukket"),
}
ACCESS_OUTCOMES: dict[str, Promise] = {
    AccessRequest.Outcome.WAITING: _("Venter"),
    AccessRequest.Outcome.GIVEN: _("Innsyn gitt"),
    AccessRequest.Outcome.PARTLY: _("Delvis innsyn"),
    AccessRequest.Outcome.REFUSED: _("Avslått"),
}
ABOUT: dict[str, Promise] = {
    "protocol": _("Anskaffelsesprotokollen"),
    "tender": _("Et tilbud"),
    "evaluation": _("Evalueringen"),
    "reasons": _("Nærmere begrunnelse"),
}
LIMITS: dict[str, Promise] = {
    "max_lots_per_bidder": _("Flest delkontrakter til én leverandør"),
    "min_winners": _("Færrest leverandører"),
    "max_value_share": _("Største andel av verdien til én leverandør"),
    "cost_per_winner": _("Kostnad for hver leverandør"),
    "min_value_share": _("Minste andel av verdien for en leverandør som får noe"),
}
STEPS: dict[str, Promise] = {
    "award": _("Finner den laveste samlede summen"),
    "limits": _("Regner ut hva hver grense koster"),
    "cuts": _("Regner ut hva som skulle til for at de andre vant"),
}
VERBS: dict[str, Promise] = {
    "award_combined": _("Den samlede tildelingen ble regnet ut"),
    "complaint_registered": _("En klage ble registrert"),
    "complaint_answered": _("En klage ble besvart"),
    "access_requested": _("Innsyn ble krevd"),
    "access_decided": _("Et innsynskrav ble avgjort"),
    "debrief_offered": _("Tid til debriefmøte ble satt opp"),
    "debrief_booked": _("Et debriefmøte ble avtalt"),
}
