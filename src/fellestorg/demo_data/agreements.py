"""The three agreements as data. Suppliers, ranks, periods and mechanisms are public; maximum values are invented.

Sources: the agreements' pages at anskaffelser.no (read 2022-2024) and the slides of Statens innkjøpssenter, May 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

Texts = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class LotData:
    """A lot: what it covers, who delivers in rank order, how it is called off and how full it is to look."""

    key: str
    number: int
    title: Texts
    scope: Texts
    cpv: tuple[str, ...]
    categories: tuple[str, ...]
    suppliers: tuple[str, ...]
    max_value: int
    estimated_value: int
    policy: dict[str, Any]
    policy_source: str
    drawn: str = "0"
    """The share of the ceiling that is drawn on the demo's first day, once the agreement has lasted half a year."""
    regions: tuple[str, ...] = ()
    later: tuple[tuple[str, date], ...] = ()
    """Suppliers whose own part begins after the agreement did, and when."""
    later_policies: tuple[tuple[date, dict[str, Any], str], ...] = ()
    """The policy's next versions: from when, the document, its source."""


@dataclass(frozen=True, slots=True)
class HaltData:
    """That an agreement was cancelled or delayed: see :class:`fellestorg.agreements.models.AgreementHalt`."""

    kind: str
    since: date
    reason: Texts
    responsible: str
    source: str
    expected: date | None = None


@dataclass(frozen=True, slots=True)
class AgreementData:
    """An agreement and its lots. ``extensions`` are (first day, last day, the day it was decided to use it or None)."""

    key: str
    title: Texts
    summary: Texts
    category: str
    manager: str
    starts: date
    ends: date
    extensions: tuple[tuple[date, date, date | None], ...]
    notice: date
    source: str
    lots: tuple[LotData, ...]
    instrument: str = "framework"
    long_duration_reason: str = ""
    halt: HaltData | None = None
    participants: str = "state"
    """Who may call off: the state's agencies (``state``), a few of them (``pilot``) or nobody yet (``none``)."""


_RANK_ELSE_COMPETE: dict[str, Any] = {
    "steps": [
        {"when": {"standard_assortment": True}, "mechanism": "rank"},
        {"when": {}, "mechanism": "mini_competition"},
    ],
    "decides": ["goods", "discount", "small_order_fee", "freight"],
    "tie_rule": "rank",
}
_UNDER_LIMIT_ELSE_COMPETE: dict[str, Any] = {
    "steps": [
        {"when": {"amount_below": "250000"}, "mechanism": "rank"},
        {"when": {}, "mechanism": "mini_competition"},
    ],
    "decides": ["goods", "discount", "small_order_fee", "freight"],
    "tie_rule": "rank",
}
# Rent, lease and as a service by mini-competition whatever the amount; the caps on a unit are invented.
_PHONES: dict[str, Any] = {
    **_UNDER_LIMIT_ELSE_COMPETE,
    "steps": [
        {"when": {"category": ["device_by_month"]}, "mechanism": "mini_competition"},
        *_UNDER_LIMIT_ELSE_COMPETE["steps"],
    ],
    "price_caps": {"phone": "12000", "tablet": "15000"},
}
_LOWEST_NET_PRICE: dict[str, Any] = {
    "steps": [{"when": {}, "mechanism": "lowest_net_price", "max_suppliers": 3}],
    "decides": ["goods", "discount", "small_order_fee", "freight", "handling"],
    "tie_rule": "rank",
}
_INVENTED = "Maksimalverdien er demodata."

AGREEMENTS = (
    AgreementData(
        "pc-utstyr",
        ("Fellesavtale for PC-utstyr", "Fellesavtale for PC-utstyr", "PC equipment"),
        (
            "PC-er, skjermer, Mac og tilleggsutstyr til statlige virksomheter. Standardsortimentet bestilles direkte; "
            "annet utstyr avgjøres ved minikonkurranse.",
            "PC-ar, skjermar, Mac og tilleggsutstyr til statlege verksemder. Standardsortimentet blir bestilt direkte; "
            "anna utstyr blir avgjort ved minikonkurranse.",
            "PCs, monitors, Macs and accessories for government agencies. The standard assortment is ordered directly; "
            "other equipment is settled by mini-competition.",
        ),
        "ict",
        "avtaleforvalter-ikt",
        date(2023, 3, 27),
        date(2025, 3, 26),
        (
            (date(2025, 3, 27), date(2026, 3, 26), date(2024, 11, 15)),
            (date(2026, 3, 27), date(2027, 3, 26), None),
        ),
        date(2022, 9, 15),
        f"anskaffelser.no/avtaler/fellesavtale-pc-utstyr. {_INVENTED}",
        (
            LotData(
                "pc", 1,
                ("PC-klienter, skjermer og tilleggsutstyr", "PC-klientar, skjermar og tilleggsutstyr",
                 "PC clients, monitors and accessories"),
                ("Bærbare og stasjonære PC-er, skjermer, dokkingstasjoner, tastatur, mus og annet tilbehør til PC.",
                 "Berbare og stasjonære PC-ar, skjermar, dokkingstasjonar, tastatur, mus og anna tilbehøyr til PC.",
                 "Laptops, desktops, monitors, docking stations, keyboards, mice and other PC accessories."),
                ("30213000", "30213100", "30213300", "30231300", "30237000"),
                ("laptop", "desktop", "monitor", "pc_accessory", "pc_by_month"),
                ("atea", "advania", "dustin"),
                600_000_000, 480_000_000, _RANK_ELSE_COMPETE,
                "Rammeavtalen for PC-utstyr: standardsortiment til nummer 1 uansett beløp, ellers minikonkurranse",
                "0.19",
            ),
            LotData(
                "mac", 2,
                ("Mac og tilleggsutstyr", "Mac og tilleggsutstyr", "Mac and accessories"),
                ("Bærbare og stasjonære Mac-er og tilbehør til Mac.",
                 "Berbare og stasjonære Mac-ar og tilbehøyr til Mac.",
                 "Mac laptops and desktops, and accessories for Mac."),
                ("30213100", "30213300", "30237000"),
                ("mac", "mac_accessory"),
                ("dustin", "atea", "techstep"),
                48_000_000, 40_000_000, _RANK_ELSE_COMPETE,
                "Rammeavtalen for PC-utstyr: standardsortiment til nummer 1 uansett beløp, ellers minikonkurranse",
                "0.886",
            ),
        ),
    ),
    AgreementData(
        "mobil-2022",
        ("Fellesavtale for mobile enheter", "Fellesavtale for mobile einingar", "Mobile devices"),
        (
            "Mobiltelefoner, nettbrett og tilbehør, nye og brukte. Kjøp under 250 000 kroner bestilles direkte hos "
            "nummer 1; større kjøp avgjøres ved minikonkurranse.",
            "Mobiltelefonar, nettbrett og tilbehøyr, nye og brukte. Kjøp under 250 000 kroner blir bestilt direkte hos "
            "nummer 1; større kjøp blir avgjort ved minikonkurranse.",
            "Phones, tablets and accessories, new and used. Purchases under NOK 250,000 are ordered directly from "
            "number 1; larger ones are settled by mini-competition.",
        ),
        "ict",
        "avtaleforvalter-ikt",
        date(2022, 9, 3),
        date(2024, 9, 2),
        (
            (date(2024, 9, 3), date(2025, 3, 2), date(2024, 5, 21)),
            (date(2025, 3, 3), date(2025, 9, 2), date(2024, 11, 27)),
            (date(2025, 9, 3), date(2026, 3, 2), None),
            (date(2026, 3, 3), date(2026, 9, 2), None),
        ),
        date(2022, 4, 20),
        f"anskaffelser.no/avtaler/fellesavtale-mobile-enheter. {_INVENTED}",
        (
            LotData(
                "mobil", 1,
                ("Mobiltelefoner og nettbrett", "Mobiltelefonar og nettbrett", "Phones and tablets"),
                ("Mobiltelefoner og nettbrett, nye og brukte, og tilbehør til dem.",
                 "Mobiltelefonar og nettbrett, nye og brukte, og tilbehøyr til dei.",
                 "Phones and tablets, new and used, and accessories for them."),
                ("32250000", "30213200", "32252000"),
                ("phone", "tablet", "phone_accessory", "device_by_month", "device_repair"),
                ("dustin", "techstep"),
                240_000_000, 190_000_000, _PHONES,
                "Rammeavtalen for mobile enheter: direkte til nummer 1 under 250 000 kroner, ellers minikonkurranse; "
                "leie, leasing og som tjeneste alltid ved minikonkurranse. Pristakene er demodata",
                "0.43",
            ),
        ),
    ),
    AgreementData(
        "forbruksmateriell",
        ("Fellesavtale for forbruksmateriell", "Fellesavtale for forbruksmateriell", "Consumables"),
        (
            "Kontorrekvisita, papir, renhold og kjøkken. Tre leverandører; handlekurven går dit nettoprisen er lavest, "
            "og kan deles.",
            "Kontorrekvisita, papir, reinhald og kjøkken. Tre leverandørar; handlekorga går dit nettoprisen er lågast, "
            "og kan delast.",
            "Office supplies, paper, cleaning and kitchen. Three suppliers; the basket goes where the net price is "
            "lowest, and may be split.",
        ),
        "office",
        "avtaleforvalter-kontor",
        date(2022, 3, 1),
        date(2024, 2, 29),
        (
            (date(2024, 3, 1), date(2025, 2, 28), date(2023, 10, 12)),
            (date(2025, 3, 1), date(2026, 2, 28), date(2024, 10, 8)),
        ),
        date(2021, 9, 30),
        f"anskaffelser.no/avtaler/fellesavtale-forbruksmateriell; avropsmåten er forenklet i demoen. {_INVENTED}",
        (
            LotData(
                "forbruk", 1,
                ("Forbruksmateriell", "Forbruksmateriell", "Consumables"),
                ("Papir, skrivesaker, arkivering, renhold, tørkepapir, kjøkken, emballasje, toner, blekk og lyskilder.",
                 "Papir, skrivesaker, arkivering, reinhald, tørkepapir, kjøkken, emballasje, tonar, blekk og lyskjelder.",
                 "Paper, writing materials, filing, cleaning, wiping paper, kitchen, packaging, toner, ink and lamps."),
                ("30192000", "39800000", "33760000", "30197630", "30125100", "31500000"),
                ("paper", "writing", "filing", "desk", "cleaning", "hygiene", "kitchen", "packaging", "toner",
                 "ink", "light_source"),
                ("lyreco", "maske", "norengros"),
                150_000_000, 115_000_000, _LOWEST_NET_PRICE,
                "Demodata: handlekurven til laveste nettopris hos inntil tre leverandører",
                "0.55",
            ),
        ),
    ),
)  # fmt: skip
