"""Exchange rates: bringing in the central bank's own file (Norges Bank, EXR as CSV), and which rate counts on a day."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.catalogues.models import ExchangeRate
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, read_sheet
from fellestorg.organisations.policy import may_administer
from fellestorg.values import Refused, decimal_text

# Norges Bank's own headings, in Norwegian and English; the last ones say nothing that is needed here.
COLUMNS = {
    "currency": ("base_cur", "valuta"),
    "day": ("time_period", "dag", "dato"),
    "rate": ("obs_value", "kurs"),
    "quote": ("quote_cur",),
    "power": ("unit_mult",),
    "frequency": ("freq",),
    "tenor": ("tenor",),
    "decimals": ("decimals",),
    "calculated": ("calculated",),
    "collection": ("collection",),
    "frequency_name": ("frequency", "frekvens"),
    "currency_name": ("base currency", "basisvaluta"),
    "quote_name": ("quote currency", "kvoteringsvaluta"),
    "tenor_name": ("løpetid",),
    "power_name": ("unit multiplier", "multiplikator"),
    "collection_name": ("collection indicator", "innsamlingstidspunkt"),
}
REQUIRED = ("day", "rate")
DEFAULT_SOURCE = "Norges Bank, valutakurser"
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_RATE = re.compile(r"\d{1,7}(?:[.,]\d{1,8})?\Z")
_POWER = re.compile(r"[0-4]\Z")


@dataclass(frozen=True, slots=True)
class ImportedRates:
    """What came of a file. Where anything is rejected, nothing was written and ``accepted`` is 0."""

    read: int
    accepted: int
    rejected: tuple[RowProblem, ...]
    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def as_json(self) -> dict[str, object]:
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": [problem.as_json() for problem in self.rejected],
            "changes": {"new": self.new, "changed": self.changed, "unchanged": self.unchanged},
        }


@transaction.atomic
def import_rates(
    content: bytes, *, currency: str = "", source: str = DEFAULT_SOURCE, actor: Actor, now: datetime
) -> ImportedRates:
    """Bring in days of one or more currencies, from CSV or a workbook. What was there for a day is replaced, and the event
    keeps what it was. ``currency`` is what rows without one are of.

    All or nothing. Raises Refused for whoever does not administer, BadInput where the file as a whole cannot be read.
    """
    if not may_administer(actor).allowed:
        raise Refused("not_administrator", _("Bare SI-administrator og operatøren kan lese inn valutakurser."))
    rows = read_sheet(content, COLUMNS, REQUIRED)
    today = clock.local_day(now)
    found: dict[tuple[str, date], Decimal] = {}
    problems: list[RowProblem] = []
    for row in rows:
        read = _row(row, currency, today, problems)
        if read is None:
            continue
        key, rate = read
        if key in found:
            problems.append(RowProblem(row.number, "day", "day_twice", _("dagen står to ganger for denne valutaen")))
        found[key] = rate
    if problems:
        return ImportedRates(len(rows), 0, tuple(problems))
    known = {(one.currency, one.day): one for one in ExchangeRate.objects.select_for_update()}
    changed = {key: known[key].rate for key, rate in found.items() if key in known and known[key].rate != rate}
    new = [key for key in found if key not in known]
    origin = {"source": source[:300], "imported_by": actor.name, "imported_at": now}
    ExchangeRate.objects.bulk_create(
        [ExchangeRate(currency=key[0], day=key[1], rate=found[key], **origin) for key in new], batch_size=1000
    )
    for key in changed:
        ExchangeRate.objects.filter(pk=known[key].pk).update(rate=found[key], **origin)
    for one in sorted({key[0] for key in found}):
        days = sorted(day for name, day in found if name == one)
        payload: dict[str, Any] = {
            "from": days[0].isoformat(),
            "to": days[-1].isoformat(),
            "new": sum(key[0] == one for key in new),
            "changed": [
                {"day": key[1].isoformat(), "before": decimal_text(was), "after": decimal_text(found[key])}
                for key, was in sorted(changed.items())
                if key[0] == one
            ],
            "source": source,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        subject = f"currency:{one}"
        events.record(Happening(subject, "exchange_rates_imported", subject, actor, now, payload))
    return ImportedRates(len(rows), len(rows), (), len(new), len(changed), len(found) - len(new) - len(changed))


def rate_on(currency: str, day: date) -> ExchangeRate | None:
    """The latest rate published up to and with a day; None where none is known."""
    return ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day").first()


def _row(
    row: SheetRow, currency: str, today: date, problems: list[RowProblem]
) -> tuple[tuple[str, date], Decimal] | None:
    before, cells = len(problems), row.cells

    def bad(field: str, code: str, text: str) -> None:
        problems.append(RowProblem(row.number, field, code, text))

    name = (cells.get("currency") or currency).upper()
    if not _CURRENCY.match(name) or name == "NOK":
        bad("currency", "not_a_currency", _("ventet en valuta som USD – fant «%(found)s»") % {"found": name[:20]})
    if cells.get("quote", "NOK") not in ("", "NOK"):
        bad("quote", "not_kroner", _("kursen må være i norske kroner"))
    day = None
    try:
        day = day_in(cells["day"])
        if day > today:
            bad("day", "in_the_future", _("dagen ligger fram i tid"))
    except RowError as error:
        bad("day", error.code, error.text)
    # A rate has a decimal sign and no thousands: 10.543 is ten and a half.
    rate = Decimal(cells["rate"].replace(",", ".")) if _RATE.match(cells["rate"]) else Decimal(0)
    if not rate:
        bad("rate", "not_a_rate", _("ventet en kurs som 10,5432 – fant «%(found)s»") % {"found": cells["rate"][:20]})
    power = cells.get("power") or "0"
    if not _POWER.match(power):
        bad("power", "not_a_power", _("ventet 0 for én enhet eller 2 for hundre"))
    if "" in cells:
        bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if len(problems) > before or day is None:
        return None
    return (name, day), rate.scaleb(-int(power))
