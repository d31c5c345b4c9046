"""The arithmetic of the ceiling ledger, warnings and forecast. Pure: no database, no clock."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

WARN_AT_PERCENT = (50, 75, 90)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Draw:
    """The sums of one call-off under a lot, kroner without VAT."""

    committed: Decimal = _ZERO
    released: Decimal = _ZERO
    reserved: Decimal = _ZERO
    actual: Decimal = _ZERO

    @property
    def used(self) -> Decimal:
        """What it draws on the ceiling: the larger of what is still committed and what it actually became (design 2.4)."""
        return max(self.committed - self.released, self.actual)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to be posted. ``of_reserve`` marks a release that closes a reserve instead of giving back a commitment."""

    kind: str
    amount: Decimal
    of_reserve: bool = False


def post(draw: Draw, entry: Entry) -> Draw:
    """The draw after one more entry. Raises ValueError where it would release or take back more than there is."""
    match entry.kind:
        case "reserve":
            return replace(draw, reserved=draw.reserved + entry.amount)
        case "commit" | "opening":
            return replace(draw, committed=draw.committed + entry.amount)
        case "actual":
            return replace(draw, actual=draw.actual + entry.amount)
        case "release" if entry.of_reserve:
            if entry.amount > draw.reserved:
                raise ValueError(f"cannot release {entry.amount} of a reserve of {draw.reserved}")
            return replace(draw, reserved=draw.reserved - entry.amount)
        case "release":
            if entry.amount > draw.committed - draw.released:
                raise ValueError(f"cannot release {entry.amount} of {draw.committed - draw.released} committed")
            return replace(draw, released=draw.released + entry.amount)
        case "correct":
            return _corrected(draw, entry.amount)
    raise ValueError(f"there is no ledger entry of kind {entry.kind!r}")


def _corrected(draw: Draw, amount: Decimal) -> Draw:
    """Take back part of a fact. A fact is either an opening balance or an actual; what was ordered here is released."""
    if draw.reserved or draw.released or (draw.committed and draw.actual):
        raise ValueError("only a recorded fact is corrected")
    if amount > draw.used:
        raise ValueError(f"cannot correct {amount} of {draw.used} recorded")
    if draw.committed:
        return replace(draw, committed=draw.committed - amount)
    return replace(draw, actual=draw.actual - amount)


def percent_reached(used: Decimal, limit: Decimal) -> int:
    """The highest warning level that ``used`` has reached, or 0."""
    return max((level for level in WARN_AT_PERCENT if used * 100 >= limit * level), default=0)


def forecast_exhaustion(
    monthly: Sequence[tuple[date, Decimal]], used: Decimal, limit: Decimal, today: date, months: int = 12
) -> date | None:
    """The day the ceiling is spent if the lot is used on as in the last months; None where nothing was drawn.

    ``monthly`` holds (first day of month, drawn that month), oldest first. The running month counts by its days so far.
    The rate is what was drawn over the days since the oldest of the last ``months`` months began.
    """
    if used >= limit:
        return today
    # Asked about an earlier day, what was drawn after it is not known yet.
    window = [(month, drawn) for month, drawn in monthly if _months_before(today, months) < month <= today]
    drawn = sum((amount for _, amount in window), _ZERO)
    if not window or drawn <= 0:
        return None
    days = (today - window[0][0]).days + 1
    days_left = (limit - used) * days / drawn
    if days_left > 36_500:
        return None
    return today + timedelta(days=int(days_left) + (days_left != int(days_left)))


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many months later; the month's last day where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _months_before(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
