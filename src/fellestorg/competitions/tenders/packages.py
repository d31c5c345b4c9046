"""Package tenders: a discount on the prices where all of some lots are won together, and how many lots the supplier can
take. Both stand in the sealed price part. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.values import Problem, decimal_text

MOST = 3
_HUNDRED = Decimal(100)
_PLACES = 2

Typed = Mapping[str, Any]
"""A package as typed: ``lots`` (keys) and ``discount`` (per cent, text)."""


@dataclass(frozen=True, slots=True)
class Package:
    """``discount`` is a share of the prices of ``lots``, given where all of them are won."""

    lots: tuple[str, ...]
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Offered:
    """What a supplier offers across lots. ``most_lots`` is how many it can take; ``None``: all."""

    packages: tuple[Package, ...] = ()
    most_lots: int | None = None


def problems(tendered: Collection[str], packages: Sequence[Typed], most: str) -> list[Problem]:
    """What is wrong with packages and capacity, given the lots tendered for."""
    found: list[Problem] = []
    seen: set[frozenset[str]] = set()
    for number, one in enumerate(packages, 1):
        lots, where = frozenset(one["lots"]), f"k:{number}:discount"
        if not lots and not one["discount"].strip():
            continue
        if len(lots) < 2 or not lots <= set(tendered):
            text = _("Pakke %(number)s: velg minst to delkontrakter som dere gir tilbud på.")
            found.append(Problem(where, "package_lots", text % {"number": number}))
        elif lots in seen:
            text = _("Pakke %(number)s: de samme delkontraktene er en pakke fra før.")
            found.append(Problem(where, "package_twice", text % {"number": number}))
        seen.add(lots)
        if _share(one["discount"]) is None:
            text = _("Pakke %(number)s: rabatten må være over 0 og under 100 prosent, med høyst to desimaler.")
            found.append(Problem(where, "package_discount", text % {"number": number}))
    if most.strip() and _count(most) is None:
        text = _("Skriv hvor mange delkontrakter dere kan ta, som et helt tall fra 1.")
        found.append(Problem("most_lots", "capacity", text))
    return found


def wire(packages: Sequence[Typed], most: str) -> dict[str, Any]:
    """What goes into the sealed price part, of a draft without problems. Nothing where nothing is offered."""
    given = [
        {"lots": sorted(one["lots"]), "discount": decimal_text(share)}
        for one in packages
        if one["lots"] and (share := _share(one["discount"])) is not None
    ]
    count = _count(most)
    return ({"packages": given} if given else {}) | ({"most_lots": count} if count is not None else {})


def offered(content: Mapping[str, Any]) -> Offered:
    """What an opened price part offers across lots."""
    packages = tuple(Package(tuple(one["lots"]), Decimal(one["discount"])) for one in content.get("packages", ()))
    return Offered(packages, content.get("most_lots"))


def _share(raw: str) -> Decimal | None:
    try:
        percent = decimal_in(raw.replace("%", ""), places=_PLACES) if raw.strip() else None
    except RowError:
        return None
    return percent / _HUNDRED if percent is not None and 0 < percent < _HUNDRED else None


def _count(raw: str) -> int | None:
    text = raw.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) > 0 else None
