"""The call-off engine: from the facts of a need to the lawful way of calling off, with every step shown.

:func:`decide` is a pure function from recorded facts to an answer, both plain JSON with amounts as decimal strings.
A call-off keeps the facts; replaying them gives the same answer bit for bit. The facts, in short::

    {"engine": "1", "request_id": "...", "date": "2023-11-01",
     "buyer": {"number", "listed", "from", "ground"},
     "agreement": {"key", "starts", "ends"},
     "lot": {"key", "regions", "categories", "services"},
     "policy": {"version", "document"},
     "need": {"lines": [{"item", "quantity", "category", "cpv", "standard", "in_lot", "liability"}], "amount",
              "category", "region", "changed_terms": []},
     "suppliers": [{"supplier", "rank", "suspended_because",
                    "terms": {"id", "min_order", "small_order_fee", "freight", "free_freight_from", "spend_discounts"},
                    "offers": [{"line", "price_line", "unit_price", "tiers", "co2e_kg", "used", "model"}]}],
     "options": [{"key", "categories", "chosen", "names"}],
     "costs": {"order_handling", "carbon_per_kg"},
     "ceiling": {"limit", "used", "reserved", "max_quantity", "quantity_used", "exhausted_on"},
     "recent": [{"number", "date", "amount"}],
     "authority": {"limit": null},
     "rules": {"FA-2": {"version", "source", "verified"}},
     "gap": {"categories", "ended": {"key", "title", "ends", "options_to"},
             "next": {"key", "title", "starts"}, "thresholds": [{"rule", "amount"}]}}

A line is named by its place in the need (``"0"``, ``"1"``), so that the same item may stand twice. ``used`` stands on
offers of used units alone: ``{"visual_grade", "erasure_proof", "updates_until"}``; ``model`` where the price is by another
model than a plain one: ``{"model", "terms"}`` (:mod:`fellestorg.engines.pricemodels`). ``options`` stand only where the lot
has some that an agency must choose before it may buy from their categories. ``gap`` stands there only on a day when no
agreement covers the need; ``ended`` or ``next`` is null where there is none, and titles are in three languages.
``services`` stands on a lot that has services alone, ``liability`` on a line that is a means of payment. What only some
mechanisms look at is told in :mod:`fellestorg.engines.mechanisms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fellestorg.engines import mechanisms
from fellestorg.engines.caps import cap_of
from fellestorg.engines.offers import Priced, contract_value, price_cover, price_suppliers, too_dear, unit_price_at
from fellestorg.engines.policy import Policy, Step, condition_json, is_service, parse_policy
from fellestorg.engines.steps import NeedFacts, route_of
from fellestorg.engines.used import any_used, unproved
from fellestorg.engines.walk import Result, Walk
from fellestorg.values import decimal_text, kroner

ENGINE = "routing 1"
Facts = Mapping[str, Any]
_DRAWS = frozenset({"direct", "ranked_offers", "needs_approval"})


def decide(facts: Facts) -> dict[str, Any]:
    """The answer to a need. Raises BadInput only where the policy document itself cannot be read."""
    walk = Walk()
    policy = parse_policy(facts["policy"]["document"])
    _ask_guards(walk, facts)
    _look_at_used_units(walk, facts)
    _look_at_price_models(walk, facts)
    _tell_of_liability(walk, facts)
    _ask_price_caps(walk, facts)
    priced = price_suppliers(facts, policy.decides)
    able = [offer for offer in priced if offer.excluded_because is None]
    amount = _value_of_need(walk, facts, able)
    step = _policy_step(walk, facts, policy, amount) if amount is not None else None
    result = Result()
    if step is not None:
        result = mechanisms.apply(walk, facts, policy, step, priced)
    draw = _draw(facts, result)
    ceiling = _ask_ceiling(walk, facts, draw, amount)
    outcome, reason, params = result.outcome, result.reason, result.params
    if walk.refusal is None and outcome in ("direct", "ranked_offers"):
        _look_for_splitting(walk, facts, policy, draw)
        if not _within_authority(walk, facts, draw):
            outcome = "needs_approval"
    if walk.refusal is not None:
        outcome, (reason, params) = "refused", walk.refusal
        result.orders, result.invitees, result.queue, result.due = [], [], [], None
        ceiling["after"], ceiling["share_after"] = ceiling["used"], _share(Decimal(ceiling["used"]), ceiling["limit"])
    relied_on = {step.rule for step in walk.steps if step.rule}
    if facts["need"]["lines"]:
        relied_on |= {"NP-1", "COST-HANDLING", "COST-CARBON"}
    rules = sorted(relied_on)
    answer = {
        "outcome": outcome,
        "reason": {"code": reason, "params": params},
        "agreement": facts["agreement"]["key"],
        "lot": facts["lot"]["key"],
        "amount": None if amount is None else kroner(amount),
        "contract_value": kroner(draw) if outcome in _DRAWS else "0.00",
        "orders": result.orders,
        "invitees": result.invitees,
        "offers": [offer.as_json() for offer in priced],
        "best": result.best,
        "decides": list(policy.decides),
        "trace": [{"step": number, **step.as_json()} for number, step in enumerate(walk.steps, 1)],
        "warnings": walk.warnings,
        "ceiling": ceiling,
        "rules": [{"id": rule, **facts["rules"][rule]} for rule in rules],
    }
    if result.queue:
        answer |= {"queue": result.queue, "hours": result.hours}
    if result.due is not None:
        answer["due"] = result.due
    return answer


def _draw(facts: Facts, result: Result) -> Decimal:
    """What the ledger will draw, or hold while a cascade runs: then for the dearest of those who may be asked, so that
    the ceiling has room whoever says yes."""
    if (result.orders or result.queue) and facts["need"]["amount"] is not None:
        return Decimal(facts["need"]["amount"])
    if result.queue:
        return max(contract_value(one["order"]["parts"]) for one in result.queue)
    return sum((contract_value(order["parts"]) for order in result.orders), Decimal(0))


def _ask_guards(walk: Walk, facts: Facts) -> None:
    agreement, buyer, need, lot = facts["agreement"], facts["buyer"], facts["need"], facts["lot"]
    if "halt" in facts:
        walk.ask("agreement_not_halted", "FA-4", False, date=facts["date"], **facts["halt"])
    if "gap" in facts:
        _tell_of_gap(walk, facts["gap"], facts["date"], need["amount"])
    walk.ask(
        "agreement_in_force",
        "FA-4",
        agreement["starts"] <= facts["date"] <= agreement["ends"],
        date=facts["date"],
        starts=agreement["starts"],
        ends=agreement["ends"],
    )
    walk.ask(
        "buyer_listed",
        "FA-2",
        bool(buyer["listed"]),
        buyer=buyer["number"],
        **{name: buyer[name] for name in ("from", "ground", "own_contract_to") if name in buyer},
    )
    outside = [line["item"] for line in need["lines"] if not line["in_lot"]]
    if need["category"] and need["category"] not in lot["categories"]:
        outside.append(need["category"])
    region_inside = not lot["regions"] or any(need["region"].startswith(code) for code in lot["regions"])
    walk.ask("within_scope", "FA-5", not outside and region_inside, outside=outside, region=need["region"])
    _ask_options(walk, facts)
    walk.ask("terms_unchanged", "FA-6", not need["changed_terms"], changed=list(need["changed_terms"]))


def _tell_of_gap(walk: Walk, gap: Mapping[str, Any], day: str, amount: str | None) -> None:
    """No agreement covers the need that day: the agency buys for itself, by the thresholds of the day."""
    told = {name: gap[name] for name in ("categories", "ended", "next")}
    walk.ask("covered_by_an_agreement", "FA-4", False, date=day, **told)
    for one in gap["thresholds"]:
        reached = None if amount is None else Decimal(amount) >= Decimal(one["amount"])
        walk.note("own_procurement", one["rule"], threshold=one["amount"], stated=amount, reached=reached)


def _ask_options(walk: Walk, facts: Facts) -> None:
    """OPT: whether the buyer has chosen the options that what it needs belongs to. Not asked where none is touched."""
    need = facts["need"]
    touched, missing = [], []
    without: set[int] = set()
    for option in facts.get("options", ()):
        lines = [index for index, line in enumerate(need["lines"]) if line["category"] in option["categories"]]
        if not lines and need["category"] not in option["categories"]:
            continue
        told = {
            "key": option["key"],
            "names": dict(option["names"]),
            "items": [need["lines"][index]["item"] for index in lines],
        }
        touched.append(told)
        if not option["chosen"]:
            missing.append(told)
            without.update(lines)
    if touched:
        some = bool(without) and len(without) < len(need["lines"])
        walk.ask("options_chosen", "OPT", not missing, touched=touched, missing=missing, some_lines_only=some)


def _look_at_used_units(walk: Walk, facts: Facts) -> None:
    """USED: whose offers of used units are left out, and for want of what. It refuses nothing while somebody has proof."""
    if any_used(facts):
        without = unproved(facts)
        walk.see("used_units_proved", "USED", not without, without=without)


def _look_at_price_models(walk: Walk, facts: Facts) -> None:
    """PM: which offers are priced by a model that says more than a unit price, and by what terms."""
    lines = facts["need"]["lines"]
    told = [
        {
            "supplier": supplier["supplier"],
            "item": lines[int(offer["line"])]["item"],
            "unit_price": offer["unit_price"],
            **offer["model"],
        }
        for supplier in facts["suppliers"]
        for offer in supplier["offers"]
        if offer.get("model") is not None
    ]
    if told:
        walk.note("price_by_model", "PM", lines=told)


def _tell_of_liability(walk: Walk, facts: Facts) -> None:
    """LIAB: who answers for what is charged to the means of payment that are ordered."""
    told = [
        {"item": line["item"], "liability": line["liability"]} for line in facts["need"]["lines"] if "liability" in line
    ]
    if told:
        walk.note("liability_told", "LIAB", lines=told)


def _ask_price_caps(walk: Walk, facts: Facts) -> None:
    """CAP: which offers are above the cap on a unit, and whether any line has none under it."""
    lines = facts["need"]["lines"]
    caps = {
        line["category"]: decimal_text(cap)
        for index, line in enumerate(lines)
        if (cap := cap_of(facts, str(index))) is not None
    }
    if not caps:
        return
    over, blocked = [], []
    for index, line in enumerate(lines):
        offers = [(one["supplier"], offer) for one in facts["suppliers"] for offer in one["offers"]]
        mine = [(who, offer) for who, offer in offers if offer["line"] == str(index)]
        dear = [(who, offer) for who, offer in mine if too_dear(facts, offer)]
        prices = [unit_price_at(offer, Decimal(line["quantity"])) for _who, offer in dear]
        over += [
            {"supplier": who, "item": line["item"], "unit_price": decimal_text(price)}
            for (who, _offer), price in zip(dear, prices, strict=True)
        ]
        if dear and len(dear) == len(mine):
            lowest = decimal_text(min(prices))
            blocked.append({"item": line["item"], "lowest": lowest, "cap": caps[line["category"]]})
    walk.ask("within_price_cap", "CAP", not blocked, caps=caps, over=over, blocked=blocked)


def _value_of_need(walk: Walk, facts: Facts, able: list[Priced]) -> Decimal | None:
    """What the need is worth in contract, for the policy's amounts: as stated, else at the first-ranked supplier that
    can deliver it all. One fixed reading, so that nobody can choose the route by choosing whom to ask."""
    need = facts["need"]
    if need["amount"] is not None:
        amount = Decimal(need["amount"])
        walk.note("need_valued_as_stated", "LEDGER", amount=kroner(amount))
        return amount
    if able:
        first = min(able, key=lambda offer: offer.rank)
        amount = contract_value(first.parts)
        walk.note("need_valued_at_first_rank", "LEDGER", amount=kroner(amount), supplier=first.supplier)
        return amount
    covered = price_cover(facts)
    if covered is not None:
        walk.note("need_valued_at_best_cover", "LEDGER", amount=kroner(covered))
        return covered
    walk.ask("somebody_can_deliver", "POL", False, lines=[line["item"] for line in need["lines"]])
    return None


def _policy_step(walk: Walk, facts: Facts, policy: Policy, amount: Decimal) -> Step:
    need = facts["need"]
    categories = frozenset(line["category"] for line in need["lines"]) or frozenset(filter(None, [need["category"]]))
    # A need without lines is not known to lie in the standard assortment, so it does not; and it is of services only
    # where the lot has nothing else.
    lines = need["lines"]
    asked = NeedFacts(
        amount,
        bool(lines) and all(line["standard"] for line in lines),
        categories,
        need["region"],
        bool(need.get("coverage_case")),
        bool(need.get("terms")),
        all(is_service(line["cpv"]) for line in lines) if lines else bool(facts["lot"].get("services")),
    )
    route = route_of(policy, asked)
    for index, answers in route.looked_at:
        step = policy.steps[index]
        walk.see(
            "policy_step",
            "POL",
            index == route.step,
            number=index + 1,
            version=facts["policy"]["version"],
            when=condition_json(step.when),
            answers=[{"condition": name, "holds": holds} for name, holds in answers],
            mechanism=step.mechanism,
            amount=kroner(amount),
            **({"only_rank": step.only_rank} if step.only_rank else {}),
        )
    return policy.steps[route.step]


def _ask_ceiling(walk: Walk, facts: Facts, draw: Decimal, amount: Decimal | None) -> dict[str, Any]:
    """Whether the lot's ceiling has room (FA-3). A mini-competition draws nothing yet, but its need must have room."""
    ceiling = facts["ceiling"]
    limit = Decimal(ceiling["limit"])
    used = Decimal(ceiling["used"]) + Decimal(ceiling["reserved"])
    wanted = draw or amount or Decimal(0)
    room = used + wanted <= limit and used < limit
    walk.ask(
        "room_under_ceiling",
        "FA-3",
        room,
        limit=kroner(limit),
        used=kroner(used),
        wanted=kroner(wanted),
        left=kroner(max(limit - used, Decimal(0))),
    )
    if ceiling["max_quantity"] is not None:
        quantity = sum((Decimal(line["quantity"]) for line in facts["need"]["lines"]), Decimal(0))
        most, already = Decimal(ceiling["max_quantity"]), Decimal(ceiling["quantity_used"])
        walk.ask(
            "room_under_maximum_quantity",
            "FA-3",
            already + quantity <= most,
            limit=decimal_text(most),
            used=decimal_text(already),
            wanted=decimal_text(quantity),
        )
    after = used + draw
    return {
        "limit": kroner(limit),
        "used": kroner(used),
        "after": kroner(after),
        "share_after": _share(after, limit),
        "exhausted_on": ceiling["exhausted_on"],
    }


def _look_for_splitting(walk: Walk, facts: Facts, policy: Policy, draw: Decimal) -> None:
    """FA-13: earlier direct call-offs of the same item group within 30 days that together pass the policy's limit."""
    threshold = policy.splitting_threshold
    if threshold is None or draw >= threshold:
        return
    earlier = sum((Decimal(one["amount"]) for one in facts["recent"]), Decimal(0))
    params = {
        "earlier": kroner(earlier),
        "count": len(facts["recent"]),
        "together": kroner(earlier + draw),
        "threshold": kroner(threshold),
        "numbers": [one["number"] for one in facts["recent"]],
    }
    if facts["recent"] and earlier + draw >= threshold:
        walk.warn("may_be_split", "FA-13", **params)
    else:
        walk.note("not_split", "FA-13", **params)


def _within_authority(walk: Walk, facts: Facts, draw: Decimal) -> bool:
    limit = facts["authority"]["limit"]
    holds = limit is None or draw <= Decimal(limit)
    walk.see("within_authority", "BDM", holds, limit=limit, amount=kroner(draw))
    return holds


def _share(amount: Decimal, limit: Decimal | str) -> str:
    return decimal_text((amount / Decimal(limit)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))
