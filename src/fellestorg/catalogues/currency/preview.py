"""What an adjustment by exchange rate on a day would do to every price, before anybody decides it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.catalogues.currency import rules
from fellestorg.catalogues.currency.rates import rate_on
from fellestorg.catalogues.models import CurrencyAdjustment, CurrencyClause, ExchangeRate, PriceLine
from fellestorg.catalogues.regulation.preview import LineChange, line_change, movable
from fellestorg.catalogues.regulation.rules import rounded
from fellestorg.catalogues.regulation.volumes import volumes
from fellestorg.kernel import clock
from fellestorg.law import rule_book
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.formats import share as share_text
from fellestorg.values import Refused

_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CurrencyPreview:
    """An adjustment that could be proposed: from which rate to which, and all it would change."""

    lot: Lot
    clause: CurrencyClause
    on: date
    base_day: date
    base_rate: Decimal
    day: date
    rate: Decimal
    source: str
    exact: Fraction
    lines: tuple[LineChange, ...]

    @property
    def moved(self) -> Decimal:
        """How far the exchange rate has moved, as a rate with eight decimals."""
        return rounded(rules.movement(self.base_rate, self.rate), 8)

    @property
    def change(self) -> Decimal:
        """How far the prices move, as a rate with eight decimals."""
        return rounded(self.exact - 1, 8)

    @property
    def effect(self) -> Decimal:
        """What it costs the agencies a year (below zero: saves), at the last 12 months' volume. Kroner without VAT."""
        return sum((one.effect for one in self.lines), Decimal(0)).quantize(Decimal("0.01"))


def clause_of(lot: Lot) -> CurrencyClause:
    """The lot's clause. Raises Refused where it has none."""
    found = CurrencyClause.objects.filter(lot=lot).first()
    if found is None:
        raise Refused("no_clause", _("Avtalen sier ikke at prisene følger noen valutakurs."))
    return found


def first_lawful(clause: CurrencyClause, today: date) -> date:
    """The first day that prices may be adjusted when notice is given today."""
    last = _last(clause.lot)
    return rules.first_lawful(
        clause.first_on, last.takes_effect if last else None, clause.months_between, clause.notice_days, today
    )


def counted_from(clause: CurrencyClause) -> tuple[date, Decimal | None]:
    """The day and rate that the next adjustment counts from; None for a rate that is not known."""
    last = _last(clause.lot)
    if last is not None:
        return last.day, last.rate
    found = rate_on(clause.currency, clause.base_day)
    return clause.base_day, found.rate if found else None


def preview(lot: Lot, on: date, *, now: datetime) -> CurrencyPreview:
    """What adjusting the lot from a day would do, if notice were given now.

    Raises Refused where it may not be: no clause, too early (with the first lawful day), outside the agreement's or the
    clause's time, no rate or an old one, or a rate that has moved by less than the clause's threshold.
    """
    clause, today = clause_of(lot), clock.local_day(now)
    _require_day(lot, clause, on, today)
    base_day, base, latest = _require_rates(clause, today)
    by = rules.factor(base, latest.rate, clause.share, clause.threshold)
    if by is None:
        told = {
            "moved": share_text(rounded(rules.movement(base, latest.rate), 4), 2),
            "least": share_text(clause.threshold, 1),
        }
        text = _("Kursen har endret seg %(moved)s. Prisene justeres først når den har endret seg minst %(least)s.")
        raise Refused("below_threshold", text % told)
    bought = volumes(lot, now - _A_YEAR, now)
    waiting = PriceLine.objects.filter(item__lot=lot, valid_from__gt=on).values_list("supplier_id", "item_id")
    lines = movable(lot, on).select_related("item", "supplier").order_by("item__number", "supplier__number")
    later = set(waiting)
    return CurrencyPreview(
        lot, clause, on, base_day, base, latest.day, latest.rate, latest.source, by,
        tuple(line_change(one, by, clause.price_decimals, bought, later, base_day) for one in lines),
    )  # fmt: skip


def _last(lot: Lot) -> CurrencyAdjustment | None:
    return CurrencyAdjustment.objects.filter(lot=lot).order_by("-takes_effect").first()


def _require_day(lot: Lot, clause: CurrencyClause, on: date, today: date) -> None:
    first = first_lawful(clause, today)
    if on < first:
        text = _(
            "Første lovlige dag er %(first)s: varselet er %(notice)s dager, og det skal gå %(months)s måneder mellom."
        )
        told = {"first": day_text(first), "notice": clause.notice_days, "months": clause.months_between}
        raise Refused("too_early", text % told, first=first.isoformat())
    if clause.valid_to is not None and on > clause.valid_to:
        text = _("Vilkårene for valutajustering gjelder til og med %(last)s. Etter det står prisene fast.")
        raise Refused("clause_ended", text % {"last": day_text(clause.valid_to)})
    if on > lot.agreement.ends:
        text = _("Avtalen gjelder ikke %(day)s. Den går ut %(ends)s.")
        raise Refused("agreement_ended", text % {"day": day_text(on), "ends": day_text(lot.agreement.ends)})


def _require_rates(clause: CurrencyClause, today: date) -> tuple[date, Decimal, ExchangeRate]:
    base_day, base = counted_from(clause)
    latest = rate_on(clause.currency, today)
    oldest = today - timedelta(days=rule_book().rule("CUR", on=today).count("oldest_rate_days"))
    if base is None or latest is None:
        text = _("Kursen for %(currency)s er ikke lest inn for %(day)s.")
        missing = base_day if base is None else today
        raise Refused("no_rate", text % {"currency": clause.currency, "day": day_text(missing)})
    if latest.day < oldest or latest.day <= base_day:
        text = _("Den nyeste kursen for %(currency)s er fra %(day)s. Les inn nyere kurser først.")
        raise Refused("old_rate", text % {"currency": clause.currency, "day": day_text(latest.day)})
    return base_day, base, latest
