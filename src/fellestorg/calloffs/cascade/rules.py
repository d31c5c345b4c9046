"""Offers in turn, as pure logic: who is asked in which order at which price, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from fellestorg.law import rule_book
from fellestorg.law.working_hours import OSLO, add_working_hours


@dataclass(frozen=True, slots=True)
class Turn:
    """A supplier to ask, and the engine's order at the prices frozen in the decision. ``contract_value`` is in kroner
    without VAT."""

    number: int
    supplier: str
    rank: int
    contract_value: Decimal
    order: Mapping[str, Any]


def is_cascade(answer: Mapping[str, Any]) -> bool:
    """Whether the decision asks the suppliers in turn, also where somebody must approve first."""
    return bool(answer.get("queue"))


def turns(answer: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Every supplier that is to be asked, first things first."""
    return tuple(
        Turn(
            number,
            one["supplier"],
            one["rank"],
            Decimal(one["order"].get("contract_value", one["order"]["net"])),
            one["order"],
        )
        for number, one in enumerate(answer["queue"], 1)
    )


def answer_by(opened: datetime, hours: int) -> datetime:
    """The last instant at which an answer counts."""
    return add_working_hours(opened, hours)


def remind_at(opened: datetime, hours: int) -> datetime:
    """When a supplier that has not answered is reminded: when a share of its working hours has gone (rule CASCADE).

    Whole hours, at least one; a deadline of one hour runs out before there is a reminder.
    """
    share = rule_book().rule("CASCADE", on=opened.astimezone(OSLO).date()).amount("remind_after_share")
    return add_working_hours(opened, max(int(hours * share), 1))


def still_open(now: datetime, until: datetime) -> bool:
    """Whether an answer counts now. The instant itself still does; after it the turn is over, whoever has noticed."""
    return now <= until
