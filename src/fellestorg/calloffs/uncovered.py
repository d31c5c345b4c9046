"""What the engine is told of a day on which no joint agreement covers a need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from fellestorg.agreements import gaps
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation
from fellestorg.values import kroner


def gap_facts(
    categories: Sequence[str], buyer: Organisation | None, day: date
) -> tuple[dict[str, Any], list[Rule]] | None:
    """The agreement that ended, the one that begins, and from which amounts the agency's own procurement must follow
    which rules that day; with those rules. None where some agreement covers one of the categories."""
    if gaps.covered(categories, day):
        return None
    ended, coming = gaps.around(categories, day)
    rules = own_procurement_rules(buyer, day)
    told = {
        "categories": list(categories),
        "ended": _ended(ended, day) if ended else None,
        "next": {"key": coming.key, "title": _titles(coming), "starts": coming.starts.isoformat()} if coming else None,
        "thresholds": [{"rule": rule.id, "amount": kroner(rule.amount("amount"))} for rule in rules],
    }
    return told, rules


def own_procurement_rules(buyer: Organisation | None, day: date) -> list[Rule]:
    """The thresholds that an agency's own procurement meets, as they are known on a day, lowest first."""
    state = buyer is None or buyer.kind == Organisation.Kind.AGENCY
    wanted = ("T-LAW", "T-NAT", "T-EEA-STATE" if state else "T-EEA-OTHER")
    return [one for rule_id in wanted for one in rule_book().versions(rule_id) if one.in_force(day)]


def _ended(agreement: FrameworkAgreement, day: date) -> dict[str, Any]:
    # An option that was never used, and would have covered the day.
    option = agreement.latest_end.isoformat() if agreement.latest_end >= day else None
    return {"key": agreement.key, "title": _titles(agreement), "ends": agreement.ends.isoformat(), "options_to": option}


def _titles(agreement: FrameworkAgreement) -> dict[str, str]:
    return {code: localised(agreement, "title", code) for code in LANGUAGES}
