"""Who may do what with the award and after it. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.competitions.award.models import AwardLetter
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead, may_see_inside
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import Decision


def may_award(actor: Actor, competition: Competition) -> Decision:
    """Whoever leads the competition awards, reverses, cancels, concludes and answers complaints."""
    return may_lead(actor, competition)


def may_read_letter(actor: Actor, letter: AwardLetter) -> Decision:
    """The tenderer it is to, and those who see the competition from inside."""
    if letter.supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER):
        return Decision("allowed", "is_addressed")
    return may_see_inside(actor, letter.competition)


def may_see_protocol(actor: Actor, competition: Competition) -> Decision:
    """Those inside always; everybody once the choice is made, without trade secrets (offentleglova § 23(3), § 13)."""
    inside = may_see_inside(actor, competition)
    if inside.allowed or competition.decided_at is not None:
        return Decision("allowed", "open") if not inside.allowed else inside
    return Decision("refused", "not_open_before_the_choice")
