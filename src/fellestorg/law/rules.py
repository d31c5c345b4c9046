"""The rule book: every rule by id, every version by its stretch of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from fellestorg.values import BadInput, RuleRef

LANGUAGES = ("nb", "nn", "en")

RuleValue = Decimal | str | int


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of one rule.

    ``version`` is the first day it is in force, as ISO text; ``valid_to`` is its last day, or ``None`` while it lasts.
    ``follows`` says which day chooses the version: ``notice``, the day the competition was announced, or ``day``, the day
    the rule is used.
    ``values`` holds amounts and shares as ``Decimal``, counts (days, months) as ``int`` and names as ``str``.
    ``title`` and ``text`` have one entry for each of ``LANGUAGES``. Both mappings are read-only.
    """

    id: str
    version: str
    valid_from: date
    valid_to: date | None
    source: str
    verified: bool
    values: Mapping[str, RuleValue]
    title: Mapping[str, str]
    text: Mapping[str, str]
    follows: str = "day"

    @property
    def ref(self) -> RuleRef:
        """What a decision keeps of the rule it relied on."""
        return RuleRef(self.id, self.version, self.source, self.verified)

    def in_force(self, on: date) -> bool:
        """Whether this version is the law on that day; its first and last day belong to it."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def amount(self, name: str) -> Decimal:
        """A value that must be an amount or a share. ``LookupError`` if the rule has no such value, or another kind."""
        value = self.values.get(name)
        if not isinstance(value, Decimal):
            raise LookupError(f"rule {self.id} ({self.version}) has no amount named {name!r}")
        return value

    def count(self, name: str) -> int:
        """A value that must be a count of days or months. ``LookupError`` as for ``amount``."""
        value = self.values.get(name)
        if not isinstance(value, int):
            raise LookupError(f"rule {self.id} ({self.version}) has no count named {name!r}")
        return value


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, each with its versions in order of time. ``load.rule_book()`` makes it; it never changes."""

    _versions: Mapping[str, tuple[Rule, ...]]

    def rule(self, rule_id: str, on: date) -> Rule:
        """The version of the rule that is in force on that day.

        ``LookupError`` when there is no such rule; ``BadInput`` (code ``no_rule_version``) when the rule exists, but
        nothing is known of it on that day: then nothing may be decided by it.
        """
        versions = self.versions(rule_id)
        for version in versions:
            if version.in_force(on):
                return version
        known = ", ".join(f"{v.valid_from} to {v.valid_to or 'further notice'}" for v in versions)
        raise BadInput.of("date", "no_rule_version", f"rule {rule_id} is not known on {on}; it is known {known}")

    def rule_for(self, rule_id: str, *, day: date, notice: date) -> Rule:
        """The version that governs something done on ``day`` under an agreement announced on ``notice``.

        What has been announced keeps the rules of its notice; rules that are ours or the state's own follow the day.
        """
        first = self.versions(rule_id)[0]
        return self.rule(rule_id, on=notice if first.follows == "notice" else day)

    def versions(self, rule_id: str) -> tuple[Rule, ...]:
        """Every version of the rule, oldest first. ``LookupError`` when there is no such rule."""
        try:
            return self._versions[rule_id]
        except KeyError:
            raise LookupError(f"there is no rule {rule_id!r}; known are {', '.join(self._versions)}") from None

    def all(self, on: date) -> tuple[Rule, ...]:
        """Every rule in force on that day, in the order of the files."""
        return tuple(v for versions in self._versions.values() for v in versions if v.in_force(on))

    def ids(self) -> tuple[str, ...]:
        """The ids of all rules, in the order of the files."""
        return tuple(self._versions)


def make_rule_book(versions: Iterable[Rule]) -> RuleBook:
    """A rule book of these versions, which must come ordered by rule and time, as ``read_rules`` gives them."""
    grouped: dict[str, list[Rule]] = {}
    for version in versions:
        grouped.setdefault(version.id, []).append(version)
    return RuleBook(MappingProxyType({rule_id: tuple(rows) for rule_id, rows in grouped.items()}))
