"""The agreements of 2018 that today's took over from, as data.

Suppliers, last days and mechanisms are public (the agreements' pages at anskaffelser.no and the slides of Statens
innkjøpssenter, May 2022). What the sources leave out is assumed for the demo, and each ``source`` says what.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fellestorg.demo_data.agreements import AgreementData, LotData

_DECIDES = ["goods", "discount", "small_order_fee", "freight"]
_UNDER_LIMIT_ELSE_COMPETE: dict[str, Any] = {
    "steps": [
        {"when": {"amount_below": "100000"}, "mechanism": "rank"},
        {"when": {}, "mechanism": "mini_competition"},
    ],
    "decides": _DECIDES,
    "tie_rule": "rank",
}
_ALWAYS_COMPETE: dict[str, Any] = {
    "steps": [{"when": {}, "mechanism": "mini_competition"}],
    "decides": _DECIDES,
    "tie_rule": "rank",
}
_ASSUMED = "Første dag, opsjoner, kunngjøring og maksimalverdi er antatt for demoen."

EARLIER_AGREEMENTS = (
    AgreementData(
        "mobil-2018",
        ("Fellesavtale for mobiltelefoner og nettbrett", "Fellesavtale for mobiltelefonar og nettbrett",
         "Phones and tablets"),
        (
            "Mobiltelefoner, nettbrett og tilbehør. Kjøp under 100 000 kroner bestilles direkte hos nummer 1; større "
            "kjøp avgjøres ved minikonkurranse.",
            "Mobiltelefonar, nettbrett og tilbehøyr. Kjøp under 100 000 kroner blir bestilte direkte hos nummer 1; "
            "større kjøp blir avgjorde ved minikonkurranse.",
            "Phones, tablets and accessories. Purchases under NOK 100,000 are ordered directly from number 1; larger "
            "ones are settled by mini-competition.",
        ),
        "ict",
        "avtaleforvalter-ikt",
        date(2018, 9, 3),
        date(2020, 9, 2),
        (
            (date(2020, 9, 3), date(2021, 3, 2), date(2020, 5, 14)),
            (date(2021, 3, 3), date(2021, 9, 2), date(2020, 11, 19)),
            (date(2021, 9, 3), date(2022, 3, 2), date(2021, 5, 20)),
            (date(2022, 3, 3), date(2022, 9, 2), date(2021, 11, 18)),
        ),
        date(2018, 3, 15),
        "anskaffelser.no/avtaler, avtalen fra 2018. Dagene for kunngjøring og opsjoner og maksimalverdien er antatt for "
        "demoen (demodata).",
        (
            LotData(
                "telefoner", 1,
                ("Mobiltelefoner og nettbrett", "Mobiltelefonar og nettbrett", "Phones and tablets"),
                ("Mobiltelefoner og nettbrett, og tilbehør til dem.",
                 "Mobiltelefonar og nettbrett, og tilbehøyr til dei.",
                 "Phones and tablets, and accessories for them."),
                ("32250000", "30213200", "32252000"),
                ("phone", "tablet", "phone_accessory"),
                ("techstep", "dustin", "atea"),
                180_000_000, 150_000_000, _UNDER_LIMIT_ELSE_COMPETE,
                "Rammeavtalen fra 2018: direkte til nummer 1 under 100 000 kroner, ellers minikonkurranse",
                "0.86",
            ),
        ),
    ),
    AgreementData(
        "pc-klienter-2018",
        ("Fellesavtale for PC-klienter", "Fellesavtale for PC-klientar", "PC clients"),
        (
            "Bærbare og stasjonære PC-er med tilbehør. Tre parallelle leverandører; alle kjøp avgjøres ved "
            "minikonkurranse.",
            "Berbare og stasjonære PC-ar med tilbehøyr. Tre parallelle leverandørar; alle kjøp blir avgjorde ved "
            "minikonkurranse.",
            "Laptops and desktops with accessories. Three parallel suppliers; every purchase is settled by "
            "mini-competition.",
        ),
        "ict",
        "avtaleforvalter-ikt",
        date(2018, 11, 20),
        date(2020, 11, 19),
        (
            (date(2020, 11, 20), date(2021, 11, 19), date(2020, 6, 11)),
            (date(2021, 11, 20), date(2022, 11, 19), date(2021, 6, 17)),
        ),
        date(2018, 5, 24),
        f"anskaffelser.no/avtaler, avtalen som gikk ut 19.11.2022. {_ASSUMED} (demodata)",
        (
            LotData(
                "klienter", 1,
                ("PC-klienter", "PC-klientar", "PC clients"),
                ("Bærbare og stasjonære PC-er, dokkingstasjoner, tastatur, mus og annet tilbehør til PC.",
                 "Berbare og stasjonære PC-ar, dokkingstasjonar, tastatur, mus og anna tilbehøyr til PC.",
                 "Laptops, desktops, docking stations, keyboards, mice and other PC accessories."),
                ("30213000", "30213100", "30213300", "30237000"),
                ("laptop", "desktop", "pc_accessory"),
                ("advania", "atea", "dustin"),
                1_800_000_000, 1_600_000_000, _ALWAYS_COMPETE,
                "Rammeavtalen for PC-klienter: parallelle leverandører, minikonkurranse for alle kjøp",
                "0.88",
            ),
        ),
    ),
    AgreementData(
        "pc-skjermer-2018",
        ("Fellesavtale for PC-skjermer", "Fellesavtale for PC-skjermar", "Monitors"),
        (
            "Skjermer til PC. Tre parallelle leverandører; alle kjøp avgjøres ved minikonkurranse.",
            "Skjermar til PC. Tre parallelle leverandørar; alle kjøp blir avgjorde ved minikonkurranse.",
            "PC monitors. Three parallel suppliers; every purchase is settled by mini-competition.",
        ),
        "ict",
        "avtaleforvalter-ikt",
        date(2018, 12, 5),
        date(2020, 12, 4),
        (
            (date(2020, 12, 5), date(2021, 12, 4), date(2020, 6, 11)),
            (date(2021, 12, 5), date(2022, 12, 4), date(2021, 6, 17)),
        ),
        date(2018, 5, 24),
        f"anskaffelser.no/avtaler, avtalen som gikk ut 4.12.2022. {_ASSUMED} (demodata)",
        (
            LotData(
                "skjermer", 1,
                ("PC-skjermer", "PC-skjermar", "Monitors"),
                ("Skjermer til PC.", "Skjermar til PC.", "PC monitors."),
                ("30231300",),
                ("monitor",),
                ("dustin", "komplett", "advania"),
                160_000_000, 130_000_000, _ALWAYS_COMPETE,
                "Rammeavtalen for PC-skjermer: parallelle leverandører, minikonkurranse for alle kjøp",
                "0.81",
            ),
        ),
    ),
)  # fmt: skip

# What took over from what: a later agreement may follow several.
FOLLOWS = {
    "mobil-2022": ("mobil-2018",),
    "pc-utstyr": ("pc-klienter-2018", "pc-skjermer-2018"),
}
