"""A lot's call-off policy: whether a new version may be, and writing it with its event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, PolicyVersion
from fellestorg.agreements.policy import may_manage
from fellestorg.engines.policy import Policy, parse_policy
from fellestorg.engines.reach import unreachable_steps
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.values import BadInput, Refused


@dataclass(frozen=True, slots=True)
class PolicySaved:
    """The new version, and the numbers (from 1) of steps that can never decide, for whoever saved it to think about."""

    version: PolicyVersion
    unreachable: tuple[int, ...]


@transaction.atomic
def set_policy(
    lot: Lot, document: dict[str, Any], valid_from: date, source: str, *, actor: Actor, now: datetime
) -> PolicySaved:
    """Give a lot a policy at once: its first one, when somebody sets an installation up; later ones for the operator only.

    People propose a change of it (kind ``policy`` of :mod:`fellestorg.agreements.proposals`), for somebody else to
    approve. Raises as :func:`check_policy`, and Refused for whoever may not.
    """
    if not may_manage(actor, lot.agreement).allowed:
        raise Refused(
            "not_agreement_manager", _("Bare avtaleforvalteren for avtalen og SI-administrator kan gjøre dette.")
        )
    by_the_machine = actor.key in (SYSTEM.key, OPERATOR.key)
    if not by_the_machine and PolicyVersion.objects.filter(lot=lot).exists():
        raise Refused("needs_second_person", _("Nye avropsregler må foreslås, og en annen må godkjenne dem."))
    return publish_policy(lot, document, valid_from, source, actor=actor, now=now)


def check_policy(lot: Lot, document: object, valid_from: date, source: str, now: datetime) -> Policy:
    """Whether a lot may have a new policy from a day on; the policy as it is understood.

    Raises BadInput for a document that cannot be read or a missing source, Refused for a day that has passed (the first
    version excepted) and for a day that already has a version.
    """
    policy = parse_policy(document)
    if not source.strip():
        raise BadInput.of("source", "missing", _("oppgi hvor rammeavtalen sier dette"))
    versions = PolicyVersion.objects.filter(lot=lot)
    if valid_from < clock.local_day(now) and versions.exists():
        raise Refused("policy_backdated", _("Nye avropsregler kan ikke gjelde fra en dag som har vært."))
    if versions.filter(valid_from=valid_from).exists():
        raise Refused("policy_same_day", _("Det finnes alt avropsregler som gjelder fra denne dagen."))
    return policy


@transaction.atomic
def publish_policy(
    lot: Lot, document: dict[str, Any], valid_from: date, source: str, *, actor: Actor, now: datetime
) -> PolicySaved:
    """Write a new version with its event. Older decisions keep the version they used. Asks nobody's permission: whoever
    calls it has. Raises as :func:`check_policy`."""
    # Call-offs refer to the lot while this waits; the weaker lock lets them.
    lot = Lot.objects.select_for_update(of=("self",), no_key=True).select_related("agreement").get(pk=lot.pk)
    policy = check_policy(lot, document, valid_from, source, now)
    last = PolicyVersion.objects.filter(lot=lot).order_by("-version").first()
    row = PolicyVersion.objects.create(
        lot=lot,
        version=last.version + 1 if last else 1,
        valid_from=valid_from,
        document=document,
        source=source.strip()[:300],
    )
    unreachable = tuple(index + 1 for index in unreachable_steps(policy))
    payload = {"version": row.version, "valid_from": valid_from.isoformat(), "unreachable": list(unreachable)}
    events.record(Happening(f"lot:{lot}", "policy_published", f"lot:{lot}", actor, now, payload, (row,)))
    return PolicySaved(row, unreachable)
