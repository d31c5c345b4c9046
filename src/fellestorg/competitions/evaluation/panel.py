"""The evaluation's section of a competition's page: for the team what is done and what is next, for a tenderer the
questions it has been asked."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from fellestorg.competitions.evaluation.models import Clarification
from fellestorg.competitions.evaluation.policy import may_see_tenders
from fellestorg.competitions.evaluation.words import KINDS
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RoleGrant

_TEMPLATE = "competitions/evaluation/panel.html"


def evaluation_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """A link to the evaluation for the team; the questions to a tenderer for its people; nothing for others."""
    mine = competition.clarifications.filter(supplier__number__in=actor.organisations(RoleGrant.Role.SUPPLIER))
    asked = [
        (one, KINDS[Clarification.Kind(one.kind)], reverse("clarification", args=[competition.number, one.pk]))
        for one in mine
    ]
    inside = may_see_tenders(actor, competition).allowed
    if not inside and not asked:
        return None
    return Panel(
        _TEMPLATE,
        {"inside": inside, "asked": asked, "link": reverse("evaluation", args=[competition.number])},
    )
