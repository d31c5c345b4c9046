"""The two kinds of competition that a call-off leads to: among the suppliers of an agreement, and in a purchasing system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fellestorg.calloffs.models import CallOff
from fellestorg.competitions.models import Invitee


@dataclass(frozen=True, slots=True)
class Kind:
    """How one of them is held: its procedure, the move that invites, and on what basis suppliers are invited."""

    procedure: str
    move: str
    basis: str


MINI = Kind("mini_competition", "invite", Invitee.Basis.POLICY)
SYSTEM_CALL = Kind("purchasing_system_call", "invite_admitted", Invitee.Basis.ADMITTED)
KINDS: Mapping[str, Kind] = {CallOff.State.MINI_COMPETITION: MINI, CallOff.State.DPS_INVITATION: SYSTEM_CALL}
BY_PROCEDURE: Mapping[str, Kind] = {one.procedure: one for one in KINDS.values()}
