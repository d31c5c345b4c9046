"""The policy language: how a lot's suppliers are called on, as the framework announced it.

A policy is an ordered list of steps. The first step whose conditions all hold decides; the last has no condition, so
that every need has exactly one answer and nobody chooses freely (FA-8). An example::

    {"steps": [{"when": {"standard_assortment": true}, "mechanism": "rank"},
               {"when": {}, "mechanism": "mini_competition"}],
     "decides": ["goods", "discount", "small_order_fee", "freight"],
     "tie_rule": "rank"}

Conditions:

``amount_below``, ``amount_from``   the value of the need, kroner without VAT
``standard_assortment``             every line is in it, or not
``category``                        every line is in one of the list
``region``                          it is delivered in one of the list (a geographic lot's part)
``coverage_case``                   the need names a case of missing coverage, or not (see ``secondary``)
``terms_needed``                    the need names terms that the framework has not fixed (FA-9), or not
``service``                         every line is a service, by its CPV code, or not

Mechanisms, and what a step must say besides:

``rank``               the highest-ranked supplier that can deliver; with ``only_rank`` the one of that rank and nobody else
``lowest_net_price``   the cheapest cover; ``max_suppliers`` may share it
``mini_competition``   all who can perform are invited
``cascade``            offered to one at a time in rank; each has ``hours`` working hours to answer
``assigned``           the supplier that SI assigned the buyer to, within quotas by ``measure``
``secondary``          the supplier of ``rank``, with a documented coverage case, up to ``max_share`` by ``measure``
``table``              the supplier that stands first in the ``table`` (route or location) and is not closed or unavailable
``dps_invitation``     all who are admitted in the category are invited (DPS-7)
``service_order``      services ordered from the highest-ranked supplier that can deliver
``refuse``             no call-off, with a ``reason`` in three languages

``decides`` names the parts of the net price that rank; the others are shown and decide nothing.
``tie_rule``: ``rank``, ``lowest_carbon`` or ``draw`` (seeded by the request id, so that it can be repeated).
``price_caps``: what one unit of a category may cost at most (:mod:`fellestorg.engines.caps`); may be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from decimal import Decimal
from typing import Any

from fellestorg.engines.caps import read_caps
from fellestorg.values import BadInput, Problem, decimal_text, exact

PARTS = ("goods", "discount", "small_order_fee", "freight", "handling", "carbon")
CONTRACT_PARTS = ("goods", "discount", "small_order_fee", "freight")
TIE_RULES = ("rank", "lowest_carbon", "draw")
MEASURES = ("employees", "value", "subscriptions")
TABLES = ("route", "location")
# Why a supplier that a table names is passed over although its row is open: what a buyer may state, and nothing else.
UNAVAILABLE = ("sold_out", "not_operating", "does_not_fit", "rate_refused", "no_answer")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language, for parsers and forms alike.

    ``kind``: ``amount`` (kroner without VAT), ``truth``, ``codes`` (a list; ``vocabulary`` says of what), ``count`` (1 or
    more), ``share`` (above 0, at most 1, four decimals), ``choice`` (one of ``options``), ``texts`` (nb, nn and en).
    """

    name: str
    kind: str
    vocabulary: str = ""
    options: tuple[str, ...] = ()
    required: bool = False


CONDITION_FIELDS = (
    Field("amount_below", "amount"),
    Field("amount_from", "amount"),
    Field("standard_assortment", "truth"),
    Field("category", "codes", "category"),
    Field("region", "codes", "region"),
    Field("coverage_case", "truth"),
    Field("terms_needed", "truth"),
    Field("service", "truth"),
)
_MEASURE = Field("measure", "choice", options=MEASURES, required=True)
# What a step must or may say besides its conditions, by mechanism.
MECHANISM_FIELDS: Mapping[str, tuple[Field, ...]] = {
    "rank": (Field("only_rank", "count"),),
    "lowest_net_price": (Field("max_suppliers", "count"),),
    "mini_competition": (),
    "cascade": (Field("hours", "count", required=True),),
    "assigned": (_MEASURE,),
    "secondary": (Field("rank", "count", required=True), Field("max_share", "share", required=True), _MEASURE),
    "table": (Field("table", "choice", options=TABLES, required=True),),
    "dps_invitation": (),
    "service_order": (),
    "refuse": (Field("reason", "texts", required=True),),
}
MECHANISMS = tuple(MECHANISM_FIELDS)
# The rules a mechanism's questions rest on, besides those that every decision may.
_MECHANISM_RULES: Mapping[str, tuple[str, ...]] = {
    "cascade": ("CASCADE",),
    "assigned": ("QUOTA",),
    "secondary": ("COVERAGE",),
    "table": ("TABLE",),
    "dps_invitation": ("DPS-6", "DPS-7"),
}
_CONDITIONS = tuple(one.name for one in CONDITION_FIELDS)
_STEP_FIELDS = {one.name: one for fields in MECHANISM_FIELDS.values() for one in fields}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for a step. ``None`` asks nothing."""

    amount_below: Decimal | None = None
    amount_from: Decimal | None = None
    standard_assortment: bool | None = None
    category: frozenset[str] | None = None
    region: frozenset[str] | None = None
    coverage_case: bool | None = None
    terms_needed: bool | None = None
    service: bool | None = None

    @property
    def empty(self) -> bool:
        return self == Conditions()


@dataclass(frozen=True, slots=True)
class Step:
    """Conditions and what follows when they all hold. What another mechanism would say is at its empty value."""

    when: Conditions
    mechanism: str
    only_rank: int = 0
    max_suppliers: int = 1
    hours: int = 0
    measure: str = ""
    rank: int = 0
    max_share: Decimal = Decimal(0)
    table: str = ""
    reason: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A lot's whole policy. ``steps`` is never empty and its last step has no condition."""

    steps: tuple[Step, ...]
    decides: tuple[str, ...]
    tie_rule: str
    price_caps: Mapping[str, Decimal] = made_by(default_factory=dict)

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


def parse_policy(document: object) -> Policy:
    """Read a policy document. Raises BadInput with every problem, each with its path."""
    if not isinstance(document, dict):
        raise BadInput.of("policy", "not_an_object", "expected an object with steps, decides and tie_rule")
    problems = [
        Problem(f"policy.{name}", "unknown_field", "there is no such field in a policy")
        for name in document.keys() - {"steps", "decides", "tie_rule", "price_caps"}
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
    caps = read_caps(document, problems)
    BadInput.raise_if(problems)
    return Policy(tuple(steps), tuple(part for part in PARTS if part in decides), str(tie_rule), caps)


def condition_json(when: Conditions) -> dict[str, Any]:
    """The conditions as the document writes them, in one fixed order."""
    written: dict[str, Any] = {}
    for field in CONDITION_FIELDS:
        value = getattr(when, field.name)
        if value is not None:
            written[field.name] = _WRITTEN.get(field.kind, bool)(value)
    return written


def mechanism_rules(document: Any) -> list[str]:
    """The ids of the rules that a policy document's mechanisms rest on, besides those of every decision.

    Facts carry them from the start, so that a decision can name them whatever it becomes.
    """
    mechanisms = [step["mechanism"] for step in document["steps"]]
    caps = {"CAP"} if document.get("price_caps") else set()
    return sorted(caps | {rule for one in mechanisms for rule in _MECHANISM_RULES.get(one, ())})


def is_service(cpv: str) -> bool:
    """Whether a CPV code is of a service: divisions 50 to 98 (Regulation (EC) 213/2008; 45 is works, 03-44 and 48 goods)."""
    return cpv[:2].isdecimal() and int(cpv[:2]) >= 50


_WRITTEN: Mapping[str, Any] = {"amount": decimal_text, "codes": sorted}


def _step(raw: object, where: str) -> Step:
    if not isinstance(raw, dict):
        raise BadInput.of(where, "not_an_object", "expected an object with when and mechanism")
    problems = [
        Problem(f"{where}.{name}", "unknown_field", "there is no such field in a step")
        for name in raw.keys() - {"when", "mechanism", *_STEP_FIELDS}
    ]
    mechanism = raw.get("mechanism")
    if mechanism not in MECHANISMS:
        problems.append(Problem(f"{where}.mechanism", "unknown", f"expected one of {', '.join(MECHANISMS)}"))
    own = {one.name: one for one in MECHANISM_FIELDS.get(str(mechanism), ())}
    found: dict[str, Any] = {}
    for name, field in _STEP_FIELDS.items():
        at = f"{where}.{name}"
        if name in own and own[name].required and name not in raw:
            problems.append(Problem(at, "missing", _expected(field)))
        elif name in raw:
            try:
                value = _value(field, raw[name], at)
            except BadInput as error:
                problems += error.problems
                continue
            if name in own:
                found[name] = value
            elif mechanism in MECHANISMS:
                problems += _not_here(name, value, at)
    when = Conditions()
    try:
        when = _conditions(raw.get("when", {}), f"{where}.when")
    except BadInput as error:
        problems += error.problems
    BadInput.raise_if(problems)
    return Step(when, str(mechanism), **found)


def _not_here(name: str, value: Any, where: str) -> Iterator[Problem]:
    """A field that another mechanism asks for. One supplier at most, and a reason beside the step, say nothing untrue."""
    if name == "max_suppliers" and value > 1:
        yield Problem(where, "cannot_split", "only lowest_net_price splits a need")
    elif name not in ("max_suppliers", "reason"):
        yield Problem(where, "not_here", "the step's mechanism does not ask for this")


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
    """A field's value, read by its kind. Raises BadInput."""
    wrong = BadInput.of(where, _WRONG.get(field.kind, "missing"), _expected(field))
    match field.kind:
        case "amount":
            return exact(raw, where, minimum=Decimal(0))
        case "truth" if isinstance(raw, bool):
            return raw
        case "codes" if isinstance(raw, list) and raw and all(isinstance(code, str) for code in raw):
            return frozenset(raw)
        case "count" if isinstance(raw, int) and not isinstance(raw, bool) and raw >= 1:
            return raw
        case "share":
            share = exact(raw, where)
            if 0 < share <= 1 and share == share.quantize(Decimal("0.0001")):
                return share
        case "choice" if raw in field.options:
            return raw
        case "texts" if isinstance(raw, dict) and all(raw.get(code) for code in ("nb", "nn", "en")):
            return raw
    raise wrong


_WRONG: Mapping[str, str] = {
    "truth": "not_a_truth",
    "codes": "not_a_list",
    "count": "not_a_number",
    "share": "not_a_share",
    "choice": "unknown",
}


def _expected(field: Field) -> str:
    match field.kind:
        case "truth":
            return "expected true or false"
        case "codes":
            return "expected a list of codes"
        case "count":
            return "expected 1 or more"
        case "share":
            return "expected a share above 0 and at most 1, with at most 4 decimals, such as 0.15"
        case "choice":
            return f"expected one of {', '.join(field.options)}"
    return f"expected a {field.name} in nb, nn and en"
