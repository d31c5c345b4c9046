"""The same need, day by day through the years: which agreement, which way, from whom and for how much.

Time falls into stretches at every day on which something may change for the need: an agreement begins or ends, its
call-off policy or a price does. The need is answered on the first day of each, by the same engine as today's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from fellestorg.agreements.models import FrameworkAgreement, PolicyVersion
from fellestorg.calloffs.answers import Answered, answer_need, names_for, suppliers_of
from fellestorg.calloffs.needs import Need
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.values import decimal_text

_LATE = time(23, 59, 59)
_ONE_DAY = timedelta(days=1)
_MOST_DAYS = 40


@dataclass(frozen=True, slots=True)
class Stretch:
    """The answer from a day to a day (None: until further notice). ``agreement`` and ``lot`` are empty in a gap.

    ``suppliers`` are the names of those ordered from, or of those invited; ``amount`` is kroner without VAT.
    """

    first: date
    last: date | None
    answered: Answered
    suppliers: tuple[str, ...]
    amount: Decimal | None

    @property
    def outcome(self) -> str:
        """The engine's outcome, or ``uncovered`` where no agreement covers the need."""
        return "uncovered" if "gap" in self.answered.facts else str(self.answered.answer["outcome"])

    @property
    def options_to(self) -> date | None:
        """In a gap: how far options that are not used could have taken the agreement before it."""
        ended = self.answered.facts["gap"]["ended"] if self.outcome == "uncovered" else None
        return date.fromisoformat(ended["options_to"]) if ended and ended["options_to"] else None

    @property
    def agreement(self) -> FrameworkAgreement | None:
        return None if self.outcome == "uncovered" else self.answered.lot.agreement

    def same_as(self, other: Stretch) -> bool:
        """Whether two stretches give a buyer the same answer."""
        mine, theirs = self.answered.lot.pk, other.answered.lot.pk
        if self.outcome == other.outcome == "uncovered":
            return True
        return (mine, self.outcome, self.suppliers, self.amount) == (
            theirs, other.outcome, other.suppliers, other.amount,
        )  # fmt: skip


def end_of(day: date) -> datetime:
    """The last second of a day in Norway: everything that happened on it counts."""
    return datetime.combine(day, _LATE, clock.OSLO)


def over_time(need: Need, *, actor: Actor, now: datetime) -> list[Stretch]:
    """The answers to a need from its first agreement on, oldest first; equal neighbours are one stretch.

    Words become items once, on the day asked from, so that it is the same need throughout. Raises BadInput where no
    agreement has ever had what is asked for.
    """
    best = answer_need(need, actor=actor, at=now)[0]
    asked = replace(need, text="", lines=best.need.lines) if need.text else need
    days = _turning_days(asked, best)
    found: list[Stretch] = []
    for index, first in enumerate(days):
        last = days[index + 1] - _ONE_DAY if index + 1 < len(days) else None
        one = _stretch(answer_need(asked, actor=actor, at=end_of(first))[0], first, last)
        if found and found[-1].same_as(one):
            one = replace(one, first=found.pop().first)
        found.append(one)
    return found


def over_time_link(need: Need) -> str:
    """The address of the table for a need; empty where the need is too long to stand in an address."""
    asked = {"buyer": need.buyer, "text": need.text, "category": need.category}
    asked["lines"] = "\n".join(f"{line.item};{decimal_text(line.quantity)}" for line in need.lines)
    asked["amount"] = "" if need.amount is None else decimal_text(need.amount)
    link = f"{reverse('over_time')}?{urlencode({name: value for name, value in asked.items() if value})}"
    return link if len(link) < 2000 else ""


def _stretch(answered: Answered, first: date, last: date | None) -> Stretch:
    answer = answered.answer
    names = names_for(answer)
    chosen = suppliers_of(answer)
    # In a gap nobody has a price, whatever was agreed before.
    priced = answer["amount"] is not None and "gap" not in answered.facts
    amount = Decimal(answer["amount"]) if priced else None
    return Stretch(first, last, answered, tuple(names.get(one, one) for one in chosen), amount)


def _turning_days(need: Need, best: Answered) -> list[date]:
    """The days on which the answer may change, from the first agreement's first day; the newest where there are many."""
    numbers = {line.item for line in need.lines}
    categories = {line["category"] for line in best.facts["need"]["lines"]} | set(filter(None, [need.category]))
    inside = Q(lots__categories__overlap=sorted(categories or best.lot.categories))
    agreements = FrameworkAgreement.objects.filter(inside | Q(lots__items__number__in=numbers)).distinct()
    days = {day for one in agreements for day in (one.starts, one.ends + _ONE_DAY)}
    first = min(days)
    policies = PolicyVersion.objects.filter(lot__agreement__in=agreements, valid_from__gt=first)
    items = Item.objects.filter(number__in=numbers, lot__agreement__in=agreements)
    prices = PriceLine.objects.filter(item__in=items, valid_from__gt=first)
    changes = {*policies.values_list("valid_from", flat=True), *prices.values_list("valid_from", flat=True)}
    room = max(_MOST_DAYS - len(days), 0)
    return sorted(days | set(sorted(changes - days)[-room:] if room else ()))
