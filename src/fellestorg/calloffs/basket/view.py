"""The basket as its page shows it: lines by agreement, with the price that an order would have today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts, texts
from fellestorg.calloffs.answers import names_for
from fellestorg.calloffs.basket.suggestion_words import SuggestionShown, shown_suggestions
from fellestorg.calloffs.basket.suggestions import Suggested, alternatives_for, suggest
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.calloffs.shown import TONES
from fellestorg.calloffs.used_units import used_text
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.queries import search_items
from fellestorg.catalogues.words import unit_name
from fellestorg.engines.offers import unit_price_at
from fellestorg.engines.routing import decide
from fellestorg.engines.suggestions import Figures, figures
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.values import decimal_text

_MOST_NEAREST = 3


@dataclass(frozen=True, slots=True)
class BasketLine:
    """A line with its price to the agency today, kroner without VAT; ``None`` where nobody offers it."""

    number: str
    name: str
    unit: str
    quantity: str
    supplier: str
    unit_price: Decimal | None
    amount: Decimal | None
    co2e_kg: Decimal | None
    estimated: bool
    used: str


@dataclass(frozen=True, slots=True)
class BasketGroup:
    """The lines that are called off together: those of one lot. ``charges`` is what comes on top of the goods (less the
    discount), and ``text`` the lines as the need's form takes them."""

    agreement: str
    agreement_url: str
    lot: str
    lot_url: str
    lines: tuple[BasketLine, ...]
    outcome: str
    reason: str
    tone: str
    goods: Decimal | None
    charges: Decimal | None
    contract: Decimal | None
    co2e_kg: Decimal | None
    estimated: bool
    text: str
    suggestions: tuple[SuggestionShown, ...]


@dataclass(frozen=True, slots=True)
class GoneLine:
    """A line that can no longer be ordered, why, and the nearest there is: numbers and names."""

    number: str
    name: str
    quantity: str
    why: str
    nearest: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """The items of a basket as a day has them: those that can be ordered, by lot, and what became of the others."""

    lots: Mapping[Lot, tuple[Item, ...]]
    gone: Mapping[str, Item | None]


_TONES = {**TONES, "refused": "warning"}


def place(numbers: Mapping[str, Any], day: date) -> Placed:
    """Find each item's lot on a day: under an agreement in force, with a price. A number under several lots belongs to the
    agreement that began last."""
    rows = Item.objects.filter(number__in=list(numbers)).select_related("lot__agreement")
    priced = set(
        PriceLine.objects.filter(_valid(day), item__number__in=list(numbers)).values_list("item_id", flat=True)
    )
    best: dict[str, tuple[tuple[bool, bool, date], Item]] = {}
    for item in rows:
        agreement = item.lot.agreement
        rank = (agreement.starts <= day <= agreement.ends, item.pk in priced, agreement.starts)
        if item.number not in best or rank > best[item.number][0]:
            best[item.number] = (rank, item)
    lots: dict[Lot, list[Item]] = {}
    gone: dict[str, Item | None] = {}
    for number in numbers:
        found = best.get(number)
        if found is not None and found[0][0] and found[0][1]:
            lots.setdefault(found[1].lot, []).append(found[1])
        else:
            gone[number] = found[1] if found else None
    return Placed({lot: tuple(items) for lot, items in lots.items()}, gone)


def basket_view(
    quantities: Mapping[str, Decimal], buyer: str, *, actor: Actor, at: datetime
) -> tuple[list[BasketGroup], list[GoneLine]]:
    """The basket by lot, in the order of its lines, and the lines that can no longer be ordered."""
    day = clock.local_day(at)
    placed = place(quantities, day)
    groups = [_group(lot, items, quantities, buyer, actor, at) for lot, items in placed.lots.items()]
    return groups, [gone_line(number, item, quantities[number], day) for number, item in placed.gone.items()]


def gone_line(number: str, item: Item | None, quantity: Decimal, day: date) -> GoneLine:
    """What to say of a line whose item is gone: why, and the nearest that can be ordered."""
    if item is None:
        return GoneLine(number, number, decimal_text(quantity), _("Ingen avtale har dette varenummeret."), ())
    agreement = item.lot.agreement
    name = localised(item, "name")
    if agreement.starts <= day <= agreement.ends:
        why = _("Ingen leverandør har gyldig pris på varen.")
    else:
        why = _("{agreement} gjelder ikke i dag.").format(agreement=localised(agreement, "title"))
    nearest = [(one.number, localised(one, "name")) for one in alternatives_for(item, day)[:_MOST_NEAREST]]
    if not nearest or not agreement.starts <= day <= agreement.ends:
        hits = search_items(item.name_nb, day=day, limit=20)
        inside = set(
            Lot.objects.filter(agreement__starts__lte=day, agreement__ends__gte=day).values_list("pk", flat=True)
        )
        found = [hit for hit in hits if hit.lot_id in inside and hit.category == item.category and hit.number != number]
        nearest = [(hit.number, hit.name) for hit in found[:_MOST_NEAREST]]
    return GoneLine(number, name, decimal_text(quantity), why, tuple(nearest))


def _group(
    lot: Lot, items: tuple[Item, ...], quantities: Mapping[str, Decimal], buyer: str, actor: Actor, at: datetime
) -> BasketGroup:
    mine = {item.number: quantities[item.number] for item in items}
    lines = tuple(NeedLine(number, quantity) for number, quantity in mine.items())
    need = Need("basket", buyer, agreement=lot.agreement.key, lot=lot.key, lines=lines)
    known = facts.gather(need, lot, actor=actor, at=at).facts
    answer = decide(known)
    names = names_for(answer, buyer)
    reckoned = figures(known, mine) if answer["outcome"] != "refused" else None
    shown = tuple(_line(item, mine[item.number], known, reckoned, names) for item in items)
    amounts = [line.amount for line in shown if line.amount is not None]
    goods = sum(amounts, Decimal(0)) if len(amounts) == len(shown) else None
    found = suggest(need, lot, actor=actor, at=at) if reckoned is not None else Suggested()
    return BasketGroup(
        agreement=localised(lot.agreement, "title"),
        agreement_url=f"/avtaler/{lot.agreement.key}",
        lot=localised(lot, "title"),
        lot_url=f"/avtaler/{lot.agreement.key}/{lot.key}",
        lines=shown,
        outcome=answer["outcome"],
        reason=texts.render(answer, names).reason,
        tone=_TONES[answer["outcome"]],
        goods=goods,
        charges=reckoned.contract - goods if reckoned is not None and goods is not None else None,
        contract=reckoned.contract if reckoned is not None else None,
        co2e_kg=reckoned.co2e_kg if reckoned is not None else None,
        estimated=reckoned is not None and reckoned.estimated,
        text="\n".join(f"{number};{decimal_text(quantity)}" for number, quantity in mine.items()),
        suggestions=tuple(shown_suggestions(found, need, in_basket=True)),
    )


def _line(
    item: Item, quantity: Decimal, known: Mapping[str, Any], reckoned: Figures | None, names: Mapping[str, str]
) -> BasketLine:
    """The line at the supplier it would be ordered from; where that is not settled, at the highest-ranked that has it."""
    priced = next((one for one in reckoned.lines if one["item"] == item.number), None) if reckoned else None
    base = (item.number, localised(item, "name"), unit_name(item.unit), decimal_text(quantity))
    if priced is not None:
        return BasketLine(
            *base,
            names.get(priced["supplier"], priced["supplier"]),
            Decimal(priced["unit_price"]),
            Decimal(priced["amount"]),
            Decimal(priced["co2e_kg"]),
            priced["co2e_estimated"],
            used_text(priced.get("used")),
        )
    places = {line["item"]: str(index) for index, line in enumerate(known["need"]["lines"])}
    for supplier in sorted(known["suppliers"], key=lambda one: int(one["rank"])):
        for offer in supplier["offers"]:
            if offer["line"] == places[item.number] and supplier["suspended_because"] is None:
                unit_price = unit_price_at(offer, quantity)
                carbon = None if offer["co2e_kg"] is None else Decimal(offer["co2e_kg"]) * quantity
                name = names.get(supplier["supplier"], supplier["supplier"])
                used = used_text(offer.get("used"))
                return BasketLine(*base, name, unit_price, unit_price * quantity, carbon, False, used)
    return BasketLine(*base, "", None, None, None, False, "")


def _valid(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
