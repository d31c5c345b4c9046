"""The words of preparing: refusals and guards, kinds and ways, and what the event log says."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "fixed_by_the_notice": _(
        "Dette ligger fast når konkurransen er sendt ut. Endre dokumentene eller fristen i stedet."
    ),
    "deadline_is_over": _("Fristen er ute, så dette kan ikke endres lenger."),
    "no_estimated_value": _("Oppgi anslått verdi."),
    "no_maximum_value": _("Oppgi høyeste verdi. Når den er nådd, kan ingen gjøre flere avrop (FA-3)."),
    "no_cpv": _("Oppgi minst én CPV-kode."),
    "no_specification": _("Legg inn kravspesifikasjonen."),
    "no_contract_draft": _("Legg inn et kontraktsutkast."),
    "no_price_lines": _("Prisskjemaet er tomt for «%(lot)s»."),
    "clause_unanswered": _("Ta stilling til den foreslåtte kontraktsklausulen (%(rule)s)."),
    "no_criteria": _("Legg inn tildelingskriteriene."),
    "one_price_criterion": _("Det skal være nøyaktig ett priskriterium. Nå er det %(count)s."),
    "weights_do_not_sum": _("Vektene skal bli nøyaktig 100 %%. Nå blir de %(sum)s %%."),
    "ranges_swap_rank": _("Vektene lar «%(first)s» og «%(second)s» bytte plass. Det er ulovlig (E-2, KOFA 2025/0876)."),
    "price_in_quality": _(
        "«%(criterion)s» spør om en pris inne i kvaliteten. Ha prisen i prisskjemaet, med egen vekt (E-3, KOFA 2025/1673)."
    ),
    "criterion_without_text": _("Skriv hvordan «%(criterion)s» blir vurdert, og hva som gir full poengsum."),
    "innovation_not_measured": _(
        "Skriv hva som er minstekravet for «%(criterion)s», og hvordan det som er bedre, blir målt."
    ),
    "no_innovation_criterion": _(
        "Legg inn minst ett kriterium som gir poeng for å være bedre enn minstekravene, og merk det som innovasjon."
    ),
    "criterion_not_in_framework": _("«%(criterion)s» er ikke et kriterium i rammeavtalen, som har: %(known)s (FA-10)."),
    "environment_unanswered": _("Svar på hvordan konkurransen følger regelen om klima og miljø (§ 7-9)."),
    "environment_way_unlawful": _("Denne måten finnes ikke i § 7-9 slik den er %(day)s. Velg en annen."),
    "environment_below_minimum": _(
        "Miljø veier %(weight)s %%, regnet i kroner av anslått verdi når kvaliteten prissettes. Regelen krever minst "
        "%(minimum)s %%, eller noe i stedet."
    ),
    "environment_not_among_highest": _("Ingen miljøkriterier er blant de %(places)s høyeste."),
    "environment_without_reason": _("Begrunn valget om klima og miljø i dokumentene, med minst %(least)s tegn."),
    "no_plan": _("Prøv evalueringen, og velg en modell."),
    "plan_outdated": _("Kriteriene er endret etter at evalueringen ble fastsatt. Prøv den på nytt, og velg modell."),
    "too_few_openers": _("Sett opp to personer som åpner tilbudene. Nå er det %(count)s."),
    "no_evaluator": _("Sett opp minst én som evaluerer."),
    "no_deadline": _("Sett fristen."),
    "deadline_has_passed": _("Fristen er allerede ute. Sett en ny."),
    "deadline_too_short": _(
        "Fristen er for kort. Den tidligste er %(earliest)s (%(rule)s). En kortere frist må begrunnes."
    ),
    "questions_after_deadline": _("Fristen for spørsmål må være før tilbudsfristen."),
    "nobody_able": _("Ingen leverandører kan inviteres."),
    "not_all_invited": _("Alle som kan levere, skal inviteres. Disse mangler: %(suppliers)s."),
    "invited_but_not_able": _("Disse er invitert uten å være med i avtalen: %(suppliers)s."),
    "plan_fixed_by_opening": _("Tilbud er åpnet. Evalueringen kan ikke endres etter det."),
    "no_reason": _("Skriv hvorfor, med minst %(least)s tegn."),
}
GUARD_NAMES: dict[str, Promise] = {
    "documents_complete": _("Dokumentene og prisskjemaet"),
    "criteria_complete": _("Tildelingskriteriene"),
    "criteria_within_framework": _("Kriteriene følger rammeavtalen"),
    "innovation_rewarded": _("Innovasjon"),
    "environment_answered": _("Klima og miljø"),
    "plan_fixed": _("Evalueringen"),
    "team_named": _("Laget"),
    "deadlines_long_enough": _("Fristene"),
    "all_able_are_invited": _("Alle som kan levere, er invitert"),
    "system_set_up": _("Innkjøpsordningen"),
    "system_running": _("Innkjøpsordningen er i gang"),
    "opening_keys_ready": _("Åpnernes nøkler"),
    "selection_announced": _("Hvem som inviteres"),
    "candidates_decided": _("Hvem som går videre, er avgjort"),
    "field_reduced_by_criteria": _("Feltet er bare redusert etter kriteriene"),
    "minutes_written": _("Hvert møte har et referat"),
}
DOCUMENT_KINDS: dict[str, Promise] = {
    "invitation": _("Konkurranseregler"),
    "specification": _("Kravspesifikasjon"),
    "contract": _("Kontraktsutkast"),
    "annex": _("Vedlegg"),
}
QUESTION_KINDS: dict[str, Promise] = {
    "text": _("Tekst"),
    "number": _("Tall"),
    "money": _("Beløp i kroner"),
    "yes_no": _("Ja eller nei"),
    "choice": _("Ett av flere svar"),
    "date": _("Dato"),
    "file": _("Fil"),
}
REQUIREMENT_KINDS: dict[str, Promise] = {
    "pass_fail": _("Oppfylt eller ikke"),
    "discretionary": _("Vurderes"),
}
CRITERION_KINDS: dict[str, Promise] = {"price": _("Pris"), "points": _("Poeng")}
ENVIRONMENT_WAYS: dict[str, Promise] = {
    "weight": _("Vekt: miljø vektes minst 30 prosent"),
    "priority": _("Prioritet: miljø er blant de tre høyeste kriteriene"),
    "requirement": _("Krav i stedet: krav i kravspesifikasjonen gir klart bedre effekt"),
    "combination": _("Krav og kriterier sammen"),
    "insignificant": _("Unntak: kjøpet har uvesentlig klimaavtrykk og miljøbelastning"),
    "critical_interest": _("Unntak: kritiske hensyn som helse, sikkerhet og beredskap"),
    "national_minimum": _("Unntak: kjøpet er under nasjonal terskel"),
    "irrelevant": _("Miljø er ikke relevant for kjøpet"),
}
LANGUAGES: dict[str, Promise] = {"nb": _("Bokmål"), "nn": _("Nynorsk"), "en": _("Engelsk")}
VERBS: dict[str, str | Promise] = {
    "competition_started": _("Konkurransen ble påbegynt"),
    "competition_changed": _("Konkurransen ble endret"),
    "competition_document_added": _("Et dokument fikk en ny versjon"),
    "evaluation_plan_fixed": _("Evalueringen ble fastsatt"),
    "team_member_named": _("Noen fikk en oppgave i konkurransen"),
    "team_member_left": _("Noen ga fra seg en oppgave i konkurransen"),
}
