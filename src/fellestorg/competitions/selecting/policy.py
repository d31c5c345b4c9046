"""Who may ask to participate, and who may read what came. Each answer is a decision that can say why."""

from __future__ import annotations

from datetime import datetime

from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead, may_see_inside
from fellestorg.competitions.selecting.models import CandidateLetter
from fellestorg.kernel.actors import Actor
from fellestorg.law.procedures import procedure
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision


def two_stages(competition: Competition) -> bool:
    """Whether its procedure begins with requests to participate."""
    return procedure(competition.procedure).move("close_requests") is not None


def requests_opened(competition: Competition) -> bool:
    """Whether the deadline has passed and the requests were opened; those of a competition that was cancelled before it
    never are."""
    if not two_stages(competition) or competition.stage in ("preparing", "published"):
        return False
    ended, until = competition.cancelled_at, competition.requests_until
    return ended is None or until is None or ended >= until


def may_request(competition: Competition, now: datetime) -> Decision:
    """Any supplier, until the deadline. The database decides when a request is written; this tells earlier."""
    if not two_stages(competition) or competition.stage != "published" or competition.requests_until is None:
        return Decision("refused", "not_open_for_requests")
    if competition.requests_until <= now:
        return Decision("refused", "requests_are_closed")
    return Decision("allowed", "open_for_requests")


def may_read_requests(actor: Actor, competition: Competition) -> Decision:
    """The team, administrators and auditors, once the requests are closed: not even how many came before that."""
    if not requests_opened(competition):
        return Decision("refused", "requests_not_closed")
    return may_see_inside(actor, competition)


def may_select(actor: Actor, competition: Competition) -> Decision:
    """The lead, while candidates are considered."""
    leads = may_lead(actor, competition)
    if not leads.allowed or competition.stage == "selecting":
        return leads
    return Decision("refused", "not_selecting")


def may_read_letter(actor: Actor, letter: CandidateLetter) -> Decision:
    """The candidate it is to, and those inside."""
    if letter.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "is_addressed")
    return may_see_inside(actor, letter.competition)
