"""An organisation's own place in every agreement, for its page."""

from __future__ import annotations

from django.urls import reverse

from fellestorg.agreements.directory import ParticipantView, participation_status
from fellestorg.agreements.models import Participation
from fellestorg.agreements.shown import participation_in_words
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.organisations.panels import Panel


def participation_panel(number: str, actor: Actor) -> Panel | None:
    """The agreements an organisation is in, or waits to join, today; public, as the lists of participants are."""
    today = clock.today()
    rows = (
        Participation.objects.filter(organisation__number=number, agreement__ends__gte=today)
        .exclude(valid_to__lt=today)
        .select_related("agreement", "organisation")
        .order_by("agreement__title_nb", "valid_from")
    )
    shown = [
        (
            localised(row.agreement, "title"),
            reverse("agreement", args=[row.agreement.key]),
            participation_in_words(_view(row)),
            row.valid_from <= today,
        )
        for row in rows
    ]
    return Panel("agreements/participating.html", {"rows": shown}) if shown else None


def _view(row: Participation) -> ParticipantView:
    today = clock.today()
    return ParticipantView(
        row.organisation.number,
        row.organisation.name,
        row.organisation.kind,
        row.ground,
        row.valid_from,
        row.valid_to,
        row.note,
        row.valid_from <= today,
        row.own_contract_to,
        participation_status(row, today),
    )
