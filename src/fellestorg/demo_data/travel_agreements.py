"""The agreements for those who travel and meet, as data: travel agency, flights, hotels, car hire, courses.

Suppliers, quotas, periods and mechanisms are public (the agreements' pages at anskaffelser.no and the slides of Statens
innkjøpssenter, May 2022); each ``source`` says what is assumed or invented for the demo. Routes, places and rates are
rows of the travel room.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fellestorg.demo_data.agreements import AgreementData, LotData
from fellestorg.demo_data.further_suppliers import VENUES

_MANAGER = "avtaleforvalter-reise"
_DECIDES = ["goods", "discount", "small_order_fee", "freight"]


def policy(*steps: dict[str, Any]) -> dict[str, Any]:
    """A policy document of these steps, where the contract's own parts decide and rank breaks a tie."""
    return {"steps": list(steps), "decides": _DECIDES, "tie_rule": "rank"}


_BY_ASSIGNMENT = policy({"when": {}, "mechanism": "assigned", "measure": "employees"})
_BY_ROUTE = policy({"when": {}, "mechanism": "table", "table": "route"})
_BY_PLACE = policy({"when": {}, "mechanism": "table", "table": "location"})
_FIRST_IN_REGION = policy({"when": {}, "mechanism": "rank"})
_ALL_ADMITTED = policy({"when": {}, "mechanism": "dps_invitation"})

# Key, titles, NUTS codes and the order of the four firms: one lot of car hire each.
_CAR_REGIONS: tuple[tuple[str, tuple[str, str, str], tuple[str, ...], str], ...] = (
    ("oslo-viken", ("Oslo og Viken", "Oslo og Viken", "Oslo and Viken"), ("NO081", "NO083", "NO084", "NO085"),
     "fjordbil elvevegen tindebil nordkapp-bil"),
    ("innlandet", ("Innlandet", "Innlandet", "Innlandet"), ("NO020",), "elvevegen fjordbil tindebil"),
    ("sorlandet", ("Agder, Vestfold og Telemark", "Agder, Vestfold og Telemark", "Agder, Vestfold and Telemark"),
     ("NO092", "NO093", "NO094"), "fjordbil tindebil elvevegen"),
    ("vestlandet", ("Vestlandet", "Vestlandet", "Western Norway"), ("NO0A1", "NO0A2", "NO0A3"),
     "tindebil fjordbil elvevegen"),
    ("trondelag", ("Trøndelag", "Trøndelag", "Trøndelag"), ("NO060",), "elvevegen tindebil fjordbil"),
    ("nordland", ("Nordland", "Nordland", "Nordland"), ("NO071",), "nordkapp-bil tindebil fjordbil"),
    ("troms-finnmark", ("Troms, Finnmark og Svalbard", "Troms, Finnmark og Svalbard", "Troms, Finnmark and Svalbard"),
     ("NO072", "NO073", "NO0B2"), "nordkapp-bil tindebil"),
)  # fmt: skip

TRAVEL_AGREEMENTS = (
    AgreementData(
        "reisebyra",
        ("Fellesavtale for reisebyråtjenester", "Fellesavtale for reisebyråtenester", "Travel agency services"),
        (
            "Bestilling av fly, tog, hotell og leiebil gjennom reisebyrå. Statens innkjøpssenter tildeler hver virksomhet "
            "ett av de to byråene, innenfor andelene i avtalen.",
            "Bestilling av fly, tog, hotell og leigebil gjennom reisebyrå. Statens innkjøpssenter tildeler kvar verksemd "
            "eitt av dei to byråa, innanfor delane i avtalen.",
            "Booking of flights, trains, hotels and rental cars through a travel agency. Statens innkjøpssenter assigns "
            "one of the two agencies to each body, within the shares of the agreement.",
        ),
        "travel",
        _MANAGER,
        date(2020, 6, 12),
        date(2023, 6, 11),
        (
            (date(2023, 6, 12), date(2024, 6, 11), date(2022, 11, 30)),
            (date(2024, 6, 12), date(2025, 6, 11), date(2023, 11, 29)),
        ),
        date(2019, 11, 15),
        "anskaffelser.no/avtaler/fellesavtale-reisebyratjenester. Kunngjøringsdag, opsjonsdager og maksimalverdi er "
        "demodata.",
        (
            LotData(
                "reisebyra", 1,
                ("Reisebyråtjenester", "Reisebyråtenester", "Travel agency services"),
                ("Bestilling, endring og avbestilling av reiser og overnatting, på nett og hos konsulent.",
                 "Bestilling, endring og avbestilling av reiser og overnatting, på nett og hos konsulent.",
                 "Booking, changing and cancelling trips and stays, online and by a consultant."),
                ("63510000",),
                ("travel_booking",),
                ("berghansen", "egencia"),
                160_000_000, 120_000_000, _BY_ASSIGNMENT,
                "Rammeavtalen for reisebyrå: Berg-Hansen 55–70 % og Egencia 30–45 % av de ansatte, tildelt av SI",
            ),
        ),
        long_duration_reason=(
            "Byråene bygger egne bestillingsløsninger og kobler dem til virksomhetenes systemer; det trenger fem år for å "
            "lønne seg. (Begrunnelsen er demodata.)"
        ),
    ),
    AgreementData(
        "flyreiser",
        ("Fellesavtale for flyreiser", "Fellesavtale for flyreiser", "Air travel"),
        (
            "Rabatt på publisert pris hos inntil tre flyselskaper på hver rute. Reisen bestilles gjennom virksomhetens "
            "reisebyrå, helst på nett.",
            "Rabatt på publisert pris hos inntil tre flyselskap på kvar rute. Reisa blir bestilt gjennom reisebyrået til "
            "verksemda, helst på nett.",
            "Discount on the published fare with up to three airlines per route. Trips are booked through the body's "
            "travel agency, preferably online.",
        ),
        "travel",
        _MANAGER,
        date(2022, 6, 13),
        date(2024, 6, 12),
        (
            (date(2024, 6, 13), date(2025, 6, 12), date(2024, 2, 20)),
            (date(2025, 6, 13), date(2026, 6, 12), date(2025, 2, 18)),
        ),
        date(2021, 12, 10),
        "anskaffelser.no/avtaler/fellesavtale-flyreiser (327 ruter, 629 avtaleområder). Kunngjøringsdag, opsjonsdager og "
        "maksimalverdi er demodata.",
        (
            LotData(
                "fly", 1,
                ("Flyreiser", "Flyreiser", "Air travel"),
                ("Rutefly i Norge og utlandet på rutene i avtalen.",
                 "Rutefly i Noreg og utlandet på rutene i avtalen.",
                 "Scheduled flights in Norway and abroad on the routes of the agreement."),
                ("60400000",),
                ("flight",),
                ("sas", "norwegian", "wideroe", "afklm", "turkish", "ethiopian", "qatar"),
                3_200_000_000, 2_800_000_000, _BY_ROUTE,
                "Rammeavtalen for flyreiser: inntil tre leverandører per rute, i rangert rekkefølge på ruten",
            ),
        ),
    ),
    AgreementData(
        "hotell",
        ("Fellesavtale for hotellovernatting innenlands", "Fellesavtale for hotellovernatting innanlands",
         "Domestic hotel accommodation"),
        (
            "Hoteller på 24 steder, med fast pris på standardrom så lenge hotellet har rom igjen (LRA). Bestilles gjennom "
            "virksomhetens reisebyrå.",
            "Hotell på 24 stader, med fast pris på standardrom så lenge hotellet har rom att (LRA). Blir bestilt gjennom "
            "reisebyrået til verksemda.",
            "Hotels in 24 places, with a fixed rate for the standard room as long as the hotel has rooms left (LRA). "
            "Booked through the body's travel agency.",
        ),
        "travel",
        _MANAGER,
        date(2022, 2, 1),
        date(2024, 1, 31),
        (
            (date(2024, 2, 1), date(2025, 1, 31), date(2023, 10, 4)),
            (date(2025, 2, 1), date(2026, 1, 31), date(2024, 10, 2)),
        ),
        date(2021, 6, 18),
        "Statens innkjøpssenter, mai 2022 (mekanismen). Hotellene, alle dager og maksimalverdien er demodata.",
        (
            LotData(
                "hotell", 1,
                ("Hotellovernatting", "Hotellovernatting", "Hotel accommodation"),
                ("Overnatting på hotell i Norge med frokost, på stedene i avtalen.",
                 "Overnatting på hotell i Noreg med frukost, på stadene i avtalen.",
                 "Hotel nights in Norway with breakfast, in the places of the agreement."),
                ("55110000",),
                ("hotel_night",),
                ("fjordhotell", "kysthotell", "tindehotell", "byhotell", "polarhotell", "skoghotell"),
                1_200_000_000, 1_000_000_000, _BY_PLACE,
                "Rammeavtalen for hotell: parallelle avtaler per sted (demodata)",
            ),
        ),
    ),
    AgreementData(
        "leiebil",
        ("Fellesavtale for leie av kjøretøy", "Fellesavtale for leige av køyretøy", "Vehicle rental"),
        (
            "Leiebil i sju områder, med fast pris per dag, uke og måned. Utslippsfri bil først. Bestilles gjennom "
            "virksomhetens reisebyrå.",
            "Leigebil i sju område, med fast pris per dag, veke og månad. Utsleppsfri bil først. Blir bestilt gjennom "
            "reisebyrået til verksemda.",
            "Rental cars in seven areas, at fixed prices per day, week and month. Zero-emission first. Booked through the "
            "body's travel agency.",
        ),
        "travel",
        _MANAGER,
        date(2023, 10, 2),
        date(2025, 10, 1),
        (
            (date(2025, 10, 2), date(2026, 10, 1), date(2025, 5, 20)),
            (date(2026, 10, 2), date(2027, 10, 1), None),
        ),
        date(2023, 3, 10),
        "anskaffelser.no/avtaler/fellesavtale-leie-av-kjoretoy. Firmaene, opsjonsdagene og maksimalverdiene er demodata.",
        tuple(
            LotData(
                key, number, titles,
                (f"Leiebil som hentes i {titles[0]}: dag, uke, måned og enveisleie.",
                 f"Leigebil som blir henta i {titles[1]}: dag, veke, månad og einvegsleige.",
                 f"Cars picked up in {titles[2]}: by the day, week and month, and one way."),
                ("34110000",),
                ("car_rental",),
                tuple(firms.split()),
                34_000_000, 30_000_000, _FIRST_IN_REGION,
                "Rammeavtalen for leiebil, avropsmekanismen i punkt 1: områdets leverandører i rangert rekkefølge",
                regions=regions,
            )
            for number, (key, titles, regions, firms) in enumerate(_CAR_REGIONS, 1)
        ),
    ),
    AgreementData(
        "kurs-og-konferanse",
        ("Dynamisk innkjøpsordning for kurs- og konferansetjenester",
         "Dynamisk innkjøpsordning for kurs- og konferansetenester", "Course and conference services (DPS)"),
        (
            "Kurs- og konferansesteder, med og uten overnatting. Alle som er tatt opp i kategorien, inviteres til hver "
            "konkurranse. Fem virksomheter prøver ordningen.",
            "Kurs- og konferansestader, med og utan overnatting. Alle som er tekne opp i kategorien, blir inviterte til "
            "kvar konkurranse. Fem verksemder prøver ordninga.",
            "Venues for courses and conferences, with and without overnight stay. All admitted in the category are "
            "invited to each competition. Five bodies pilot the system.",
        ),
        "travel",
        _MANAGER,
        date(2022, 9, 1),
        date(2026, 8, 31),
        (),
        date(2022, 4, 5),
        "Statens innkjøpssenter, mai 2022 (pilot med 3–5 virksomheter). Stedene, dagene og maksimalverdien er demodata.",
        (
            LotData(
                "kurs", 1,
                ("Kurs og konferanse", "Kurs og konferanse", "Courses and conferences"),
                ("Møterom, servering, teknisk utstyr og overnatting ved kurs og konferanser.",
                 "Møterom, servering, teknisk utstyr og overnatting ved kurs og konferansar.",
                 "Meeting rooms, catering, equipment and overnight stays for courses and conferences."),
                ("55120000", "79950000"),
                ("course_day", "course_overnight", "conference_day", "conference_overnight"),
                VENUES,
                90_000_000, 60_000_000, _ALL_ADMITTED,
                "Innkjøpsordningen: alle opptatte i kategorien inviteres, med minst ti dagers frist",
            ),
        ),
        instrument="dps",
        participants="pilot",
    ),
)  # fmt: skip
