"""Reads for the pages about proposed changes, each as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import ChangeProposal
from fellestorg.agreements.policy import may_decide, may_withdraw
from fellestorg.agreements.proposals import Compared, comparison, kind_of, moved, remade
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import BadInput, Refused

READERS = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR)
STATES: dict[str, Promise] = {
    "proposed": _("Venter"),
    "approved": _("Godkjent"),
    "rejected": _("Avvist"),
    "withdrawn": _("Trukket"),
}
_TONES = {"proposed": "warning", "approved": "success", "rejected": "danger", "withdrawn": "neutral"}


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in a list. ``mine_to_decide``: it waits, and the reader may decide it."""

    id: int
    kind: str
    kind_name: str
    agreement: str
    agreement_title: str
    lot: str
    lot_title: str
    state: str
    state_name: str
    tone: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    mine_to_decide: bool


@dataclass(frozen=True, slots=True)
class ProposalView:
    """One proposal with its comparison and what its reader may do with it."""

    row: ProposalRow
    changes: tuple[Compared, ...]
    unchanged: tuple[Compared, ...]
    may_withdraw: bool
    own: bool


@dataclass(frozen=True, slots=True)
class StaleView:
    """What has changed since, the comparison from today's state, and if the reader may propose that, and what hinders it."""

    moved: tuple[str, ...]
    changes: tuple[Compared, ...]
    may_remake: bool
    hindrances: tuple[str, ...] = ()


def visible_to(actor: Actor) -> QuerySet[ChangeProposal]:
    """The proposals an actor may see: those about agreements of the actor's own organisation; all of them for auditors."""
    rows = ChangeProposal.objects.select_related("agreement__owner", "agreement__manager", "lot")
    if actor.has(RoleGrant.Role.AUDITOR):
        return rows
    return rows.filter(agreement__owner__number__in=actor.organisations(*READERS))


def listed(actor: Actor, *, state: str = "", agreement: str = "") -> list[ProposalRow]:
    """The proposals that match, those that wait first, then the newest first."""
    rows = visible_to(actor)
    if state:
        rows = rows.filter(state=state)
    if agreement:
        rows = rows.filter(agreement__key=agreement)
    found = [_row(one, actor) for one in rows.order_by("-proposed_at", "-id")]
    return sorted(found, key=lambda one: one.state != "proposed")


def waiting_for(actor: Actor, agreement: str = "") -> list[ProposalRow]:
    """What waits for this reader's decision, oldest first; under one agreement where it is named."""
    if not actor.has(RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN):
        return []
    rows = listed(actor, state="proposed", agreement=agreement)
    return [one for one in reversed(rows) if one.mine_to_decide]


def find(actor: Actor, key: int) -> ChangeProposal | None:
    """The row, or None where there is none the actor may see."""
    return visible_to(actor).filter(pk=key).first()


def view_of(row: ChangeProposal, actor: Actor) -> ProposalView:
    """One proposal as its reader sees it."""
    rows = comparison(row)
    return ProposalView(
        _row(row, actor),
        tuple(one for one in rows if one.changed),
        tuple(one for one in rows if not one.changed and one.before),
        row.state == "proposed" and may_withdraw(actor, row).allowed,
        actor.key == row.proposed_by_key,
    )


def stale_of(row: ChangeProposal, actor: Actor, now: datetime) -> StaleView | None:
    """What has changed since a waiting proposal was made; None where nothing has, or it is decided."""
    if row.state != "proposed":
        return None
    try:
        changed = moved(row)
    except (BadInput, Refused) as error:
        # What it rested on is gone altogether.
        return StaleView((str(error),), (), False)
    if not changed:
        return None
    try:
        rows = remade(row, now)
    except BadInput as error:
        return StaleView(tuple(changed), (), False, tuple(problem.text for problem in error.problems))
    except Refused as refused:
        return StaleView(tuple(changed), (), False, (refused.text,))
    different = tuple(one for one in rows if one.changed)
    return StaleView(tuple(changed), different, bool(different) and may_withdraw(actor, row).allowed)


def _row(row: ChangeProposal, actor: Actor) -> ProposalRow:
    return ProposalRow(
        row.pk,
        row.kind,
        str(kind_of(row.kind).name),
        row.agreement.key,
        localised(row.agreement, "title"),
        row.lot.key if row.lot is not None else "",
        localised(row.lot, "title") if row.lot is not None else "",
        row.state,
        str(STATES[row.state]),
        _TONES[row.state],
        row.reason,
        row.proposed_by,
        row.proposed_at,
        row.decided_by,
        row.decided_at,
        row.decision_reason,
        row.state == "proposed" and may_decide(actor, row).allowed,
    )
