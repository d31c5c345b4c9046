"""The first stage's section of a competition's page: for suppliers the way to ask, for the team the way to the candidates."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.selecting import queries, requests
from fellestorg.competitions.selecting.policy import may_read_requests, may_request, two_stages
from fellestorg.competitions.selecting.words import LETTERS, METHODS
from fellestorg.competitions.tenders.policy import supplier_of
from fellestorg.kernel.actors import Actor


def selection_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """What was announced, to everybody; a supplier's own request and letters; the candidates, to the team."""
    inside = may_see_inside(actor, competition).allowed
    if not two_stages(competition) or (competition.stage == "preparing" and not inside):
        return None
    supplier = supplier_of(actor)
    given = queries.rules_of(competition)
    least, rule = queries.law_minimum(competition)
    standing = requests.standing(competition, supplier) if supplier else None
    letters = competition.candidate_letters.filter(supplier=supplier) if supplier else ()
    return Panel(
        "competitions/selecting/panel.html",
        {
            "competition": competition,
            "announced": given,
            "method": METHODS[given.method],
            "criteria": list(competition.selection_criteria.all()),
            "least": least,
            "rule": rule,
            "may_request": supplier is not None and may_request(competition, now).allowed,
            "standing": standing,
            "letters": [
                (LETTERS[one.outcome], reverse("candidate_letter", args=[competition.number, one.pk]))
                for one in letters
            ],
            "inside": inside and competition.stage != "preparing",
            "readable": may_read_requests(actor, competition).allowed,
        },
    )
