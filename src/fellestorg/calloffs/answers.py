"""Finding the lot for a need, answering it, and the wire shape of the answer (``fellestorg calloff``, ``/api/v1``)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fellestorg.agreements import gaps
from fellestorg.agreements.models import Lot
from fellestorg.calloffs import facts, texts
from fellestorg.calloffs.lots import lots_for, serving
from fellestorg.calloffs.needs import Need, NeedLine
from fellestorg.catalogues.models import Item
from fellestorg.catalogues.queries import ItemHit, search_items
from fellestorg.engines.routing import decide
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, kroner

_QUANTITY = re.compile(
    r"^\s*(?P<quantity>\d{1,7})\s*(?:stk\.?|stykker|x|×)?\s+(?P<words>.+)$", re.IGNORECASE | re.DOTALL
)
_USED = re.compile(r"\b(brukt|brukte|used|reconditioned|refurbished)\b", re.IGNORECASE)
_MOST_ALTERNATIVES = 4
_MOST_CHOICES = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """An item that fits what somebody wrote, and what the need would be worth with it (``None`` where nobody delivers)."""

    item: str
    name: str
    quantity: Decimal
    amount: Decimal | None
    standard: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """One way to cover a need: the need as placed in a lot, and the engine's answer.

    Where the need was words, ``choices`` are the items that fit them as well; the cheapest of the best is answered.
    """

    need: Need
    lot: Lot
    facts: dict[str, Any]
    answer: dict[str, Any]
    choices: tuple[Choice, ...] = ()

    @property
    def lawful(self) -> bool:
        return bool(self.answer["outcome"] != "refused")


def answer_need(need: Need, *, actor: Actor, at: datetime) -> list[Answered]:
    """Every way a need may be covered, best first: lawful before refused, then as well as the lot fits.

    Writes nothing. Raises BadInput where no agreement has what is asked for.
    """
    if need.text:
        answers = _answer_text(need, actor=actor, at=at)
    else:
        lots = lots_for(need, clock.local_day(at))[:_MOST_ALTERNATIVES]
        answers = [_answer(need, lot, actor, at) for lot in lots]
    return sorted(answers, key=lambda one: not one.lawful)


def _answer(need: Need, lot: Lot, actor: Actor, at: datetime) -> Answered:
    placed = need.within(lot.agreement.key, lot.key)
    gathered = facts.gather(placed, lot, actor=actor, at=at)
    return Answered(placed, lot, gathered.facts, decide(gathered.facts))


def _answer_text(need: Need, *, actor: Actor, at: datetime) -> list[Answered]:
    """Read "10 bærbare PC-er": how many, and in each lot the cheapest of the items that fit the words best."""
    quantity, words = read_quantity(need.text)
    if quantity <= 0:
        raise BadInput.of("text", "not_a_quantity", "expected a quantity above 0")
    hits: dict[int, list[ItemHit]] = {}
    for hit in items_like(words, clock.local_day(at), need.agreement, need.lot):
        hits.setdefault(hit.lot_id, []).append(hit)
    if not hits:
        raise BadInput.of("text", "nothing_found", f"no agreement has anything like {words!r}")
    lots = Lot.objects.select_related("agreement").in_bulk(hits)
    near = serving([lots[pk] for pk in hits], need.buyer)[:_MOST_ALTERNATIVES]
    return [_cheapest(need, lot, hits[lot.pk], quantity, actor, at) for lot in near]


def read_quantity(text: str) -> tuple[Decimal, str]:
    """How many, and of what: "10 bærbare PC-er" is 10 of "bærbare PC-er". One where no number is written first."""
    match = _QUANTITY.match(text)
    return (Decimal(match["quantity"]), match["words"]) if match else (Decimal(1), text)


def items_like(words: str, day: date, agreement: str = "", lot: str = "") -> list[ItemHit]:
    """The items that fit on the day, and those in a gap that fit as well; those in a gap alone where they fit better.

    What lies in a gap is looked for on the last day before it and the first day after it, so that the answer can tell of
    the gap instead of finding nothing.
    """

    def on(asked: date) -> list[ItemHit]:
        hits = search_items(words, day=asked, limit=60)
        return [hit for hit in hits if agreement in ("", hit.agreement) and lot in ("", hit.lot)]

    found, missed = on(day), list[ItemHit]()
    for gap in gaps.holding(day):
        for edge in filter(None, (gap.day_before, gap.day_after)):
            if not missed:
                missed = [hit for hit in on(edge) if hit.category in gap.categories]
    if not missed or not found or missed[0].matched == 0:
        return found or missed
    if found[0].matched == 0 or found[0].matched > missed[0].matched:
        return found
    return missed if found[0].matched < missed[0].matched else [*found, *missed]


def _cheapest(need: Need, lot: Lot, hits: Sequence[ItemHit], quantity: Decimal, actor: Actor, at: datetime) -> Answered:
    best = hits[0]
    if not best.matched:
        hits = hits[:1]  # an item number was written, not words
    # Of the kind that fits best: a cover for a phone is no cheaper phone.
    fitting = [hit for hit in hits if (hit.matched, hit.category) == (best.matched, best.category)][:_MOST_CHOICES]
    tried = [(hit, _answer(replace(need, lines=(NeedLine(hit.number, quantity),)), lot, actor, at)) for hit in fitting]

    def order(one: tuple[ItemHit, Answered]) -> tuple[bool, bool, bool, Decimal, str]:
        hit, answered = one
        amount = answered.answer["amount"]
        # Nobody is sold a second-hand item who did not ask for one; it is shown among the other choices.
        unasked = hit.used and not _USED.search(need.text)
        return (not answered.lawful, unasked, not hit.standard_assortment, Decimal(amount or "Infinity"), hit.number)

    tried.sort(key=order)
    choices = tuple(
        Choice(
            hit.number,
            hit.name,
            quantity,
            Decimal(answered.answer["amount"]) if answered.answer["amount"] else None,
            hit.standard_assortment,
        )
        for hit, answered in tried
    )
    return replace(tried[0][1], choices=choices if len(choices) > 1 else ())


def suppliers_of(answer: Mapping[str, Any]) -> list[str]:
    """Whom an answer leads to: those who get an order, are asked in turn, or are invited."""
    ordered = [order["supplier"] for order in answer["orders"]]
    return ordered or [one["supplier"] for one in answer.get("queue", ())] or list(answer["invitees"])


def names_for(answer: Mapping[str, Any], buyer: str = "") -> dict[str, str]:
    """Names of the organisations an answer speaks of, by number."""
    numbers = {offer["supplier"] for offer in answer["offers"]} | set(answer["invitees"]) | {buyer}
    for step in answer["trace"]:
        # A table or a quota may name somebody that has no position in the lot.
        params = step["params"]
        numbers |= {one["supplier"] for one in params.get("passed", ())}
        numbers |= {params["supplier"]} if params.get("supplier") else set()
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
        **{name: answer[name] for name in ("queue", "hours", "due") if name in answer},
        "offers": [
            {
                "supplier": offer["supplier"],
                "rank": offer["rank"],
                "net": offer["net"],
                "deciding": offer["deciding"],
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
        "choices": [
            {"item": one.item, "name": one.name, "amount": None if one.amount is None else kroner(one.amount)}
            for one in answered.choices
        ],
        "ceiling": answer["ceiling"],
        "rules": answer["rules"],
    }


def items_of(answered: Answered) -> dict[str, Item]:
    """The items of a need's lines, by number, from the lot where it has them."""
    numbers = {line.item for line in answered.need.lines}
    return {item.number: item for item in Item.objects.filter(number__in=numbers, lot=answered.lot)}
