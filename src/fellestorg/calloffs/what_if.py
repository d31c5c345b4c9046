"""What a call-off policy would lead to: for any amount and facts, at every amount, and for the call-offs already made.

Nothing is written. The answers are those of ``engines.routing.decide``; the facts are made up where a trial asks, and
the frozen ones of the last twelve months' call-offs with another policy in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, Participation, PolicyVersion, SupplierPosition
from fellestorg.agreements.options import option_facts
from fellestorg.calloffs import facts
from fellestorg.calloffs.answers import suppliers_of
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.queries import visible_to
from fellestorg.engines.policy import Policy, parse_policy
from fellestorg.engines.routing import decide
from fellestorg.engines.steps import Interval, NeedFacts, intervals
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.sheets import RowError, day_in, decimal_in
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Problem, decimal_text, kroner

MOST_RECOMPUTED = 1000
_YEAR = timedelta(days=365)
_WITHOUT_TERMS: Mapping[str, Any] = {
    "id": None,
    "min_order": "0",
    "small_order_fee": "0",
    "freight": "0",
    "free_freight_from": None,
    "spend_discounts": [],
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts of a trial. ``buyer`` empty: any agency on the list; ``suspended``: numbers of suppliers left out."""

    amount: Decimal
    day: date
    category: str
    standard: bool = True
    region: str = ""
    buyer: str = ""
    suspended: frozenset[str] = frozenset()


def read_asked(given: Mapping[str, str], lot: Lot, today: date) -> Asked:
    """A trial from fields ``amount``, ``day``, ``category``, ``standard`` (ja/nei), ``region``, ``buyer`` and
    ``suspended-NUMBER``; what is not given has a sensible value. Raises BadInput with all problems."""
    problems: list[Problem] = []

    def read(name: str, reader: Any, otherwise: Any) -> Any:
        text = given.get(name, "").strip()
        if not text:
            return otherwise
        try:
            return reader(text)
        except RowError as error:
            problems.append(Problem(name, error.code, error.text))
            return otherwise

    amount = read("amount", lambda text: decimal_in(text, places=2), Decimal(100_000))
    day = read("day", day_in, today)
    buyer = "".join(given.get("buyer", "").split())
    if buyer and not Organisation.objects.filter(number=buyer).exists():
        problems.append(Problem("buyer", "unknown_buyer", _("det finnes ingen virksomhet med dette nummeret")))
    BadInput.raise_if(problems)
    return Asked(
        amount,
        day,
        given.get("category", "") or next(iter(lot.categories), ""),
        given.get("standard", "ja") != "nei",
        given.get("region", ""),
        buyer,
        frozenset(name.removeprefix("suspended-") for name in given if name.startswith("suspended-")),
    )


def trial_facts(lot: Lot, document: object, version: int, asked: Asked, at: datetime) -> dict[str, Any]:
    """Facts for :func:`decide`: one made-up line that every supplier in place that day can deliver at the same price.

    The amount is stated, so that the answer holds for it whatever is bought; the ceiling is as it stands now.
    """
    buyer = Organisation.objects.filter(number=asked.buyer).first() if asked.buyer else None
    valid = Q(valid_to=None) | Q(valid_to__gte=asked.day)
    positions = SupplierPosition.objects.filter(valid, lot=lot, valid_from__lte=asked.day).select_related("supplier")
    taking_part = Participation.objects.filter(valid, agreement=lot.agreement_id, organisation=buyer)
    gathered = facts.assemble(
        Need("what-if", asked.buyer, amount=asked.amount, category=asked.category),
        lot,
        day=asked.day,
        buyer=buyer,
        participation=taking_part.order_by("valid_from").first() if buyer else None,
        policy=PolicyVersion(lot=lot, version=version, document=document),
        items={},
        positions=list(positions.order_by("rank")),
        prices={},
        terms={},
        ceiling=facts.ceiling_facts(lot, at),
        recent=[],
        limit=None,
        options=option_facts(lot, buyer, asked.day) if buyer else (),
    ).facts
    if buyer is None:
        gathered["buyer"] = {"number": "", "listed": True, "from": lot.agreement.starts.isoformat(), "ground": None}
    line = {"item": _("en vare"), "quantity": "1", "category": asked.category, "cpv": "", "standard": asked.standard}
    gathered["need"] |= {"lines": [{**line, "in_lot": asked.category in lot.categories}], "category": ""}
    gathered["need"]["region"] = asked.region or gathered["need"]["region"]
    offer = {"line": "0", "price_line": 0, "unit_price": decimal_text(asked.amount), "tiers": [], "co2e_kg": None}
    for supplier in gathered["suppliers"]:
        supplier |= {"terms": dict(_WITHOUT_TERMS), "offers": [dict(offer)]}
        if supplier["supplier"] in asked.suspended:
            supplier["suspended_because"] = _("prøvd som suspendert")
    return gathered


def try_policy(lot: Lot, document: object, version: int, asked: Asked, at: datetime) -> dict[str, Any]:
    """The engine's answer under a policy document. Raises BadInput where the document cannot be read."""
    return decide(trial_facts(lot, document, version, asked, at))


@dataclass(frozen=True, slots=True)
class Band:
    """The amounts from ``start`` up to, not including, ``end``, and the number (from 1) of the step that decides under
    each policy; ``None`` where there is no policy."""

    start: Decimal
    end: Decimal | None
    now: int | None
    proposed: int


def steps_by_amount(policy: Policy, asked: Asked, region: str) -> tuple[Interval, ...]:
    """Which step decides at every amount, for needs otherwise like the one asked about."""
    categories = frozenset(filter(None, [asked.category]))
    return intervals(policy, NeedFacts(asked.amount, asked.standard, categories, region))


def bands(now: Policy | None, proposed: Policy, asked: Asked, region: str) -> list[Band]:
    """Both policies over the amount, cut at the thresholds of either."""
    new = steps_by_amount(proposed, asked, region)
    old = steps_by_amount(now, asked, region) if now is not None else ()
    cuts = sorted({one.start for one in (*new, *old)})
    return [
        Band(start, end, _step_at(old, start), _step_at(new, start) or 0)
        for start, end in pairwise([*cuts, None])
        if start is not None
    ]


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A call-off that would have gone another way: what it became, and what it would have become."""

    number: str
    title: str
    buyer: str
    made_at: datetime
    amount: Decimal | None
    was: dict[str, Any]
    would: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """The last twelve months under another policy. ``left_out`` is how many older ones were not recomputed."""

    recomputed: int
    changed: tuple[Rerouted, ...]
    left_out: int


def rerouted(lot: Lot, document: dict[str, Any], actor: Actor, now: datetime) -> History:
    """What the lot's call-offs of the last twelve months would have become, on their own frozen facts."""
    rows = visible_to(actor).filter(lot=lot, made_at__gt=now - _YEAR, made_at__lte=now).order_by("-made_at", "-number")
    total = rows.count()
    changed = []
    recent: Sequence[CallOff] = list(rows.select_related("decision", "buyer")[:MOST_RECOMPUTED])
    for row in recent:
        kept = row.decision
        would = decide(facts.under_another_policy(kept.facts, document, lot))
        if route(would) != route(kept.answer):
            amount = kept.answer["amount"]
            changed.append(
                Rerouted(
                    row.number,
                    row.title,
                    row.buyer.name,
                    row.made_at,
                    Decimal(amount) if amount else None,
                    kept.answer,
                    would,
                )
            )
    return History(len(recent), tuple(changed), total - len(recent))


def route(answer: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The way a need went: how, and to whom. That a second person must approve is no other way."""
    kind = "direct" if answer["outcome"] == "needs_approval" else answer["outcome"]
    if kind == "refused":
        return kind, (answer["reason"]["code"],)
    suppliers = suppliers_of(answer)
    # Whoever is asked in turn is asked in that order; otherwise the order says nothing.
    return kind, tuple(suppliers if answer.get("queue") else sorted(suppliers))


def region_of(asked: Asked) -> str:
    """Where a trial is delivered: as asked, else where the buyer is."""
    if asked.region or not asked.buyer:
        return asked.region
    return Organisation.objects.filter(number=asked.buyer).values_list("region", flat=True).first() or ""


def present_policy(lot: Lot, day: date) -> tuple[int, dict[str, Any]] | None:
    """Version and document of the policy in force on a day, or None where the lot has none."""
    try:
        found = facts.policy_on(lot, day)
    except BadInput:
        return None
    return found.version, found.document


def trial_json(lot: Lot, documents: Sequence[tuple[int, dict[str, Any]]], asked: Asked) -> dict[str, Any]:
    """Answers and intervals of each policy for the command line: (version, document)."""
    at = clock.now()
    found = []
    for version, document in documents:
        answer = try_policy(lot, document, version, asked, at)
        policy = parse_policy(document)
        found.append(
            {
                "version": version,
                "outcome": answer["outcome"],
                "reason_code": answer["reason"]["code"],
                "trace": answer["trace"],
                "answer": answer,
                "intervals": [
                    {
                        "from": kroner(one.start),
                        "below": None if one.end is None else kroner(one.end),
                        "step": one.step + 1,
                        "mechanism": policy.steps[one.step].mechanism,
                    }
                    for one in steps_by_amount(policy, asked, region_of(asked))
                ],
            }
        )
    return {
        "agreement": lot.agreement.key,
        "lot": lot.key,
        "asked": {
            "amount": kroner(asked.amount),
            "day": asked.day.isoformat(),
            "category": asked.category,
            "standard": asked.standard,
            "region": asked.region,
            "buyer": asked.buyer,
            "suspended": sorted(asked.suspended),
        },
        "policies": found,
    }


def _step_at(found: Sequence[Interval], amount: Decimal) -> int | None:
    for one in found:
        if one.start <= amount and (one.end is None or amount < one.end):
            return one.step + 1
    return None
