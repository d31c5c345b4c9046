"""The agreements on furniture and payment as data: one cancelled, one delayed, and a successor made up for the demo.

That the furniture competition was cancelled and the payment agreement delayed is public (Mercell's notice and the slides
of Statens innkjøpssenter, May 2022). The days, the suppliers and every amount are invented; each ``source`` says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from fellestorg.demo_data.agreements import AgreementData, HaltData, LotData, Texts
from fellestorg.demo_data.travel_agreements import policy

_MANAGER = "avtaleforvalter-kontor"
_RANK: dict[str, Any] = {"when": {}, "mechanism": "rank"}
_COMPETE: dict[str, Any] = {"when": {}, "mechanism": "mini_competition"}
# Hours of assembly and advice are ordered as a service; what is large, or a project, is settled by mini-competition.
_SERVICE: dict[str, Any] = {"when": {"service": True, "amount_below": "500000"}, "mechanism": "service_order"}
_UNDER_LIMIT_ELSE_COMPETE = policy(_SERVICE, {"when": {"amount_below": "500000"}, "mechanism": "rank"}, _COMPETE)
# Chairs come from small workshops that may be full: in the south and west they are asked one at a time.
_IN_TURN_ELSE_COMPETE = policy(
    _SERVICE, {"when": {"amount_below": "500000"}, "mechanism": "cascade", "hours": 16}, _COMPETE
)

FURNITURE_CATEGORIES = {
    "plate": ("desk_furniture", "meeting_table", "storage_furniture", "screen_wall", "furniture_service"),
    "stol": ("office_chair", "meeting_chair", "lounge_furniture", "furniture_service"),
}
_AREAS: tuple[tuple[str, Texts, Texts, tuple[str, ...]], ...] = (
    ("plate", ("Platemøbler", "Platemøblar", "Desks, tables and storage"),
     ("Skrivebord, møtebord, skap, reoler og skillevegger, nye og rehabiliterte, med levering, montering, vedlikehold og "
      "rådgivning.",
      "Skrivebord, møtebord, skap, reolar og skiljevegger, nye og rehabiliterte, med levering, montering, vedlikehald og "
      "rådgjeving.",
      "Desks, meeting tables, cabinets, shelves and screens, new and reconditioned, with delivery, assembly, maintenance "
      "and advice."),
     ("39130000", "39120000", "39150000")),
    ("stol", ("Stoler og andre møbler", "Stolar og andre møblar", "Chairs and other furniture"),
     ("Kontorstoler, møtestoler, sofaer og andre møbler, nye og rehabiliterte, med levering, montering, vedlikehold og "
      "rådgivning.",
      "Kontorstolar, møtestolar, sofaar og andre møblar, nye og rehabiliterte, med levering, montering, vedlikehald og "
      "rådgjeving.",
      "Office chairs, meeting chairs, sofas and other furniture, new and reconditioned, with delivery, assembly, "
      "maintenance and advice."),
     ("39110000", "39113000", "39150000")),
)  # fmt: skip
# Four regions, and two lots for the whole country: projects, and buyers with offices in several regions.
_PARTS: tuple[tuple[str, Texts, tuple[str, ...]], ...] = (
    ("ost", ("Østlandet", "Austlandet", "Eastern Norway"), ("NO020", "NO081", "NO083", "NO084", "NO085")),
    ("sor-vest", ("Sør- og Vestlandet", "Sør- og Vestlandet", "Southern and Western Norway"),
     ("NO092", "NO093", "NO094", "NO0A1", "NO0A2", "NO0A3")),
    ("midt", ("Midt-Norge", "Midt-Noreg", "Central Norway"), ("NO060",)),
    ("nord", ("Nord-Norge", "Nord-Noreg", "Northern Norway"), ("NO071", "NO072", "NO073", "NO0B2")),
    ("prosjekt", ("hele landet, prosjekter", "heile landet, prosjekt", "whole country, projects"), ()),
    ("flere-steder", ("hele landet, flere kontorsteder", "heile landet, fleire kontorstader",
                      "whole country, several offices"), ()),
)  # fmt: skip
REGIONAL = frozenset(key for key, _title, regions in _PARTS if regions)


def _furniture(suppliers: tuple[str, ...], source: str) -> tuple[LotData, ...]:
    lots: list[LotData] = []
    for area, title, scope, cpv in _AREAS:
        for part, where, regions in _PARTS:
            ordered = suppliers if part in ("ost", "nord", "prosjekt") else tuple(reversed(suppliers))
            lots.append(
                LotData(
                    f"{area}-{part}",
                    len(lots) + 1,
                    (f"{title[0]}, {where[0]}", f"{title[1]}, {where[1]}", f"{title[2]}, {where[2]}"),
                    scope,
                    cpv,
                    FURNITURE_CATEGORIES[area],
                    ordered,
                    45_000_000,
                    36_000_000,
                    _policy_of(f"{area}-{part}"),
                    source,
                    regions=regions,
                )
            )
    return tuple(lots)


def _policy_of(key: str) -> dict[str, Any]:
    if key.endswith("-prosjekt"):
        return policy(_COMPETE)
    return _IN_TURN_ELSE_COMPETE if key == "stol-sor-vest" else _UNDER_LIMIT_ELSE_COMPETE


_CANCELLED = AgreementData(
    "kontormobler",
    ("Fellesavtale for kontormøbler", "Fellesavtale for kontormøblar", "Office furniture"),
    (
        "Tolv delkontrakter for kontormøbler. Konkurransen ble avlyst, og avtalen trådte aldri i kraft.",
        "Tolv delkontraktar for kontormøblar. Konkurransen vart avlyst, og avtalen tok aldri til å gjelde.",
        "Twelve lots for office furniture. The competition was cancelled, and the agreement never came into force.",
    ),
    "office",
    _MANAGER,
    date(2022, 11, 1),
    date(2024, 10, 31),
    (),
    date(2022, 3, 24),
    "Kunngjøring og avlysning hos Mercell: 2 delområder x 6 geografiske delkontrakter, fire av dem landsdekkende. Dagene og "
    "maksimalverdiene er demodata.",
    _furniture((), "Konkurransegrunnlaget for kontormøbler (demodata)"),
    halt=HaltData(
        "cancelled",
        date(2022, 8, 25),
        (
            "Konkurransen er avlyst. Ombruk av møbler og sirkulære tjenester utredes i stedet. (Dagen og begrunnelsen er "
            "demodata.)",
            "Konkurransen er avlyst. Ombruk av møblar og sirkulære tenester blir greidde ut i staden. (Dagen og "
            "grunngjevinga er demodata.)",
            "The competition has been cancelled. Reuse of furniture and circular services are being studied instead. (The "
            "day and the grounds are demo data.)",
        ),
        "Statens innkjøpssenter",
        "Avlysning kunngjort hos Mercell; dagen er demodata",
    ),
    participants="none",
)  # fmt: skip

OFFICE_AGREEMENTS = (
    _CANCELLED,
    replace(
        _CANCELLED,
        key="kontormobler-demo",
        title=("Fellesavtale for kontormøbler og ombruk (demo)", "Fellesavtale for kontormøblar og ombruk (demo)",
               "Office furniture and reuse (demo)"),
        summary=(
            "DEMODATA: en tenkt etterfølger av konkurransen som ble avlyst. Nye og rehabiliterte møbler side om side. Kjøp "
            "under 500 000 kroner bestilles direkte, stoler på Sør- og Vestlandet ved å spørre leverandørene etter tur; "
            "større kjøp og prosjekter avgjøres ved minikonkurranse.",
            "DEMODATA: ein tenkt etterfølgjar av konkurransen som vart avlyst. Nye og rehabiliterte møblar side om side. "
            "Kjøp under 500 000 kroner blir bestilte direkte, stolar på Sør- og Vestlandet ved å spørje leverandørane "
            "etter tur; større kjøp og prosjekt blir avgjorde ved minikonkurranse.",
            "DEMO DATA: an imagined successor of the competition that was cancelled. New and reconditioned furniture side "
            "by side. Purchases under NOK 500,000 are ordered directly, chairs in the south and west by asking the "
            "suppliers in turn; larger ones and projects are settled by mini-competition.",
        ),
        starts=date(2023, 9, 1),
        ends=date(2025, 8, 31),
        extensions=(
            (date(2025, 9, 1), date(2026, 8, 31), date(2025, 3, 19)),
            (date(2026, 9, 1), date(2027, 8, 31), None),
        ),
        notice=date(2023, 2, 15),
        source="Avtalen finnes ikke: leverandører, priser, dager og alle beløp er demodata.",
        lots=_furniture(("plankeverk", "stolmakeren", "ombruksverkstedet"), "Tenkt rammeavtale for kontormøbler (demodata)"),
        halt=None,
        participants="state",
    ),
    AgreementData(
        "betalingslosninger",
        ("Betalingsløsninger for reiser og utlegg", "Betalingsløysingar for reiser og utlegg", "Payment solutions"),
        (
            "Firmakort med bedriftsansvar, reisekonto og virtuelle innkjøpskort. Avtalen er utsatt på ubestemt tid. Den "
            "koster lite direkte; gevinsten ligger i mindre arbeid med reiseregninger og utlegg.",
            "Firmakort med bedriftsansvar, reisekonto og virtuelle innkjøpskort. Avtalen er utsett på ubestemt tid. Han "
            "kostar lite direkte; gevinsten ligg i mindre arbeid med reiserekningar og utlegg.",
            "Corporate cards with company liability, travel accounts and virtual purchasing cards. The agreement is delayed "
            "indefinitely. It costs little directly; the benefit is less work with travel claims and outlays.",
        ),
        "travel",
        "avtaleforvalter-reise",
        date(2022, 9, 1),
        date(2024, 8, 31),
        ((date(2024, 9, 1), date(2025, 8, 31), None), (date(2025, 9, 1), date(2026, 8, 31), None)),
        date(2022, 4, 1),
        "Statens innkjøpssenter, mai 2022. Planlagt start, kunngjøringsdag, leverandører, priser og beløp er demodata.",
        (
            LotData(
                "firmakort", 1,
                ("Firmakort med bedriftsansvar", "Firmakort med bedriftsansvar", "Corporate cards, company liability"),
                ("Kort på den ansattes navn. Ansvar: virksomheten hefter for det som betales i tjenesten; den ansatte for "
                 "privat bruk.",
                 "Kort på namnet til den tilsette. Ansvar: verksemda heftar for det som blir betalt i tenesta; den tilsette "
                 "for privat bruk.",
                 "Cards in the employee's name. Liability: the body for what is paid on duty; the employee for private "
                 "use."),
                ("66110000",), ("corporate_card",), ("kortbank", "fjordbank"),
                6_000_000, 4_000_000, policy(_RANK), "Planlagt rammeavtale for betalingsløsninger (demodata)",
            ),
            LotData(
                "reisekonto", 2,
                ("Reisekonto", "Reisekonto", "Travel accounts"),
                ("Én konto hos reisebyrået for virksomhetens reiser. Ansvar: virksomheten hefter for alt som belastes.",
                 "Éin konto hos reisebyrået for reisene til verksemda. Ansvar: verksemda heftar for alt som blir belasta.",
                 "One account at the travel agency for the body's trips. Liability: the body for everything charged."),
                ("66110000",), ("travel_account",), ("kortbank", "fjordbank"),
                4_000_000, 3_000_000, policy(_RANK), "Planlagt rammeavtale for betalingsløsninger (demodata)",
            ),
            LotData(
                "virtuelle-kort", 3,
                ("Virtuelle innkjøpskort", "Virtuelle innkjøpskort", "Virtual purchasing cards"),
                ("Kortnummer for ett kjøp eller én leverandør, med beløpsgrense. Ansvar: virksomheten hefter inntil "
                 "grensen på kortet.",
                 "Kortnummer for eitt kjøp eller éin leverandør, med beløpsgrense. Ansvar: verksemda heftar inntil grensa "
                 "på kortet.",
                 "Card numbers for one purchase or one supplier, with a limit. Liability: the body up to the card's "
                 "limit."),
                ("66110000",), ("virtual_card",), ("kortbank", "fjordbank"),
                4_000_000, 3_000_000, policy(_RANK), "Planlagt rammeavtale for betalingsløsninger (demodata)",
            ),
        ),
        halt=HaltData(
            "delayed",
            date(2022, 5, 10),
            (
                "Utsatt på ubestemt tid. Et beslutningsnotat ligger hos Finansdepartementet.",
                "Utsett på ubestemt tid. Eit avgjerdsnotat ligg hos Finansdepartementet.",
                "Delayed indefinitely. A decision note is with the Ministry of Finance.",
            ),
            "Finansdepartementet",
            "Statens innkjøpssenter, lysark mai 2022; dagen i måneden er demodata",
        ),
        participants="none",
    ),
)  # fmt: skip
