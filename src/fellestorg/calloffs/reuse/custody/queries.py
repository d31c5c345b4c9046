"""Chains of custody as somebody may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse import policy as settlement_policy
from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.custody.policy import visible_to
from fellestorg.calloffs.reuse.custody.rules import Taken, missing
from fellestorg.calloffs.reuse.models import ReuseSettlement
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps of one pick-up in order. ``gaps`` were passed over, ``to_come`` are not reached yet (each by its first
    step)."""

    agency: Organisation
    reference: str
    steps: tuple[CustodyStep, ...]
    gaps: tuple[str, ...]
    to_come: tuple[str, ...]

    @property
    def certificate(self) -> str:
        return next((one.certificate for one in self.steps if one.certificate), "")


def taken_of(row: CustodyStep) -> Taken:
    """A row as the rules see it."""
    return Taken(
        row.agency.number, row.reference, row.step, row.happened_at, row.role, row.place, row.units, row.certificate
    )


def steps(lot: Lot, actor: Actor) -> list[CustodyStep]:
    """The steps of a lot that stand and that somebody may see, in the order they happened."""
    return list(visible_to(actor).filter(lot=lot))


def chains(rows: Iterable[CustodyStep]) -> list[Chain]:
    """The chains of some steps, the one with the latest step first."""
    kept: dict[tuple[str, str], list[CustodyStep]] = {}
    for one in rows:
        kept.setdefault((one.agency.number, one.reference), []).append(one)
    made = []
    for (_agency, reference), found in kept.items():
        gaps, to_come = missing([taken_of(one) for one in found])
        made.append(Chain(found[0].agency, reference, tuple(found), gaps, to_come))
    return sorted(made, key=lambda one: one.steps[-1].happened_at, reverse=True)


def settled(lot: Lot, chain: Chain, actor: Actor) -> list[ReuseSettlement]:
    """The settlements of a chain: those with its number, as settlement or as service order."""
    named = Q(reference=chain.reference) | Q(call_off=chain.reference)
    return list(settlement_policy.visible_to(actor).filter(named, lot=lot, agency=chain.agency))
