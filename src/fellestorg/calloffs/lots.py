"""Which lots a need may belong to, before anything is known of how it would be called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fellestorg.agreements.halts import halted_on
from fellestorg.agreements.models import Lot
from fellestorg.calloffs.needs import Need
from fellestorg.catalogues.models import Item
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Problem


def lots_for(need: Need, day: date) -> Sequence[Lot]:
    """The lots a need may belong to, those with most of its lines first. Where none of them is in force on the day, the
    one that ended last, else the one that begins first, so that the answer can tell of the gap.

    Raises BadInput where the agreement or lot named does not exist, or nothing fits.
    """
    lots = Lot.objects.select_related("agreement")
    if not need.agreement:
        # A lot without a policy is a draft: nobody can call off under it yet.
        lots = lots.filter(policies__isnull=False).distinct()
    if need.agreement:
        lots = lots.filter(agreement__key=need.agreement)
        if not lots.exists():
            raise BadInput.of("agreement", "unknown_agreement", f"there is no agreement {need.agreement!r}")
    if need.lot:
        lots = lots.filter(key=need.lot)
        if not lots.exists():
            raise BadInput.of("lot", "unknown_lot", f"agreement {need.agreement!r} has no lot {need.lot!r}")
        return list(lots)
    numbers = {line.item for line in need.lines}
    if numbers:
        hits: dict[int, int] = {}
        for lot_id in Item.objects.filter(number__in=numbers).values_list("lot_id", flat=True):
            hits[lot_id] = hits.get(lot_id, 0) + 1
    elif need.category:
        hits = {lot.pk: 1 for lot in lots.filter(categories__contains=[need.category])}
    else:
        hits = {lot.pk: 1 for lot in lots}
    found = [lot for lot in lots if lot.pk in hits]
    BadInput.raise_if(
        Problem(f"lines[{index}].item", "unknown_item", f"no agreement has an item with number {line.item!r}")
        for index, line in enumerate(need.lines)
        if numbers and not hits
    )
    if not found:
        where = "lines" if numbers else "category"
        raise BadInput.of(where, "no_agreement", "no agreement covers this need")

    found = serving(found, need.buyer)
    halted = set(halted_on(day))
    in_time = [lot for lot in found if lot.agreement.starts <= day <= lot.agreement.ends]
    # One that is cancelled or delayed is answered with why, where there is no other.
    in_force = [lot for lot in in_time if lot.agreement_id not in halted] or in_time
    if in_force or need.agreement:
        known = {lot.pk for lot in in_force}
        return sorted(
            in_force if not need.agreement else found,
            key=lambda lot: (lot.pk not in known, -hits[lot.pk], lot.agreement.key, lot.number),
        )
    return sorted(found, key=lambda lot: (-hits[lot.pk], _distance(lot, day), lot.agreement.key, lot.number))[:1]


def serving(lots: Sequence[Lot], buyer: str) -> list[Lot]:
    """Those of the lots that deliver where a buyer is; all of them where none does, so that the answer can say so."""
    region = Organisation.objects.filter(number=buyer).values_list("region", flat=True).first() or ""
    near = [lot for lot in lots if not lot.regions or any(region.startswith(code) for code in lot.regions)]
    return near or list(lots)


def _distance(lot: Lot, day: date) -> tuple[bool, int]:
    """How near a lot's time is to a day that it does not cover; what has been comes before what is to come."""
    agreement = lot.agreement
    return (agreement.starts > day, abs((day - (agreement.starts if agreement.starts > day else agreement.ends)).days))
