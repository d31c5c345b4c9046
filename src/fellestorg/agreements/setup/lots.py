"""Lots by sheet, with their suppliers in rank order and their ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import CeilingBalance, FrameworkAgreement, Lot, SupplierPosition
from fellestorg.agreements.setup.reading import agreement_in, key_in, texts_in
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Row, Tally
from fellestorg.organisations.models import Organisation
from fellestorg.values import kroner

_SAME = _("Tomt: som på bokmål.")
COLUMNS = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("key", _("Nøkkel"), _("Kort navn i adresser: små bokstaver, tall og bindestrek."), required=True),
    Column("number", _("Nummer"), _("Tomt: det neste ledige."), shape="amount"),
    Column("title_nb", _("Tittel"), required=True),
    Column("title_nn", _("Tittel på nynorsk"), _SAME),
    Column("title_en", _("Tittel på engelsk"), _SAME),
    Column("scope_nb", _("Omfang"), _("Hva som kan kjøpes."), required=True, shape="long"),
    Column("scope_nn", _("Omfang på nynorsk"), _SAME, shape="long"),
    Column("scope_en", _("Omfang på engelsk"), _SAME, shape="long"),
    Column("cpv", _("CPV-koder"), _("Åtte siffer, hovedkoden først, med mellomrom."), required=True),
    Column(
        "categories",
        _("Varekategorier"),
        _("Nøklene til det som ligger i delkontrakten, som laptop monitor."),
        required=True,
    ),
    Column("regions", _("Regioner"), _("NUTS-koder. Tomt: hele landet.")),
    Column(
        "max_value",
        _("Høyeste verdi"),
        _("Kroner uten mva. Taket for hele avtaletiden."),
        required=True,
        shape="amount",
    ),
    Column("max_quantity", _("Høyeste mengde"), _("Bare der avtalen setter tak på antall."), shape="amount"),
    Column("estimated_value", _("Anslått verdi"), _("Kroner uten mva."), shape="amount"),
    Column(
        "suppliers", _("Leverandører"), _("Organisasjonsnumrene i rangert rekkefølge, med mellomrom."), required=True
    ),
)


def write_lots(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Make the lots, each with its suppliers. One that stands already must be as the row says."""
    tally = Tally()
    for row in rows:
        agreement, key = agreement_in(row, actor), key_in(row, "key")
        given, suppliers = _lot(row), _suppliers(row)
        number = row.whole("number")
        if not row.is_good or agreement is None:
            continue
        known = Lot.objects.filter(agreement=agreement, key=key).first()
        if known is None:
            number = number or _next_number(agreement)
            made = Lot(agreement=agreement, key=key, number=number, **given)
            tally.new += row.attempt(partial(register, made, suppliers, actor, now))
        elif all(getattr(known, name) == value for name, value in given.items()):
            tally.unchanged += 1
        else:
            row.bad(
                "key", "exists", gettext("delkontrakten finnes alt og er en annen; endre den på delkontraktens side")
            )
    return tally


def _lot(row: Row) -> dict[str, Any]:
    cpv = row.many("cpv")
    if any(len(one) != 8 or not one.isdecimal() for one in cpv):
        row.bad("cpv", "not_cpv", gettext("en CPV-kode har åtte siffer"))
    categories, regions = [one.lower() for one in row.many("categories")], [one.upper() for one in row.many("regions")]
    if any(len(one) > 60 for one in categories):
        row.bad("categories", "too_long", gettext("høyst %(longest)s tegn") % {"longest": 60})
    if any(len(one) > 5 for one in regions):
        row.bad("regions", "not_nuts", gettext("en NUTS-kode har høyst fem tegn"))
    value = row.amount("max_value")
    if value is not None and value <= 0:
        row.bad("max_value", "too_small", gettext("en delkontrakt må ha en høyeste verdi over 0 (FA-3)"))
    return {
        **texts_in(row, "title", 200),
        **texts_in(row, "scope", 4000),
        "cpv": cpv,
        "categories": categories,
        "regions": regions,
        "max_value": value,
        "max_quantity": row.amount("max_quantity", 4),
        "estimated_value": row.amount("estimated_value"),
    }


def _suppliers(row: Row) -> list[Organisation]:
    numbers = row.many("suppliers")
    there = {one.number: one for one in Organisation.objects.filter(number__in=numbers)}
    for number in numbers:
        if number not in there:
            text = gettext("det finnes ingen leverandør med nummer %(number)s; legg den inn først")
            row.bad("suppliers", "unknown_supplier", text % {"number": number})
        elif there[number].kind != Organisation.Kind.SUPPLIER:
            row.bad("suppliers", "wrong_kind", gettext("%(number)s er ikke en leverandør") % {"number": number})
    if len(set(numbers)) != len(numbers):
        row.bad("suppliers", "twice", gettext("en leverandør står to ganger"))
    return [there[number] for number in numbers if number in there]


def register(made: Lot, suppliers: Sequence[Organisation], actor: Actor, now: datetime) -> None:
    """Save a new lot with its ceiling and its suppliers in rank, and tell the log; in the caller's transaction."""
    made.save(force_insert=True)
    CeilingBalance.objects.create(lot=made)
    SupplierPosition.objects.bulk_create(
        SupplierPosition(
            lot=made,
            supplier=supplier,
            rank=rank,
            valid_from=made.agreement.starts,
            valid_to=made.agreement.latest_end,
        )
        for rank, supplier in enumerate(suppliers, 1)
    )
    stream = f"lot:{made}"
    told = {"max_value": kroner(made.max_value), "suppliers": [one.number for one in suppliers]}
    events.record(Happening(stream, "lot_registered", stream, actor, now, told))


def _next_number(agreement: FrameworkAgreement) -> int:
    last = agreement.lots.order_by("-number").first()
    return last.number + 1 if last else 1
