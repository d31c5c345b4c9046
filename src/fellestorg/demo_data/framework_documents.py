"""Framework documents as demo data, in our own words: how two of the agreements are to be used. Nothing here binds anyone.

Each text stands in bokmål, nynorsk and English.
"""

from __future__ import annotations

from datetime import date

Texts = tuple[str, str, str]

WHO: Texts = (
    "Virksomhetene på [deltakerlisten](/avtaler/{key}/deltakere) kan bruke avtalen. Andre kan ikke slutte seg til "
    "underveis. Hver virksomhet skal ha en **lokal avtaleforvalter**.",
    "Verksemdene på [deltakarlista](/avtaler/{key}/deltakere) kan bruke avtalen. Andre kan ikkje slutte seg til "
    "undervegs. Kvar verksemd skal ha ein **lokal avtaleforvaltar**.",
    "The bodies on the [list of participants](/avtaler/{key}/deltakere) may use the agreement. Others cannot join along "
    "the way. Each body must have a **local agreement manager**.",
)
FOLLOW_UP: Texts = (
    "Meld avvik til leverandøren først, med ordrenummer og hva som er galt. Blir det ikke rettet, tar den lokale "
    "avtaleforvalteren det videre.\n\n- Feil pris eller vare: innen 14 dager\n- Sen levering: samme dag\n"
    "- Gjentatte feil: til avtaleforvalteren",
    "Meld avvik til leverandøren først, med ordrenummer og kva som er gale. Blir det ikkje retta, tek den lokale "
    "avtaleforvaltaren det vidare.\n\n- Feil pris eller vare: innan 14 dagar\n- Sein levering: same dag\n"
    "- Gjentekne feil: til avtaleforvaltaren",
    "Report deviations to the supplier first, with the order number and what is wrong. If it is not put right, the local "
    "agreement manager takes it further.\n\n- Wrong price or item: within 14 days\n- Late delivery: the same day\n"
    "- Repeated faults: to the agreement manager",
)
RULES: Texts = (
    "Reglene nedenfor følger av rammeavtalen og er de som gjelder på dagen du leser dem.",
    "Reglane nedanfor følgjer av rammeavtalen og er dei som gjeld den dagen du les dei.",
    "The rules below follow from the framework agreement and are those that apply on the day you read them.",
)

CONSUMABLES: dict[str, Texts] = {
    "purpose": (
        "Avtalen skal gi virksomhetene forbruksmateriell til lav samlet kostnad, med få og store bestillinger. Dette er "
        "demodata.",
        "Avtalen skal gje verksemdene forbruksmateriell til låg samla kostnad, med få og store bestillingar. Dette er "
        "demodata.",
        "The agreement is to give the bodies consumables at a low total cost, with few and large orders. This is demo "
        "data.",
    ),
    "who": WHO,
    "how_to_buy": (
        "Legg det du trenger i kurven, og se hva det koster hos hver leverandør. **Samle bestillingene**: små "
        "bestillinger får gebyr og frakt.\n\n- Bruk standardsortimentet så langt det rekker\n- Velg miljømerket vare når "
        "den dekker behovet",
        "Legg det du treng i korga, og sjå kva det kostar hos kvar leverandør. **Samle bestillingane**: små bestillingar "
        "får gebyr og frakt.\n\n- Bruk standardsortimentet så langt det rekk\n- Vel miljømerkt vare når ho dekkjer "
        "behovet",
        "Put what you need in the basket and see what it costs from each supplier. **Bundle orders**: small ones carry a "
        "fee and freight.\n\n- Use the standard assortment as far as it goes\n- Choose an ecolabelled item where it "
        "meets the need",
    ),
    "call_off_rules": RULES,
    "prices": (
        "Standardsortimentet har faste priser. Andre varer har rabatt på leverandørens listepris. Prisene kan reguleres "
        "én gang i året etter konsumprisindeksen, og avtaleforvalteren varsler før nye priser gjelder.",
        "Standardsortimentet har faste prisar. Andre varer har rabatt på listeprisen til leverandøren. Prisane kan "
        "regulerast éin gong i året etter konsumprisindeksen, og avtaleforvaltaren varslar før nye prisar gjeld.",
        "The standard assortment has fixed prices. Other items have a discount on the supplier's list price. Prices may be "
        "adjusted once a year by the consumer price index, and the agreement manager gives notice before they apply.",
    ),
    "delivery": (
        "Leverandøren leverer på oppgitt adresse innen avtalt antall virkedager. Trenger du båret inn eller levert til "
        "flere steder, skriv det i bestillingen.",
        "Leverandøren leverer på oppgjeven adresse innan avtalt tal på virkedagar. Treng du bore inn eller levert til "
        "fleire stader, skriv det i bestillinga.",
        "The supplier delivers to the address given within the agreed number of working days. State in the order if you "
        "need carrying in or delivery to several places.",
    ),
    "environment": (
        "Færre leveringer gir lavere utslipp. Leverandørene melder fra om andel miljømerkede varer og bruker utslippsfrie "
        "biler der avtalen krever det.",
        "Færre leveringar gjev lågare utslepp. Leverandørane melder frå om delen miljømerkte varer og bruker utsleppsfrie "
        "bilar der avtalen krev det.",
        "Fewer deliveries mean lower emissions. Suppliers report the share of ecolabelled items and use emission-free "
        "vehicles where the agreement requires it.",
    ),
    "follow_up": FOLLOW_UP,
}

CONSUMABLES_NEXT: dict[str, Texts] = {
    **CONSUMABLES,
    "delivery": (
        "Leverandøren leverer på oppgitt adresse innen avtalt antall virkedager. **Avtal faste leveringsdager** når dere "
        "bestiller hver uke.",
        "Leverandøren leverer på oppgjeven adresse innan avtalt tal på virkedagar. **Avtal faste leveringsdagar** når de "
        "bestiller kvar veke.",
        "The supplier delivers to the address given within the agreed number of working days. **Agree on fixed delivery "
        "days** when you order every week.",
    ),
    "changes": (
        "Råd om faste leveringsdager er kommet til under levering.",
        "Råd om faste leveringsdagar er kome til under levering.",
        "Advice on fixed delivery days has been added under delivery.",
    ),
}

COMPUTERS: dict[str, Texts] = {
    "purpose": (
        "Avtalen dekker PC-er, skjermer, Mac og tilbehør. Den skal gi gode maskiner som varer lenge, og lite arbeid med "
        "å kjøpe dem. Dette er demodata.",
        "Avtalen dekkjer PC-ar, skjermar, Mac og tilbehøyr. Han skal gje gode maskiner som varer lenge, og lite arbeid "
        "med å kjøpe dei. Dette er demodata.",
        "The agreement covers PCs, monitors, Macs and accessories. It is to give good machines that last, with little work "
        "in buying them. This is demo data.",
    ),
    "who": WHO,
    "how_to_buy": (
        "Se først om noe i **standardsortimentet** dekker behovet. Da bestiller du direkte. Alt annet avgjøres ved "
        "minikonkurranse.\n\n- Samle behovet for flere måneder\n- Beskriv bruken, ikke merket\n- Vurder brukte maskiner",
        "Sjå først om noko i **standardsortimentet** dekkjer behovet. Då bestiller du direkte. Alt anna blir avgjort ved "
        "minikonkurranse.\n\n- Samle behovet for fleire månader\n- Beskriv bruken, ikkje merket\n- Vurder brukte maskiner",
        "See first whether something in the **standard assortment** meets the need. Then you order directly. Everything "
        "else is settled by mini-competition.\n\n- Gather the need for several months\n- Describe the use, not the brand\n"
        "- Consider used machines",
    ),
    "call_off_rules": RULES,
    "prices": (
        "Hver konfigurasjon har fast pris. Når en modell går ut, erstattes den av en som er minst like god, til samme "
        "pris eller lavere.",
        "Kvar konfigurasjon har fast pris. Når ein modell går ut, blir han erstatta av ein som er minst like god, til same "
        "pris eller lågare.",
        "Each configuration has a fixed price. When a model is discontinued it is replaced by one at least as good, at the "
        "same price or lower.",
    ),
    "delivery": (
        "Leveringstiden regnes fra bekreftet bestilling. Ferdig oppsatte maskiner bestilles som egen tjeneste.",
        "Leveringstida blir rekna frå stadfesta bestilling. Ferdig oppsette maskiner blir bestilte som eiga teneste.",
        "Delivery time counts from the confirmed order. Machines set up in advance are ordered as a service of their own.",
    ),
    "environment": (
        "Bruk maskinene lenge, og send dem til ombruk når dere er ferdige med dem. Skjermer skal ha energimerking, og "
        "brukte maskiner skal ha bevis for sletting og sikkerhetsoppdateringer.",
        "Bruk maskinene lenge, og send dei til ombruk når de er ferdige med dei. Skjermar skal ha energimerking, og brukte "
        "maskiner skal ha prov for sletting og tryggingsoppdateringar.",
        "Use the machines for long and send them to reuse when you are done. Monitors must have an energy label, and used "
        "machines proof of erasure and of security updates.",
    ),
    "follow_up": FOLLOW_UP,
}

# Agreement, the day a version counts from, its texts.
DOCUMENTS: tuple[tuple[str, date, dict[str, Texts]], ...] = (
    ("forbruksmateriell", date(2022, 3, 1), CONSUMABLES),
    ("pc-utstyr", date(2023, 3, 27), COMPUTERS),
    ("forbruksmateriell", date(2023, 9, 1), CONSUMABLES_NEXT),
)
# Agreement, the day, title and text.
NEWS: tuple[tuple[str, date, Texts, Texts], ...] = (
    (
        "forbruksmateriell",
        date(2023, 10, 16),
        ("Avtalen er forlenget med ett år", "Avtalen er forlengd med eitt år", "The agreement is extended by one year"),
        (
            "Opsjonen er utløst, og avtalen gjelder ut februar 2025. Dere trenger ikke gjøre noe. Dette er demodata.",
            "Opsjonen er utløyst, og avtalen gjeld ut februar 2025. De treng ikkje gjere noko. Dette er demodata.",
            "The option has been exercised, and the agreement lasts until the end of February 2025. You need not do "
            "anything. This is demo data.",
        ),
    ),
    (
        "pc-utstyr",
        date(2023, 10, 23),
        (
            "Bestill maskinene til jul i november",
            "Bestill maskinene til jul i november",
            "Order before Christmas in November",
        ),
        (
            "Leverandørene har liten kapasitet i desember. Trenger dere maskiner før jul, bør de være bestilt i november; "
            "se [avtalen](/avtaler/pc-utstyr). Dette er demodata.",
            "Leverandørane har lite kapasitet i desember. Treng de maskiner før jul, bør dei vere bestilte i november; sjå "
            "[avtalen](/avtaler/pc-utstyr). Dette er demodata.",
            "Suppliers have little capacity in December. If you need machines before Christmas, order them in November; see "
            "[the agreement](/avtaler/pc-utstyr). This is demo data.",
        ),
    ),
)
