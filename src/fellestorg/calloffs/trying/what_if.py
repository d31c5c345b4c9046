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

from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts
from fellestorg.calloffs.answers import suppliers_of
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.queries import visible_to
from fellestorg.calloffs.trying.facts import Asked, trial_facts
from fellestorg.engines.policy import Policy, parse_policy
from fellestorg.engines.routing import decide
from fellestorg.engines.steps import Interval, intervals
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, decimal_text, kroner

MOST_RECOMPUTED = 1000
_YEAR = timedelta(days=365)


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
    return intervals(policy, asked.need_facts(region))


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
            "service": asked.service,
            "terms": asked.terms,
            "case": asked.case,
            "share": None if asked.share is None else decimal_text(asked.share),
            "assigned": asked.assigned,
            "place": asked.place,
            "unavailable": sorted(asked.unavailable),
        },
        "policies": found,
    }


def _step_at(found: Sequence[Interval], amount: Decimal) -> int | None:
    for one in found:
        if one.start <= amount and (one.end is None or amount < one.end):
            return one.step + 1
    return None
