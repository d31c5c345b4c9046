"""A tenderer's own ceilings: under an agreement nobody may tender above its agreed prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from decimal import Decimal

from fellestorg.competitions.models import Competition, PriceSheetLine
from fellestorg.competitions.tenders.content import Form

# Competition and supplier's number -> price line's key -> the highest unit price; None where the source does not know.
Source = Callable[[Competition, str], Mapping[str, Decimal] | None]

_sources: list[Source] = []


def register_ceilings(source: Source) -> None:
    """Answer for the ceilings of a competition that is held under something the source knows."""
    _sources.append(source)


def under_ceilings(form: Form, competition: Competition, supplier: str) -> Form:
    """The form with the tenderer's own ceiling on each line where it is lower than the line's; the form given stays as
    it is."""
    own: dict[str, Decimal] = {}
    for source in _sources:
        own.update(source(competition, supplier) or {})
    if not own:
        return form
    return replace(form, lines={lot: [_under(own, line) for line in lines] for lot, lines in form.lines.items()})


def _under(own: Mapping[str, Decimal], line: PriceSheetLine) -> PriceSheetLine:
    limits = [one for one in (line.max_unit_price, own.get(line.key)) if one is not None]
    under = copy(line)
    under.max_unit_price = min(limits, default=None)
    return under
