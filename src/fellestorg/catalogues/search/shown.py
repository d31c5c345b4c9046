"""Facets as links: each value adds or removes itself, and everything chosen can be taken away again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.words import category_name
from fellestorg.catalogues.policy import PriceSight
from fellestorg.catalogues.search.port import Facets, Wanted
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation

#: What each facet is called in the address.
ADDRESS = {
    "agreement": "avtale",
    "category": "kategori",
    "supplier": "leverandor",
    "standard": "standard",
    "used": "brukt",
    "ecolabel": "merke",
}
_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value to narrow by: its name, how many items it gives, and the address that adds it, or removes it if chosen."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetShown:
    """A facet: ``values`` most items first, ``more`` behind a press. ``capped``: counts are of the first 20,000 items."""

    title: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    capped: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Everything to narrow by, and ``chips``: what is chosen, each with the address without it."""

    facets: tuple[FacetShown, ...]
    chips: tuple[FacetValue, ...]
    clear: str


def narrowing(facets: Facets, wanted: Wanted, parameters: QueryDict, sight: PriceSight) -> Narrowing:
    """The facets as links. Suppliers show only to those who may know who offers what."""
    titles = {
        "agreement": _("Avtale"),
        "category": _("Kategori"),
        "supplier": _("Leverandør"),
        "standard": _("Sortiment"),
        "used": _("Ny eller brukt"),
        "ecolabel": _("Miljømerke"),
    }
    shown: list[FacetShown] = []
    chips: list[FacetValue] = []
    for facet, title in titles.items():
        if facet == "supplier" and not sight.everybody:
            continue
        counts, chosen = facets.counts.get(facet, {}), _chosen(wanted, facet)
        names = _names(facet, {*counts, *chosen})
        values = [
            FacetValue(
                names.get(value, value),
                counts.get(value, 0),
                _toggled(parameters, facet, value, chosen),
                value in chosen,
            )
            for value in sorted({*counts, *chosen}, key=lambda one: (-counts.get(one, 0), names.get(one, one)))
        ]
        chips += [value for value in values if value.chosen]
        # Nothing to choose between is no choice.
        if len(values) > 1 or any(value.chosen for value in values):
            first = [value for at, value in enumerate(values) if at < _MOST_SHOWN or value.chosen]
            rest = [value for value in values if value not in first]
            shown.append(FacetShown(title, tuple(first), tuple(rest), facet in facets.capped))
    return Narrowing(tuple(shown), tuple(chips), _without(parameters, ADDRESS.values()))


def _chosen(wanted: Wanted, facet: str) -> tuple[str, ...]:
    value = getattr(wanted, facet)
    if isinstance(value, tuple):
        return value
    return () if value is None else (str(int(value)),)


def _names(facet: str, values: set[str]) -> dict[str, str]:
    if facet == "agreement":
        return {one.key: localised(one, "title") for one in FrameworkAgreement.objects.filter(key__in=values)}
    if facet == "supplier":
        return dict(Organisation.objects.filter(number__in=values).values_list("number", "name"))
    if facet == "category":
        return {value: category_name(value) for value in values}
    if facet == "standard":
        return {"1": _("Standardsortiment"), "0": _("Utenfor standardsortimentet")}
    if facet == "used":
        return {"1": _("Brukt"), "0": _("Ny")}
    return {}


def _toggled(parameters: QueryDict, facet: str, value: str, chosen: Iterable[str]) -> str:
    changed = parameters.copy()
    changed.pop("side", None)
    kept = [one for one in chosen if one != value]
    if facet in ("standard", "used"):
        kept = []
    if value not in chosen:
        kept.append(value)
    changed.setlist(ADDRESS[facet], kept)
    return f"?{changed.urlencode()}"


def _without(parameters: QueryDict, names: Iterable[str]) -> str:
    changed = parameters.copy()
    for name in ("side", *names):
        changed.pop(name, None)
    return f"?{changed.urlencode()}"
