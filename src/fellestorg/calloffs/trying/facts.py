"""The facts of a trial of a call-off policy: what was asked, laid on what is known of the lot that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, Participation, PolicyVersion, SupplierPosition
from fellestorg.agreements.options import option_facts
from fellestorg.calloffs import facts
from fellestorg.calloffs.needs import ROUTE, Need, Stated
from fellestorg.engines.policy import Policy, Step
from fellestorg.engines.steps import NeedFacts
from fellestorg.kernel import clock
from fellestorg.kernel.sheets import RowError, day_in, decimal_in
from fellestorg.law import rule_book
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Problem, decimal_text

CASES = ("", "documented", "undocumented")
NOBODY = "none"
_SERVICE_CPV = "79000000"
# A made-up lot holds this many units, so that a share of them is told by its per cent.
_UNITS = Decimal(1000)
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
    """The facts of a trial. ``buyer`` empty: any agency on the list; ``suspended`` and ``unavailable``: numbers of
    suppliers left out.

    ``case`` is one of ``CASES``; ``share`` the secondary supplier's share of one with this need in it, and ``assigned`` the
    supplier the buyer is assigned to (``NOBODY``: none); where they are None or empty, what is known holds. ``place`` is
    a route or a place's key.
    """

    amount: Decimal
    day: date
    category: str
    standard: bool = True
    region: str = ""
    buyer: str = ""
    suspended: frozenset[str] = frozenset()
    service: bool = False
    terms: bool = False
    case: str = ""
    share: Decimal | None = None
    assigned: str = ""
    place: str = ""
    unavailable: frozenset[str] = field(default_factory=frozenset)

    def need_facts(self, region: str) -> NeedFacts:
        """What a policy's conditions look at."""
        categories = frozenset(filter(None, [self.category]))
        return NeedFacts(self.amount, self.standard, categories, region, bool(self.case), self.terms, self.service)


def read_asked(given: Mapping[str, str], lot: Lot, today: date) -> Asked:
    """A trial from fields ``amount``, ``day``, ``category``, ``standard``, ``service`` and ``terms`` (ja/nei), ``region``,
    ``buyer``, ``case``, ``share`` (per cent), ``assigned``, ``place``, ``suspended-NUMBER`` and ``unavailable-NUMBER``;
    what is not given has a sensible value. Raises BadInput with all problems."""
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

    def numbers(prefix: str) -> frozenset[str]:
        return frozenset(name.removeprefix(prefix) for name in given if name.startswith(prefix))

    amount = read("amount", lambda text: decimal_in(text, places=2), Decimal(100_000))
    share = read("share", lambda text: decimal_in(text, places=2), None)
    if share is not None and share > 100:
        problems.append(Problem("share", "too_large", _("høyst 100 prosent")))
    day = read("day", day_in, today)
    buyer = "".join(given.get("buyer", "").split())
    if buyer and not Organisation.objects.filter(number=buyer).exists():
        problems.append(Problem("buyer", "unknown_buyer", _("det finnes ingen virksomhet med dette nummeret")))
    BadInput.raise_if(problems)
    case = given.get("case", "")
    return Asked(
        amount,
        day,
        given.get("category", "") or next(iter(lot.categories), ""),
        given.get("standard", "ja") != "nei",
        given.get("region", ""),
        buyer,
        numbers("suspended-"),
        given.get("service", "") == "ja",
        given.get("terms", "") == "ja",
        case if case in CASES else "",
        None if share is None else share / 100,
        given.get("assigned", "").strip(),
        given.get("place", "").strip()[:60],
        numbers("unavailable-"),
    )


def trial_facts(lot: Lot, document: object, version: int, asked: Asked, at: datetime) -> dict[str, Any]:
    """Facts for ``engines.routing.decide``: one made-up line that every supplier in place that day can deliver at the same
    price. What the rooms above know is as it stands that day, with what was asked laid on it.

    The amount is stated, so that the answer holds for it whatever is bought; the ceiling is as it stands now.
    """
    buyer = Organisation.objects.filter(number=asked.buyer).first() if asked.buyer else None
    valid = Q(valid_to=None) | Q(valid_to__gte=asked.day)
    positions = SupplierPosition.objects.filter(valid, lot=lot, valid_from__lte=asked.day).select_related("supplier")
    taking_part = Participation.objects.filter(valid, agreement=lot.agreement_id, organisation=buyer)
    need = Need("what-if", asked.buyer, amount=asked.amount, category=asked.category, stated=_stated(asked))
    gathered = facts.assemble(
        need,
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
    )
    facts.add_from_sources(gathered, need, _instant(asked.day, at))
    made = gathered.facts
    if buyer is None:
        made["buyer"] = {"number": "", "listed": True, "from": lot.agreement.starts.isoformat(), "ground": None}
    line = {"item": _("en vare"), "quantity": "1", "category": asked.category, "standard": asked.standard}
    line |= {"cpv": _SERVICE_CPV if asked.service else "", "in_lot": asked.category in lot.categories}
    made["need"] |= {"lines": [line], "category": ""}
    made["need"]["region"] = asked.region or made["need"]["region"]
    offer = {"line": "0", "price_line": 0, "unit_price": decimal_text(asked.amount), "tiers": [], "co2e_kg": None}
    for supplier in made["suppliers"]:
        supplier |= {"terms": dict(_WITHOUT_TERMS), "offers": [dict(offer)]}
        if supplier["supplier"] in asked.suspended:
            supplier["suspended_because"] = _("prøvd som suspendert")
    for step in document["steps"]:  # type: ignore[index]  # assemble has read it
        _lay_on(made, step, asked)
    return made


def concerned(policies: Iterable[Policy]) -> frozenset[str]:
    """Which facts any of the policies looks at: names of conditions and of mechanisms."""
    steps: list[Step] = [step for policy in policies for step in policy.steps]
    conditions = {name for step in steps for name in step.when.__slots__ if getattr(step.when, name) is not None}
    return frozenset(conditions | {step.mechanism for step in steps})


def _stated(asked: Asked) -> Stated:
    route = asked.place.upper() if ROUTE.fullmatch(asked.place.upper()) else ""
    return Stated(terms=(_("prøvd vilkår"),) if asked.terms else (), route=route, location=asked.place)


def _instant(day: date, at: datetime) -> datetime:
    return at if clock.local_day(at) == day else datetime.combine(day, time(12), clock.OSLO)


def _lay_on(made: dict[str, Any], step: Mapping[str, Any], asked: Asked) -> None:
    """Lay what was asked, or something made up where nothing is known, on the facts that a step's mechanism looks at."""
    match step["mechanism"]:
        case "assigned":
            _assign(made, step, asked)
        case "secondary":
            _cover(made, step, asked)
        case "table":
            _tabulate(made, step, asked)
        case "dps_invitation" if not made.get("dps", {}).get("admitted"):
            _admit(made, asked)
    if asked.case:
        made["need"]["coverage_case"] = _("prøvd sak")


def _assign(made: dict[str, Any], step: Mapping[str, Any], asked: Asked) -> None:
    quota = made.setdefault("quota", {"measure": step["measure"], "assigned": None, "since": None, "standing": []})
    if asked.assigned:
        quota |= {"assigned": None if asked.assigned == NOBODY else asked.assigned, "since": None}


def _cover(made: dict[str, Any], step: Mapping[str, Any], asked: Asked) -> None:
    nothing = {"units": {}, "total": decimal_text(_UNITS), "expected_from": {}}
    coverage = made.setdefault("coverage", {"measure": step["measure"], **nothing})
    documented = asked.case == "documented"
    tried = {"id": _("prøvd sak"), "place": _("et sted"), "date": made["date"], "documented": documented}
    coverage |= {"case": tried if asked.case else None, "wanted": "1"}
    if asked.share is not None:
        secondary = next((one["supplier"] for one in made["suppliers"] if one["rank"] == step["rank"]), None)
        units = {} if secondary is None else {secondary: decimal_text(asked.share * _UNITS)}
        coverage |= {"units": units, "total": decimal_text(_UNITS), "wanted": "0"}


def _tabulate(made: dict[str, Any], step: Mapping[str, Any], asked: Asked) -> None:
    if "table" not in made and asked.place:
        rows = [
            {"supplier": one["supplier"], "rank": one["rank"], "closed": None, "basis": {}} for one in made["suppliers"]
        ]
        made["table"] = {"kind": step["table"], "key": asked.place, "rows": rows}
    if asked.unavailable:
        made["need"]["unavailable"] = [{"supplier": one, "reason": "sold_out"} for one in sorted(asked.unavailable)]


def _admit(made: dict[str, Any], asked: Asked) -> None:
    made["dps"] = {
        "category": asked.category or None,
        "admitted": [{"supplier": one["supplier"], "since": made["date"]} for one in made["suppliers"]],
        "days": rule_book().rule("DPS-6", on=asked.day).count("days"),
        "due": compute_deadline("dps_tender", asked.day).due.isoformat(),
    }
