"""Made catalogues for the search benchmark: the same seed and number of lines give the same items and prices."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

#: First parts of compounds as they stand before the last part (linking letters included), and what they are in English.
FIRSTS = {
    "kontor": "office", "møte": "meeting", "skole": "school", "arbeids": "work", "skrive": "writing", "hage": "garden",
    "barne": "children's", "kjøkken": "kitchen", "lager": "storage", "laboratorie": "laboratory", "verksted": "workshop",
    "konferanse": "conference", "besøks": "visitor", "venterom": "waiting room", "bibliotek": "library",
    "kantine": "canteen", "klasserom": "classroom", "sykehus": "hospital", "bil": "car", "reise": "travel",
    "vinter": "winter", "sommer": "summer", "industri": "industry", "prosjekt": "project", "resepsjon": "reception",
    "garderobe": "wardrobe", "ute": "outdoor", "golv": "floor", "tak": "ceiling", "bord": "table", "vegg": "wall",
    "kopi": "copy", "avis": "news", "toalett": "toilet", "tegne": "drawing", "foto": "photo", "gave": "gift",
    "arkiv": "archive", "post": "mail", "data": "computer", "nettverks": "network", "strøm": "power", "lyd": "sound",
    "video": "video", "sikkerhets": "safety", "brann": "fire", "vann": "water", "luft": "air", "varme": "heat",
}  # fmt: skip
LASTS = {
    "stol": "chair", "bord": "table", "skap": "cabinet", "hylle": "shelf", "lampe": "lamp", "papir": "paper",
    "penn": "pen", "perm": "binder", "mappe": "folder", "eske": "box", "tavle": "board", "skjerm": "screen",
    "kabel": "cable", "lader": "charger", "tastatur": "keyboard", "skriver": "printer", "blokk": "pad", "kurv": "basket",
    "krus": "mug", "klut": "cloth", "hanske": "glove", "sekk": "bag", "tralle": "trolley", "matte": "mat",
    "filter": "filter", "batteri": "battery", "kamera": "camera", "høyttaler": "loudspeaker", "vifte": "fan",
    "lås": "lock", "krok": "hook", "skilt": "sign", "teppe": "carpet", "gardin": "curtain", "benk": "bench",
}  # fmt: skip
COLOURS = {
    "svart": "black", "hvit": "white", "grå": "grey", "blå": "blue", "rød": "red", "grønn": "green", "gul": "yellow",
    "brun": "brown", "oransje": "orange", "fiolett": "violet", "beige": "beige", "turkis": "turquoise",
}  # fmt: skip
MATERIALS = {
    "bjørk": "birch", "eik": "oak", "furu": "pine", "stål": "steel", "aluminium": "aluminium", "plast": "plastic",
    "ull": "wool", "bomull": "cotton", "lin": "linen", "glass": "glass", "kork": "cork", "gummi": "rubber",
    "polyester": "polyester", "akryl": "acrylic", "messing": "brass",
}  # fmt: skip
SERIES = (
    "fjord", "vidde", "nordlys", "sørvest", "havgap", "lyng", "multe", "tindar", "elvebakk", "gråstein", "morgen",
    "kveld", "solvind", "regnbue", "snøfokk", "tåkeheim", "blåne", "kystled", "øyhopp", "bråtan",
)  # fmt: skip
CATEGORIES = ("furniture", "paper", "writing", "filing", "cleaning", "kitchen", "electronics", "lighting")
SUPPLIERS = 12
LOTS = 6


@dataclass(frozen=True, slots=True)
class MadeItem:
    """An item, and for each supplier that prices it (by place) the price in øre."""

    number: str
    name_nb: str
    name_en: str
    lot: int
    category: str
    standard: bool
    used: bool
    prices: tuple[tuple[int, int], ...]


def made_items(lines: int, seed: int) -> Iterator[MadeItem]:
    """Items until they have ``lines`` prices: two or three suppliers each, six in a lot; one in ten is standard."""
    draw = random.Random(seed)  # noqa: S311 (it draws goods, not secrets)
    firsts, lasts, colours, materials = (list(words) for words in (FIRSTS, LASTS, COLOURS, MATERIALS))
    made, at = 0, 0
    while made < lines:
        at += 1
        first, last = draw.choice(firsts), draw.choice(lasts)
        colour, material, series = draw.choice(colours), draw.choice(materials), draw.choice(SERIES)
        size, model = draw.randrange(20, 240, 5), f"{series[:2]}{draw.randrange(100, 1000)}"
        lot = draw.randrange(LOTS)
        base = int(draw.lognormvariate(5.5, 1.1) * 100) + 100
        suppliers = draw.sample(range(6), min(draw.choice((2, 3)), lines - made))
        prices = tuple(((lot * 2 + place) % SUPPLIERS, int(base * draw.uniform(0.9, 1.15))) for place in suppliers)
        made += len(prices)
        yield MadeItem(
            f"{last[:3].upper()}-{at:07}",
            f"{first.capitalize()}{last}, {colour}, {material}, {series} {size} cm {model}",
            f"{FIRSTS[first].capitalize()} {LASTS[last]}, {COLOURS[colour]}, {MATERIALS[material]}, {series} {size} cm"
            f" {model}",
            lot,
            CATEGORIES[lasts.index(last) % len(CATEGORIES)],
            draw.random() < 0.1,
            draw.random() < 0.02,
            prices,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, and what substrings of a name or number a plain search would look for (empty: it cannot say this)."""

    kind: str
    text: str
    substrings: tuple[str, ...]


def questions(lines: int, seed: int, each: int) -> list[Asked]:
    """Searches of every kind: two words, a part of a compound and a word, bent words, errors, numbers, a name."""
    draw = random.Random(seed + 1)  # noqa: S311
    some = list(made_items(min(lines, 20_000), seed))
    asked: list[Asked] = []
    for _ in range(each):
        # Of an item there is, so that there is something to find.
        at = draw.randrange(len(some))
        item = some[at]
        compound, colour, material, series = item.name_nb.lower().replace(",", "").split()[:4]
        last = draw.choice(_UNMISTAKABLE)
        if material in _WITHIN_OTHERS:
            material = colour
        number = supplier_number(at + 1, item.prices[0][0])
        asked += [
            Asked("two words", f"{compound} {material}", (compound, material)),
            Asked("part of a compound", f"{last} {series}", (last, series)),
            Asked("three words", f"{compound} {colour} {series}", (compound, colour, series)),
            Asked("bent words", f"{compound}er {material}", ()),
            Asked("typing error", f"{_mistyped(compound, draw)} {material}", ()),
            Asked("number", number, (number,)),
            Asked("number, other spelling", number.lower().replace("-", " "), ()),
            Asked("beginning of a number", number[:-1], (number[:-1],)),
            Asked("item's number", item.number.replace("-", ""), ()),
            Asked("whole name", item.name_nb, (item.name_nb,)),
        ]
    return asked


def supplier_number(key: int, place: int) -> str:
    """A supplier's own number for an item."""
    return f"A{place:02}-{key:08}"


# Materials that stand inside other words here (bomull), where a substring means something else than a word.
_WITHIN_OTHERS = ("ull", "lin")
# Last parts that stand inside no other word here, so that looking for them as substrings means the same.
_UNMISTAKABLE = ("stol", "skap", "hylle", "lampe", "penn", "perm", "mappe", "tavle", "tralle", "matte", "gardin")


def _mistyped(word: str, draw: random.Random) -> str:
    at = draw.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
