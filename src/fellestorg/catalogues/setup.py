"""Setting up what suppliers charge around the goods, by sheet; and whether there are prices to buy at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.halts import halted_on
from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.agreements.setup.reading import agreements_in_use, lot_in, organisation_in
from fellestorg.catalogues.delivery.changes import MODES
from fellestorg.catalogues.models import DeliveryTerms, PriceLine
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Kind, Row, State, Step, Tally, register
from fellestorg.values import kroner

# Mechanisms that order from the price list; the others ask for offers, look in tables of their own, or refuse.
_BY_PRICE_LIST = frozenset({"rank", "lowest_net_price", "cascade", "assigned", "secondary", "service_order"})
_priced_elsewhere: set[str] = set()
_KRONER = _("Kroner uten mva. Tomt: 0.")
COLUMNS = (
    Column("agreement", _("Avtale"), _("Avtalens nøkkel."), required=True),
    Column("lot", _("Delkontrakt"), _("Delkontraktens nøkkel."), required=True),
    Column("supplier", _("Leverandør"), _("Organisasjonsnummeret."), required=True),
    Column("lead_days", _("Leveringstid"), _("Virkedager fra bestilling."), required=True, shape="amount"),
    Column("freight", _("Frakt"), _KRONER, shape="amount"),
    Column("free_freight_from", _("Fri frakt fra"), _("Kroner uten mva. Tomt: aldri."), shape="amount"),
    Column("min_order", _("Minste bestilling"), _KRONER, shape="amount"),
    Column("small_order_fee", _("Gebyr under minste bestilling"), _KRONER, shape="amount"),
    Column("mode", _("Leveringsmåte"), _("Tomt: bil."), shape="choice", choices=lambda: MODES),
    Column("valid_from", _("Fra og med"), _("Tomt: avtalens første dag."), shape="day"),
)


def register_setup() -> None:
    """Register this room's kinds and steps."""
    register(
        [
            Kind(
                "delivery-terms",
                _("Leveringsvilkår"),
                _("Frakt, gebyr og leveringstid for hver leverandør i en delkontrakt."),
                _("Nye leveringsvilkår"),
                COLUMNS,
                write_terms,
            )
        ],
        [
            Step(
                "terms",
                75,
                _("Leveringsvilkår"),
                _("Uten dem regnes leveringen som gratis."),
                _terms,
                "delivery-terms",
                optional=True,
            ),
            Step("prices", 100, _("Priser"), _("Leses inn på delkontraktens side, for hver leverandør."), _prices),
        ],
    )


def write_terms(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Add the terms. Those that hold already must be as the row says.

    They weigh in the net price, so nobody adds any alone where somebody can call off: there they are proposed on a page.
    """
    tally, in_use = Tally(), agreements_in_use(rows)
    for row in rows:
        made = _made(row, actor)
        if made is None:
            continue
        known = DeliveryTerms.objects.filter(lot=made.lot, supplier=made.supplier, valid_from=made.valid_from).first()
        if known is None and made.lot.agreement_id in in_use:
            page = reverse("delivery_terms", args=[made.lot.agreement.key, made.lot.key])
            text = gettext("avtalen er i bruk; foreslå nye vilkår på %(page)s, så godkjenner en annen dem")
            row.bad("", "needs_second_person", text % {"page": page})
        elif known is None:
            tally.new += row.attempt(partial(_register, made, actor, now))
        elif _says(known) == _says(made):
            tally.unchanged += 1
        else:
            row.bad("supplier", "exists", gettext("leverandøren har alt andre vilkår fra denne dagen"))
    return tally


def _made(row: Row, actor: Actor) -> DeliveryTerms | None:
    lot, supplier = lot_in(row, actor), organisation_in(row, "supplier", supplier=True)
    days, first = row.whole("lead_days", 366), row.day("valid_from")
    mode = row.choice("mode", DeliveryTerms.Mode.ROAD)
    amounts = {name: row.amount(name) for name in ("freight", "min_order", "small_order_fee")}
    free_from = row.amount("free_freight_from")
    placed = SupplierPosition.objects.filter(lot=lot, supplier=supplier) if lot and supplier else None
    if placed is not None and not placed.exists():
        row.bad("supplier", "no_position", gettext("leverandøren er ikke med i delkontrakten"))
    if not row.is_good or lot is None or supplier is None or days is None:
        return None
    return DeliveryTerms(
        lot=lot,
        supplier=supplier,
        lead_days=days,
        free_freight_from=free_from,
        mode=mode,
        valid_from=first or lot.agreement.starts,
        **{name: amount or Decimal(0) for name, amount in amounts.items()},
    )


def _register(made: DeliveryTerms, actor: Actor, now: datetime) -> None:
    made.save(force_insert=True)
    stream = f"lot:{made.lot}"
    told = {
        "supplier": made.supplier.number,
        "freight": kroner(made.freight),
        "lead_days": made.lead_days,
        "from": made.valid_from.isoformat(),
    }
    events.record(Happening(stream, "delivery_terms_registered", stream, actor, now, told))


def _says(terms: DeliveryTerms) -> tuple[object, ...]:
    names = ("lead_days", "freight", "free_freight_from", "min_order", "small_order_fee", "mode")
    return tuple(getattr(terms, name) for name in names)


def _terms(day: date) -> State:
    count = DeliveryTerms.objects.count()
    return State(count, () if count else (gettext("Ingen leverandør har leveringsvilkår."),))


def priced_elsewhere(*categories: str) -> None:
    """Say that rooms above hold the prices of some item categories, so that their lots lack none here."""
    _priced_elsewhere.update(categories)


def _buys_by_price(lot: Lot, day: date) -> bool:
    """Whether some step of the call-off policy in force, or of the first one, reads the price list. A draft may."""
    versions = sorted(lot.policies.all(), key=lambda one: one.valid_from)
    if not versions:
        return True
    document = next((one for one in reversed(versions) if one.valid_from <= day), versions[0]).document
    return any(step.get("mechanism") in _BY_PRICE_LIST for step in document["steps"])


def _prices(day: date) -> State:
    valid = PriceLine.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day))
    lots = Lot.objects.filter(agreement__ends__gte=day).exclude(agreement__in=halted_on(day))
    without = lots.exclude(items__prices__in=valid).exclude(categories__overlap=list(_priced_elsewhere))
    without = without.select_related("agreement").prefetch_related("policies")
    missing = [gettext("%(lot)s har ingen priser.") % {"lot": str(one)} for one in without if _buys_by_price(one, day)]
    first = next(iter(without), None)
    link = reverse("import_prices", args=[first.agreement.key, first.key]) if first else ""
    count = valid.count()
    return State(count, tuple(missing) if count or missing else (gettext("Ingen priser er lest inn."),), link)
