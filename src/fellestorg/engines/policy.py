"""The policy language: how a lot's suppliers are called on, as the framework announced it.

A policy is an ordered list of steps. The first step whose conditions all hold decides; the last has no condition, so
that every need has exactly one answer and nobody chooses freely (FA-8). An example::

    {"steps": [{"when": {"standard_assortment": true}, "mechanism": "rank"},
               {"when": {}, "mechanism": "mini_competition"}],
     "decides": ["goods", "discount", "small_order_fee", "freight"],
     "tie_rule": "rank"}

Conditions: ``amount_below``, ``amount_from`` (kroner without VAT), ``standard_assortment`` (every line in it or not),
``category`` (every line in one of the list), ``region`` (delivered in one of the list).
Mechanisms: ``rank`` (the highest-ranked supplier that can deliver), ``lowest_net_price`` (``max_suppliers`` may split
the need), ``mini_competition`` (all who can perform are invited), ``refuse`` (with a reason in three languages).
``decides`` names the parts of the net price that rank; the others are shown and decide nothing.
``tie_rule``: ``rank``, ``lowest_carbon`` or ``draw`` (seeded by the request id, so that it can be repeated).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from fellestorg.values import BadInput, Problem, decimal_text, exact

PARTS = ("goods", "discount", "small_order_fee", "freight", "handling", "carbon")
CONTRACT_PARTS = ("goods", "discount", "small_order_fee", "freight")
TIE_RULES = ("rank", "lowest_carbon", "draw")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language, for parsers and forms alike. ``kind``: ``amount`` (kroner without VAT), ``truth``,
    ``codes`` (a list; ``vocabulary`` says of what), ``count`` (1 or more), ``texts`` (nb, nn and en)."""

    name: str
    kind: str
    vocabulary: str = ""


CONDITION_FIELDS = (
    Field("amount_below", "amount"),
    Field("amount_from", "amount"),
    Field("standard_assortment", "truth"),
    Field("category", "codes", "category"),
    Field("region", "codes", "region"),
)
# What a step must or may say besides its conditions, by mechanism.
MECHANISM_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "rank": (),
    "lowest_net_price": (Field("max_suppliers", "count"),),
    "mini_competition": (),
    "refuse": (Field("reason", "texts"),),
}
MECHANISMS = tuple(MECHANISM_FIELDS)
_CONDITIONS = tuple(one.name for one in CONDITION_FIELDS)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for a step. ``None`` asks nothing."""

    amount_below: Decimal | None = None
    amount_from: Decimal | None = None
    standard_assortment: bool | None = None
    category: frozenset[str] | None = None
    region: frozenset[str] | None = None

    @property
    def empty(self) -> bool:
        return self == Conditions()


@dataclass(frozen=True, slots=True)
class Step:
    """Conditions and what follows when they all hold."""

    when: Conditions
    mechanism: str
    max_suppliers: int = 1
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A lot's whole policy. ``steps`` is never empty and its last step has no condition."""

    steps: tuple[Step, ...]
    decides: tuple[str, ...]
    tie_rule: str

    @property
    def thresholds(self) -> tuple[Decimal, ...]:
        """Every amount that a condition names, lowest first. Between two of them the amount changes no answer."""
        names = [one.name for one in CONDITION_FIELDS if one.kind == "amount"]
        named = (getattr(step.when, name) for step in self.steps for name in names)
        return tuple(sorted({amount for amount in named if amount is not None}))

    @property
    def splitting_threshold(self) -> Decimal | None:
        """The lowest amount at which the route changes; orders split to stay under it are what FA-13 looks for."""
        return min(self.thresholds, default=None)


@dataclass(frozen=True, slots=True)
class NeedFacts:
    """What the conditions look at. ``categories`` and ``standard`` are derived from the lines, never asserted."""

    amount: Decimal
    all_standard: bool
    categories: frozenset[str]
    region: str


def parse_policy(document: object) -> Policy:
    """Read a policy document. Raises BadInput with every problem, each with its path."""
    if not isinstance(document, dict):
        raise BadInput.of("policy", "not_an_object", "expected an object with steps, decides and tie_rule")
    problems = [
        Problem(f"policy.{name}", "unknown_field", "there is no such field in a policy")
        for name in document.keys() - {"steps", "decides", "tie_rule"}
    ]
    raw_steps = document.get("steps")
    steps: list[Step] = []
    if not isinstance(raw_steps, list) or not raw_steps:
        problems.append(Problem("policy.steps", "missing", "expected at least one step"))
    else:
        for index, raw in enumerate(raw_steps):
            try:
                steps.append(_step(raw, f"policy.steps[{index}]"))
            except BadInput as error:
                problems += error.problems
        if len(steps) == len(raw_steps) and not steps[-1].when.empty:
            problems.append(
                Problem(f"policy.steps[{len(steps) - 1}].when", "no_otherwise", "the last step must have no condition")
            )
    decides = document.get("decides", list(PARTS))
    if not isinstance(decides, list) or not decides or any(part not in PARTS for part in decides):
        problems.append(Problem("policy.decides", "unknown_part", f"expected some of {', '.join(PARTS)}"))
        decides = []
    tie_rule = document.get("tie_rule")
    if tie_rule not in TIE_RULES:
        problems.append(Problem("policy.tie_rule", "missing", f"expected one of {', '.join(TIE_RULES)}"))
    BadInput.raise_if(problems)
    return Policy(tuple(steps), tuple(part for part in PARTS if part in decides), str(tie_rule))


def deciding_step(policy: Policy, need: NeedFacts) -> tuple[int, list[tuple[int, list[tuple[str, bool]]]]]:
    """The index of the first step that holds, and for each step looked at, each condition and whether it held."""
    looked_at: list[tuple[int, list[tuple[str, bool]]]] = []
    for index, step in enumerate(policy.steps):
        answers = list(_answers(step.when, need))
        looked_at.append((index, answers))
        if all(holds for _, holds in answers):
            return index, looked_at
    raise AssertionError("the last step of a policy has no condition")


@dataclass(frozen=True, slots=True)
class Interval:
    """The amounts from ``start`` up to, but not including, ``end`` (``None``: without end), and the step that decides."""

    start: Decimal
    end: Decimal | None
    step: int


def intervals(policy: Policy, *, all_standard: bool, categories: frozenset[str], region: str) -> tuple[Interval, ...]:
    """Which step decides at every amount from 0 up, for needs that are alike in all else. Exact: cut at the policy's
    own thresholds; neighbours with the same step are one."""
    cuts = [Decimal(0), *(one for one in policy.thresholds if one > 0)]
    found: list[Interval] = []
    for start, end in zip_longest(cuts, cuts[1:]):
        step, _looked_at = deciding_step(policy, NeedFacts(start, all_standard, categories, region))
        if found and found[-1].step == step:
            start = found.pop().start
        found.append(Interval(start, end, step))
    return tuple(found)


def unreachable_steps(policy: Policy) -> list[int]:
    """Steps that can never decide, because an earlier one holds whenever they do. Pointed out when a policy is saved."""
    return [
        index
        for index, step in enumerate(policy.steps)
        if any(_covers(earlier.when, step.when) for earlier in policy.steps[:index])
    ]


def condition_json(when: Conditions) -> dict[str, Any]:
    """The conditions as the document writes them, in one fixed order."""
    written: dict[str, Any] = {}
    if when.amount_below is not None:
        written["amount_below"] = decimal_text(when.amount_below)
    if when.amount_from is not None:
        written["amount_from"] = decimal_text(when.amount_from)
    if when.standard_assortment is not None:
        written["standard_assortment"] = when.standard_assortment
    if when.category is not None:
        written["category"] = sorted(when.category)
    if when.region is not None:
        written["region"] = sorted(when.region)
    return written


def _answers(when: Conditions, need: NeedFacts) -> Iterable[tuple[str, bool]]:
    if when.amount_below is not None:
        yield "amount_below", need.amount < when.amount_below
    if when.amount_from is not None:
        yield "amount_from", need.amount >= when.amount_from
    if when.standard_assortment is not None:
        yield "standard_assortment", need.all_standard == when.standard_assortment
    if when.category is not None:
        yield "category", bool(need.categories) and need.categories <= when.category
    if when.region is not None:
        # A NUTS code names everything under it: NO0 holds NO081.
        yield "region", any(need.region.startswith(code) for code in when.region)


def _covers(earlier: Conditions, later: Conditions) -> bool:
    return (
        (
            earlier.amount_below is None
            or (later.amount_below is not None and later.amount_below <= earlier.amount_below)
        )
        and (
            earlier.amount_from is None or (later.amount_from is not None and later.amount_from >= earlier.amount_from)
        )
        and (earlier.standard_assortment is None or earlier.standard_assortment == later.standard_assortment)
        and (earlier.category is None or (later.category is not None and later.category <= earlier.category))
        and (earlier.region is None or (later.region is not None and later.region <= earlier.region))
    )


def _step(raw: object, where: str) -> Step:
    if not isinstance(raw, dict):
        raise BadInput.of(where, "not_an_object", "expected an object with when and mechanism")
    problems = [
        Problem(f"{where}.{name}", "unknown_field", "there is no such field in a step")
        for name in raw.keys() - {"when", "mechanism", "max_suppliers", "reason"}
    ]
    mechanism = raw.get("mechanism")
    if mechanism not in MECHANISMS:
        problems.append(Problem(f"{where}.mechanism", "unknown", f"expected one of {', '.join(MECHANISMS)}"))
    most = raw.get("max_suppliers", 1)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        problems.append(Problem(f"{where}.max_suppliers", "not_a_number", "expected 1 or more"))
    elif most > 1 and mechanism != "lowest_net_price":
        problems.append(Problem(f"{where}.max_suppliers", "cannot_split", "only lowest_net_price splits a need"))
    reason = raw.get("reason")
    if mechanism == "refuse" and not (
        isinstance(reason, dict) and all(reason.get(code) for code in ("nb", "nn", "en"))
    ):
        problems.append(Problem(f"{where}.reason", "missing", "expected a reason in nb, nn and en"))
    when = Conditions()
    try:
        when = _conditions(raw.get("when", {}), f"{where}.when")
    except BadInput as error:
        problems += error.problems
    BadInput.raise_if(problems)
    return Step(when, str(mechanism), int(most) if isinstance(most, int) else 1, reason)


def _conditions(raw: object, where: str) -> Conditions:
    if not isinstance(raw, dict):
        raise BadInput.of(where, "not_an_object", "expected an object of conditions")
    problems = [
        Problem(f"{where}.{name}", "unknown_field", f"expected one of {', '.join(_CONDITIONS)}")
        for name in raw.keys() - set(_CONDITIONS)
    ]
    found: dict[str, Any] = {}
    for field in CONDITION_FIELDS:
        if field.name in raw:
            try:
                found[field.name] = _value(field, raw[field.name], f"{where}.{field.name}")
            except BadInput as error:
                problems += error.problems
    BadInput.raise_if(problems)
    return Conditions(**found)


def _value(field: Field, raw: object, where: str) -> Any:
    match field.kind:
        case "amount":
            return exact(raw, where, minimum=Decimal(0))
        case "truth":
            if not isinstance(raw, bool):
                raise BadInput.of(where, "not_a_truth", "expected true or false")
            return raw
        case "codes":
            if not isinstance(raw, list) or not raw or not all(isinstance(code, str) for code in raw):
                raise BadInput.of(where, "not_a_list", "expected a list of codes")
            return frozenset(raw)
    raise AssertionError(f"no condition is of kind {field.kind}")
