"""The award's section of a competition's page: for the team the way to it, for a tenderer its letters, for all the result."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions.award.policy import may_see_protocol
from fellestorg.competitions.award.words import LETTER_OUTCOMES
from fellestorg.competitions.models import Competition
from fellestorg.competitions.panels import Panel
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.tenders.home import Result
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.ui.formats import day

_MOST = 50


def award_panel(competition: Competition, actor: Actor, now: datetime) -> Panel | None:
    """Who won once the choice is made, one's own letters, and for the team what to do next."""
    own = actor.organisations(RoleGrant.Role.SUPPLIER)
    letters = [
        (one, LETTER_OUTCOMES[one.outcome], reverse("award_letter", args=[competition.number, one.pk]))
        for one in competition.letters.filter(supplier__number__in=own)
    ]
    inside = may_see_inside(actor, competition).allowed and competition.opened_at is not None
    newest = competition.awards.order_by("-version").first() if competition.stage in ("awarded", "concluded") else None
    names = (
        dict(Organisation.objects.filter(number__in=_numbers(newest.winners)).values_list("number", "name"))
        if newest
        else {}
    )
    if not letters and not inside and competition.opened_at is None:
        return None
    context = {
        "letters": letters,
        "inside": inside,
        "link": reverse("competition_after", args=[competition.number]),
        "winners": [
            (lot.title, [names[one] for one in newest.winners.get(lot.key, ())]) for lot in competition.lots.all()
        ]
        if newest
        else [],
        "standstill_until": competition.standstill_until if competition.stage == "awarded" else None,
        "access": reverse("access_requests", args=[competition.number]) if competition.opened_at else "",
        "debrief": reverse("debrief", args=[competition.number])
        if competition.decided_at and (letters or inside)
        else "",
        "protocol": reverse("competition_protocol", args=[competition.number])
        if may_see_protocol(actor, competition).allowed
        else "",
    }
    return Panel("competitions/award/panel.html", context)


def results(supplier: Organisation) -> list[Result]:
    """The letters a supplier has got, the newest first, each with what it says."""
    found = []
    for one in supplier.award_letters.select_related("competition").order_by("-sent_at")[:_MOST]:
        facts = {"day": day(clock.local_day(one.sent_at)), "title": one.competition.title}
        text = _("%(title)s: %(outcome)s, %(day)s") % {**facts, "outcome": LETTER_OUTCOMES[one.outcome]}
        found.append(
            Result(one.competition.number, text, reverse("award_letter", args=[one.competition.number, one.pk]))
        )
    return found


def _numbers(winners: dict[str, list[str]]) -> set[str]:
    return {one for chosen in winners.values() for one in chosen}
