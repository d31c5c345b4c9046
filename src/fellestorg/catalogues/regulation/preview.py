"""What a regulation on a day would do to every price, before anybody decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot, RegulationClause
from fellestorg.catalogues.models import DeliveryTerms, PriceLine, PriceRegulation
from fellestorg.catalogues.regulation import rules
from fellestorg.catalogues.regulation.index import IndexInUse, index_in_use
from fellestorg.catalogues.regulation.rules import Factor, Terms
from fellestorg.catalogues.regulation.volumes import Volumes, volumes
from fellestorg.kernel import clock
from fellestorg.kernel.text import localised
from fellestorg.ui.formats import day as day_text
from fellestorg.values import Refused

FEES = ("small_order_fee", "freight")
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Basis:
    """What the factor rests on: which months of which index, from where, and what the clause allows."""

    series: str
    base_month: date
    base_value: Decimal
    month: date
    value: Decimal
    source: str
    verified: bool
    max_rise: Decimal | None
    factor: Factor


@dataclass(frozen=True, slots=True)
class LineChange:
    """One fixed price before and after, kroner without VAT. ``effect`` is kroner a year at the last 12 months' volume.

    ``oddities``: ``zero``, ``unchanged`` (lost in rounding), ``recent`` (set since the last regulation),
    ``replaced_later`` (the supplier has a new price waiting), ``ends`` (the price has a last day).
    """

    line: PriceLine
    item: str
    name: str
    category: str
    supplier: str
    supplier_name: str
    before: Decimal
    after: Decimal
    quantity: Decimal
    oddities: tuple[str, ...]

    @property
    def effect(self) -> Decimal:
        return (self.after - self.before) * self.quantity

    @property
    def rate(self) -> Decimal:
        """The change as a rate with four decimals."""
        return (self.after / self.before - 1).quantize(Decimal("0.0001")) if self.before else Decimal(0)


@dataclass(frozen=True, slots=True)
class FeeChange:
    """A delivery fee before and after. ``times``: how often it was charged in the last 12 months."""

    terms: DeliveryTerms
    supplier: str
    supplier_name: str
    fee: str
    before: Decimal
    after: Decimal
    times: int

    @property
    def effect(self) -> Decimal:
        return (self.after - self.before) * self.times


@dataclass(frozen=True, slots=True)
class Preview:
    """A regulation that could be proposed: all it would change and all it would leave alone."""

    lot: Lot
    clause: RegulationClause
    on: date
    year: int
    basis: Basis
    lines: tuple[LineChange, ...]
    fees: tuple[FeeChange, ...]
    list_priced: int
    outside_standard: int
    replaced: int

    @property
    def effect(self) -> Decimal:
        """What it costs the agencies a year (below zero: saves), at the last 12 months' volume. Kroner without VAT."""
        prices = sum((one.effect for one in self.lines), Decimal(0))
        return (prices + sum((one.effect for one in self.fees), Decimal(0))).quantize(Decimal("0.01"))

    @property
    def odd(self) -> int:
        return sum(bool(one.oddities) for one in self.lines)


def clause_of(lot: Lot) -> RegulationClause:
    """The lot's clause. Raises Refused where it has none."""
    found = RegulationClause.objects.filter(lot=lot).first()
    if found is None:
        raise Refused("no_clause", _("Avtalen sier ikke at prisene kan reguleres. Da kan de ikke endres."))
    return found


def terms_of(clause: RegulationClause) -> Terms:
    """The clause as the rules read it."""
    return Terms(clause.first_on, clause.notice_days, clause.max_rise, clause.price_decimals)


def used_years(lot: Lot) -> frozenset[int]:
    """The regulation years in which the lot has been regulated, or is about to be."""
    return frozenset(PriceRegulation.objects.filter(lot=lot).values_list("year", flat=True))


def preview(lot: Lot, on: date, *, now: datetime) -> Preview:
    """What regulating the lot from a day would do, if notice were given now.

    Raises Refused where it may not be: no clause, before the clause's first day or after its last, already regulated in
    that year, notice too late (each with the first lawful day), outside the agreement's time, or no index to go by.
    """
    clause, today = clause_of(lot), clock.local_day(now)
    year = _require_lawful(lot, clause, on, today)
    basis = _basis(lot, clause, index_in_use(clause.series), today)
    bought = volumes(lot, now - _A_YEAR, now)
    holding = PriceLine.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), item__lot=lot, valid_from__lt=on)
    starting = set(
        PriceLine.objects.filter(item__lot=lot, valid_from__gte=on).values_list("supplier_id", "item_id", "valid_from")
    )
    later = {(supplier, item) for supplier, item, start in starting if start > on}
    earlier = PriceRegulation.objects.filter(lot=lot).values_list("takes_effect", flat=True)
    since = max(earlier, default=lot.agreement.starts)
    touched = movable(lot, on).select_related("item", "supplier").order_by("item__number", "supplier__number")
    fixed = holding.filter(model=PriceLine.Model.FIXED)
    return Preview(
        lot,
        clause,
        on,
        year,
        basis,
        tuple(line_change(one, basis.factor.exact, clause.price_decimals, bought, later, since) for one in touched),
        tuple(_fees(lot, on, basis.factor, bought)) if clause.delivery_fees else (),
        holding.exclude(model=PriceLine.Model.FIXED).count(),
        fixed.filter(item__standard_assortment=False).count(),
        sum(start == on for _supplier, _item, start in starting),
    )


def _require_lawful(lot: Lot, clause: RegulationClause, on: date, today: date) -> int:
    terms, used = terms_of(clause), used_years(lot)
    first = rules.first_lawful(terms, used, today)
    told = {"first": day_text(first), "day": day_text(on), "notice": terms.notice_days}
    year = rules.regulation_year(terms.first_on, on)
    if year is None:
        text = _("Avtalen lar ikke prisene reguleres før %(start)s. Første lovlige dag er %(first)s.")
        raise Refused("too_early", text % {**told, "start": day_text(terms.first_on)}, first=first.isoformat())
    if year in used:
        text = _("Prisene er alt regulert én gang i dette reguleringsåret. Første lovlige dag er %(first)s.")
        raise Refused("already_regulated", text % told, first=first.isoformat())
    if on < today + timedelta(days=terms.notice_days):
        text = _("Virksomhetene skal varsles minst %(notice)s dager før. Første lovlige dag er %(first)s.")
        raise Refused("notice_too_late", text % told, first=first.isoformat())
    if clause.valid_to is not None and on > clause.valid_to:
        text = _("Vilkårene for prisregulering gjelder til og med %(last)s. Etter det står prisene fast.")
        raise Refused("clause_ended", text % {"last": day_text(clause.valid_to)})
    if on > lot.agreement.ends:
        text = _("Avtalen gjelder ikke %(day)s. Den går ut %(ends)s.")
        raise Refused("agreement_ended", text % {**told, "ends": day_text(lot.agreement.ends)})
    return year


def _basis(lot: Lot, clause: RegulationClause, index: IndexInUse, today: date) -> Basis:
    if not index.usable:
        text = _("Indeksen %(name)s er oppdiktet her. Les inn de ekte verdiene først, på siden om prisindekser.")
        raise Refused("index_synthetic", text % {"name": index.key})
    last = PriceRegulation.objects.filter(lot=lot).order_by("-takes_effect").first()
    base = last.month if last else clause.base_month
    month = index.latest(today)
    if base not in index.values:
        text = _("Indeksen %(name)s mangler verdien for %(month)s.")
        raise Refused("no_index", text % {"name": index.key, "month": day_text(base, "month")})
    if month is None or month <= base:
        text = _("Det er ikke offentliggjort en nyere %(name)s enn den for %(month)s.")
        raise Refused("no_newer_index", text % {"name": index.key, "month": day_text(base, "month")})
    factor = rules.factor(index.values[base], index.values[month], clause.max_rise)
    if factor.exact == 1:
        raise Refused("no_change", _("Indeksen gir ingen endring i prisene."))
    return Basis(
        index.key,
        base,
        index.values[base],
        month,
        index.values[month],
        index.source,
        index.verified,
        clause.max_rise,
        factor,
    )


def movable(lot: Lot, on: date) -> QuerySet[PriceLine]:
    """What an index or an exchange rate moves from a day: the standard assortment's fixed prices that began before it."""
    holding = PriceLine.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), item__lot=lot, valid_from__lt=on)
    return holding.filter(model=PriceLine.Model.FIXED, item__standard_assortment=True)


def line_change(
    one: PriceLine, by: Fraction, places: int, bought: Volumes, later: set[tuple[int, int]], since: date
) -> LineChange:
    """One price multiplied and rounded, with what is odd about it. ``later`` are the (supplier, item) that have a price
    waiting; ``since`` is the day of the change before this one."""
    after = rules.regulated(one.unit_price, by, places)
    replaced = (one.supplier_id, one.item_id) in later
    oddities = {
        "zero": one.unit_price == 0,
        "unchanged": one.unit_price != 0 and after == one.unit_price and by != 1,
        "recent": one.valid_from > since,
        "replaced_later": replaced,
        "ends": one.valid_to is not None and not replaced,
    }
    return LineChange(
        one,
        one.item.number,
        localised(one.item, "name"),
        one.item.category,
        one.supplier.number,
        one.supplier.name,
        one.unit_price,
        after,
        bought.quantities.get((one.supplier_id, one.item_id), Decimal(0)),
        tuple(code for code, holds in oddities.items() if holds),
    )


def _fees(lot: Lot, on: date, factor: Factor, bought: Volumes) -> Iterable[FeeChange]:
    rows = DeliveryTerms.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), lot=lot, valid_from__lt=on)
    for row in rows.select_related("supplier").order_by("supplier__number"):
        for fee in FEES:
            before = getattr(row, fee)
            if before:
                after = rules.regulated(before, factor.exact, 2)
                times = bought.fees.get((row.supplier_id, fee), 0)
                yield FeeChange(row, row.supplier.number, row.supplier.name, fee, before, after, times)
