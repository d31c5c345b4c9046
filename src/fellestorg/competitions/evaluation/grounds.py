"""The grounds on which a tender may be taken out: the rules of law/rejection.toml."""

from __future__ import annotations

from datetime import date

from fellestorg.law.load import rule_book
from fellestorg.law.rules import Rule

REDUCE = "REDUCE"
"""The ground of a tender that was not taken further between rounds: no rejection, though it is out for the same purposes."""


def rejection_grounds() -> tuple[str, ...]:
    """The ids of the grounds, in the order of the file."""
    return tuple(one for one in rule_book().ids() if one.startswith("REJECT-"))


def ground(rule_id: str, notice: date) -> Rule:
    """The version of a ground that a competition follows: the one in force on the day of its notice."""
    return rule_book().rule(rule_id, on=notice)
