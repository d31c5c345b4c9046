"""Reads the rule files and refuses, all at once, whatever is wrong with them.

A rule file is TOML. Each table under ``rules`` is a rule, named by its id::

    [rules.FA-1]
    title = { nb = "...", nn = "...", en = "..." }
    text = { nb = "...", nn = "...", en = "..." }
    follows = "notice"             # the day of the notice chooses the version; left out: the day it is used
    [[rules.FA-1.versions]]
    valid_from = 2017-01-01
    valid_to = 2026-06-30          # left out while it lasts
    source = "FOA § 26-1"
    verified = false
    values = { max_months = 48 }   # may be left out

A version may have a ``title`` or ``text`` of its own, where the words changed with the law. Amounts and shares are
strings (``"500000"``, ``"0.15"``) and become ``Decimal``; counts are integers; floats are refused. Other top-level
tables (``holidays``, ``deadlines``, ``indexes``) belong to the module that reads them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from fellestorg.law.rules import LANGUAGES, Rule, RuleBook, RuleValue, make_rule_book
from fellestorg.values import BadInput, Problem

_RULE_KEYS = {"title", "text", "versions", "follows"}
_FOLLOWS = ("day", "notice")
_VERSION_KEYS = {"valid_from", "valid_to", "source", "verified", "values", "title", "text"}
_TABLES = {"rules", "holidays", "deadlines", "indexes", "procedures", "contract_clauses", "exclusion_grounds"}
_DECIMAL = re.compile(r"-?\d+(\.\d+)?\Z")


@cache
def rule_book() -> RuleBook:
    """The rules that come with the product, read and checked once. ``BadInput`` names every fault in the files."""
    return make_rule_book(read_rules(rule_files()))


def rule_files() -> list[tuple[str, str]]:
    """Name and content of every rule file in this folder, by name."""
    files = [f for f in resources.files("fellestorg.law").iterdir() if f.name.endswith(".toml")]
    return [(f.name, f.read_text(encoding="utf-8")) for f in sorted(files, key=lambda f: f.name)]


def read_table(name: str) -> dict[str, Any]:
    """The rows of a table that is not rules (``holidays``, ``deadlines``, ``indexes``), from the file that bears its name."""
    content = resources.files("fellestorg.law").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    rows: dict[str, Any] = tomllib.loads(content)[name]
    return rows


def read_rules(files: Iterable[tuple[str, str]]) -> tuple[Rule, ...]:
    """The versions of all rules in these files (name, content), ordered by file, rule and time.

    ``BadInput`` lists every fault by file, rule and field: unreadable TOML, unknown or missing fields, a missing
    language, a float, versions out of order or overlapping, the same rule twice.
    """
    problems: list[Problem] = []
    rules: list[Rule] = []
    home: dict[str, str] = {}
    for name, content in files:
        for rule_id, table in _tables(name, content, problems):
            if rule_id in home:
                problems.append(Problem(f"{name}: {rule_id}", "rule_twice", f"is already in {home[rule_id]}"))
            home[rule_id] = name
            rules.extend(_Reader(name, rule_id, problems).read(table))
    BadInput.raise_if(problems)
    return tuple(rules)


def _tables(name: str, content: str, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    try:
        document = tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(name, "not_toml", f"cannot be read: {error}"))
        return
    known = ", ".join(sorted(_TABLES))
    problems.extend(
        Problem(f"{name}: {table}", "unknown_field", f"expected one of {known}")
        for table in document
        if table not in _TABLES
    )
    rules = document.get("rules", {})
    if not isinstance(rules, dict):
        problems.append(Problem(f"{name}: rules", "not_a_table", "expected one table per rule"))
        return
    yield from rules.items()


class _Reader:
    """Reads one rule, noting every fault where it stands."""

    def __init__(self, name: str, rule_id: str, problems: list[Problem]) -> None:
        self.where = f"{name}: {rule_id}"
        self.rule_id = rule_id
        self.problems = problems

    def read(self, table: Any) -> list[Rule]:
        if not isinstance(table, dict):
            self.fault("", "not_a_table", "expected a table")
            return []
        self.unknown("", table, _RULE_KEYS)
        versions = table.get("versions")
        if not isinstance(versions, list) or not versions:
            self.fault(".versions", "missing", "expected at least one version")
            return []
        rules = [rule for i, row in enumerate(versions) if (rule := self.version(f".versions[{i}]", row, table))]
        for i, (earlier, later) in enumerate(pairwise(rules), start=1):
            if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
                end = earlier.valid_to or "further notice"
                text = f"starts {later.valid_from}, but the version before lasts to {end}"
                self.fault(f".versions[{i}].valid_from", "overlap", text)
        return rules

    def version(self, at: str, row: Any, rule: Mapping[str, Any]) -> Rule | None:
        """The version, or ``None`` where its days cannot be read (so that it cannot be compared with the others)."""
        if not isinstance(row, dict):
            self.fault(at, "not_a_table", "expected a table")
            return None
        self.unknown(at, row, _VERSION_KEYS)
        valid_from, valid_to = (self.day(f"{at}.{key}", row.get(key)) for key in ("valid_from", "valid_to"))
        if valid_from is None:
            if "valid_from" not in row:
                self.fault(f"{at}.valid_from", "missing", "expected a day such as 2017-01-01")
            return None
        if valid_to is not None and valid_to < valid_from:
            self.fault(f"{at}.valid_to", "ends_before_start", f"{valid_to} is before {valid_from}")
        source, verified = row.get("source"), row.get("verified")
        if not isinstance(source, str) or not source.strip():
            self.fault(f"{at}.source", "missing", "expected where the rule was found")
        if not isinstance(verified, bool):
            self.fault(f"{at}.verified", "missing", "expected true or false")
        return Rule(
            id=self.rule_id,
            version=valid_from.isoformat(),
            valid_from=valid_from,
            valid_to=valid_to,
            source=str(source),
            verified=verified is True,
            values=self.values(f"{at}.values", row.get("values", {})),
            title=self.languages("title", at, row, rule),
            text=self.languages("text", at, row, rule),
            follows=self.follows(rule),
        )

    def day(self, at: str, value: Any) -> date | None:
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fault(at, "not_a_day", f"expected a day such as 2017-01-01, found {value!r}")
            return None
        return value

    def values(self, at: str, table: Any) -> Mapping[str, RuleValue]:
        if not isinstance(table, dict):
            self.fault(at, "not_a_table", "expected names and values")
            return MappingProxyType({})
        found: dict[str, RuleValue] = {}
        for key, value in table.items():
            if isinstance(value, str):
                found[key] = Decimal(value) if _DECIMAL.match(value) else value
            elif isinstance(value, int) and not isinstance(value, bool):
                found[key] = value
            else:
                self.fault(
                    f"{at}.{key}", "not_a_value", f"expected text, a decimal string or an integer, found {value!r}"
                )
        return MappingProxyType(found)

    def languages(self, key: str, at: str, row: Mapping[str, Any], rule: Mapping[str, Any]) -> Mapping[str, str]:
        """The version's own words, else the rule's."""
        texts, at = (row[key], f"{at}.{key}") if key in row else (rule.get(key), f".{key}")
        if not isinstance(texts, dict):
            self.fault(at, "missing", f"expected {', '.join(LANGUAGES)}")
            return MappingProxyType({})
        self.unknown(at, texts, set(LANGUAGES))
        for language in LANGUAGES:
            text = texts.get(language)
            if not isinstance(text, str) or not text.strip():
                self.fault(f"{at}.{language}", "missing_language", "expected a text in this language")
        return MappingProxyType({language: str(texts.get(language, "")) for language in LANGUAGES})

    def follows(self, rule: Mapping[str, Any]) -> str:
        value = rule.get("follows", "day")
        if value not in _FOLLOWS:
            self.fault(".follows", "not_a_value", f"expected one of {', '.join(_FOLLOWS)}, found {value!r}")
        return str(value)

    def unknown(self, at: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table:
            if key not in known:
                self.fault(f"{at}.{key}", "unknown_field", f"expected one of {', '.join(sorted(known))}")

    def fault(self, at: str, code: str, text: str) -> None:
        problem = Problem(f"{self.where}{at}", code, text)
        if problem not in self.problems:  # a rule's own title is read once per version
            self.problems.append(problem)
