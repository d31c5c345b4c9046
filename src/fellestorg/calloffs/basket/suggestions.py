"""Suggestions for a need: what is known of the agency's other needs and of other items, put to ``engines.suggestions``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts
from fellestorg.calloffs.models import CallOff, OrderLine, ShoppingList
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.calloffs.used_units import used_text
from fellestorg.catalogues.models import DeliveryTerms, Item, PriceLine
from fellestorg.engines import suggestions
from fellestorg.engines.comparable import can_replace
from fellestorg.engines.routing import decide
from fellestorg.engines.suggestions import Bundle, CleanDelivery, Reach, Swap
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation

_RECENT = timedelta(days=30)
_MOST_RECENT = 6
_MOST_LISTS = 4
_MOST_LINES = 60
_LINES_WITH_ALTERNATIVES = 12
_MOST_TRIED = 6
_MOST_ALTERNATIVES = 3

Quantities = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Bundled:
    """What this need and others would cost together: earlier call-offs by ``numbers``, or a list that waits."""

    bundle: Bundle
    numbers: tuple[str, ...] = ()
    list_id: int | None = None
    list_name: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A comparable item that is greener or used. ``used`` is its grade and proof; ``ecolabel``: it has one and the item
    of the need has none."""

    swap: Swap
    quantity: Decimal
    used: str
    ecolabel: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """Every suggestion for a need in a lot. ``names`` are suppliers' by number, ``items`` items' by number."""

    recent: Bundled | None = None
    waiting: tuple[Bundled, ...] = ()
    reach: tuple[Reach, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    clean: tuple[CleanDelivery, ...] = ()
    names: Mapping[str, str] | None = None
    items: Mapping[str, str] | None = None
    handling_verified: bool = True

    @property
    def any(self) -> bool:
        return bool(self.recent or self.waiting or self.reach or self.alternatives or self.clean)


def suggest(need: Need, lot: Lot, *, actor: Actor, at: datetime) -> Suggested:
    """What would make a need in a lot cheaper or greener. Reads only; nothing for a need without lines."""
    mine = _added(need.lines)
    if not mine or len(mine) > _MOST_LINES:
        return Suggested()
    day = clock.local_day(at)
    buyer = Organisation.objects.filter(number=need.buyer).first()
    earlier = _recent(buyer, lot, at) if buyer else {}
    lists = _waiting(buyer, lot) if buyer else []
    candidates = _candidates(mine, lot, day)
    wanted = dict.fromkeys([
        *mine,
        *(item for one in earlier.values() for item in one),
        *(item for _row, one in lists for item in one),
        *(other.number for _item, others in candidates for other in others),
    ])  # fmt: skip
    union = replace(need, lines=tuple(NeedLine(item, Decimal(1)) for item in wanted))
    gathered = facts.gather(union.within(lot.agreement.key, lot.key), lot, actor=actor, at=at)
    known = gathered.facts
    answer = decide(suggestions.subset(known, mine))
    if answer["outcome"] == "refused":
        return Suggested()
    offered = {
        known["need"]["lines"][int(offer["line"])]["item"]
        for supplier in known["suppliers"]
        for offer in supplier["offers"]
    }
    earlier = {number: one for number, one in earlier.items() if one.keys() <= offered}
    lists = [(row, one) for row, one in lists if one.keys() <= offered]
    numbers = [supplier["supplier"] for supplier in known["suppliers"]]
    return Suggested(
        _with_recent(known, mine, earlier),
        tuple(_with_lists(known, mine, lists)),
        tuple(suggestions.within_reach(suggestions.subset(known, mine), answer)),
        tuple(_alternatives(known, mine, candidates, day)),
        tuple(suggestions.clean_deliveries(answer, _modes(lot, day))),
        dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name")),
        {number: localised(item, "name") for number, item in gathered.items.items()},
        bool(known["rules"]["COST-HANDLING"]["verified"]),
    )


def alternatives_for(item: Item, day: date) -> list[Item]:
    """The comparable items under the same lot that somebody prices on a day, within the cap on a unit, in the order of
    their numbers."""
    kind = item.name_nb.partition(", ")[0]
    others = Item.objects.filter(
        lot=item.lot_id, category=item.category, unit=item.unit, name_nb__istartswith=kind
    ).exclude(pk=item.pk)
    comparable = [other for other in others.order_by("number")[:400] if can_replace(item.name_nb, other.name_nb)]
    cap = facts.policy_on(item.lot, day).document.get("price_caps", {}).get(item.category)
    within = Q() if cap is None else Q(unit_price__lte=Decimal(cap))
    priced = set(
        PriceLine.objects.filter(_valid(day), within, item__in=[other.pk for other in comparable])
        .values_list("item_id", flat=True)
    )  # fmt: skip
    return [other for other in comparable if other.pk in priced]


def _added(lines: Iterable[NeedLine]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.item] = found.get(line.item, Decimal(0)) + line.quantity
    return found


def _recent(buyer: Organisation, lot: Lot, at: datetime) -> dict[str, dict[str, Decimal]]:
    """The lines of the agency's newest direct call-offs under the lot in the last 30 days, by number, oldest first."""
    call_offs = CallOff.objects.filter(
        buyer=buyer,
        lot=lot,
        made_at__gt=at - _RECENT,
        made_at__lte=at,
        state__in=(CallOff.State.COMMITTED, CallOff.State.AWAITING_APPROVAL),
    ).order_by("-made_at", "-number")
    numbers = list(call_offs.values_list("number", flat=True)[:_MOST_RECENT])
    lines = OrderLine.objects.filter(order__call_off__number__in=numbers).order_by("id")
    found: dict[str, dict[str, Decimal]] = {number: {} for number in reversed(numbers)}
    for number, item, quantity in lines.values_list("order__call_off__number", "item__number", "quantity"):
        found[number][item] = found[number].get(item, Decimal(0)) + quantity
    return {number: one for number, one in found.items() if one}


def _waiting(buyer: Organisation, lot: Lot) -> list[tuple[ShoppingList, dict[str, Decimal]]]:
    """The agency's lists that wait to be ordered, with the lines that belong to the lot."""
    rows = list(
        ShoppingList.objects.filter(organisation=buyer, waiting=True)
        .prefetch_related("lines")
        .order_by("name")[:_MOST_LISTS]
    )
    inside = set(
        Item.objects.filter(lot=lot, number__in={line.item for row in rows for line in row.lines.all()})
        .values_list("number", flat=True)
    )  # fmt: skip
    found = [(row, {line.item: line.quantity for line in row.lines.all() if line.item in inside}) for row in rows]
    return [(row, one) for row, one in found if one]


def _candidates(mine: Quantities, lot: Lot, day: date) -> list[tuple[str, list[Item]]]:
    items = {item.number: item for item in Item.objects.filter(lot=lot, number__in=mine)}
    wanted = [items[number] for number in mine if number in items][:_LINES_WITH_ALTERNATIVES]
    return [(item.number, alternatives_for(item, day)[:_MOST_TRIED]) for item in wanted]


def _with_recent(known: dict[str, Any], mine: Quantities, earlier: Mapping[str, Quantities]) -> Bundled | None:
    if not earlier:
        return None
    found = suggestions.bundle(known, [*earlier.values(), mine])
    return Bundled(found, tuple(earlier)) if found else None


def _with_lists(
    known: dict[str, Any], mine: Quantities, lists: Iterable[tuple[ShoppingList, Quantities]]
) -> Iterable[Bundled]:
    for row, lines in lists:
        found = suggestions.bundle(known, [mine, lines])
        if found:
            yield Bundled(found, list_id=row.pk, list_name=row.name)


def _alternatives(
    known: dict[str, Any], mine: Quantities, candidates: Iterable[tuple[str, list[Item]]], day: date
) -> Iterable[Alternative]:
    """The alternatives of each line that spare the most CO2: those that spare some, and used or labelled ones that cost
    none more."""
    now = suggestions.figures(known, mine)
    if now is None:
        return
    labelled = _labelled([*mine, *(other.number for _item, others in candidates for other in others)], day)
    for number, others in candidates:
        found = []
        for other in others:
            swap = suggestions.swap(known, mine, now, number, other.number)
            if swap is None:
                continue
            label = other.number in labelled and number not in labelled
            if swap.co2e_kg < 0 or (swap.co2e_kg == 0 and (other.used or label)):
                used = next((one.get("used") for one in swap.then.lines if one["item"] == other.number), None)
                found.append(Alternative(swap, mine[number], used_text(used), label))
        yield from sorted(found, key=lambda one: (one.swap.co2e_kg, one.swap.kroner, one.swap.instead))[
            :_MOST_ALTERNATIVES
        ]


def _labelled(numbers: Iterable[str], day: date) -> frozenset[str]:
    """The items whose every price line on the day states an ecolabel."""
    lines = PriceLine.objects.filter(_valid(day), item__number__in=set(numbers)).values_list("item__number", "ecolabel")
    stated: dict[str, bool] = {}
    for number, label in lines:
        stated[number] = stated.get(number, True) and bool(label)
    return frozenset(number for number, every in stated.items() if every)


def _modes(lot: Lot, day: date) -> dict[str, str]:
    rows = DeliveryTerms.objects.filter(_valid(day), lot=lot)
    return dict(rows.values_list("supplier__number", "mode"))


def _valid(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
