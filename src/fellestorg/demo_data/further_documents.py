"""Framework documents in short form and news of the agreements on travel, furniture, telephony, reuse and cloud, as demo
data in our own words. Nothing here binds anyone."""

from __future__ import annotations

from datetime import date

from fellestorg.demo_data.agreements import Texts
from fellestorg.demo_data.framework_documents import FOLLOW_UP, RULES, WHO

_DEMO: Texts = ("Dette er demodata.", "Dette er demodata.", "This is demo data.")


def _document(purpose: Texts, how_to_buy: Texts, prices: Texts, environment: Texts) -> dict[str, Texts]:
    first = (f"{purpose[0]} {_DEMO[0]}", f"{purpose[1]} {_DEMO[1]}", f"{purpose[2]} {_DEMO[2]}")
    return {
        "purpose": first,
        "who": WHO,
        "how_to_buy": how_to_buy,
        "call_off_rules": RULES,
        "prices": prices,
        "environment": environment,
        "follow_up": FOLLOW_UP,
    }


_THROUGH_AGENCY: Texts = (
    "Bestill gjennom virksomhetens reisebyrå, **på nett først**. Fellestorg viser hva avtalen sier før du går dit.",
    "Bestill gjennom reisebyrået til verksemda, **på nett først**. Fellestorg viser kva avtalen seier før du går dit.",
    "Book through the body's travel agency, **online first**. Fellestorg shows what the agreement says before you go there.",
)

FURTHER_DOCUMENTS: tuple[tuple[str, date, dict[str, Texts]], ...] = (
    ("reisebyra", date(2020, 6, 12), _document(
        ("Avtalen skal gi trygg og rimelig bestilling av reiser, styrt av virksomhetens egne regler.",
         "Avtalen skal gje trygg og rimeleg bestilling av reiser, styrt av eigne reglar i verksemda.",
         "The agreement is to give safe and inexpensive booking, governed by the body's own rules."),
        ("Bruk byrået virksomheten er **tildelt**. Inngå avropsavtale med byrået før første bestilling.",
         "Bruk byrået verksemda er **tildelt**. Inngå avropsavtale med byrået før første bestilling.",
         "Use the agency the body is **assigned** to. Conclude a call-off agreement with it before the first booking."),
        ("Gebyr per bestilling; på nett koster det mindre enn hos konsulent.",
         "Gebyr per bestilling; på nett kostar det mindre enn hos konsulent.",
         "A fee per booking; online costs less than by consultant."),
        ("Vurder møte på nett, og tog i stedet for fly der det går.",
         "Vurder møte på nett, og tog i staden for fly der det går.",
         "Consider meeting online, and trains instead of flights where possible."),
    )),
    ("flyreiser", date(2022, 6, 13), _document(
        ("Avtalen gir rabatt på publisert pris hos inntil tre selskaper på hver rute.",
         "Avtalen gjev rabatt på publisert pris hos inntil tre selskap på kvar rute.",
         "The agreement gives a discount on the published fare with up to three airlines per route."),
        _THROUGH_AGENCY,
        ("Rabatten står på avtalen per rute og prisklasse. Prisen som vises, er den som gjelder.",
         "Rabatten står på avtalen per rute og prisklasse. Prisen som blir vist, er den som gjeld.",
         "The discount is stated per route and fare class. The price shown is final."),
        ("Utslippet vises for hver reise. Bonuspoeng skal ikke styre valget.",
         "Utsleppet blir vist for kvar reise. Bonuspoeng skal ikkje styre valet.",
         "Emissions are shown for each trip. Bonus points must not decide the choice."),
    )),
    ("hotell", date(2022, 2, 1), _document(
        ("Avtalen gir fast pris på standardrom på 24 steder, så lenge hotellet har rom igjen.",
         "Avtalen gjev fast pris på standardrom på 24 stader, så lenge hotellet har rom att.",
         "The agreement gives a fixed rate for the standard room in 24 places, as long as the hotel has rooms left."),
        _THROUGH_AGENCY,
        ("Standardrom med frokost til fast pris etter sesong; bedre rom får prosent av dagsprisen.",
         "Standardrom med frukost til fast pris etter sesong; betre rom får prosent av dagsprisen.",
         "Standard rooms with breakfast at a fixed price by season; superior rooms at a percentage off the daily rate."),
        ("Velg miljømerket hotell når det dekker behovet. Nekter hotellet avtaleprisen, meld fra.",
         "Vel miljømerkt hotell når det dekkjer behovet. Nektar hotellet avtaleprisen, meld frå.",
         "Choose an ecolabelled hotel where it meets the need. If the hotel refuses the agreed rate, report it."),
    )),
    ("leiebil", date(2023, 10, 2), _document(
        ("Avtalen gir leiebil til fast pris i sju områder, med utslippsfri bil først.",
         "Avtalen gjev leigebil til fast pris i sju område, med utsleppsfri bil først.",
         "The agreement gives rental cars at fixed prices in seven areas, zero-emission first."),
        _THROUGH_AGENCY,
        ("Fast pris per dag, uke og måned. Enveisleie har eget gebyr.",
         "Fast pris per dag, veke og månad. Einvegsleige har eige gebyr.",
         "Fixed prices per day, week and month. One-way rentals carry a fee."),
        ("Utslippsfri bil velges når den dekker behovet. Hver virksomhet får en miljørapport.",
         "Utsleppsfri bil blir vald når han dekkjer behovet. Kvar verksemd får ein miljørapport.",
         "A zero-emission car is chosen where it meets the need. Each body gets an environment report."),
    )),
    ("kurs-og-konferanse", date(2022, 9, 1), _document(
        ("Ordningen gir kurs- og konferansesteder i konkurranse, åpen for nye leverandører hele tiden.",
         "Ordninga gjev kurs- og konferansestader i konkurranse, open for nye leverandørar heile tida.",
         "The system gives course and conference venues in competition, open to new suppliers all the time."),
        ("Beskriv arrangementet, velg kategori og sted, og **inviter alle som er tatt opp**.",
         "Beskriv arrangementet, vel kategori og stad, og **inviter alle som er tekne opp**.",
         "Describe the event, choose category and place, and **invite all who are admitted**."),
        ("Prisen gis i hver konkurranse.", "Prisen blir gjeven i kvar konkurranse.",
         "The price is offered in each competition."),
        ("Velg steder med kort reise, lite matsvinn og miljømerke.",
         "Vel stader med kort reise, lite matsvinn og miljømerke.",
         "Choose venues with short travel, little food waste and an ecolabel."),
    )),
    ("mobil-2022", date(2022, 9, 3), _document(
        ("Avtalen dekker mobiltelefoner, nettbrett og tilbehør, nye og brukte, og reparasjon av dem.",
         "Avtalen dekkjer mobiltelefonar, nettbrett og tilbehøyr, nye og brukte, og reparasjon av dei.",
         "The agreement covers phones, tablets and accessories, new and used, and their repair."),
        ("Kjøp under 250 000 kroner bestilles **direkte** hos nummer 1. Resten avgjøres ved minikonkurranse, og også leie, "
         "leasing og telefon som tjeneste, uansett beløp. Dere kan holde én minikonkurranse for tolv måneders behov.",
         "Kjøp under 250 000 kroner blir bestilte **direkte** hos nummer 1. Resten blir avgjort ved minikonkurranse, og òg "
         "leige, leasing og telefon som teneste, uansett beløp. De kan halde éin minikonkurranse for tolv månaders behov.",
         "Purchases under NOK 250,000 are ordered **directly** from number 1. The rest is settled by mini-competition, and "
         "so are rent, lease and phones as a service, whatever the amount. One mini-competition may cover a year's need."),
        ("Standardmodellene har fast pris. Det finnes et tak for hva én telefon kan koste.",
         "Standardmodellane har fast pris. Det finst eit tak for kva éin telefon kan koste.",
         "The standard models have a fixed price. There is a cap on what one phone may cost."),
        ("Bruk telefonene lenge, og reparer dem før dere kjøper nye. Brukte telefoner har visuell klasse og bevis for "
         "sletting.",
         "Bruk telefonane lenge, og reparer dei før de kjøper nye. Brukte telefonar har visuell klasse og prov for "
         "sletting.",
         "Use the phones for long, and repair them before buying new ones. Used phones have a visual grade and proof of "
         "erasure."),
    )),
    ("telefoni", date(2022, 5, 2), _document(
        ("Avtalen gir mobilabonnement og datapakker til alle ansatte.",
         "Avtalen gjev mobilabonnement og datapakkar til alle tilsette.",
         "The agreement gives mobile subscriptions and data packages to all employees."),
        ("Bestill hos hovedleverandøren. Er dekningen dårlig, **dokumenter stedet og dagen** før reserven brukes.",
         "Bestill hos hovudleverandøren. Er dekninga dårleg, **dokumenter staden og dagen** før reserven blir brukt.",
         "Order from the primary supplier. If coverage is poor, **document place and day** before the secondary is used."),
        ("Pris per abonnement og måned. Velg datapakke etter bruken de siste månedene.",
         "Pris per abonnement og månad. Vel datapakke etter bruken dei siste månadene.",
         "Price per subscription and month. Choose data packages by the use of recent months."),
        ("Si opp abonnement som ikke er i bruk.", "Sei opp abonnement som ikkje er i bruk.",
         "Cancel subscriptions that are not in use."),
    )),
    ("ombruk-ikt", date(2023, 2, 15), _document(
        ("Avtalen skal gi brukt IKT-utstyr nytt liv, med sikker sletting og penger tilbake til virksomheten.",
         "Avtalen skal gje brukt IKT-utstyr nytt liv, med sikker sletting og pengar tilbake til verksemda.",
         "The agreement gives used ICT equipment a new life, with secure erasure and money back to the body."),
        ("Bestill sikkert skap og henting. **Utstyret står låst** fra pulten til sertifikatet.",
         "Bestill sikkert skap og henting. **Utstyret står låst** frå pulten til sertifikatet.",
         "Order a secure cabinet and pick-up. **The equipment is locked** from the desk to the certificate."),
        ("Gebyr for tjenestene, mindre virksomhetens del av salget.",
         "Gebyr for tenestene, mindre delen verksemda får av salet.",
         "Fees for the services, less the body's share of the resale."),
        ("Ombruk går foran gjenvinning. Hentebilene er utslippsfrie eller minst Euro 6.",
         "Ombruk går føre attvinning. Hentebilane er utsleppsfrie eller minst Euro 6.",
         "Reuse comes before recycling. Vehicles are zero-emission or at least Euro 6."),
    )),
    ("kontormobler-demo", date(2023, 9, 1), _document(
        ("Avtalen skal gi møbler som varer, og nytt liv til dem dere har.",
         "Avtalen skal gje møblar som varer, og nytt liv til dei de har.",
         "The agreement is to give furniture that lasts, and new life to what you have."),
        ("Se først om et **rehabilitert** møbel dekker behovet. Prosjekter avgjøres ved minikonkurranse.",
         "Sjå først om eit **rehabilitert** møbel dekkjer behovet. Prosjekt blir avgjorde ved minikonkurranse.",
         "See first whether a **reconditioned** item meets the need. Projects are settled by mini-competition."),
        ("Rabatt på listepris for møbler, timepris for levering, montering, vedlikehold og rådgivning.",
         "Rabatt på listepris for møblar, timepris for levering, montering, vedlikehald og rådgjeving.",
         "A discount on list prices for furniture, hourly rates for delivery, assembly, maintenance and advice."),
        ("Leverandøren oppgir levetid, reservedeler og stoffer for hver vare.",
         "Leverandøren oppgjev levetid, reservedelar og stoff for kvar vare.",
         "The supplier states lifetime, spare parts and chemicals for each item."),
    )),
)  # fmt: skip

FURTHER_NEWS: tuple[tuple[str, date, Texts, Texts], ...] = (
    ("kontormobler", date(2022, 8, 25),
     ("Konkurransen om kontormøbler er avlyst", "Konkurransen om kontormøblar er avlyst",
      "The office furniture competition is cancelled"),
     ("Ingen fellesavtale for møbler kommer nå. Kjøp selv, eller bruk det dere har lenger. Dagen er demodata.",
      "Ingen fellesavtale for møblar kjem no. Kjøp sjølve, eller bruk det de har lenger. Dagen er demodata.",
      "No joint furniture agreement is coming now. Buy for yourselves, or use what you have for longer. The day is demo "
      "data.")),
    ("betalingslosninger", date(2022, 5, 10),
     ("Betalingsløsninger er utsatt på ubestemt tid", "Betalingsløysingar er utsette på ubestemt tid",
      "Payment solutions are delayed indefinitely"),
     ("Et beslutningsnotat ligger hos Finansdepartementet. Behold avtalene dere har. Dagen er demodata.",
      "Eit avgjerdsnotat ligg hos Finansdepartementet. Behald avtalane de har. Dagen er demodata.",
      "A decision note is with the Ministry of Finance. Keep the agreements you have. The day is demo data.")),
    ("leiebil", date(2023, 10, 2),
     ("Ny avtale for leiebil fra i dag", "Ny avtale for leigebil frå i dag", "New car rental agreement from today"),
     ("Fire leverandører i sju områder, og utslippsfri bil først. Se [avtalen](/avtaler/leiebil). Dette er demodata.",
      "Fire leverandørar i sju område, og utsleppsfri bil først. Sjå [avtalen](/avtaler/leiebil). Dette er demodata.",
      "Four suppliers in seven areas, and zero-emission cars first. See [the agreement](/avtaler/leiebil). This is demo "
      "data.")),
    ("telefoni", date(2023, 10, 26),
     ("Avtalen om telefoni er forlenget", "Avtalen om telefoni er forlengd", "The telephony agreement is extended"),
     ("Opsjonen på to år er utløst. Reserveleverandøren nærmer seg grensen på 15 %. Dette er demodata.",
      "Opsjonen på to år er utløyst. Reserveleverandøren nærmar seg grensa på 15 %. Dette er demodata.",
      "The two-year option has been exercised. The secondary supplier nears the limit of 15 %. This is demo data.")),
    ("ombruk-ikt", date(2023, 9, 4),
     ("Rydd før jul", "Rydd før jul", "Clear out before Christmas"),
     ("Bestill henting i oktober, så er skuffene tomme til jul. Dette er demodata.",
      "Bestill henting i oktober, så er skuffene tomme til jul. Dette er demodata.",
      "Order pick-up in October, and the drawers are empty by Christmas. This is demo data.")),
    ("reisebyra", date(2022, 12, 2),
     ("Reisebyråavtalen gjelder ett år til", "Reisebyråavtalen gjeld eitt år til",
      "The travel agency agreement lasts another year"),
     ("Opsjonen er utløst, og avtalen gjelder til 11. juni 2024. Dagen er demodata.",
      "Opsjonen er utløyst, og avtalen gjeld til 11. juni 2024. Dagen er demodata.",
      "The option has been exercised; the agreement lasts to 11 June 2024. The day is demo data.")),
)  # fmt: skip
