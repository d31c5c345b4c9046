"""What must be true of a competition before it goes out, as pure checks: codes and facts, no sentences.

Each answers with the decisions that stand in the way; none, when it is in order. Sources: E-1 (FOA § 18-1), E-2
(KOFA 2025/0876), E-3 (KOFA 2025/1673), ENV and ENV-ALT (§ 7-9), the deadlines of the procedure's table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import combinations
from typing import Protocol

from fellestorg.law import rule_book
from fellestorg.law.deadlines import Deadline, compute_deadline
from fellestorg.law.procedures import DateRow
from fellestorg.values import Decision, decimal_text

ONE = Decimal(1)
SHORTEST_REASON = 30
"""Characters of a reason that the documents must give. Ours: § 7-9 asks for reasons and gives no number."""
BY_WEIGHT = "weight"


class Criterion(Protocol):
    """What the checks need to know of an award criterion."""

    key: str
    kind: str
    title: str
    text: str
    weight: Decimal
    weight_from: Decimal | None
    weight_to: Decimal | None
    max_value: Decimal | None
    environment: bool
    innovation: bool
    minimum: str
    measured_by: str


def criteria_problems(criteria: Sequence[Criterion], money_questions: Iterable[str] = ()) -> list[Decision]:
    """What is wrong with the award criteria. ``money_questions``: titles of quality criteria that ask for a price."""
    if not criteria:
        return [_refused("no_criteria")]
    found = []
    prices = [one for one in criteria if one.kind == "price"]
    if len(prices) != 1:
        found.append(_refused("one_price_criterion", count=str(len(prices))))
    total = sum((one.weight for one in criteria), Decimal(0))
    if total != ONE:
        found.append(_refused("weights_do_not_sum", sum=_percent(total)))
    found += [
        _refused("ranges_swap_rank", first=one.title, second=other.title)
        for one, other in combinations(criteria, 2)
        if _may_swap(one, other)
    ]
    found += [_refused("price_in_quality", criterion=title) for title in money_questions]
    found += [
        _refused("criterion_without_text", criterion=one.title)
        for one in criteria
        if one.kind == "points" and not one.text.strip()
    ]
    found += [
        _refused("innovation_not_measured", criterion=one.title)
        for one in criteria
        if one.innovation and not (one.minimum.strip() and one.measured_by.strip())
    ]
    return found


def environment_ways(day: date) -> tuple[str, ...]:
    """How the rule may be met by a notice of that day: by weight first, then what rule ENV-ALT lets stand instead."""
    return (BY_WEIGHT, *str(rule_book().rule("ENV-ALT", on=day).values["instead"]).split())


def environment_weight(
    criteria: Sequence[Criterion], *, priced: bool = False, estimated_value: Decimal | None = None
) -> Decimal:
    """The environment's share of the weight; where quality is priced, its highest value in kroner by the estimated
    value (ENV-ALT)."""
    green = [one for one in criteria if one.environment]
    if priced:
        most = sum((one.max_value or Decimal(0) for one in green), Decimal(0))
        return most / estimated_value if estimated_value else Decimal(0)
    return sum((one.weight for one in green), Decimal(0))


def environment_problem(
    criteria: Sequence[Criterion], how: str | None, reason: str, day: date, weight: Decimal
) -> Decision | None:
    """Why the answer to the environment rule does not hold for a notice of that day; None when it does.

    Before 2024 there was no duty to weigh, but an answer is asked for all the same. From 2024 (regime A) and from
    1 July 2026 (regime B) the ways differ: both are read from the rule.
    """
    rule = rule_book().rule("ENV", on=day)
    if how is None:
        return _refused("environment_unanswered")
    if how not in environment_ways(day):
        return _refused("environment_way_unlawful", day=day.isoformat())
    if how == BY_WEIGHT:
        minimum = rule.amount("min_weight")
        binding = rule.values["regime"] != "before-2024"
        if weight < minimum and binding:
            return _refused("environment_below_minimum", weight=_percent(weight), minimum=_percent(minimum))
        return None
    if how == "priority":
        places = rule.count("max_priority")
        ranked = sorted(criteria, key=lambda one: -one.weight)[:places]
        if not any(one.environment for one in ranked):
            return _refused("environment_not_among_highest", places=str(places))
    if len(reason.strip()) < SHORTEST_REASON:
        return _refused("environment_without_reason", least=str(SHORTEST_REASON))
    return None


def earliest(row: DateRow, counted_from: date) -> Deadline | None:
    """The earliest lawful day of a date, counted from the notice or invitation; None where the law gives no number."""
    return compute_deadline(row.rule, counted_from) if row.rule else None


def deadline_problems(
    row: DateRow,
    until: datetime | None,
    questions_until: datetime | None,
    reason: str,
    *,
    now: datetime,
    today: date,
    until_day: date | None,
) -> list[Decision]:
    """What is wrong with the deadline for tenders or requests. A shorter one than the rule's needs a reason."""
    if until is None or until_day is None:
        return [_refused("no_deadline")]
    if until <= now:
        return [_refused("deadline_has_passed")]
    found = []
    lawful = earliest(row, today)
    if lawful is not None and until_day < lawful.due and len(reason.strip()) < SHORTEST_REASON:
        found.append(_refused("deadline_too_short", earliest=lawful.due.isoformat(), rule=lawful.rules[0].id))
    if questions_until is not None and questions_until >= until:
        found.append(_refused("questions_after_deadline"))
    return found


def answers_by(tenders_until: date, notice: date) -> Deadline:
    """The last day on which answers may be given without moving the deadline (D-3), counted back from it."""
    return compute_deadline("additional_information", tenders_until, law_on=notice)


def _may_swap(one: Criterion, other: Criterion) -> bool:
    """Whether ranges let two criteria change places: each may weigh both more and less than the other."""
    low, high = one.weight_from or one.weight, one.weight_to or one.weight
    other_low, other_high = other.weight_from or other.weight, other.weight_to or other.weight
    return low < other_high and other_low < high


def _refused(code: str, **params: str) -> Decision:
    return Decision("refused", code, params=params)


def _percent(share: Decimal) -> str:
    return decimal_text((share * 100).quantize(Decimal("0.001"))).replace(".", ",")
