"""Finding the lot for a need, answering it, and the wire shape of the answer (``fellestorg calloff``, ``/api/v1``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts, texts
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.catalogues.models import Item
from fellestorg.catalogues.queries import search_items
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput

_QUANTITY = re.compile(r"^\s*(?P<quantity>\d{1,7})\s*(?:stk\.?|stykker|x|×)?\s+(?P<words>.+)$", re.IGNORECASE | re.DOTALL)
_MOST_ALTERNATIVES = 4


@dataclass(frozen=True, slots=True)
class Answered:
    """One way to cover a need: the need as placed in a lot, and the engine's answer."""

    need: Need
    lot: Lot
    facts: dict[str, Any]
    answer: dict[str, Any]

    @property
    def lawful(self) -> bool:
        return bool(self.answer["outcome"] != "refused")


def answer_need(need: Need, *, actor: Actor, at: datetime) -> list[Answered]:
    """Every way a need may be covered, best first: lawful before refused, then as well as the lot fits.

    Writes nothing. Raises BadInput where no agreement has what is asked for.
    """
    day = clock.local_day(at)
    placed = _from_text(need, at) if need.text else [(need, lot) for lot in facts.lots_for(need, day)]
    answers = []
    for wanted, lot in placed[:_MOST_ALTERNATIVES]:
        wanted = wanted.within(lot.agreement.key, lot.key)
        gathered = facts.gather(wanted, lot, actor=actor, at=at)
        answers.append(Answered(wanted, lot, gathered.facts, decide(gathered.facts)))
    return sorted(answers, key=lambda one: not one.lawful)


def _from_text(need: Need, at: datetime) -> list[tuple[Need, Lot]]:
    """Read "10 bærbare PC-er": how many, and the best-fitting item of each lot."""
    match = _QUANTITY.match(need.text)
    quantity = Decimal(match["quantity"]) if match else Decimal(1)
    words = match["words"] if match else need.text
    if quantity <= 0:
        raise BadInput.of("text", "not_a_quantity", "expected a quantity above 0")
    found = search_items(words, day=clock.local_day(at), limit=40)
    lots = {lot.pk: lot for lot in Lot.objects.filter(pk__in={hit.lot_id for hit in found}).select_related("agreement")}
    placed: dict[int, tuple[Need, Lot]] = {}
    for hit in found:
        lot = lots[hit.lot_id]
        fits = need.agreement in ("", lot.agreement.key) and need.lot in ("", lot.key)
        if fits and lot.pk not in placed:
            placed[lot.pk] = (replace(need, lines=(NeedLine(hit.number, quantity),)), lot)
    if not placed:
        raise BadInput.of("text", "nothing_found", f"no agreement has anything like {words!r}")
    return list(placed.values())


def names_for(answer: Mapping[str, Any], buyer: str = "") -> dict[str, str]:
    """Names of the organisations an answer speaks of, by number."""
    numbers = {offer["supplier"] for offer in answer["offers"]} | set(answer["invitees"]) | {buyer}
    return dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))


def answer_json(answered: Answered, language: str | None = None) -> dict[str, Any]:
    """The answer as commands and other systems read it (``interfaces.md``)."""
    answer = answered.answer
    words = texts.render(answer, names_for(answer, answered.need.buyer), language)
    return {
        "outcome": answer["outcome"],
        "reason": words.reason,
        "reason_code": answer["reason"]["code"],
        "agreement": answer["agreement"],
        "lot": answer["lot"],
        "amount": answer["amount"],
        "contract_value": answer["contract_value"],
        "orders": [
            {
                "supplier": order["supplier"],
                "lines": order["lines"],
                "net": order["net"],
                "contract_value": order.get("contract_value", order["net"]),
                "parts": order["parts"],
                "order_lines": order["order_lines"],
            }
            for order in answer["orders"]
        ],
        "invitees": answer["invitees"],
        "offers": [
            {
                "supplier": offer["supplier"],
                "rank": offer["rank"],
                "net": offer["net"],
                "price_rank": offer["price_rank"],
                "parts": offer["parts"],
                "missing": offer["missing"],
                "carbon_estimated": offer["carbon_estimated"],
                "excluded_because": offer["excluded_because"],
            }
            for offer in answer["offers"]
        ],
        "decides": answer["decides"],
        "trace": [
            {
                "step": step.step,
                "condition": step.condition,
                "holds": step.holds,
                "because": step.because,
                "code": raw["code"],
                "rule": step.rule,
            }
            for step, raw in zip(words.trace, answer["trace"], strict=True)
        ],
        "warnings": list(words.warnings),
        "ceiling": answer["ceiling"],
        "rules": answer["rules"],
    }


def items_of(answered: Answered) -> dict[str, Item]:
    """The items of a need's lines, by number, from the lot where it has them."""
    numbers = {line.item for line in answered.need.lines}
    return {item.number: item for item in Item.objects.filter(number__in=numbers, lot=answered.lot)}
