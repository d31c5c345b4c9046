"""Opening balances by sheet: what was drawn on a lot before Fellestorg."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.registering.actions import register
from fellestorg.agreements.registering.facts import Fact
from fellestorg.agreements.setup.reading import lot_in, organisation_in
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.setup import Column, Row, Tally
from fellestorg.values import BadInput, Refused

COLUMNS = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("lot", _("Delkontrakt"), _("Delkontraktens nøkkel."), required=True),
    Column("amount", _("Beløp"), _("Kroner uten mva."), required=True, shape="amount"),
    Column("reference", _("Referanse"), _("Hva det heter hos dere. Tomt: åpning.")),
    Column("buyer", _("Virksomhet"), _("Organisasjonsnummeret. Tomt: alle sammen.")),
    Column("on", _("Regnet til"), _("Siste dag som er med i beløpet."), shape="day"),
    Column("quantity", _("Mengde"), _("Bare der delkontrakten har tak på antall."), shape="amount"),
    Column("note", _("Merknad")),
)


def write_openings(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Put the opening balances in the ledger. A reference stands once under a lot."""
    facts: list[Fact] = []
    read: list[Row] = []
    for row in rows:
        lot, buyer = lot_in(row, actor), organisation_in(row, "buyer")
        amount, quantity, on = row.amount("amount"), row.amount("quantity", 4), row.day("on")
        reference, note = row.text("reference", 60) or gettext("åpning"), row.text("note", 250)
        if row.is_good and lot is not None and amount is not None:
            facts.append(Fact(lot, "opening", reference, amount, buyer, on, quantity or Decimal(0), note))
            read.append(row)
    if len(read) < len(rows):
        return Tally()
    try:
        register(facts, actor=actor, now=now)
    except BadInput as error:
        for problem in error.problems:
            place, _dot, name = problem.where.partition(".")
            index = place.removeprefix("registrations[").rstrip("]")
            row = read[int(index)] if index.isdecimal() else read[0]
            row.bad(name if name in row.columns else "", problem.code, problem.text)
    except Refused as refused:
        rows[0].bad("", refused.code, refused.text)
    return Tally(new=len(facts))
