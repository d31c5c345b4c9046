"""What each mechanism of the policy language comes to: who gets the order, is asked or is invited, and by which rule.

Every branch is a pure function of the facts, writes each question it asks into the trace, and ends in a result or in a
refusal that says why. The facts that only some mechanisms look at::

    "need": {"coverage_case": "C-12", "terms": ["..."], "unavailable": [{"supplier", "reason"}]}
    "quota": {"measure", "assigned", "since", "standing": [{"supplier", "low", "high", "share"}]}
    "coverage": {"case": {"id", "place", "date", "documented"}, "measure", "units": {"<number>": "123"}, "total",
                 "wanted": "5" (null without lines), "expected_from": {"<number>": "2023-12-01"}}
    "table": {"kind", "key", "rows": [{"supplier", "rank", "closed": {"from", "reason"}, "basis"}]}
    "dps": {"category", "admitted": [{"supplier", "since"}], "days", "due"}

Where one is missing or null, the mechanism that needs it refuses and says what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from fellestorg.engines.offers import Priced, best_cover, order_of
from fellestorg.engines.policy import Policy, Step
from fellestorg.engines.walk import Result, Walk
from fellestorg.values import decimal_text

Facts = Mapping[str, Any]


def apply(walk: Walk, facts: Facts, policy: Policy, step: Step, priced: list[Priced]) -> Result:
    """Carry out the mechanism of the step that decides. ``priced`` are the lot's suppliers in order of rank."""
    if step.mechanism == "dps_invitation":
        # Whoever is admitted is invited; a purchasing system has no ranked positions.
        return _dps_invitation(walk, facts)
    active = [offer for offer in priced if offer.active]
    if not walk.ask("supplier_in_position", "POL", bool(active), excluded=[offer.supplier for offer in priced]):
        return Result()
    match step.mechanism:
        case "refuse":
            walk.ask("policy_allows", "POL", False, text=dict(step.reason or {}))
            return Result()
        case "mini_competition":
            return _mini_competition(walk, active)
        case "rank":
            return _only_rank(walk, facts, step.only_rank, priced) if step.only_rank else _by_rank(walk, facts, active)
        case "lowest_net_price":
            return _by_net_price(walk, facts, policy, step, active)
    return _MECHANISMS[step.mechanism](walk, facts, step, active)


def _mini_competition(walk: Walk, active: list[Priced]) -> Result:
    invitees = [offer.supplier for offer in active]
    walk.note("all_invited", "FA-10", invitees=invitees)
    return Result("mini_competition", "mini_competition", {"invitees": invitees}, invitees=invitees)


def _by_rank(walk: Walk, facts: Facts, active: list[Priced]) -> Result:
    chosen = _first_able(walk, facts, active, "first_rank_chosen")
    if chosen is None:
        return Result()
    return _direct(facts, chosen, "first_rank")


def _only_rank(walk: Walk, facts: Facts, rank: int, priced: list[Priced]) -> Result:
    """The supplier of one rank. Nobody steps in for it: for that the policy has a step of its own, or none."""
    chosen = next((offer for offer in priced if offer.rank == rank), None)
    told = {"rank": rank, "supplier": chosen.supplier if chosen else None}
    because = chosen.excluded_because if chosen else "not_in_position"
    if not walk.ask("supplier_of_rank_can_deliver", "POL", because is None, **told, because=because):
        return Result()
    assert chosen is not None
    return _direct(facts, chosen, "first_rank")


def _service_order(walk: Walk, facts: Facts, _step: Step, active: list[Priced]) -> Result:
    chosen = _first_able(walk, facts, active, "service_provider_chosen")
    if chosen is None:
        return Result()
    return _direct(facts, chosen, "service_order")


def _first_able(walk: Walk, facts: Facts, active: list[Priced], code: str) -> Priced | None:
    """The highest-ranked supplier that can deliver everything, and whom it was chosen before."""
    able = [offer for offer in active if offer.excluded_because is None]
    if not walk.ask("one_supplier_delivers_all", "FA-8", bool(able), lines=_items(facts)):
        return None
    chosen = min(able, key=lambda offer: offer.rank)
    passed = [
        {"supplier": offer.supplier, "rank": offer.rank, "because": offer.excluded_because}
        for offer in sorted(active, key=lambda offer: offer.rank)
        if offer.rank < chosen.rank
    ]
    walk.note(code, "FA-8", supplier=chosen.supplier, rank=chosen.rank, passed=passed)
    return chosen


def _by_net_price(walk: Walk, facts: Facts, policy: Policy, step: Step, active: list[Priced]) -> Result:
    if not walk.ask("lines_given", "NP-1", bool(facts["need"]["lines"])):
        return Result()
    found = best_cover(facts, policy, step.max_suppliers, active)
    if found is None:
        walk.ask("cover_exists", "NP-1", False, max_suppliers=step.max_suppliers)
        return Result()
    if not walk.ask("optimum_proved", "NP-1", found.proved, deciding=found.deciding, bound=found.bound):
        return Result()
    if found.tied > 1:
        walk.note("tie_broken", "TIE", tie_rule=policy.tie_rule, alternatives=found.tied)
    by_supplier: dict[str, list[str]] = {}
    for line, supplier in found.assignment.items():
        by_supplier.setdefault(supplier, []).append(line)
    orders = [order_of(facts, supplier, lines) for supplier, lines in sorted(by_supplier.items())]
    walk.note(
        "lowest_net_price_chosen",
        "NP-1",
        suppliers=sorted(by_supplier),
        net=found.net,
        deciding=found.deciding,
        next_best=found.best_single,
        decides=list(policy.decides),
        max_suppliers=step.max_suppliers,
    )
    best: dict[str, Any] = {"net": found.net, "deciding": found.deciding, "assignment": found.assignment}
    best |= {"parts": found.parts, "tied": found.tied}
    params = {"suppliers": sorted(by_supplier), "deciding": found.deciding}
    return Result("direct", "lowest_net_price", params, orders, best=best)


def _cascade(walk: Walk, facts: Facts, step: Step, active: list[Priced]) -> Result:
    """Those who can deliver everything, in rank: asked one at a time, at the prices of this decision."""
    able = sorted((offer for offer in active if offer.excluded_because is None), key=lambda offer: offer.rank)
    if not walk.ask("one_supplier_delivers_all", "FA-8", bool(able), lines=_items(facts)):
        return Result()
    suppliers = [offer.supplier for offer in able]
    walk.note("offered_in_rank", "CASCADE", suppliers=suppliers, hours=step.hours)
    queue = [{"supplier": offer.supplier, "rank": offer.rank, "order": _order(facts, offer.supplier)} for offer in able]
    params = {"supplier": suppliers[0], "hours": step.hours, "suppliers": suppliers}
    return Result("ranked_offers", "ranked_offers", params, queue=queue, hours=step.hours)


def _assigned(walk: Walk, facts: Facts, step: Step, active: list[Priced]) -> Result:
    """The supplier that SI assigned the buyer to. Whether its share still is within the quota is seen, and decides
    nothing: the balance is kept by whom SI assigns next."""
    quota = facts.get("quota") or {}
    supplier = quota.get("assigned")
    measure = quota.get("measure", step.measure)
    if not walk.ask("supplier_assigned", "QUOTA", supplier is not None, supplier=supplier, since=quota.get("since")):
        return Result()
    standing = next((one for one in quota["standing"] if one["supplier"] == supplier), None)
    if standing is not None:
        share, low, high = (Decimal(standing[name]) for name in ("share", "low", "high"))
        walk.see("share_within_quota", "QUOTA", low <= share <= high, measure=measure, **standing)
    chosen = next((offer for offer in active if offer.supplier == supplier), None)
    because = "not_in_position" if chosen is None else chosen.excluded_because
    if not walk.ask("supplier_can_deliver", "FA-8", because is None, supplier=supplier, because=because):
        return Result()
    assert chosen is not None
    return _direct(facts, chosen, "assigned")


def _secondary(walk: Walk, facts: Facts, step: Step, active: list[Priced]) -> Result:
    """The secondary supplier: only where the primary's coverage is documented to fail, from the day its agreement
    starts, and while its share stays under the cap with what is wanted now."""
    coverage = facts.get("coverage") or {}
    case = coverage.get("case") or {}
    named = facts["need"].get("coverage_case")
    documented = bool(case.get("documented"))
    place = {name: case.get(name) for name in ("place", "date")}
    if not walk.ask("coverage_documented", "COVERAGE", documented, case=named, found=bool(case), **place):
        return Result()
    chosen = next((offer for offer in active if offer.rank == step.rank), None)
    # An agreement that is still to come names its supplier by the day it is expected, before there is a position.
    awaited = dict(coverage.get("expected_from") or {})
    supplier = chosen.supplier if chosen is not None else next(iter(awaited), None)
    expected = awaited.get(supplier) if supplier is not None else None
    started = chosen is not None and (expected is None or expected <= facts["date"])
    if not walk.ask("secondary_started", "COVERAGE", started, supplier=supplier, expected=expected, rank=step.rank):
        return Result()
    assert chosen is not None
    # What is only an amount cannot be counted against a share.
    if not walk.ask("units_given", "COVERAGE", coverage.get("wanted") is not None):
        return Result()
    units, total, wanted = (
        Decimal(one) for one in (coverage["units"].get(supplier, "0"), coverage["total"], coverage["wanted"])
    )
    after, of = units + wanted, total + wanted
    room = after <= step.max_share * of
    walk.ask(
        "secondary_share_kept",
        "COVERAGE",
        room,
        supplier=supplier,
        measure=coverage.get("measure", step.measure),
        units=decimal_text(units),
        total=decimal_text(total),
        wanted=decimal_text(wanted),
        share_after=_share(after, of),
        max_share=decimal_text(step.max_share),
    )
    because = chosen.excluded_because
    able = walk.ask("supplier_can_deliver", "FA-8", because is None, supplier=supplier, because=because)
    return _direct(facts, chosen, "secondary") if room and able else Result()


def _table(walk: Walk, facts: Facts, step: Step, active: list[Priced]) -> Result:
    """The first of the suppliers that the table has for the route or place; the others are passed over with a reason."""
    table = facts.get("table") or {}
    key = table.get("key")
    if not walk.ask("table_place_given", "TABLE", key is not None, table=step.table, key=key):
        return Result()
    rows = sorted(table["rows"], key=lambda row: (row["rank"], row["supplier"]))
    if not walk.ask("table_has_suppliers", "TABLE", bool(rows), table=step.table, key=key):
        return Result()
    in_position = {offer.supplier: offer for offer in active}
    stated = {one["supplier"]: one["reason"] for one in facts["need"].get("unavailable", ())}
    passed: list[dict[str, Any]] = []
    for row in rows:
        offer = in_position.get(row["supplier"])
        because = _why_passed(row, facts["date"], offer, stated)
        if because is None:
            assert offer is not None
            told = {"table": step.table, "key": key, "supplier": offer.supplier, "rank": row["rank"]}
            walk.note("table_supplier_chosen", "TABLE", **told, passed=passed)
            order = _order(facts, offer.supplier)
            return Result("direct", "table", {**told, "basis": row.get("basis") or {}}, [order])
        told = {"supplier": row["supplier"], "rank": row["rank"], "because": because}
        if because == "closed":
            told |= {"from": row["closed"]["from"], "text": row["closed"]["reason"]}
        passed.append(told)
    walk.ask("table_supplier_available", "TABLE", False, table=step.table, key=key, passed=passed)
    return Result()


def _why_passed(row: Mapping[str, Any], day: str, offer: Priced | None, stated: Mapping[str, str]) -> str | None:
    closed = row.get("closed")
    if closed is not None and closed["from"] <= day:
        return "closed"
    if offer is None:
        return "not_in_position"
    return stated.get(row["supplier"]) or offer.excluded_because


def _dps_invitation(walk: Walk, facts: Facts) -> Result:
    """All who are admitted in the category that day are invited, with at least the days that the rule says."""
    dps = facts.get("dps") or {}
    category = dps.get("category")
    if not walk.ask("dps_category_given", "DPS-7", bool(category), category=category):
        return Result()
    admitted = [one["supplier"] for one in dps["admitted"] if one["since"] <= facts["date"]]
    if not walk.ask("dps_somebody_admitted", "DPS-7", bool(admitted), category=category):
        return Result()
    walk.note("dps_all_invited", "DPS-7", category=category, invitees=admitted)
    walk.note("dps_deadline", "DPS-6", days=dps["days"], due=dps["due"])
    params = {"category": category, "invitees": admitted, "due": dps["due"]}
    return Result("dps_invitation", "dps_invitation", params, invitees=admitted, due=dps["due"])


_MECHANISMS: Mapping[str, Callable[[Walk, Facts, Step, list[Priced]], Result]] = {
    "cascade": _cascade,
    "assigned": _assigned,
    "secondary": _secondary,
    "table": _table,
    "service_order": _service_order,
}


def _direct(facts: Facts, chosen: Priced, reason: str) -> Result:
    params = {"supplier": chosen.supplier, "rank": chosen.rank}
    return Result("direct", reason, params, [_order(facts, chosen.supplier)])


def _order(facts: Facts, supplier: str) -> dict[str, Any]:
    return order_of(facts, supplier, [str(index) for index in range(len(facts["need"]["lines"]))])


def _items(facts: Facts) -> list[str]:
    return [line["item"] for line in facts["need"]["lines"]]


def _share(part: Decimal, whole: Decimal) -> str:
    if not whole:
        return "0"
    return decimal_text((part / whole).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP))
