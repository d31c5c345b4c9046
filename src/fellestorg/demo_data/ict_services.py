"""The agreements on telephony, reuse of ICT equipment and cloud services, as data.

Suppliers, order, periods and mechanisms are public (the agreements' pages at anskaffelser.no and the slides of Statens
innkjøpssenter, May 2022); each ``source`` says what is assumed or invented for the demo.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fellestorg.demo_data.agreements import AgreementData, LotData, Texts
from fellestorg.demo_data.travel_agreements import policy

_MANAGER = "avtaleforvalter-ikt"
_COMPETE: dict[str, Any] = {"when": {}, "mechanism": "mini_competition"}
_COVERAGE: dict[str, Any] = {
    "when": {"coverage_case": True},
    "mechanism": "secondary",
    "rank": 2,
    "max_share": "0.15",
    "measure": "subscriptions",
}
# Without a coverage case the secondary gets nothing, also while the primary is suspended.
_PRIMARY = policy(_COVERAGE, {"when": {}, "mechanism": "rank", "only_rank": 1})
_SERVICE = policy({"when": {}, "mechanism": "service_order"})
_NO_TERMS_YET = policy(
    {
        "when": {},
        "mechanism": "refuse",
        "reason": {
            "nb": "Det finnes ingen framforhandlet vilkårspakke for kategorien ennå, og uten den kan ingen gjøre avrop",
            "nn": "Det finst inga framforhandla vilkårspakke for kategorien enno, og utan ho kan ingen gjere avrop",
            "en": "There is no negotiated terms package for the category yet, and without it nobody can call off",
        },
    }
)
_WITHOUT_CONTRACT: dict[str, Any] = {
    "when": {"terms_needed": False},
    "mechanism": "refuse",
    "reason": {
        "nb": "Innføring og drift kan bare kjøpes til en kontrakt som er inngått; skriv hvilken under vilkår",
        "nn": "Innføring og drift kan berre kjøpast til ein kontrakt som er inngått; skriv kva for ein under vilkår",
        "en": "Implementation and operations are only for a concluded contract; state which one under terms",
    },
}
_DIRECT_BELOW: dict[str, Any] = {"when": {"amount_below": "500000"}, "mechanism": "rank"}
_CLOUD_SOURCE = (
    "Markedsplassen for skytjenester: vilkår forhandles fram før noen kan kjøpe (dager og grenser er demodata)"
)
_CLOUD_COMPETE = "Markedsplassen for skytjenester, første fase: bare minikonkurranser (dagen er demodata)"
_CLOUD_DIRECT = "Markedsplassen for skytjenester, andre fase: direkte avrop under grensen (demodata)"
_COMPETE_FROM, _DIRECT_FROM = date(2024, 6, 3), date(2025, 1, 1)

_REUSE_REGIONS: tuple[tuple[str, Texts, tuple[str, ...]], ...] = (
    ("nasjonal", ("Nasjonal", "Nasjonal", "Nationwide"), ()),
    ("ostlandet", ("Østlandet", "Austlandet", "Eastern Norway"), ("NO020", "NO081", "NO083", "NO084", "NO085")),
    ("sor-vest", ("Sør- og Vestlandet", "Sør- og Vestlandet", "Southern and Western Norway"),
     ("NO092", "NO093", "NO094", "NO0A1", "NO0A2", "NO0A3")),
    ("midt-nord", ("Midt- og Nord-Norge", "Midt- og Nord-Noreg", "Central and Northern Norway"),
     ("NO060", "NO071", "NO072", "NO073", "NO0B2")),
)  # fmt: skip
_CLOUD: tuple[tuple[str, Texts, Texts, tuple[str, ...], str], ...] = (
    ("cips", ("Infrastruktur og plattform (CIPS)", "Infrastruktur og plattform (CIPS)",
              "Infrastructure and platform (CIPS)"),
     ("Regnekraft, lagring, nett og plattformtjenester i allmenn sky.",
      "Reknekraft, lagring, nett og plattformtenester i allmenn sky.",
      "Computing, storage, networks and platform services in public cloud."),
     ("cloud_infrastructure", "cloud_platform"), "skydomene nordsky"),
    ("saas", ("Programvare som tjeneste (SaaS)", "Programvare som teneste (SaaS)", "Software as a service (SaaS)"),
     ("Ferdige programmer som brukes over nett.", "Ferdige program som blir brukte over nett.",
      "Finished programs used over the network."),
     ("cloud_software",), "tjenestesky nordsky"),
    ("radgivning", ("Rådgivning om sky", "Rådgjeving om sky", "Cloud advice"),
     ("Strategi, arkitektur, sikkerhet og kostnader.", "Strategi, arkitektur, tryggleik og kostnader.",
      "Strategy, architecture, security and cost."),
     ("cloud_advice",), "skyraad nordsky"),
    ("opplaering", ("Opplæring i sky", "Opplæring i sky", "Cloud training"),
     ("Kurs og sertifisering.", "Kurs og sertifisering.", "Courses and certification."),
     ("cloud_training",), "skyskole skyraad"),
    ("innforing-drift", ("Innføring og drift", "Innføring og drift", "Implementation and operations"),
     ("Innføring og drift av en tjeneste som alt er kjøpt; krever henvisning til den inngåtte kontrakten.",
      "Innføring og drift av ei teneste som alt er kjøpt; krev tilvising til den inngåtte kontrakten.",
      "Implementing and running a service already bought; needs a reference to the concluded contract."),
     ("cloud_operations",), "nordsky skyraad"),
)  # fmt: skip


def _cloud_phases(lot: str) -> tuple[tuple[date, dict[str, Any], str], ...]:
    """First mini-competitions alone, later direct call-off; what follows a contract needs its name all the time."""
    first = (_WITHOUT_CONTRACT,) if lot == "innforing-drift" else ()
    return (
        (_COMPETE_FROM, policy(*first, _COMPETE), _CLOUD_COMPETE),
        (_DIRECT_FROM, policy(*first, _DIRECT_BELOW, _COMPETE), _CLOUD_DIRECT),
    )


ICT_SERVICES = (
    AgreementData(
        "telefoni",
        ("Fellesavtale for telefonitjenester", "Fellesavtale for telefonitenester", "Telephony services"),
        (
            "Mobilabonnement og datapakker. Alle bruker hovedleverandøren; reserveleverandøren er bare for steder der "
            "dårlig dekning er dokumentert, og høyst 15 % av abonnementene.",
            "Mobilabonnement og datapakkar. Alle bruker hovudleverandøren; reserveleverandøren er berre for stader der "
            "dårleg dekning er dokumentert, og høgst 15 % av abonnementa.",
            "Mobile subscriptions and data packages. All use the primary supplier; the secondary is only for places with "
            "documented poor coverage, and for at most 15 % of the subscriptions.",
        ),
        "ict",
        _MANAGER,
        date(2022, 5, 2),
        date(2024, 5, 1),
        (
            (date(2024, 5, 2), date(2026, 5, 1), date(2023, 10, 25)),
            (date(2026, 5, 2), date(2027, 5, 1), None),
        ),
        date(2021, 10, 8),
        "anskaffelser.no/avtaler/fellesavtale-telefonitjenester. Kunngjøringsdag, opsjonsdager, reserveleverandørens første "
        "dag og maksimalverdi er demodata.",
        (
            LotData(
                "telefoni", 1,
                ("Telefonitjenester", "Telefonitenester", "Telephony services"),
                ("Mobilabonnement, datapakker, tilleggs-SIM og mobilt bredbånd.",
                 "Mobilabonnement, datapakkar, tilleggs-SIM og mobilt breiband.",
                 "Mobile subscriptions, data packages, extra SIMs and mobile broadband."),
                ("64210000", "64212000"),
                ("subscription", "data_package"),
                ("telia", "unifon"),
                220_000_000, 180_000_000, _PRIMARY,
                "Rammeavtalen for telefoni: hovedleverandøren alltid; reserve ved dokumentert dårlig dekning, høyst 15 %",
                later=(("unifon", date(2022, 10, 3)),),
            ),
        ),
        long_duration_reason=(
            "Bytte av mobiloperatør krever nye SIM-kort og ny dekningsplan for titusener av abonnement; hyppigere bytte "
            "koster mer enn det gir. (Begrunnelsen er demodata.)"
        ),
    ),
    AgreementData(
        "ombruk-ikt",
        ("Fellesavtale for ombruk og gjenvinning av IKT-utstyr", "Fellesavtale for ombruk og attvinning av IKT-utstyr",
         "Reuse and recycling of ICT equipment"),
        (
            "Sikre skap, henting, sletting med sertifikat, sortering, salg eller gjenvinning. Virksomheten får igjen en del "
            "av det utstyret selges for.",
            "Sikre skap, henting, sletting med sertifikat, sortering, sal eller attvinning. Verksemda får att ein del av "
            "det utstyret blir selt for.",
            "Secure cabinets, pick-up, certified erasure, sorting, resale or recycling. The body gets back a share of what "
            "the equipment is sold for.",
        ),
        "ict",
        _MANAGER,
        date(2023, 2, 15),
        date(2025, 2, 14),
        (
            (date(2025, 2, 15), date(2026, 2, 14), date(2024, 9, 12)),
            (date(2026, 2, 15), date(2027, 2, 14), date(2025, 9, 11)),
        ),
        date(2022, 6, 30),
        "anskaffelser.no/avtaler/fellesavtale-ombruk-og-gjenvinning-av-ikt-utstyr. Kunngjøringsdag, opsjonsdager og "
        "maksimalverdier er demodata.",
        tuple(
            LotData(
                key, number, titles,
                ("Henting, sletting, sortering, salg og gjenvinning av brukt IKT-utstyr.",
                 "Henting, sletting, sortering, sal og attvinning av brukt IKT-utstyr.",
                 "Pick-up, erasure, sorting, resale and recycling of used ICT equipment."),
                ("90510000", "50300000"),
                ("ict_reuse",),
                ("foxway",),
                20_000_000, 14_000_000, _SERVICE,
                "Rammeavtalen for ombruk og gjenvinning av IKT-utstyr: virksomheten bestiller hos delkontraktens leverandør",
                regions=regions,
            )
            for number, (key, titles, regions) in enumerate(_REUSE_REGIONS, 1)
        ),
    ),
    AgreementData(
        "skytjenester",
        ("Skytjenester på markedsplassen", "Skytenester på marknadsplassen", "Cloud services (marketplace)"),
        (
            "Skytjenester i fem kategorier. Vilkårene forhandles fram først. I første fase avgjøres alle kjøp ved "
            "minikonkurranse på de vilkårene; direkte avrop kommer senere.",
            "Skytenester i fem kategoriar. Vilkåra blir forhandla fram først. I første fase blir alle kjøp avgjorde ved "
            "minikonkurranse på dei vilkåra; direkte avrop kjem seinare.",
            "Cloud services in five categories. Terms are negotiated first. In the first phase every purchase is settled "
            "by mini-competition on those terms; direct call-off comes later.",
        ),
        "ict",
        _MANAGER,
        date(2023, 6, 1),
        date(2025, 5, 31),
        ((date(2025, 6, 1), date(2026, 5, 31), date(2025, 1, 30)), (date(2026, 6, 1), date(2027, 5, 31), None)),
        date(2022, 12, 1),
        "Statens innkjøpssenter, mai 2022 (kategorier og faser). Leverandører, dager og beløp er demodata.",
        tuple(
            LotData(
                key, number, titles, scope,
                ("72000000", "48000000"),
                categories, tuple(suppliers.split()),
                120_000_000, 90_000_000, _NO_TERMS_YET, _CLOUD_SOURCE,
                later_policies=_cloud_phases(key),
            )
            for number, (key, titles, scope, categories, suppliers) in enumerate(_CLOUD, 1)
        ),
        instrument="terms",
    ),
)  # fmt: skip
