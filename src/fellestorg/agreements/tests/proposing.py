"""Short ways to propose and approve changes of the demo's agreements in tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fellestorg.agreements import proposals
from fellestorg.agreements.changes.agreement import agreement_payload
from fellestorg.agreements.changes.lot import ceiling_payload, scope_payload
from fellestorg.agreements.changes.participants import Joining, participants_payload
from fellestorg.agreements.changes.policy import policy_payload
from fellestorg.agreements.changes.positions import positions_payload
from fellestorg.agreements.models import (
    ChangeProposal,
    Lot,
    Participation,
)
from fellestorg.agreements.proposals import Payload, Target
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for

WHY = "Vedtatt i styringsgruppa."
COMPETE = {"steps": [{"mechanism": "mini_competition"}], "tie_rule": "rank"}


def actor(username: str) -> Actor:
    return actor_for(Person.objects.get(username=username), clock.today())


def lot(key: str = "mac") -> Lot:
    found = Lot.objects.select_related("agreement__owner", "agreement__manager")
    return found.get(agreement__key="pc-utstyr", key=key)


def target(key: str = "mac") -> Target:
    return Target(lot(key).agreement, lot(key))


def whole() -> Target:
    return Target(lot().agreement)


def propose(kind: str, about: Target, payload: Payload, who: str = "avtaleforvalter-ikt") -> ChangeProposal:
    return proposals.propose(kind, about, payload, WHY, actor=actor(who), now=clock.now())


def approve(row: ChangeProposal, who: str = "si-admin") -> ChangeProposal:
    return proposals.approve(row, actor=actor(who), now=clock.now())


def new_policy(days: int = 1) -> dict[str, Any]:
    return policy_payload(COMPETE, clock.today() + timedelta(days=days), "punkt 4.2")


def ranking() -> list[tuple[int, str]]:
    return [(one.rank, one.supplier.number) for one in lot().positions.select_related("supplier").order_by("rank")]


def stranger(kind: str = "municipality") -> Organisation:
    taking_part = Participation.objects.filter(agreement__key="pc-utstyr").values("organisation")
    return Organisation.objects.filter(kind=kind).exclude(pk__in=taking_part).order_by("id")[0]


def later_terms() -> dict[str, Any]:
    terms = agreement_payload(lot().agreement)
    return {**terms, "manager": "avtaleforvalter-kontor"}


def wider_scope() -> dict[str, Any]:
    return {**scope_payload(lot()), "cpv": [*lot().cpv, "30200000"]}


def higher_ceiling() -> dict[str, Any]:
    return ceiling_payload(lot().max_value * 2, None, "MOD-CLAUSE", "Punkt 7.3 i rammeavtalen", False)


def swapped() -> dict[str, Any]:
    (first, one), (second, two), *rest = ranking()
    return positions_payload([(first, two), (second, one), *rest], clock.today() + timedelta(days=10))


def joining() -> dict[str, Any]:
    return participants_payload(
        [Joining(stranger().number, "opt_in", clock.today(), note="Kunngjøringen, vedlegg 2, punkt 14")]
    )
