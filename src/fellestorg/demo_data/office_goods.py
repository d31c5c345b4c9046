"""What can be bought under the consumables agreement: 400 articles in families. All of it is invented.

``office_goods.csv`` holds a family a row. Its ``sizes`` are ``text @price factor`` and its ``kinds`` are texts, each
separated by ``|``; a text is one word for all languages or ``bokmål/nynorsk/English``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from fellestorg.demo_data.agreements import Texts
from fellestorg.demo_data.seeded import read_rows

ARTICLES = 400
STANDARD = 60


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


def office_goods() -> Iterator[Goods]:
    """The articles of the lot. The standard assortment is the first variant of the first families, 60 in all."""
    families = [list(_family(row)) for row in read_rows("office_goods.csv")]
    standard = {family[0].number for family in families[:STANDARD]}
    everything = [one for family in families for one in family]
    for one in everything[:ARTICLES]:
        yield replace(one, standard=one.number in standard)


def _family(row: dict[str, str]) -> Iterator[Goods]:
    count = 0
    for size in row["sizes"].split("|"):
        text, factor = size.split(" @")
        for kind in row["kinds"].split("|"):
            count += 1
            yield Goods(
                f"{row['number']}-{count:02d}",
                _named((row["nb"], row["nn"], row["en"]), _texts(text), _texts(kind)),
                row["category"],
                row["unit"],
                row["cpv"],
                False,
                Decimal(row["price"]) * Decimal(factor),
                Decimal(row["co2e"]) * Decimal(factor),
                row["label"],
            )


def _texts(text: str) -> Texts:
    parts = text.split("/")
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (text, text, text)


def _named(*parts: Texts) -> Texts:
    def joined(language: int) -> str:
        return ", ".join(part[language] for part in parts if part[language])

    return joined(0), joined(1), joined(2)
