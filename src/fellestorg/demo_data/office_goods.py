"""What can be bought under the consumables agreement: 400 articles in families. Names, prices and footprints invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from fellestorg.demo_data.agreements import Texts


@dataclass(frozen=True, slots=True)
class Goods:
    """One article before any supplier has priced it. ``co2e`` is kg per unit, ``price`` kroner without VAT."""

    number: str
    name: Texts
    category: str
    unit: str
    cpv: str
    standard: bool
    price: Decimal
    co2e: Decimal
    label: str = ""


# number stem, names, category, unit, CPV, price of the first variant, kg CO2e, ecolabel, sizes (text, price factor), kinds
_SHADES = (("hvit", "kvit", "white"), ("blå", "blå", "blue"), ("rød", "raud", "red"), ("grønn", "grøn", "green"))
_INKS = (("blå", "blå", "blue"), ("svart", "svart", "black"), ("rød", "raud", "red"), ("grønn", "grøn", "green"))
_BLACK_BLUE = (("svart", "svart", "black"), ("blå", "blå", "blue"))
_PLAIN = (("", "", ""),)
_TONERS = (
    ("svart", "svart", "black"),
    ("cyan", "cyan", "cyan"),
    ("magenta", "magenta", "magenta"),
    ("gul", "gul", "yellow"),
)
_GLOVES = (
    ("str. S", "str. S", "size S"),
    ("str. M", "str. M", "size M"),
    ("str. L", "str. L", "size L"),
    ("str. XL", "str. XL", "size XL"),
)
_SWAN, _FLOWER = "Svanemerket", "EU Ecolabel"

_FAMILIES: tuple[tuple[str, Texts, str, str, str, str, str, str, tuple[tuple[str, str], ...], tuple[Texts, ...]], ...] = (
    ("PAP-KOPI", ("Kopipapir 500 ark", "Kopipapir 500 ark", "Copy paper 500 sheets"), "paper", "PK", "30197630", "47", "2.3", _SWAN,
     (("A4 80 g", "1"), ("A4 90 g", "1.2"), ("A4 100 g", "1.4"), ("A3 80 g", "2.1")), _SHADES),
    ("PAP-NOTAT", ("Notatblokk", "Notatblokk", "Notepad"), "paper", "EA", "30197630", "18", "0.3", _SWAN,
     (("A4", "1"), ("A5", "0.7"), ("A6", "0.5")), (("linjert", "linjert", "ruled"), ("rutet", "ruta", "squared"), ("blank", "blank", "plain"))),
    ("PAP-LAPP", ("Selvklebende notatlapper", "Sjølvklebande notatlappar", "Sticky notes"), "paper", "PK", "30199410", "22", "0.2", _SWAN,
     (("76 x 76 mm", "1"), ("38 x 51 mm", "0.6"), ("76 x 127 mm", "1.5")), (("gul", "gul", "yellow"), ("farger", "fargar", "assorted"))),
    ("PAP-KONV", ("Konvolutter 500 stk.", "Konvoluttar 500 stk.", "Envelopes, 500"), "paper", "BX", "30199230", "189", "3.1", _SWAN,
     (("C5", "1"), ("C4", "1.9"), ("E65", "0.8"), ("B4", "2.2")), (("med vindu", "med vindauge", "with window"), ("uten vindu", "utan vindauge", "without window"))),
    ("SKR-KULE", ("Kulepenn", "Kulepenn", "Ballpoint pen"), "writing", "EA", "30192121", "6.5", "0.02", "",
     (("0,7 mm", "1"), ("1,0 mm", "1.05")), _INKS),
    ("SKR-GEL", ("Gelpenn", "Gelepenn", "Gel pen"), "writing", "EA", "30192121", "14", "0.03", "", (("0,5 mm", "1"), ("0,7 mm", "1")), _INKS),
    ("SKR-BLY", ("Blyanter 12 stk.", "Blyantar 12 stk.", "Pencils, 12"), "writing", "PK", "30192130", "34", "0.1", _SWAN, (("HB", "1"), ("2B", "1.05"), ("2H", "1.05")), _PLAIN),
    ("SKR-MARK", ("Merkepenn", "Merkepenn", "Marker pen"), "writing", "EA", "30192125", "15", "0.03", "", (("rund spiss", "1"), ("skrå spiss", "1.1")), _INKS),
    ("SKR-TAVLE", ("Tavlepenn", "Tavlepenn", "Whiteboard marker"), "writing", "EA", "30192125", "17", "0.03", _SWAN, (("1–3 mm", "1"), ("2–5 mm", "1.15")), _INKS),
    ("SKR-OVER", ("Overstrykingspenn", "Overstrykingspenn", "Highlighter"), "writing", "EA", "30192125", "11", "0.03", "", (("standard", "1"),),
     (("gul", "gul", "yellow"), ("grønn", "grøn", "green"), ("rosa", "rosa", "pink"), ("oransje", "oransje", "orange"))),
    ("ARK-PERM", ("Ringperm", "Ringperm", "Lever arch file"), "filing", "EA", "30197210", "29", "0.6", _SWAN, (("A4 80 mm", "1"), ("A4 50 mm", "0.95"), ("A5 80 mm", "0.95")), (*_SHADES, ("svart", "svart", "black"))),
    ("ARK-MAPPE", ("Plastmappe 100 stk.", "Plastmappe 100 stk.", "Plastic folders, 100"), "filing", "BX", "30199500", "129", "1.8", "", (("A4", "1"), ("A5", "0.8")), (("klar", "klar", "clear"), ("farget", "farga", "coloured"))),
    ("ARK-SKILLE", ("Skilleark", "Skiljeark", "Dividers"), "filing", "PK", "30199500", "19", "0.1", _SWAN, (("A–Å", "1.6"), ("1–10", "1"), ("1–31", "1.9"), ("jan–des", "1.2")), _PLAIN),
    ("ARK-ESKE", ("Arkiveske", "Arkiveske", "Archive box"), "filing", "EA", "30193700", "24", "0.5", _SWAN, (("80 mm", "1"), ("120 mm", "1.2"), ("150 mm", "1.35")), _PLAIN),
    ("ARK-ETIK", ("Etiketter 100 ark", "Etikettar 100 ark", "Labels, 100 sheets"), "filing", "BX", "30192800", "179", "0.9", "", (("70 x 37 mm", "1"), ("105 x 57 mm", "1"), ("38 x 21 mm", "1.1"), ("210 x 297 mm", "1.2")), _PLAIN),
    ("BOR-STIFT", ("Stiftemaskin", "Stiftemaskin", "Stapler"), "desk", "EA", "30197320", "79", "0.7", "", (("20 ark", "1"), ("40 ark", "2.4"), ("100 ark", "6.5")), _BLACK_BLUE),
    ("BOR-HULL", ("Hullemaskin", "Holemaskin", "Hole punch"), "desk", "EA", "30197330", "89", "0.8", "", (("25 ark", "1"), ("40 ark", "2")), _BLACK_BLUE),
    ("BOR-STIFTER", ("Stifter 5000 stk.", "Stiftar 5000 stk.", "Staples, 5,000"), "desk", "BX", "30197110", "19", "0.2", "", (("24/6", "1"), ("26/6", "1"), ("23/10", "1.6")), _PLAIN),
    ("BOR-BINDERS", ("Binders 100 stk.", "Binders 100 stk.", "Paper clips, 100"), "desk", "BX", "30197220", "8", "0.1", "", (("25 mm", "1"), ("32 mm", "1.2"), ("50 mm", "1.7")), _PLAIN),
    ("BOR-SAKS", ("Saks", "Saks", "Scissors"), "desk", "EA", "39241200", "39", "0.2", "", (("18 cm", "1"), ("21 cm", "1.2")), (("høyrehendt", "høgrehendt", "right-handed"), ("venstrehendt", "venstrehendt", "left-handed"))),
    ("BOR-TAPE", ("Tape", "Teip", "Adhesive tape"), "desk", "EA", "30192600", "12", "0.05", "", (("19 mm x 33 m", "1"), ("15 mm x 10 m", "0.6")), (("klar", "klar", "clear"), ("matt", "matt", "matt"))),
    ("BOR-LIM", ("Limstift", "Limstift", "Glue stick"), "desk", "EA", "24910000", "16", "0.05", _SWAN, (("10 g", "0.7"), ("20 g", "1"), ("40 g", "1.6")), _PLAIN),
    ("BOR-BATT", ("Batterier", "Batteri", "Batteries"), "desk", "PK", "31411000", "49", "0.4", _SWAN, (("AA 10 stk.", "1"), ("AAA 10 stk.", "1"), ("C 2 stk.", "0.8"), ("9 V 1 stk.", "0.7")), _PLAIN),
    ("REN-UNIV", ("Universalrengjøring", "Universalreingjering", "All-purpose cleaner"), "cleaning", "EA", "39831240", "38", "0.6", _SWAN, (("1 l", "1"), ("5 l", "3.8"), ("10 l", "7")), (("uten parfyme", "utan parfyme", "unscented"), ("med parfyme", "med parfyme", "scented"))),
    ("REN-SANI", ("Sanitærrengjøring", "Sanitærreingjering", "Sanitary cleaner"), "cleaning", "EA", "39831600", "44", "0.7", _SWAN, (("750 ml", "1"), ("5 l", "4")), _PLAIN),
    ("REN-GLASS", ("Vinduspuss", "Vindaugspuss", "Window cleaner"), "cleaning", "EA", "39833000", "36", "0.5", _FLOWER, (("500 ml", "1"), ("5 l", "5")), _PLAIN),
    ("REN-KLUT", ("Mikrofiberklut 5 stk.", "Mikrofiberklut 5 stk.", "Microfibre cloths, 5"), "cleaning", "PK", "39525800", "59", "0.4", _SWAN, (("32 x 32 cm", "1"), ("40 x 40 cm", "1.3")), (*_SHADES,)),
    ("REN-MOPP", ("Mopp", "Mopp", "Mop"), "cleaning", "EA", "39224200", "119", "0.9", _SWAN, (("40 cm", "1"), ("60 cm", "1.35")), (("tørr", "tørr", "dry"), ("fuktig", "fuktig", "damp"))),
    ("REN-POSE", ("Avfallssekk 25 stk.", "Avfallssekk 25 stk.", "Waste sacks, 25"), "cleaning", "RO", "19640000", "42", "1.6", "", (("30 l", "0.5"), ("60 l", "0.8"), ("100 l", "1"), ("160 l", "1.5")), (("klar", "klar", "clear"), ("svart", "svart", "black"), ("grønn", "grøn", "green"))),
    ("HYG-TOAL", ("Toalettpapir", "Toalettpapir", "Toilet paper"), "hygiene", "PK", "33761000", "219", "6.5", _SWAN, (("64 ruller 2-lags", "1"), ("42 ruller 3-lags", "1.15"), ("12 storruller", "1.1")), _PLAIN),
    ("HYG-TORK", ("Tørkepapir", "Tørkepapir", "Paper towels"), "hygiene", "PK", "33763000", "249", "5.9", _SWAN, (("ark, 3000 stk.", "1"), ("rull, 6 stk.", "1.2"), ("rull, 12 stk.", "1.9")), (("hvit", "kvit", "white"), ("natur", "natur", "natural"))),
    ("HYG-SAPE", ("Håndsåpe", "Handsåpe", "Hand soap"), "hygiene", "EA", "33711900", "34", "0.6", _SWAN, (("500 ml", "1"), ("1 l refill", "1.7"), ("5 l", "5.2")), (("uten parfyme", "utan parfyme", "unscented"), ("mild", "mild", "mild"))),
    ("HYG-SPRIT", ("Hånddesinfeksjon", "Handdesinfeksjon", "Hand sanitiser"), "hygiene", "EA", "33741300", "45", "0.7", _SWAN, (("150 ml", "0.6"), ("600 ml", "1"), ("5 l", "6")), _PLAIN),
    ("HYG-HANSKE", ("Engangshansker 100 stk.", "Eingongshanskar 100 stk.", "Disposable gloves, 100"), "hygiene", "BX", "18424300", "79", "2.8", "", (("nitril", "1"), ("vinyl", "0.8")), _GLOVES),
    ("KJO-KAFFE", ("Kaffe", "Kaffi", "Coffee"), "kitchen", "EA", "15861000", "62", "4.1", "Fairtrade", (("250 g", "0.6"), ("500 g", "1"), ("1 kg", "1.9")), (("filtermalt", "filtermalen", "filter ground"), ("hele bønner", "heile bønner", "whole beans"))),
    ("KJO-TE", ("Te 25 poser", "Te 25 posar", "Tea, 25 bags"), "kitchen", "BX", "15863000", "32", "0.2", "Fairtrade", (("standard", "1"),), (("svart", "svart", "black"), ("grønn", "grøn", "green"), ("urter", "urter", "herbal"), ("frukt", "frukt", "fruit"))),
    ("KJO-KOPP", ("Pappkrus 50 stk.", "Pappkrus 50 stk.", "Paper cups, 50"), "kitchen", "PK", "39222120", "39", "0.9", _SWAN, (("2 dl", "1"), ("3 dl", "1.25"), ("4 dl", "1.5")), _PLAIN),
    ("KJO-SERV", ("Servietter", "Serviettar", "Napkins"), "kitchen", "PK", "33764000", "45", "1.1", _SWAN, (("33 x 33 cm 125 stk.", "1"), ("24 x 24 cm 250 stk.", "1.1")), (*_SHADES,)),
    ("KJO-OPPV", ("Maskinoppvask", "Maskinoppvask", "Dishwasher detergent"), "kitchen", "EA", "39832100", "89", "1.2", _SWAN, (("tabletter 100 stk.", "1.6"), ("pulver 1 kg", "1"), ("flytende 5 l", "4")), _PLAIN),
    ("KJO-OPPH", ("Håndoppvask", "Handoppvask", "Washing-up liquid"), "kitchen", "EA", "39832000", "29", "0.5", _SWAN, (("500 ml", "1"), ("1 l", "1.7"), ("5 l", "6")), _PLAIN),
    ("EMB-ESKE", ("Pappeske 20 stk.", "Pappeske 20 stk.", "Cardboard boxes, 20"), "packaging", "PK", "44617100", "159", "3.2", _SWAN, (("200 x 150 x 100 mm", "0.7"), ("310 x 230 x 160 mm", "1"), ("400 x 300 x 200 mm", "1.5"), ("600 x 400 x 300 mm", "2.6")), _PLAIN),
    ("EMB-BOBLE", ("Boblekonvolutt 100 stk.", "Boblekonvolutt 100 stk.", "Padded envelopes, 100"), "packaging", "BX", "30199230", "219", "2.2", "", (("C", "0.8"), ("E", "1"), ("G", "1.3"), ("H", "1.5")), _PLAIN),
    ("EMB-TAPE", ("Pakketape 66 m", "Pakketeip 66 m", "Packing tape 66 m"), "packaging", "RO", "30192600", "21", "0.3", "", (("50 mm", "1"), ("75 mm", "1.5")), (("brun", "brun", "brown"), ("klar", "klar", "clear"))),
    ("TON-LAS", ("Toner, laser", "Tonar, laser", "Toner, laser"), "toner", "EA", "30125110", "790", "4.8", _SWAN, (("serie 100", "1"), ("serie 200", "1.2"), ("serie 300", "1.5"), ("serie 400", "1.9"), ("serie 500", "2.3")), _TONERS),
    ("TON-GJEN", ("Toner, gjenvunnet kassett", "Tonar, gjenvunnen kassett", "Toner, remanufactured"), "toner", "EA", "30125110", "520", "2.1", _SWAN, (("serie 100", "1"), ("serie 200", "1.2"), ("serie 300", "1.5")), _TONERS),
    ("TON-BLEK", ("Blekkpatron", "Blekkpatron", "Ink cartridge"), "toner", "EA", "30192113", "189", "0.9", "", (("type 21", "1"), ("type 32", "1.2"), ("type 43", "1.6"), ("type 54", "2"), ("type 65", "2.2")), _TONERS),
    ("LYS-LED", ("LED-pære E27", "LED-pære E27", "LED lamp E27"), "light_source", "EA", "31531000", "39", "0.7", "", (("470 lm", "1"), ("806 lm", "1.2"), ("1055 lm", "1.5"), ("1521 lm", "2")), (("2700 K", "2700 K", "2700 K"), ("4000 K", "4000 K", "4000 K"))),
    ("LYS-ROR", ("LED-rør T8", "LED-røyr T8", "LED tube T8"), "light_source", "EA", "31532900", "89", "1.6", "", (("60 cm", "0.8"), ("120 cm", "1"), ("150 cm", "1.2")), (("3000 K", "3000 K", "3000 K"), ("4000 K", "4000 K", "4000 K"))),
    ("PAP-FARG", ("Farget papir 250 ark", "Farga papir 250 ark", "Coloured paper, 250 sheets"), "paper", "PK", "30197630", "69", "1.3", _SWAN,
     (("A4 80 g", "1"), ("A4 120 g", "1.3"), ("A3 80 g", "2")), (*_SHADES[1:], ("gul", "gul", "yellow"))),
    ("SKR-FIN", ("Fineliner", "Fineliner", "Fineliner"), "writing", "EA", "30192125", "16", "0.02", "", (("0,3 mm", "1"), ("0,4 mm", "1"), ("0,8 mm", "1.05")), _INKS),
    ("ARK-HENG", ("Hengemappe 25 stk.", "Hengemappe 25 stk.", "Suspension files, 25"), "filing", "BX", "30193700", "189", "2.4", _SWAN, (("A4", "1"), ("folio", "1.1")), (*_SHADES[1:], ("natur", "natur", "natural"))),
    ("BOR-BREV", ("Brevkurv", "Brevkorg", "Letter tray"), "desk", "EA", "30193200", "35", "0.5", "", (("A4", "1"), ("A3", "2")), (*_SHADES[:2], ("svart", "svart", "black"))),
    ("BOR-LINJ", ("Linjal", "Linjal", "Ruler"), "desk", "EA", "39292500", "14", "0.05", "", (("20 cm", "0.7"), ("30 cm", "1"), ("50 cm", "2")), _PLAIN),
    ("REN-BOST", ("Kost", "Kost", "Broom"), "cleaning", "EA", "39224100", "89", "0.7", "", (("30 cm", "1"), ("45 cm", "1.3"), ("60 cm", "1.6")), _PLAIN),
    ("KJO-TALL", ("Engangstallerken 50 stk.", "Eingongstallerken 50 stk.", "Disposable plates, 50"), "kitchen", "PK", "39222110", "59", "1.3", _SWAN, (("18 cm", "0.8"), ("22 cm", "1"), ("26 cm", "1.3")), _PLAIN),
    ("KJO-BEST", ("Trebestikk 100 stk.", "Trebestikk 100 stk.", "Wooden cutlery, 100"), "kitchen", "PK", "39222110", "49", "0.6", "", (("16 cm", "1"),), (("gafler", "gaflar", "forks"), ("kniver", "knivar", "knives"), ("skjeer", "skeier", "spoons"))),
    ("EMB-FILM", ("Strekkfilm", "Strekkfilm", "Stretch film"), "packaging", "RO", "44174000", "79", "2.7", "", (("50 cm x 300 m", "1"), ("45 cm x 150 m", "0.6")), (("klar", "klar", "clear"), ("svart", "svart", "black"))),
    ("EMB-BOBP", ("Bobleplast", "Bobleplast", "Bubble wrap"), "packaging", "RO", "19640000", "149", "3.3", "", (("50 cm x 50 m", "0.7"), ("100 cm x 50 m", "1.2"), ("100 cm x 100 m", "2.1")), _PLAIN),
    ("TON-TROM", ("Trommelenhet", "Trommeleining", "Drum unit"), "toner", "EA", "30125100", "1190", "5.5", "", (("serie 100", "1"), ("serie 200", "1.2"), ("serie 300", "1.4"), ("serie 400", "1.7"), ("serie 500", "2")), _TONERS),
    ("TON-XL", ("Blekkpatron XL", "Blekkpatron XL", "Ink cartridge XL"), "toner", "EA", "30192113", "329", "1.2", "", (("type 21", "1"), ("type 32", "1.2"), ("type 43", "1.6"), ("type 54", "2"), ("type 65", "2.2")), _TONERS),
    ("LYS-SPOT", ("LED-spot GU10", "LED-spot GU10", "LED spot GU10"), "light_source", "EA", "31531000", "45", "0.6", "", (("345 lm", "1"), ("460 lm", "1.2"), ("575 lm", "1.4")), (("2700 K", "2700 K", "2700 K"), ("4000 K", "4000 K", "4000 K"))),
    ("LYS-PANE", ("LED-panel", "LED-panel", "LED panel"), "light_source", "EA", "31520000", "349", "6.1", "", (("60 x 60 cm", "1"), ("30 x 120 cm", "1.1")), (("3000 K", "3000 K", "3000 K"), ("4000 K", "4000 K", "4000 K"))),
)  # fmt: skip

# Sizes with words in them: bokmål -> nynorsk, English. The others are numbers, the same in every language.
_SIZES = {
    "rund spiss": ("rund spiss", "bullet tip"),
    "skrå spiss": ("skrå spiss", "chisel tip"),
    "jan–des": ("jan–des", "Jan–Dec"),
    "20 ark": ("20 ark", "20 sheets"),
    "25 ark": ("25 ark", "25 sheets"),
    "40 ark": ("40 ark", "40 sheets"),
    "100 ark": ("100 ark", "100 sheets"),
    "AA 10 stk.": ("AA 10 stk.", "AA, 10"),
    "AAA 10 stk.": ("AAA 10 stk.", "AAA, 10"),
    "C 2 stk.": ("C 2 stk.", "C, 2"),
    "9 V 1 stk.": ("9 V 1 stk.", "9 V, 1"),
    "64 ruller 2-lags": ("64 rullar 2-lags", "64 rolls 2-ply"),
    "42 ruller 3-lags": ("42 rullar 3-lags", "42 rolls 3-ply"),
    "12 storruller": ("12 storrullar", "12 jumbo rolls"),
    "ark, 3000 stk.": ("ark, 3000 stk.", "3,000 sheets"),
    "rull, 6 stk.": ("rull, 6 stk.", "6 rolls"),
    "rull, 12 stk.": ("rull, 12 stk.", "12 rolls"),
    "nitril": ("nitril", "nitrile"),
    "vinyl": ("vinyl", "vinyl"),
    "33 x 33 cm 125 stk.": ("33 x 33 cm 125 stk.", "33 x 33 cm, 125"),
    "24 x 24 cm 250 stk.": ("24 x 24 cm 250 stk.", "24 x 24 cm, 250"),
    "tabletter 100 stk.": ("tablettar 100 stk.", "100 tablets"),
    "pulver 1 kg": ("pulver 1 kg", "powder 1 kg"),
    "flytende 5 l": ("flytande 5 l", "liquid 5 l"),
    "serie 100": ("serie 100", "series 100"),
    "serie 200": ("serie 200", "series 200"),
    "serie 300": ("serie 300", "series 300"),
    "serie 400": ("serie 400", "series 400"),
    "serie 500": ("serie 500", "series 500"),
}

ARTICLES = 400
STANDARD = 60


def office_goods() -> Iterator[Goods]:
    """The articles of the lot, 60 of them in the standard assortment (the first variants of each family)."""
    families = [list(_family(*family)) for family in _FAMILIES]
    everything = [(place, index, one) for index, family in enumerate(families) for place, one in enumerate(family)]
    standard = {one.number for _, _, one in sorted(everything, key=lambda entry: entry[:2])[:STANDARD]}
    for _, _, one in everything[:ARTICLES]:
        yield Goods(
            one.number,
            one.name,
            one.category,
            one.unit,
            one.cpv,
            one.number in standard,
            one.price,
            one.co2e,
            one.label,
        )


def _family(
    stem: str,
    name: Texts,
    category: str,
    unit: str,
    cpv: str,
    price: str,
    co2e: str,
    label: str,
    sizes: tuple[tuple[str, str], ...],
    kinds: tuple[Texts, ...],
) -> Iterator[Goods]:
    count = 0
    for size, factor in sizes:
        for kind in kinds:
            count += 1
            yield Goods(
                f"{stem}-{count:02d}",
                (
                    _named(name[0], size, kind[0]),
                    _named(name[1], _SIZES.get(size, (size, size))[0], kind[1]),
                    _named(name[2], _SIZES.get(size, (size, size))[1], kind[2]),
                ),
                category,
                unit,
                cpv,
                False,
                Decimal(price) * Decimal(factor),
                Decimal(co2e) * Decimal(factor),
                label,
            )


def _named(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
