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
    "agreement_not_halted": (
        _("Kan noen bruke avtalen?"),
        "",
        "{halt}",
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
    "price_by_model": (
        _("Hvordan er prisen satt sammen?"),
        "{lines_text}",
        "",
    ),
    "liability_told": (
        _("Hvem hefter for det som belastes?"),
        "{liable}",
        "",
    ),
    "within_price_cap": (
        _("Er prisen for én enhet innenfor pristaket?"),
        _("Taket er {caps}.{over}"),
        _("Ingen har {blocked}. Velg en rimeligere modell."),
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
    "service_provider_chosen": (
        _("Hvem er rangert først av dem som kan levere tjenesten?"),
        _("{supplier}, nummer {rank} i rangeringen.{passed}"),
        "",
    ),
    "offered_in_rank": (
        _("Hvem skal spørres, og i hvilken rekkefølge?"),
        _("{suppliers}. De spørres én om gangen og har {hours} arbeidstimer hver på å svare."),
        "",
    ),
    "supplier_assigned": (
        _("Har virksomheten fått tildelt en leverandør?"),
        _("Statens innkjøpssenter har tildelt {supplier}{since_when}."),
        _("Statens innkjøpssenter har ikke tildelt virksomheten en leverandør. Be avtaleforvalteren om en tildeling."),
    ),
    "share_within_quota": (
        _("Er leverandørens andel innenfor kvoten?"),
        _("{supplier} har {share} av {measured}. Kvoten er {low}–{high}."),
        _(
            "{supplier} har {share} av {measured}. Kvoten er {low}–{high}. Det endrer ikke hvem dere bestiller fra; "
            "Statens innkjøpssenter retter det opp med de neste tildelingene."
        ),
    ),
    "supplier_can_deliver": (
        _("Kan denne leverandøren levere alt?"),
        _("{supplier} kan levere alt."),
        _("{supplier} kan ikke levere: {why}."),
    ),
    "supplier_of_rank_can_deliver": (
        _("Kan leverandør nummer {rank} levere alt?"),
        _("{supplier} er nummer {rank} i rangeringen og kan levere alt."),
        "{cannot}",
    ),
    "coverage_documented": (
        _("Er det dokumentert at primærleverandøren mangler dekning?"),
        _("Dekningssak {case}, {place}, {date}."),
        _("{undocumented} Sekundærleverandøren kan bare brukes der primærleverandøren ikke har dekning."),
    ),
    "secondary_started": (
        _("Har avtalen med sekundærleverandøren begynt?"),
        _("{supplier} er sekundærleverandør."),
        "{not_started}",
    ),
    "units_given": (
        _("Er det oppgitt hva som trengs?"),
        "",
        _("Velg varer fra prislisten. Et beløp alene kan ikke telles mot grensen for sekundærleverandøren."),
    ),
    "secondary_share_kept": (
        _("Er sekundærleverandørens andel innenfor grensen også etter dette?"),
        _("{supplier} har {units} av {total} før dette, og {share_after} av {measured} etter. Grensen er {max_share}."),
        _(
            "{supplier} har {units} av {total} før dette. Med {wanted} til blir det {share_after} av {measured}. Grensen "
            "er {max_share}, så sekundærleverandøren kan ikke få flere."
        ),
    ),
    "table_place_given": (
        _("Er {kind} oppgitt?"),
        "{key}",
        _("Oppgi {kind}, så finner vi leverandørene."),
    ),
    "table_has_suppliers": (
        _("Har avtalen leverandører for {key}?"),
        "",
        _("Avtalen har ingen leverandører for {key}."),
    ),
    "table_supplier_chosen": (
        _("Hvem er den første som kan, for {key}?"),
        _("{supplier}, nummer {rank} for {key}.{passed}"),
        "",
    ),
    "table_supplier_available": (
        _("Kan noen av leverandørene for {key}?"),
        "",
        _("Ingen av leverandørene for {key} kan ta dette: {passed}."),
    ),
    "dps_category_given": (
        _("Hvilken kategori i innkjøpsordningen gjelder det?"),
        "{category}.",
        _("Velg en kategori i innkjøpsordningen."),
    ),
    "dps_somebody_admitted": (
        _("Er noen tatt opp i kategorien?"),
        "",
        _("Ingen leverandører er tatt opp i kategorien {category} og leverer hos dere ennå."),
    ),
    "dps_all_invited": (
        _("Hvem skal inviteres?"),
        _("Alle som er tatt opp i kategorien {category} og leverer hos dere: {invitees}."),
        "",
    ),
    "dps_deadline": (
        _("Hva er korteste tilbudsfrist?"),
        _("{days} dager: tidligst {due}, regnet fra i dag."),
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
    "ranked_offers": _(
        "Tilbys {supplier} først. Takker leverandøren nei, eller svarer ikke innen {hours} arbeidstimer, går det videre."
    ),
    "assigned": _("Bestill hos {supplier}, som Statens innkjøpssenter har tildelt dere."),
    "secondary": _("Bestill hos {supplier}, sekundærleverandøren, fordi det er dokumentert at dekningen mangler."),
    "table": _("Bestill hos {supplier}, nummer {rank} for {key}."),
    "service_order": _("Bestill tjenesten hos {supplier}, som er rangert som nummer {rank}."),
    "dps_invitation": _(
        "Inviter alle som er tatt opp i kategorien {category} og leverer hos dere: {invitees}. "
        "Tilbudsfristen er tidligst {due}."
    ),
    "needs_approval": _("En annen med fullmakt må godkjenne før det bestilles."),
}

ONLY_RANK = _("Bestill hos leverandør nummer {only_rank} i rangeringen, og ingen annen.")

MECHANISMS = {
    "rank": _("Bestill direkte hos den som er rangert først."),
    "lowest_net_price": _("Bestill der nettoprisen er lavest."),
    "mini_competition": _("Alle inviteres til minikonkurranse."),
    "cascade": _("Leverandørene spørres én om gangen, i rangert rekkefølge."),
    "assigned": _("Bestill hos den leverandøren dere er tildelt."),
    "secondary": _("Bestill hos sekundærleverandøren, innenfor grensen for andelen."),
    "table": _("Bestill hos den første som kan, etter tabellen."),
    "dps_invitation": _("Alle i kategorien inviteres til å gi tilbud."),
    "service_order": _("Bestill tjenesten hos den som er rangert først."),
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
    "over_price_cap": _("Over pristaket"),
    "closed": _("Stengt"),
    "not_in_position": _("Ikke aktiv i delkontrakten"),
    "sold_out": _("Utsolgt"),
    "not_operating": _("Går ikke den dagen"),
    "does_not_fit": _("Passer ikke til behovet"),
    "rate_refused": _("Avtaleprisen ble nektet"),
    "no_answer": _("Svarte ikke"),
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
    "coverage_case": _("det er vist til en dekningssak"),
    "not_coverage_case": _("det er ikke vist til noen dekningssak"),
    "terms_needed": _("det trengs vilkår som avtalen ikke har fastsatt"),
    "not_terms_needed": _("avtalen har fastsatt alle vilkårene"),
    "service": _("alt er tjenester"),
    "not_service": _("noe er varer"),
}

NOT_MET = {
    "amount_below": _("Behovet er {amount} kr."),
    "amount_from": _("Behovet er {amount} kr."),
    "standard_assortment": _("Noe er utenfor standardsortimentet."),
    "not_standard_assortment": _("Alt er i standardsortimentet."),
    "category": _("Varene er i en annen varegruppe."),
    "region": _("Leveringsstedet er et annet sted."),
    "coverage_case": _("Det er ikke vist til noen dekningssak."),
    "not_coverage_case": _("Det er vist til en dekningssak."),
    "terms_needed": _("Ingen vilkår utenom avtalen er oppgitt."),
    "not_terms_needed": _("Det trengs vilkår som avtalen ikke har fastsatt."),
    "service": _("Noe er varer."),
    "not_service": _("Alt er tjenester."),
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
        "price_by_model",
        "liability_told",
        "need_valued_as_stated",
        "need_valued_at_first_rank",
        "need_valued_at_best_cover",
        "all_invited",
        "first_rank_chosen",
        "service_provider_chosen",
        "offered_in_rank",
        "table_supplier_chosen",
        "dps_all_invited",
        "dps_deadline",
        "tie_broken",
        "lowest_net_price_chosen",
    }
)
