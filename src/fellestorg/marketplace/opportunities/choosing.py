"""What the list is narrowed by, as the address says it; and how many each choice would give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.marketplace.opportunities.finding import KINDS, Opportunity
from fellestorg.marketplace.opportunities.words import KINDS as KIND_NAMES
from fellestorg.marketplace.opportunities.words import division_name

LONGEST = 600
_MOST_CODES, _LONGEST_TEXT = 10, 100
_WITHIN = {"7": timedelta(days=7), "30": timedelta(days=30), "90": timedelta(days=90)}
_WITHIN_NAMES = {
    "7": gettext_lazy("Innen 7 dager"),
    "30": gettext_lazy("Innen 30 dager"),
    "90": gettext_lazy("Innen 90 dager"),
    "uten": gettext_lazy("Uten frist"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Words that must all be there, and for each facet the codes that are chosen: one of them must fit. ``wording`` of the
    address: ``q``, ``slag``, ``cpv``, ``virksomhet``, ``avtale``, ``frist``."""

    text: str = ""
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def query(self) -> str:
        """The address' parameters, in one order: the same choice has one address."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, code) for name in FACETS for code in sorted(self.codes.get(name, ()))]
        return urlencode(pairs)


@dataclass(frozen=True, slots=True)
class Facet:
    """``codes(one, now)``: what an opportunity has of it; ``label(code, of)``: a code's name, given what is listed."""

    label: str | Promise
    codes: Callable[[Opportunity, datetime], Iterable[str]]
    name: Callable[[str, Sequence[Opportunity]], str]


def read(parameters: Iterable[tuple[str, str]]) -> Chosen:
    """What an address asks for; what it cannot mean is passed over."""
    text, codes = "", dict[str, list[str]]()
    for name, value in parameters:
        value = value.replace("\x00", "").strip()[:_LONGEST_TEXT]
        if name == "q":
            text = " ".join(value.split())
        elif name in FACETS and value and value not in codes.get(name, []) and len(codes.get(name, [])) < _MOST_CODES:
            codes.setdefault(name, []).append(value)
    return Chosen(text, {name: tuple(found) for name, found in codes.items()})


def read_query(query: str) -> Chosen:
    """The same, of a query that was kept."""
    return read(parse_qsl(query[: 2 * LONGEST]))


def fitting(chosen: Chosen, rows: Iterable[Opportunity], now: datetime) -> list[Opportunity]:
    """Those of the rows that the choice wants, in their order."""
    return [one for one in rows if _says(one, chosen.text) and not _failed(one, chosen, now)]


def counts(chosen: Chosen, rows: Sequence[Opportunity], now: datetime) -> dict[str, dict[str, int]]:
    """For each facet how many each code would give, the facet's own choice left out."""
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for one in rows:
        if not _says(one, chosen.text):
            continue
        failed = _failed(one, chosen, now)
        for name, facet in FACETS.items():
            if failed <= {name}:
                for code in facet.codes(one, now):
                    found[name][code] = found[name].get(code, 0) + 1
    return found


def described(chosen: Chosen, rows: Sequence[Opportunity]) -> str:
    """The choice in words, in the active language."""
    parts = [f"«{chosen.text}»"] if chosen.text else []
    parts += [facet.name(code, rows) for name, facet in FACETS.items() for code in chosen.codes.get(name, ())]
    return ", ".join(parts) or _("Alle muligheter")


def _says(one: Opportunity, text: str) -> bool:
    said = f"{one.number} {one.title} {one.summary} {one.buyer} {one.agreement_title}".casefold()
    return all(word in said for word in text.casefold().split())


def _failed(one: Opportunity, chosen: Chosen, now: datetime) -> set[str]:
    return {
        name for name, codes in chosen.codes.items() if codes and not set(codes) & set(FACETS[name].codes(one, now))
    }


def _within(one: Opportunity, now: datetime) -> Iterable[str]:
    if one.deadline is None:
        return ["uten"]
    return [code for code, time in _WITHIN.items() if one.deadline <= now + time]


def _kind_name(code: str, rows: Sequence[Opportunity]) -> str:
    return str(KIND_NAMES[code]) if code in KINDS else code


def _division(code: str, rows: Sequence[Opportunity]) -> str:
    return division_name(code)


def _buyer(code: str, rows: Sequence[Opportunity]) -> str:
    return next((one.buyer for one in rows if one.buyer_number == code), code)


def _agreement(code: str, rows: Sequence[Opportunity]) -> str:
    return next((one.agreement_title for one in rows if one.agreement == code), code)


def _time(code: str, rows: Sequence[Opportunity]) -> str:
    return str(_WITHIN_NAMES.get(code, code))


FACETS: Mapping[str, Facet] = {
    "slag": Facet(gettext_lazy("Slag"), lambda one, now: [one.kind], _kind_name),
    "frist": Facet(gettext_lazy("Frist"), _within, _time),
    "cpv": Facet(gettext_lazy("Hva som kjøpes"), lambda one, now: one.divisions, _division),
    "virksomhet": Facet(gettext_lazy("Oppdragsgiver"), lambda one, now: [one.buyer_number], _buyer),
    "avtale": Facet(gettext_lazy("Avtale"), lambda one, now: [one.agreement] if one.agreement else [], _agreement),
}
