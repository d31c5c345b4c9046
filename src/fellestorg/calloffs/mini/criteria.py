"""The award criteria that a call-off's competition may use: those of the agreement or the purchasing system it is under."""

from __future__ import annotations

from dataclasses import dataclass

from fellestorg.agreements.models import Lot
from fellestorg.competitions.models import AwardCriterion


@dataclass(frozen=True, slots=True)
class Known:
    """The titles of the criteria beside the price; ``environment`` is the one that counts for climate and environment."""

    quality: tuple[str, ...]
    environment: str | None


def known_criteria(lot: Lot) -> Known | None:
    """The criteria of the competition that the lot's agreement came out of; None where it is not known here."""
    rows = AwardCriterion.objects.filter(competition__result=lot.agreement_id).order_by("competition", "number")
    found = {one.key: one for one in rows}.values()
    if not found:
        return None
    beside = [one for one in found if one.kind == AwardCriterion.Kind.POINTS]
    green = next((one.title for one in beside if one.environment), None)
    return Known(tuple(one.title for one in beside if not one.environment), green)
