"""A competition under an agreement keeps to the criteria that the agreement was awarded with (FA-10, art. 33(5))."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from fellestorg.agreements.models import Lot
from fellestorg.competitions.models import AwardCriterion, Competition
from fellestorg.values import Decision

FrameworkCriteria = Mapping[str, str]
Source = Callable[[Lot], FrameworkCriteria | None]

_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Answer for a lot's own criteria: key -> title, or None where it does not know them."""
    _sources.append(source)


def criteria_of(lot: Lot) -> FrameworkCriteria | None:
    """The criteria of the agreement a lot belongs to: of a source that knows, or of the competition that concluded it."""
    for source in _sources:
        if (known := source(lot)) is not None:
            return known
    rows = AwardCriterion.objects.filter(competition__result=lot.agreement).values_list("key", "title")
    return dict(rows) or None


def problems(competition: Competition) -> Iterator[Decision]:
    """The criteria that the agreement does not have. Where nobody has registered the agreement's criteria there is
    nothing to hold them against, and the lead answers for them."""
    if competition.under is None:
        return
    allowed = criteria_of(competition.under)
    if allowed is None:
        return
    for one in competition.criteria.all():
        if one.key not in allowed:
            yield Decision(
                "refused",
                "criterion_not_in_framework",
                params={"criterion": one.title, "known": ", ".join(sorted(allowed.values()))},
            )
