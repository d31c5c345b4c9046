"""What a protocol tells of the suppliers that were asked in turn."""

from __future__ import annotations

from django.utils.translation import gettext as _

from fellestorg.calloffs.cascade.shown import TurnShown, turn_of
from fellestorg.calloffs.models import CallOff
from fellestorg.ui.formats import NOTHING, instant, money
from fellestorg.ui.paper import Block, Column, Section, Table, Text


def asked_in_turn(call_off: CallOff) -> Section | None:
    """Who was asked, in order, until when, and what came of it; ``None`` for a call-off that asked nobody in turn."""
    offers = list(call_off.ranked_offers.select_related("supplier").order_by("turn"))
    if not offers:
        return None
    intro = _(
        "Leverandørene er spurt én om gangen, i rangert rekkefølge, til prisene da avropet ble gjort. "
        "Frist for hvert svar: {hours} arbeidstimer."
    )
    columns = (
        Column(_("Tur")),
        Column(_("Leverandør"), width="1"),
        Column(_("Beløp uten mva."), "right"),
        Column(_("Spurt")),
        Column(_("Svarfrist")),
        Column(_("Svar"), width="1.2"),
    )
    rows = tuple(_row(turn_of(one)) for one in offers)
    blocks: list[Block] = [Text(intro.format(hours=offers[0].hours)), Table(columns, rows, size=8)]
    if call_off.state == CallOff.State.NO_SUPPLIER:
        blocks.append(Text(_("Ingen sa ja. Ingenting er bestilt, og ingenting er trukket fra taket."), "note"))
    return Section(_("Leverandørene som ble spurt"), tuple(blocks))


def _row(turn: TurnShown) -> tuple[str, ...]:
    said = [str(turn.state), instant(turn.closed_at, "short") if turn.closed_at else "", turn.reason]
    return (
        str(turn.turn),
        turn.supplier,
        money(turn.contract_value),
        instant(turn.opened_at, "short") if turn.opened_at else NOTHING,
        instant(turn.answer_by, "short") if turn.answer_by else NOTHING,
        ", ".join(filter(None, said)),
    )
