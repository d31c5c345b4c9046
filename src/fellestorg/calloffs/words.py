"""What the codes of the call-off engine are called: questions, answers, reasons and parts, as lazy translations.

The engine gives codes and facts; ``texts.py`` puts them together with these into sentences.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# code -> (the question, the answer when it holds, the answer when it does not)
STEPS = {
    "covered_by_an_agreement": (
        _("Er det en fellesavtale for dette på datoen?"),
        "",
        "{gap}",
    ),
    "own_procurement": (
        "{question}",
        "{answer}",
        "",
    ),
    "agreement_in_force": (
        _("Gjelder avtalen på datoen?"),
        _("Avtalen gjelder fra {starts} til {ends}."),
        _("Avtalen gjelder fra {starts} til {ends}, og datoen er {date}. Utenfor avtaletiden kan ingen gjøre avrop."),
    ),
    "buyer_listed": (
        _("Kan virksomheten bruke avtalen?"),
        _("Virksomheten er med i avtalen fra {from}."),
        _("Virksomheten står ikke på listen over dem som kan gjøre avrop denne dagen{later}."),
    ),
    "within_scope": (
        _("Dekker delkontrakten det du trenger, og stedet?"),
        _("Alt ligger innenfor det delkontrakten gjelder."),
        _("Dette ligger utenfor: {outside}."),
    ),
    "options_chosen": (
        _("Har virksomheten valgt opsjonene varene hører til?"),
        _("Virksomheten har valgt {chosen}."),
        _("Virksomheten har ikke valgt {missing}.{which} Den lokale avtaleforvalteren kan velge den.{rest}"),
    ),
    "terms_unchanged": (
        _("Følger bestillingen vilkårene i rammeavtalen?"),
        _("Priser og vilkår er de avtalen har."),
        _("Det er bedt om andre vilkår: {changed}. Et avrop kan ikke endre avtalen vesentlig."),
    ),
    "need_valued_as_stated": (
        _("Hva er behovet verdt?"),
        _("{amount} kr uten mva., slik du har oppgitt."),
        "",
    ),
    "used_units_proved": (
        _("Er de brukte enhetene dokumentert?"),
        _("Alle har visuell klasse, bevis for sletting og sikkerhetsoppdateringer."),
        _("Disse tilbudene er holdt utenfor fordi noe mangler: {without}."),
    ),
    "need_valued_at_first_rank": (
        _("Hva er behovet verdt?"),
        _("{amount} kr uten mva., til prisene hos {supplier}, den høyest rangerte som kan levere alt."),
        "",
    ),
    "need_valued_at_best_cover": (
        _("Hva er behovet verdt?"),
        _("{amount} kr uten mva., når det deles på den billigste måten. Ingen leverandør har alle varene."),
        "",
    ),
    "somebody_can_deliver": (
        _("Kan noen levere?"),
        "",
        _("Ingen leverandør har gyldig pris på alle varene denne dagen."),
    ),
    "supplier_in_position": (
        _("Er det en leverandør å bestille fra?"),
        "",
        _("Ingen leverandør er aktiv i delkontrakten denne dagen."),
    ),
    "policy_step": (
        _("Avropsregel {number}: {when}?"),
        "{mechanism}",
        "{answers}",
    ),
    "policy_allows": (_("Tillater avropsreglene dette?"), "", "{text}"),
    "all_invited": (
        _("Hvem skal inviteres til minikonkurransen?"),
        _("Alle som kan levere: {invitees}."),
        "",
    ),
    "one_supplier_delivers_all": (
        _("Kan én leverandør levere alt?"),
        "",
        _("Ingen leverandør har alle varene. Del opp behovet eller bruk andre varer."),
    ),
    "first_rank_chosen": (
        _("Hvem er rangert først av dem som kan levere?"),
        _("{supplier}, nummer {rank} i rangeringen.{passed}"),
        "",
    ),
    "lines_given": (
        _("Er varene valgt?"),
        "",
        _("Laveste nettopris regnes ut fra varer. Velg varer fra prislisten."),
    ),
    "cover_exists": (
        _("Kan behovet dekkes?"),
        "",
        _("Du må bruke flere leverandører enn avtalen tillater ({max_suppliers}) for å få alle varene."),
    ),
    "optimum_proved": (
        _("Er laveste pris bevist?"),
        "",
        _("Beregningen ble ikke ferdig. Del opp handlekurven og prøv igjen."),
    ),
    "tie_broken": (
        _("Hva avgjør når flere er like billige?"),
        _("{alternatives} måter kostet det samme. Avtalens regel avgjorde: {tie_rule}."),
        "",
    ),
    "lowest_net_price_chosen": (
        _("Hva gir lavest nettopris?"),
        _(
            "{suppliers}: {deciding} kr når det som avgjør, legges sammen ({decides}). "
            "Billigste enkeltleverandør: {next_best} kr."
        ),
        "",
    ),
    "not_split": (
        _("Er du innenfor grensen når like kjøp de siste 30 dagene legges sammen?"),
        _("{count} tidligere avrop i samme varegruppe, til sammen {together} kr med dette."),
        "",
    ),
    "may_be_split": (
        _("Er du innenfor grensen når like kjøp de siste 30 dagene legges sammen?"),
        "",
        _(
            "Med {count} tidligere avrop i samme varegruppe blir det {together} kr. "
            "Grensen er {threshold} kr, og det kan se ut som en oppdeling. Skriv ned hvorfor behovene er ulike."
        ),
    ),
    "room_under_ceiling": (
        _("Er det plass under taket?"),
        _("{used} kr av {limit} kr er brukt. Dette behovet er {wanted} kr."),
        _("Det er {left} kr igjen av {limit} kr, og behovet er {wanted} kr. Avtalen kan ikke brukes over taket."),
    ),
    "room_under_maximum_quantity": (
        _("Er det plass innenfor største antall?"),
        _("{used} av {limit} er brukt. Dette behovet er {wanted}."),
        _("{used} av {limit} er brukt, og behovet er {wanted}."),
    ),
    "within_authority": (
        _("Kan innkjøperen godkjenne beløpet selv?"),
        _("{amount} kr er innenfor innkjøperens fullmakt."),
        _("{amount} kr er over innkjøperens fullmakt på {limit} kr. En annen må godkjenne."),
    ),
}

REASONS = {
    "first_rank": _("Bestill direkte hos {supplier}, som er rangert som nummer {rank}."),
    "lowest_net_price": _("Bestill hos {suppliers}. Det gir lavest nettopris: {deciding} kr for det som avgjør."),
    "mini_competition": _("Hold minikonkurranse. Disse skal inviteres: {invitees}."),
    "needs_approval": _("En annen med fullmakt må godkjenne før det bestilles."),
}

MECHANISMS = {
    "rank": _("Bestill direkte hos den som er rangert først."),
    "lowest_net_price": _("Bestill der nettoprisen er lavest."),
    "mini_competition": _("Alle inviteres til minikonkurranse."),
    "refuse": _("Avtalen kan ikke brukes til dette."),
}

PARTS = {
    "goods": _("varer"),
    "discount": _("rabatt"),
    "small_order_fee": _("gebyr for liten ordre"),
    "freight": _("frakt"),
    "handling": _("egen håndtering"),
    "carbon": _("karbon"),
}

TIE_RULES = {
    "rank": _("rangeringen"),
    "lowest_carbon": _("lavest klimautslipp"),
    "draw": _("loddtrekning"),
}

EXCLUSIONS = {
    "suspended": _("Suspendert fra avtalen"),
    "lacks_lines": _("Har ikke alle varene"),
    "used_without_proof": _("Brukt vare uten dokumentasjon"),
}

REFUSALS = {
    "not_buyer_of_agency": _("Du er ikke innkjøper eller godkjenner i denne virksomheten."),
    "not_awaiting_approval": _("Avropet venter ikke på godkjenning."),
    "reserve_lapsed": _("Fristen for å godkjenne gikk ut {day}."),
    "not_approver_of_agency": _("Du har ikke budsjettfullmakt i denne virksomheten."),
    "own_request": _("Du kan ikke godkjenne ditt eget avrop."),
    "above_authority": _("Beløpet er over fullmakten din."),
    "already_closed": _("Avropet er allerede avsluttet."),
    "not_party": _("Du har ikke tilgang til dette avropet."),
}

ALWAYS = _("Avropsregel {number} gjelder alle behov.")
OTHERWISE = _("Avropsregel {number} gjelder når ingen av de andre passer.")

CONDITIONS = {
    "amount_below": _("behovet er under {amount_below} kr"),
    "amount_from": _("behovet er {amount_from} kr eller mer"),
    "standard_assortment": _("alt er i standardsortimentet"),
    "not_standard_assortment": _("noe er utenfor standardsortimentet"),
    "category": _("varegruppen er {category}"),
    "region": _("leveringsstedet er i {region}"),
}

NOT_MET = {
    "amount_below": _("Behovet er {amount} kr."),
    "amount_from": _("Behovet er {amount} kr."),
    "standard_assortment": _("Noe er utenfor standardsortimentet."),
    "not_standard_assortment": _("Alt er i standardsortimentet."),
    "category": _("Varene er i en annen varegruppe."),
    "region": _("Leveringsstedet er et annet sted."),
}

# What begins at each threshold when an agency buys for itself.
OWN_PROCUREMENT = {
    "T-LAW": _("Når gjelder anskaffelsesloven for deres eget kjøp?"),
    "T-NAT": _("Når må dere kunngjøre konkurransen i Doffin?"),
    "T-EEA-STATE": _("Når gjelder EØS-reglene for statlige virksomheter?"),
    "T-EEA-OTHER": _("Når gjelder EØS-reglene for kommuner og andre?"),
}

# Steps that tell something instead of answering yes or no.
NOTES = frozenset(
    {
        "own_procurement",
        "need_valued_as_stated",
        "need_valued_at_first_rank",
        "need_valued_at_best_cover",
        "all_invited",
        "first_rank_chosen",
        "tie_broken",
        "lowest_net_price_chosen",
    }
)
