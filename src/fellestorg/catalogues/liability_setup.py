"""Setting who answers for what is charged to means of payment, by sheet: a term of the agreement that no price list gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.setup.reading import agreements_in_use, lot_in
from fellestorg.catalogues.liabilities import LIABILITIES
from fellestorg.catalogues.models import Item
from fellestorg.kernel import events
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Kind, Row, Tally, register

COLUMNS = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("lot", _("Delkontrakt"), _("Delkontraktens nøkkel."), required=True),
    Column("item", _("Varenummer"), _("Kortet, kontoen eller gebyret."), required=True),
    Column("liability", _("Ansvar"), required=True, shape="choice", choices=lambda: tuple(LIABILITIES.items())),
)


def register_setup() -> None:
    """Register the sheet; no first call-off waits for it."""
    register(
        [
            Kind(
                "liability",
                _("Ansvar for betalingsmidler"),
                _("Hvem som hefter for det som belastes hvert kort eller hver konto."),
                _("Nytt ansvar"),
                COLUMNS,
                write_liability,
            )
        ],
        [],
    )


def write_liability(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Set each item's liability. Where somebody can call off, only the operator changes what is set already."""
    tally, in_use = Tally(), agreements_in_use(rows)
    by_the_machine = actor.key in (SYSTEM.key, OPERATOR.key)
    for row in rows:
        lot, number, liability = lot_in(row, actor), row.text("item", 60), row.choice("liability")
        item = Item.objects.filter(lot=lot, number=number).first() if lot is not None and number else None
        if lot is not None and number and item is None:
            row.bad("item", "unknown_item", gettext("delkontrakten har ingen slik vare"))
        if item is None or not row.is_good or lot is None:
            continue
        if item.liability == liability:
            tally.unchanged += 1
        elif item.liability and lot.agreement_id in in_use and not by_the_machine:
            text = gettext("avtalen er i bruk; be operatøren lese inn ansvaret med «fellestorg setup import»")
            row.bad("", "needs_second_person", text)
        else:
            before, item.liability = item.liability, liability
            item.save(update_fields=["liability"])
            if before:
                tally.changed += 1
            else:
                tally.new += 1
            stream = f"lot:{lot}"
            told = {"item": item.number, "before": before, "liability": liability}
            events.record(Happening(stream, "liability_set", stream, actor, now, told))
    return tally
