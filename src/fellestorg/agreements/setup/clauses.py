"""Options and price regulation by sheet: what an agreement lets agencies choose, and how its prices may rise.

Both act at once until the lot has call-off rules. After that they are for two people, on the lot's own pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import options, regulation_clause
from fellestorg.agreements.models import AssortmentOption, Lot, RegulationClause
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.setup.reading import key_in, lot_in, texts_in
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.setup import Column, Kind, Row, State, Step, Tally
from fellestorg.kernel.text import in_language
from fellestorg.law.indexes import price_indexes

_SAME = _("Tomt: som på bokmål.")
_in_language = lazy(in_language, str)
_LOT = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("lot", _("Delkontrakt"), _("Delkontraktens nøkkel."), required=True),
)
_SOURCE = Column("source", _("Kilde"), _("Hvor i avtalen det står."), required=True)
_OPTION_COLUMNS = (
    *_LOT,
    Column("key", _("Nøkkel"), _("Kort navn på opsjonen: små bokstaver, tall og bindestrek."), required=True),
    Column("name_nb", _("Navn"), required=True),
    Column("name_nn", _("Navn på nynorsk"), _SAME),
    Column("name_en", _("Navn på engelsk"), _SAME),
    Column("categories", _("Varekategorier"), _("Nøkler som delkontrakten har, med mellomrom."), required=True),
    _SOURCE,
)
_CLAUSE_COLUMNS = (
    *_LOT,
    Column(
        "series",
        _("Indeks"),
        required=True,
        shape="choice",
        choices=lambda: [(one.key, _in_language(one.name)) for one in price_indexes().values()],
    ),
    Column(
        "base_month",
        _("Grunnmåned"),
        _("En dag i måneden som den første reguleringen regnes fra."),
        required=True,
        shape="day",
    ),
    Column("first_on", _("Første reguleringsdag"), _("Siden samme dag hvert år."), required=True, shape="day"),
    Column("notice_days", _("Varsel, dager"), _("Kalenderdager før nye priser gjelder."), required=True),
    Column("max_rise", _("Høyeste økning i prosent"), _("Tomt: så mye som indeksen."), shape="amount"),
    Column("price_decimals", _("Desimaler i prisene"), _("Fra 0 til 4. Tomt: 2."), shape="amount"),
    Column("delivery_fees", _("Gjelder frakt og gebyrer"), _("Tomt: nei."), shape="truth"),
    _SOURCE,
)


def kinds() -> list[Kind]:
    """The kinds of rows."""
    return [
        Kind(
            "options",
            _("Opsjoner i sortimentet"),
            _("Varer som en virksomhet bare kan kjøpe når den har valgt dem. Én rad for hver opsjon."),
            _("Ny opsjon"),
            _OPTION_COLUMNS,
            write_options,
        ),
        Kind(
            "regulation-clauses",
            _("Vilkår for prisregulering"),
            _("Én rad for hver delkontrakt der prisene kan følge en indeks. Uten slike vilkår står prisene fast."),
            _("Nye vilkår for prisregulering"),
            _CLAUSE_COLUMNS,
            write_clauses,
        ),
    ]


def steps() -> list[Step]:
    """The steps, before the call-off rules: those end the time in which one person alone may do this."""
    # One lead for both: what is to be done first is the same.
    lead = _("Bare der avtalen har det. Legg det inn før avropsreglene; etterpå må en annen godkjenne.")
    return [
        Step("options", 74, _("Opsjoner i sortimentet"), lead, _options, "options", optional=True),
        Step("regulation", 76, _("Vilkår for prisregulering"), lead, _clauses, "regulation-clauses", optional=True),
    ]


def write_options(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Make the options. One that stands already must be as the row says."""
    tally = Tally()
    for row in rows:
        lot, key, names = lot_in(row, actor), key_in(row, "key"), texts_in(row, "name", 200)
        categories, source = row.many("categories"), row.text("source", 300)
        if not row.is_good or lot is None:
            continue
        known = AssortmentOption.objects.filter(lot=lot, key=key).first()
        given = options.option_payload(key, names, categories, source)
        _write(row, tally, lot, options.KIND, options.payload_of(known) if known else {}, given, actor, now)
    return tally


def write_clauses(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Make the clauses. One that stands already must be as the row says."""
    tally = Tally()
    for row in rows:
        lot, given = lot_in(row, actor), _clause(row)
        if not row.is_good or lot is None or given is None:
            continue
        standing = regulation_clause.standing(lot)
        _write(row, tally, lot, regulation_clause.KIND, standing, given, actor, now)
    return tally


def _clause(row: Row) -> dict[str, Any] | None:
    series, source = row.choice("series"), row.text("source", 300)
    base, first = row.day("base_month"), row.day("first_on")
    notice, decimals = row.whole("notice_days"), row.whole("price_decimals")
    percent, fees = row.amount("max_rise", 3), row.truth("delivery_fees")
    if not row.is_good or base is None or first is None or notice is None:
        return None
    return regulation_clause.clause_payload(
        series=series,
        base_month=base,
        first_on=first,
        notice_days=notice,
        max_rise=None if percent is None else percent / Decimal(100),
        price_decimals=2 if decimals is None else decimals,
        delivery_fees=fees,
        source=source,
    )


def _write(
    row: Row,
    tally: Tally,
    lot: Lot,
    kind: str,
    known: Mapping[str, Any],
    given: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    target = Target(lot.agreement, lot)
    if known == given:
        tally.unchanged += 1
    elif proposals.needs_second_person(kind, target):
        text = gettext("delkontrakten er i bruk, så en annen må godkjenne dette; foreslå det på %(page)s")
        page = reverse(PAGES[kind], args=[lot.agreement.key, lot.key])
        row.bad("lot", "in_use", text % {"page": page})
    elif known:
        row.bad("key" if "key" in row.columns else "lot", "exists", gettext("finnes alt med et annet innhold"))
    else:
        act: Callable[[], object] = partial(proposals.change, kind, target, given, "", actor=actor, now=now)
        tally.new += row.attempt(act)


PAGES = {options.KIND: "manage_options", regulation_clause.KIND: "manage_regulation"}


def _options(day: date) -> State:
    count = AssortmentOption.objects.count()
    return State(count, () if count else (gettext("Ingen er registrert."),))


def _clauses(day: date) -> State:
    count = RegulationClause.objects.count()
    return State(count, () if count else (gettext("Ingen er registrert."),))
