"""Kinds of change: what each rests on, checks, compares and does.

A room registers its kinds when it is ready (``AppConfig.ready``), so that rooms above
may have some too. All of a kind is five functions of a :class:`Target` (the agreement, and the lot where there is one)
and a payload of plain JSON that the room itself made::

    from fellestorg.agreements.proposals import Compared, Kind, Target, register_kind

    def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
        # The present values that the change replaces, as plain JSON. Kept with the proposal; where they are others
        # when somebody approves, the proposal is stale and is refused with what changed.
        return {"price": "12.50"}

    def _check(target: Target, payload: Payload, now: datetime) -> None:
        # Raise BadInput with every problem, or Refused. Asked when it is proposed and again when it is approved.
        ...

    def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
        # The comparison a reader sees, in the active language. ``before`` is what _rests_on gave.
        return [Compared(_("Pris"), before["price"], payload["price"])]

    def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
        # Do it, and record its event on the stream of the lot (of the agreement where there is no lot). Called inside
        # the approval's transaction, with the lot's balance and the rows of agreement and lot locked. Ask nobody's
        # permission here: that has been done. ``actor`` is whoever approved.
        ...

    register_kind("regulation", Kind(_("Prisregulering"), _rests_on, _check, _compare, _apply))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.kernel.actors import Actor
from fellestorg.values import BadInput, Decision

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What a change is about: an agreement, or one of its lots."""

    agreement: FrameworkAgreement
    lot: Lot | None = None

    @property
    def subject(self) -> str:
        """Its key in the event log, and its stream there."""
        return f"lot:{self.lot}" if self.lot is not None else f"agreement:{self.agreement.key}"

    @property
    def the_lot(self) -> Lot:
        """The lot, for kinds that are always about one."""
        assert self.lot is not None
        return self.lot


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the comparison: what, as it was, as it would be. Empty texts are shown as nothing. ``link``: where more of
    what would be is to be seen."""

    label: str
    before: str
    after: str
    link: str = ""

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change; see the module's example. ``direct_in_draft``: while nothing can be called off under the target
    yet (no lot has a policy), whoever manages it makes the change at once. ``anew``: the payload as it would be made now
    (from target, payload, what it rested on, and when), for a proposal that has become stale; :func:`as_proposed` where a
    payload says how things are to be, :func:`as_wanted` where it names only what is to happen, None where somebody must think
    again. ``may_propose``: who may, where others than whoever manages the agreement do."""

    name: Promise | str
    rests_on: Callable[[Target, Payload], dict[str, Any]]
    check: Callable[[Target, Payload, datetime], None]
    compare: Callable[[Target, Mapping[str, Any], Payload], list[Compared]]
    apply: Callable[[Target, Payload, Actor, datetime], None]
    direct_in_draft: bool = True
    anew: Callable[[Target, Payload, Payload, datetime], Payload] | None = None
    may_propose: Callable[[Actor, Target], Decision] | None = None


def as_proposed(kind_rests_on: Callable[[Target, Payload], dict[str, Any]]) -> Callable[..., Payload]:
    """How a kind whose payload says how things are to be is made anew: what the proposal changed stays as proposed, the rest
    is as it has become."""

    def anew(target: Target, payload: Payload, was: Payload, now: datetime) -> Payload:
        become = kind_rests_on(target, payload)
        kept = {
            name: become[name] if name in become and was.get(name) == given else given
            for name, given in payload.items()
        }
        if was and was.keys() <= payload.keys():
            kept |= {name: value for name, value in become.items() if name not in payload and name not in was}
        return kept

    return anew


def as_wanted(_target: Target, payload: Payload, _was: Payload, _now: datetime) -> Payload:
    """How a kind whose payload names only what is to happen is made anew: the same, beside what has become."""
    return dict(payload)


_kinds: dict[str, Kind] = {}


def register_kind(key: str, kind: Kind) -> None:
    """Add a kind of change. Called when a room is ready."""
    _kinds[key] = kind


def kind_of(key: str) -> Kind:
    """A registered kind. Raises BadInput where there is none."""
    found = _kinds.get(key)
    if found is None:
        raise BadInput.of("kind", "unknown_kind", _("det finnes ingen slik endring: %(kind)s") % {"kind": key})
    return found
