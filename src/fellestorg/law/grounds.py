"""Grounds for exclusion and clauses of a contract, as data with words in three languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from fellestorg.law.load import read_table, rule_book
from fellestorg.law.rules import LANGUAGES, Rule
from fellestorg.values import BadInput

CLAUSE_RULES = ("S-3", "S-4", "S-5")


@dataclass(frozen=True, slots=True)
class ExclusionGround:
    """A ground that tenderers declare themselves on. ``mandatory``: it must lead to rejection."""

    code: str
    mandatory: bool
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProposedClause:
    """A clause for the contract, the rule that proposes it, and the clause's words in three languages."""

    rule: Rule
    text: Mapping[str, str]


@cache
def exclusion_grounds() -> tuple[ExclusionGround, ...]:
    """Every ground, the mandatory first."""
    return tuple(
        ExclusionGround(code, row["mandatory"], MappingProxyType({key: row[key] for key in LANGUAGES}))
        for code, row in read_table("exclusion_grounds").items()
    )


def proposed_clauses(
    cpv: Sequence[str], value: Decimal | None, *, state: bool, notice: date
) -> tuple[ProposedClause, ...]:
    """The clauses that the category, the estimated value (kroner without VAT) and the buyer call for on that day."""
    found = []
    for rule_id in CLAUSE_RULES:
        try:
            rule = rule_book().rule(rule_id, on=notice)
        except BadInput:  # the rule came later
            continue
        prefixes = tuple(str(rule.values["cpv"]).split())
        reached = value is not None and value >= rule_book().rule(str(rule.values["threshold"]), notice).amount(
            "amount"
        )
        if reached and any(code.startswith(prefixes) for code in cpv) and (state or rule.values["buyers"] == "all"):
            found.append(ProposedClause(rule, MappingProxyType(read_table("contract_clauses")[rule_id])))
    return tuple(found)
