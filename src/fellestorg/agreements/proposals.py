"""Four eyes: a change where money or law is at stake is proposed by one person and decided by another.

What a change is, its *kind* says (:mod:`fellestorg.agreements.change_kinds`). ``propose("regulation", target, payload,
reason, actor=actor, now=now)``; its page is ``/avtaler/endringer``.

The operator may propose from the command line and withdraw, but never decide: four eyes are two people with names, and
a login on a machine does not say who sits there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from fellestorg.agreements import ledger
from fellestorg.agreements.change_kinds import (
    Compared,
    Kind,
    Payload,
    Target,
    as_proposed,
    as_wanted,
    kind_of,
    register_kind,
)
from fellestorg.agreements.models import ChangeProposal, FrameworkAgreement, Lot, PolicyVersion
from fellestorg.agreements.policy import may_decide, may_manage, may_withdraw
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.values import BadInput, Decision, Refused

SHORTEST_REASON = 10
# Rooms that have kinds of their own find all they need here.
__all__ = [
    "SHORTEST_REASON", "Compared", "Kind", "Payload", "Target", "approve", "as_proposed", "as_wanted", "change", "comparison",
    "deciders", "is_draft", "kind_of", "moved", "needs_second_person", "propose", "propose_anew", "refusal_text",
    "register_kind", "reject", "remade", "target_of", "withdraw",
]  # fmt: skip


def target_of(proposal: ChangeProposal) -> Target:
    """What a proposal is about."""
    return Target(proposal.agreement, proposal.lot)


def comparison(proposal: ChangeProposal) -> list[Compared]:
    """Before and after as they stood when it was proposed, in the active language."""
    kind = kind_of(proposal.kind)
    return kind.compare(target_of(proposal), proposal.payload["rests_on"], proposal.payload["change"])


def is_draft(target: Target) -> bool:
    """Whether nothing can be called off yet: the lot (of an agreement: no lot at all) has no policy."""
    versions = PolicyVersion.objects.filter(lot__agreement=target.agreement)
    return not (versions.filter(lot=target.lot) if target.lot is not None else versions).exists()


def needs_second_person(key: str, target: Target) -> bool:
    """Whether a change has to be proposed, or is made at once because its target is a draft."""
    return not (kind_of(key).direct_in_draft and is_draft(target))


@transaction.atomic
def change(
    key: str, target: Target, payload: Payload, reason: str, *, actor: Actor, now: datetime
) -> ChangeProposal | None:
    """Make a change at once where its target is a draft (None), otherwise propose it."""
    if needs_second_person(key, target):
        return propose(key, target, payload, reason, actor=actor, now=now)
    _require(may_manage(actor, target.agreement))
    target = _locked(target)
    kind_of(key).check(target, payload, now)
    kind_of(key).apply(target, payload, actor, now)
    return None


@transaction.atomic
def propose(key: str, target: Target, payload: Payload, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Put a change before somebody else, and tell those who may decide it.

    Raises Refused for whoever does not manage the agreement and where the rules say no; BadInput for a payload that
    cannot be, for one that changes nothing, and for a missing reason, all at once.
    """
    kind = kind_of(key)
    _require(kind.may_propose(actor, target) if kind.may_propose else may_manage(actor, target.agreement))
    problems = list(BadInput.of("reason", "missing", _reason_text()).problems) if _too_short(reason) else []
    try:
        kind.check(target, payload, now)
    except BadInput as error:
        problems += error.problems
    BadInput.raise_if(problems)
    before = kind.rests_on(target, payload)
    if not any(row.changed for row in kind.compare(target, before, payload)):
        raise BadInput.of("", "changes_nothing", _("forslaget endrer ingenting"))
    row = ChangeProposal.objects.create(
        agreement=target.agreement,
        lot=target.lot,
        kind=key,
        payload={"change": dict(payload), "rests_on": before},
        reason=reason.strip(),
        proposed_by_key=actor.key,
        proposed_by=actor.name,
        proposed_at=now,
    )
    _record(row, "change_proposed", actor, now, {**row.payload, "reason": row.reason})
    _tell(deciders(row, now), "change_proposed", row, {"who": actor.name}, now)
    return row


@transaction.atomic
def approve(proposal: ChangeProposal, reason: str = "", *, actor: Actor, now: datetime) -> ChangeProposal:
    """Carry a change out, as somebody other than its proposer. All of it or nothing.

    Raises Refused for whoever may not, where it is decided already, where what it rests on has changed since (with what
    changed), and where the rules now say no; BadInput where it could not be proposed today.
    """
    proposal, target = _locked_proposal(proposal)
    _require(may_decide(actor, proposal))
    kind = kind_of(proposal.kind)
    _require_fresh(proposal)
    kind.check(target, proposal.payload["change"], now)
    kind.apply(target, proposal.payload["change"], actor, now)
    return _decided(proposal, ChangeProposal.State.APPROVED, "change_approved", reason, actor, now)


@transaction.atomic
def reject(proposal: ChangeProposal, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Say no, with a reason. Raises as :func:`approve`, and BadInput without a reason."""
    proposal, _target = _locked_proposal(proposal)
    _require(may_decide(actor, proposal))
    if _too_short(reason):
        raise BadInput.of("reason", "missing", _reason_text())
    return _decided(proposal, ChangeProposal.State.REJECTED, "change_rejected", reason, actor, now)


@transaction.atomic
def withdraw(proposal: ChangeProposal, reason: str = "", *, actor: Actor, now: datetime) -> ChangeProposal:
    """Take a proposal back: whoever made it, or others who manage the agreement."""
    proposal, _target = _locked_proposal(proposal)
    _require(may_withdraw(actor, proposal))
    return _decided(proposal, ChangeProposal.State.WITHDRAWN, "change_withdrawn", reason, actor, now)


@transaction.atomic
def propose_anew(proposal: ChangeProposal, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Withdraw a proposal that has become stale and make the same from today's state, as whoever asks.

    Raises Refused where it is decided already, for whoever may not withdraw it, where nothing has changed since and where
    its kind must be thought over; otherwise as :func:`propose`, and then nothing is done.
    """
    proposal, target = _locked_proposal(proposal)
    _require(may_withdraw(actor, proposal))
    kind = kind_of(proposal.kind)
    if kind.anew is None:
        raise Refused("not_anew", _("Dette forslaget må lages på nytt for hånd."))
    if not moved(proposal):
        raise Refused("not_stale", _("Ingenting er endret siden forslaget ble laget. Det kan avgjøres som det er."))
    payload = kind.anew(target, proposal.payload["change"], proposal.payload["rests_on"], now)
    _decided(proposal, ChangeProposal.State.WITHDRAWN, "change_withdrawn", _("Laget på nytt."), actor, now)
    return propose(proposal.kind, target, payload, reason, actor=actor, now=now)


def remade(proposal: ChangeProposal, now: datetime) -> list[Compared]:
    """The comparison as it would be if the proposal were made anew now; empty where its kind must be thought over. Raises
    BadInput or Refused where the same can be proposed no more."""
    kind, target = kind_of(proposal.kind), target_of(proposal)
    if kind.anew is None:
        return []
    payload = kind.anew(target, proposal.payload["change"], proposal.payload["rests_on"], now)
    kind.check(target, payload, now)
    return kind.compare(target, kind.rests_on(target, payload), payload)


def moved(proposal: ChangeProposal) -> list[str]:
    """What has changed since a proposal was made, a line each in the active language; empty where it still stands."""
    kind, target = kind_of(proposal.kind), target_of(proposal)
    was, change_ = proposal.payload["rests_on"], proposal.payload["change"]
    now_is = kind.rests_on(target, change_)
    if now_is == was:
        return []
    then = {row.label: row.before for row in kind.compare(target, was, change_)}
    lines = [
        _("%(what)s: «%(then)s» er nå «%(now)s»")
        % {"what": row.label, "then": then.get(row.label) or "–", "now": row.before or "–"}
        for row in kind.compare(target, now_is, change_)
        if then.get(row.label) != row.before
    ]
    return lines or [_("noe annet enn det som står i sammenligningen")]


def deciders(proposal: ChangeProposal, now: datetime) -> list[Person]:
    """The people who may decide a proposal: its agreement's manager, the owner's other agreement managers and
    administrators, while they hold the role; never its proposer."""
    roles = (RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
    grants = current_grants(clock.local_day(now)).filter(role__in=roles, organisation=proposal.agreement.owner_id)
    people = Person.objects.filter(Q(grants__in=grants), active=True).distinct().order_by("name")
    return [one for one in people if one.key != proposal.proposed_by_key]


def _require_fresh(proposal: ChangeProposal) -> None:
    if changed := moved(proposal):
        text = _("Noe er endret siden forslaget ble laget. Lag det på nytt, eller avvis det.")
        raise Refused("stale", " ".join([text, *(f"{one}." for one in changed)]))


def _locked(target: Target) -> Target:
    # The balance comes first in the lock order; whoever holds it reads a maximum that stays until the end. Rows of
    # agreement and lot are locked so that call-offs, which refer to them, are not held up by it.
    lot = target.lot
    if lot is not None:
        ledger.lock(lot)
        rows = Lot.objects.select_for_update(of=("self",), no_key=True)
        lot = rows.select_related("agreement__owner", "agreement__manager").get(pk=lot.pk)
    agreements = FrameworkAgreement.objects.select_for_update(of=("self",), no_key=True)
    return Target(agreements.select_related("owner", "manager").get(pk=target.agreement.pk), lot)


def _locked_proposal(proposal: ChangeProposal) -> tuple[ChangeProposal, Target]:
    rows = ChangeProposal.objects.select_for_update(of=("self",))
    row = rows.select_related("agreement__owner", "agreement__manager", "lot").get(pk=proposal.pk)
    if row.state != ChangeProposal.State.PROPOSED:
        who = {"who": row.decided_by}
        raise Refused("already_decided", _("Forslaget er alt avgjort av %(who)s.") % who)
    target = _locked(target_of(row))
    row.agreement, row.lot = target.agreement, target.lot
    return row, target


def _decided(
    row: ChangeProposal, state: ChangeProposal.State, verb: str, reason: str, actor: Actor, now: datetime
) -> ChangeProposal:
    row.state, row.decision_reason = state, reason.strip()
    row.decided_by_key, row.decided_by, row.decided_at = actor.key, actor.name, now
    row.save(update_fields=["state", "decision_reason", "decided_by_key", "decided_by", "decided_at"])
    payload = {"proposed_by": row.proposed_by_key, "proposed_by_name": row.proposed_by, "reason": row.decision_reason}
    _record(row, verb, actor, now, payload)
    if row.proposed_by_key != actor.key:
        proposer = [one for one in Person.objects.filter(active=True) if one.key == row.proposed_by_key]
        _tell(proposer, verb, row, {"who": actor.name, "reason": row.decision_reason or "–"}, now)
    return row


def _record(row: ChangeProposal, verb: str, actor: Actor, now: datetime, payload: dict[str, Any]) -> None:
    stream = target_of(row).subject
    about = {"proposal": row.pk, "kind": row.kind, **payload}
    events.record(Happening(stream, verb, f"proposal:{row.pk}", actor, now, about))


def _tell(people: Iterable[Person], code: str, row: ChangeProposal, facts: dict[str, str], now: datetime) -> None:
    about = row.lot if row.lot is not None else row.agreement
    messages.tell(
        [Recipient(one.key, one.email, one.language) for one in people],
        code,
        {
            **facts,
            "kind": _in_all(kind_of(row.kind).name),
            "about": {c: getattr(about, f"title_{c}") for c in LANGUAGES},
        },
        link=f"/avtaler/endringer/{row.pk}",
        at=now,
    )


def _in_all(text: Promise | str) -> dict[str, str]:
    found = {}
    for code in LANGUAGES:
        with translation.override(code):
            found[code] = str(text)
    return found


def _require(decision: Decision) -> None:
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason), **decision.params)


def refusal_text(code: str) -> str:
    """Why somebody may not, in the active language."""
    match code:
        case "own_proposal":
            return _("Du har selv foreslått dette. En annen må avgjøre det.")
        case "operator_cannot_decide":
            return _("Operatøren kan foreslå, men ikke avgjøre. Det må en annen person med navn gjøre.")
        case "not_decider":
            return _("Bare avtaleforvaltere og administratorer hos avtalens eier kan avgjøre dette.")
        case "not_proposer":
            return _("Bare den som foreslo endringen, og de som forvalter avtalen, kan trekke den.")
    return _("Bare avtaleforvalteren for avtalen og SI-administrator kan gjøre dette.")


def _too_short(reason: str) -> bool:
    return len(reason.strip()) < SHORTEST_REASON


def _reason_text() -> str:
    return _("oppgi en grunn på minst ti tegn")
