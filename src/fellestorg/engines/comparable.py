"""Which items may stand in for one another, by what their bokmål names say. Pure words: no prices, no database.

A name is a kind and then its traits, with ``, `` between: ``Mobiltelefon, standard, 128 GB``. Another item of the same
category and unit is comparable when

- its kind is the same word for word, sizes and counts included (``Bærbar PC 14 tommer``, ``Kopipapir 500 ark``),
- it has at least as many GB, and says so, where the first one says how many, and
- it has every other trait of the first one. What says nothing of the use is passed over: ``standard``, the energy class,
  whether it is used and its visual grade, and ``laser`` (every toner is for laser printers).

More traits are allowed, but not those that say it does less (``enkel``). What a name does not say is never assumed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_GIGABYTES = re.compile(r"(\d+) GB\Z")
_NEUTRAL = re.compile(r"(standard|laser|brukt|rekondisjonert|klasse [A-Z]|energiklasse [A-G])\Z", re.IGNORECASE)
_LESSER = frozenset({"enkel", "tynnklient"})


@dataclass(frozen=True, slots=True)
class Traits:
    """What a name says: the kind, gigabytes (``None`` where it says none) and the other traits, in lower case."""

    kind: str
    gigabytes: int | None
    others: frozenset[str]


def traits_of(name: str) -> Traits:
    """Read a bokmål item name."""
    kind, *parts = [" ".join(part.split()) for part in name.split(", ")]
    gigabytes: int | None = None
    others = set()
    for part in parts:
        if found := _GIGABYTES.match(part):
            gigabytes = int(found[1])
        elif part and not _NEUTRAL.match(part):
            others.add(part.casefold())
    return Traits(kind.casefold(), gigabytes, frozenset(others))


def can_replace(name: str, other: str) -> bool:
    """Whether an item called ``other`` can stand in for one called ``name``, when category and unit are the same."""
    wanted, offered = traits_of(name), traits_of(other)
    if wanted.kind != offered.kind or not wanted.others <= offered.others:
        return False
    if (offered.others - wanted.others) & _LESSER:
        return False
    return wanted.gigabytes is None or (offered.gigabytes is not None and offered.gigabytes >= wanted.gigabytes)
