"""Participants by sheet: who may call off under an agreement, from when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Participation
from fellestorg.agreements.setup.reading import agreement_in, agreements_in_use, organisation_in
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Row, Tally

_GROUNDS = (
    (Participation.Ground.OBLIGATORY, _("Obligatorisk")),
    (Participation.Ground.OPT_IN, _("Tilvalgt")),
    (Participation.Ground.LATER, _("Senere")),
)
COLUMNS = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("organisation", _("Virksomhet"), _("Organisasjonsnummeret."), required=True),
    Column("ground", _("Grunnlag"), _("Tomt: obligatorisk."), shape="choice", choices=lambda: _GROUNDS),
    Column("valid_from", _("Fra og med"), _("Tomt: avtalens første dag."), shape="day"),
    Column("valid_to", _("Til og med"), _("Tomt: så lenge avtalen varer."), shape="day"),
    Column(
        "own_contract_to",
        _("Egen avtale til"),
        _("Siste dag i en egen avtale som virksomheten venter på."),
        shape="day",
    ),
    Column("note", _("Merknad")),
)


def write_participants(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Let the organisations take part, while nobody can call off under the agreement. Later ones are proposed (FA-2)."""
    tally, in_use = Tally(), agreements_in_use(rows)
    for row in rows:
        agreement, organisation = agreement_in(row, actor), organisation_in(row, "organisation")
        ground = row.choice("ground", Participation.Ground.OBLIGATORY)
        first, last, own = row.day("valid_from"), row.day("valid_to"), row.day("own_contract_to")
        note = row.text("note", 300)
        if not row.is_good or agreement is None or organisation is None:
            continue
        first = first or (own + timedelta(days=1) if own else agreement.starts)
        if last is not None and last < first:
            row.bad("valid_to", "before_start", gettext("siste dag kan ikke være før første"))
            continue
        if own is not None and own >= first:
            row.bad("own_contract_to", "overlaps", gettext("den egne avtalen må ta slutt før virksomheten blir med"))
            continue
        same = Participation.objects.filter(
            agreement=agreement, organisation=organisation, valid_from=first, valid_to=last, ground=ground
        )
        if same.exists():
            tally.unchanged += 1
            continue
        if agreement.pk in in_use:
            page = reverse("manage_participants", args=[agreement.key])
            text = gettext("avtalen er i bruk; foreslå nye deltakere på %(page)s, så godkjenner en annen dem")
            row.bad("", "needs_second_person", text % {"page": page})
            continue
        made = Participation(
            agreement=agreement, organisation=organisation, ground=ground, valid_from=first, valid_to=last,
            own_contract_to=own, note=note,
        )  # fmt: skip
        tally.new += row.attempt(partial(_register, made, actor, now))
    return tally


def _register(made: Participation, actor: Actor, now: datetime) -> None:
    made.save(force_insert=True)
    subject = f"agreement:{made.agreement.key}"
    told = {
        "organisation": made.organisation.number,
        "ground": made.ground,
        "from": made.valid_from.isoformat(),
        "to": made.valid_to.isoformat() if made.valid_to else None,
    }
    events.record(Happening(subject, "participant_registered", subject, actor, now, told))
