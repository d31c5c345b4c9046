"""Gathering the facts of a need: everything the call-off engine may look at, as it stands on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from fellestorg.agreements.models import (
    CeilingBalance,
    CeilingEntry,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.agreements.options import option_facts
from fellestorg.agreements.queries import forecast_for
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.sources import facts_from_sources
from fellestorg.calloffs.uncovered import gap_facts
from fellestorg.calloffs.used_units import used_of
from fellestorg.catalogues.models import DeliveryTerms, Item, PriceLine
from fellestorg.engines.policy import is_service, mechanism_rules
from fellestorg.engines.pricemodels import PLAIN, spoken_of
from fellestorg.engines.routing import ENGINE
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Problem, decimal_text, kroner

_RULES = (
    "FA-2",
    "FA-3",
    "FA-4",
    "FA-5",
    "FA-6",
    "FA-8",
    "FA-10",
    "FA-13",
    "BDM",
    "LEDGER",
    "NP-1",
    "POL",
    "TIE",
    "USED",
)
_SPLITTING_DAYS = 30


Prices = dict[tuple[int, int], PriceLine]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts for the engine, and the rows behind them for writing."""

    facts: dict[str, Any]
    lot: Lot
    policy: PolicyVersion
    buyer: Organisation | None
    items: dict[str, Item]
    prices: Prices


def gather(need: Need, lot: Lot, *, actor: Actor, at: datetime) -> Gathered:
    """Everything about a need placed in a lot, as it stands at an instant. Reads only."""
    day = clock.local_day(at)
    buyer = Organisation.objects.filter(number=need.buyer).first()
    items = _items(need, lot)
    valid = Q(valid_to=None) | Q(valid_to__gte=day)
    inside = [item.pk for item in items.values() if item.lot_id == lot.pk]
    gathered = assemble(
        need,
        lot,
        day=day,
        buyer=buyer,
        participation=_participation(buyer, lot, day) if buyer else None,
        policy=policy_on(lot, day),
        items=items,
        positions=list(
            SupplierPosition.objects.filter(valid, lot=lot, valid_from__lte=day)
            .select_related("supplier")
            .order_by("rank")
        ),
        prices={
            (price.supplier_id, price.item_id): price
            for price in PriceLine.objects.filter(valid, item__in=inside, valid_from__lte=day)
        },
        terms={row.supplier_id: row for row in DeliveryTerms.objects.filter(valid, lot=lot, valid_from__lte=day)},
        ceiling=ceiling_facts(lot, at),
        recent=recent_call_offs(buyer, lot, list(items.values()), at) if buyer else [],
        limit=actor.limit_in(need.buyer),
        options=option_facts(lot, buyer, day),
    )
    add_from_sources(gathered, need, at)
    return _with_gap(gathered, need, day)


def under_another_policy(kept: Mapping[str, Any], document: dict[str, Any], lot: Lot) -> dict[str, Any]:
    """The frozen facts of a decision with another policy in them, and the rules that its mechanisms rest on."""
    rules, day = rule_book(), date.fromisoformat(kept["date"])
    more = [rules.rule_for(one, day=day, notice=lot.agreement.ruleset_date) for one in mechanism_rules(document)]
    return {
        **kept,
        "policy": {"version": kept["policy"]["version"], "document": document},
        "rules": {rule.id: _kept(rule) for rule in more} | kept["rules"],
    }


def add_from_sources(gathered: Gathered, need: Need, at: datetime) -> None:
    """Add what the rooms above know of the need (``calloffs.sources``)."""
    found, rules = facts_from_sources(need, gathered.lot, gathered.buyer, at)
    gathered.facts.update(found)
    gathered.facts["rules"] |= {rule.id: _kept(rule) for rule in rules}


def assemble(
    need: Need,
    lot: Lot,
    *,
    day: date,
    buyer: Organisation | None,
    participation: Participation | None,
    policy: PolicyVersion,
    items: dict[str, Item],
    positions: Sequence[SupplierPosition],
    prices: Prices,
    terms: dict[int, DeliveryTerms],
    ceiling: dict[str, Any],
    recent: list[dict[str, Any]],
    limit: Decimal | None,
    options: Sequence[dict[str, Any]] = (),
) -> Gathered:
    """Put rows already read together as facts. ``prices`` by (supplier, item) and ``terms`` by supplier, valid on the day;
    ``limit`` is the actor's budget authority, ``None`` where unlimited; ``options`` are ``agreements.options.option_facts``.
    """
    agreement = lot.agreement
    rules = rule_book()
    handling, carbon = rules.rule("COST-HANDLING", on=day), rules.rule("COST-CARBON", on=day)
    facts: dict[str, Any] = {
        "engine": ENGINE,
        "request_id": need.request_id,
        "date": day.isoformat(),
        "buyer": {
            "number": need.buyer,
            "listed": participation is not None and participation.valid_from <= day,
            "from": participation.valid_from.isoformat() if participation else None,
            "ground": participation.ground if participation else None,
            "own_contract_to": _iso(participation.own_contract_to) if participation else None,
        },
        "agreement": {
            "key": agreement.key,
            "starts": agreement.starts.isoformat(),
            "ends": agreement.ends.isoformat(),
        },
        "lot": {
            "key": lot.key,
            "regions": list(lot.regions),
            "categories": list(lot.categories),
            **({"services": True} if lot.cpv and is_service(lot.cpv[0]) else {}),
        },
        "policy": {"version": policy.version, "document": policy.document},
        "need": {
            "lines": [
                {
                    "item": line.item,
                    "quantity": decimal_text(line.quantity),
                    "category": items[line.item].category,
                    "cpv": items[line.item].cpv,
                    "standard": items[line.item].standard_assortment,
                    "in_lot": items[line.item].lot_id == lot.pk,
                    **({"liability": items[line.item].liability} if items[line.item].liability else {}),
                }
                for line in need.lines
            ],
            "amount": None if need.amount is None else kroner(need.amount),
            "category": need.category,
            "region": buyer.region if buyer else "",
            "changed_terms": list(need.changed_terms),
            **_stated(need),
        },
        "suppliers": [
            _supplier(position, need, items, prices, terms.get(position.supplier_id), day) for position in positions
        ],
        "costs": {
            "order_handling": kroner(handling.amount("order_handling")),
            "carbon_per_kg": decimal_text(carbon.amount("carbon_per_kg")),
        },
        "ceiling": ceiling,
        "recent": recent,
        "authority": {"limit": None if limit is None else kroner(limit)},
        "rules": {
            rule.id: _kept(rule)
            for rule in [
                *(
                    rules.rule_for(one, day=day, notice=agreement.ruleset_date)
                    for one in (*_RULES, *mechanism_rules(policy.document))
                ),
                handling,
                carbon,
            ]
        },
    }
    if any(spoken_of(one["offers"]) for one in facts["suppliers"]):
        facts["rules"]["PM"] = _kept(rules.rule("PM", on=day))
    if any("liability" in line for line in facts["need"]["lines"]):
        facts["rules"]["LIAB"] = _kept(rules.rule("LIAB", on=day))
    if options:
        facts["options"] = list(options)
        asked = rules.rule("OPT", on=day)
        facts["rules"]["OPT"] = {"version": asked.version, "source": asked.source, "verified": asked.verified}
    return Gathered(facts, lot, policy, buyer, items, prices)


def _stated(need: Need) -> dict[str, Any]:
    """What the need states for the mechanisms that ask; nothing for the many needs that state nothing."""
    stated = need.stated
    found: dict[str, Any] = {}
    if stated.coverage_case:
        found["coverage_case"] = stated.coverage_case
    if stated.terms:
        found["terms"] = list(stated.terms)
    if stated.unavailable:
        found["unavailable"] = [{"supplier": one.supplier, "reason": one.reason} for one in stated.unavailable]
    return found


def _with_gap(gathered: Gathered, need: Need, day: date) -> Gathered:
    """Outside the agreement's time, what is known of the gap, where no other agreement covers the need either."""
    agreement = gathered.lot.agreement
    if agreement.starts <= day <= agreement.ends:
        return gathered
    asked = {item.category for item in gathered.items.values()} | set(filter(None, [need.category]))
    found = gap_facts(sorted(asked or gathered.lot.categories), gathered.buyer, day)
    if found is not None:
        gathered.facts["gap"], thresholds = found
        gathered.facts["rules"] |= {rule.id: _kept(rule) for rule in thresholds}
    return gathered


def _kept(rule: Rule) -> dict[str, Any]:
    return {"version": rule.version, "source": rule.source, "verified": rule.verified}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def policy_on(lot: Lot, day: date) -> PolicyVersion:
    """The call-off policy in force on a day; the first one for days before it. Raises BadInput where there is none."""
    versions = PolicyVersion.objects.filter(lot=lot)
    found = (
        versions.filter(valid_from__lte=day).order_by("-valid_from").first() or versions.order_by("valid_from").first()
    )
    if found is None:
        raise BadInput.of("lot", "no_policy", f"lot {lot} has no call-off policy yet")
    return found


def ceiling_facts(lot: Lot, at: datetime, balance: CeilingBalance | None = None) -> dict[str, Any]:
    """The ceiling now (from a locked or read balance), or as it was at an earlier instant (from the ledger)."""
    if balance is None:
        balance = CeilingBalance.objects.filter(lot=lot).first() or CeilingBalance(
            lot=lot, used=Decimal(0), reserved=Decimal(0), quantity_used=Decimal(0)
        )
        last = CeilingEntry.objects.filter(lot=lot, at__gt=at).exists()
        if last:
            then = CeilingEntry.objects.filter(lot=lot, at__lte=at).order_by("-at", "-id").first()
            quantity = CeilingEntry.objects.filter(lot=lot, at__lte=at).aggregate(total=Sum("quantity"))["total"]
            balance = CeilingBalance(
                lot=lot,
                used=then.used_after if then else Decimal(0),
                reserved=then.reserved_after if then else Decimal(0),
                quantity_used=quantity or Decimal(0),
            )
    spent = forecast_for(lot, balance.used + balance.reserved, clock.local_day(at))
    return {
        "limit": kroner(lot.max_value),
        "used": kroner(balance.used),
        "reserved": kroner(balance.reserved),
        "max_quantity": None if lot.max_quantity is None else decimal_text(lot.max_quantity),
        "quantity_used": decimal_text(Decimal(balance.quantity_used)),
        "exhausted_on": spent.isoformat() if spent else None,
    }


def recent_call_offs(buyer: Organisation, lot: Lot, items: Sequence[Item], at: datetime) -> list[dict[str, Any]]:
    """The buyer's direct call-offs under the lot in the last 30 days that share an item category (FA-13)."""
    categories = {item.category for item in items}
    recent = CallOff.objects.filter(
        buyer=buyer,
        lot=lot,
        made_at__gt=at - timedelta(days=_SPLITTING_DAYS),
        made_at__lte=at,
        state__in=(CallOff.State.COMMITTED, CallOff.State.AWAITING_APPROVAL, CallOff.State.OFFERED),
    )
    if categories:
        recent = recent.filter(Q(orders__lines__item__category__in=categories) | Q(orders__lines=None))
    rows = recent.distinct().order_by("made_at", "number").values_list("number", "made_at", "contract_value")
    return [
        {"number": number, "date": clock.local_day(made).isoformat(), "amount": kroner(value)}
        for number, made, value in rows
    ]


def _items(need: Need, lot: Lot) -> dict[str, Item]:
    numbers = {line.item for line in need.lines}
    if not numbers:
        return {}
    found: dict[str, Item] = {}
    # The lot's own item wins over one with the same number elsewhere; one that lies elsewhere only is outside the scope.
    for item in Item.objects.filter(number__in=numbers).order_by("id"):
        if item.number not in found or item.lot_id == lot.pk:
            found[item.number] = item
    BadInput.raise_if(
        Problem(f"lines[{index}].item", "unknown_item", f"no agreement has an item with number {line.item!r}")
        for index, line in enumerate(need.lines)
        if line.item not in found
    )
    return found


def _participation(buyer: Organisation, lot: Lot, day: date) -> Participation | None:
    """The participation in force on the day, else the next one to come, so that the answer can say from when."""
    rows = Participation.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), organisation=buyer)
    return rows.filter(agreement_id=lot.agreement_id).order_by("valid_from").first()


def _supplier(
    position: SupplierPosition,
    need: Need,
    items: dict[str, Item],
    prices: Prices,
    terms: DeliveryTerms | None,
    day: date,
) -> dict[str, Any]:
    suspended = (
        position.suspended_from is not None
        and position.suspended_from <= day
        and (position.suspended_to is None or day <= position.suspended_to)
    )
    offers = []
    for index, line in enumerate(need.lines):
        price = prices.get((position.supplier_id, items[line.item].pk))
        if price is not None:
            offer: dict[str, Any] = {
                "line": str(index),
                "price_line": price.pk,
                "unit_price": decimal_text(price.unit_price),
                "tiers": list(price.tiers),
                "co2e_kg": None if price.co2e_kg is None else decimal_text(price.co2e_kg),
            }
            if items[line.item].used:
                offer["used"] = used_of(price, items[line.item].cpv, day)
            if price.model not in PLAIN:
                offer["model"] = {"model": price.model, "terms": dict(price.terms)}
            offers.append(offer)
    return {
        "supplier": position.supplier.number,
        "rank": position.rank,
        "suspended_because": position.suspension_reason if suspended else None,
        "terms": _terms(terms),
        "offers": offers,
    }


def _terms(terms: DeliveryTerms | None) -> dict[str, Any]:
    if terms is None:
        return {"id": None, "min_order": "0", "small_order_fee": "0", "freight": "0", "free_freight_from": None,
                "spend_discounts": []}  # fmt: skip
    free_from: Decimal | None = terms.free_freight_from
    return {
        "id": terms.pk,
        "min_order": decimal_text(terms.min_order),
        "small_order_fee": decimal_text(terms.small_order_fee),
        "freight": decimal_text(terms.freight),
        "free_freight_from": None if free_from is None else decimal_text(free_from),
        "spend_discounts": list(terms.spend_discounts),
    }
