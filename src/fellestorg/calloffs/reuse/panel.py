"""What reuse shows on the lot's page, and what it tells the rest of the house when the room is ready."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Panel, add_lot_panel
from fellestorg.calloffs.reuse import words
from fellestorg.calloffs.reuse.custody import words as custody_words
from fellestorg.calloffs.reuse.policy import AGENCY, SEES_ALL
from fellestorg.calloffs.reuse.queries import Figures, figures, settlements, settles
from fellestorg.calloffs.reuse.routines import words as routine_words
from fellestorg.calloffs.reuse.routines.queries import overdue
from fellestorg.kernel import clock, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.verbs import register_verbs
from fellestorg.law import rule_book
from fellestorg.organisations.models import RoleGrant
from fellestorg.ui.charts import LineChart, Series


@dataclass(frozen=True, slots=True)
class FiguresShown:
    """The figures with their chart, and where the climate factor comes from."""

    figures: Figures
    tonnes: Decimal
    chart: LineChart | None
    factor_source: str
    factor_verified: bool


def figures_shown(found: Figures) -> FiguresShown:
    """The figures as pages show them."""
    rule = rule_book().rule("REUSE-CO2", on=clock.today())
    return FiguresShown(found, found.co2e_kg / 1000, _chart(found), rule.source, rule.verified)


def register() -> None:
    """Register the verbs, the messages and the lot's section."""
    register_verbs(words.VERBS)
    register_verbs(custody_words.VERBS)
    register_verbs(routine_words.VERBS)
    messages.register(routine_words.TEXTS)
    add_lot_panel("reuse", reuse_panel)


def reuse_panel(lot: Lot, actor: Actor) -> Panel | None:
    """On the lot's page: what came back and what it saved, for those who may see settlements."""
    if not actor.has(*AGENCY, *SEES_ALL, RoleGrant.Role.SUPPLIER) or not settles(lot):
        return None
    rows = settlements(lot, actor)
    context: dict[str, object] = {
        "shown": figures_shown(figures(rows)) if rows else None,
        "lot": lot,
        "overdue": overdue(lot.agreement, actor, clock.today()),
    }
    return Panel("calloffs/reuse/panel.html", context)


def _chart(found: Figures) -> LineChart | None:
    if len(found.quarters) < 2:
        return None
    labels = tuple(_("{number}. kvartal {year}").format(number=one.number, year=one.year) for one in found.quarters)
    return LineChart(
        _("Gebyrer og penger tilbake"),
        labels,
        (
            Series(_("Betalt tilbake"), tuple(one.paid_back for one in found.quarters)),
            Series(_("Gebyrer"), tuple(one.fees for one in found.quarters)),
        ),
        unit="kr",
        places=0,
        label_heading=_("Kvartal"),
    )
