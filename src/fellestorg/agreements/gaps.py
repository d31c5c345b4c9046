"""Time that no joint agreement covers: between an agreement and the one that took over, or after the last one.

The arithmetic is pure; :func:`all_gaps` feeds it what the database knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from fellestorg.agreements.halts import halted_on, in_force, last_day
from fellestorg.agreements.models import ExtensionOption, FrameworkAgreement, Lot

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days, first and last included, on which an agreement covers an item category.

    ``options_to`` is the last day if every option that may still be used is used; ``ends`` where there is none.
    """

    agreement: str
    category: str
    starts: date
    ends: date
    options_to: date


@dataclass(frozen=True, slots=True)
class Gap:
    """Days, both included, without an agreement for some categories. ``last`` is None where nothing is known to come.

    ``after`` is the agreement that ended, ``before`` the one that begins. ``options_to`` is how far the options of the
    one before could still reach; the gap then begins the day after, or is closed by them.
    """

    categories: tuple[str, ...]
    first: date
    last: date | None
    after: str
    before: str
    options_to: date | None

    @property
    def certain_from(self) -> date | None:
        """The first day that no option can cover; None where the options close the gap."""
        first = self.first if self.options_to is None else max(self.first, self.options_to + _ONE_DAY)
        return None if self.last is not None and first > self.last else first

    @property
    def day_before(self) -> date:
        """The last day that was covered."""
        return self.first - _ONE_DAY

    @property
    def day_after(self) -> date | None:
        """The first day that is covered again; None where nothing is known to come."""
        return None if self.last is None else self.last + _ONE_DAY

    def holds(self, day: date) -> bool:
        """Whether a day lies in the gap."""
        return self.first <= day and (self.last is None or day <= self.last)


def find_gaps(periods: Iterable[Period]) -> list[Gap]:
    """The gaps between periods of the same category, and the open one after the last; categories with the same gap together.

    Periods may touch, overlap or lie inside each other: a day that any of them covers is in no gap.
    """
    found: dict[tuple[date, date | None, str, str, date | None], list[str]] = {}
    ordered = sorted(periods, key=lambda one: (one.category, one.starts, one.ends, one.agreement))
    for category, mine in groupby(ordered, key=lambda one: one.category):
        for gap in _gaps_of_one(list(mine)):
            found.setdefault(gap, []).append(category)
    gaps = [Gap(tuple(categories), *key) for key, categories in found.items()]
    return sorted(gaps, key=lambda one: (one.first, one.categories))


def _gaps_of_one(periods: Sequence[Period]) -> Iterable[tuple[date, date | None, str, str, date | None]]:
    """The gaps of one category. ``periods`` are ordered by their first day and not empty."""
    latest = periods[0]
    reach = latest.options_to
    for one in [*periods[1:], None]:
        first = latest.ends + _ONE_DAY
        if one is None or one.starts > first:
            yield (
                first,
                None if one is None else one.starts - _ONE_DAY,
                latest.agreement,
                "" if one is None else one.agreement,
                reach if reach >= first else None,
            )
        if one is not None:
            if one.ends > latest.ends:
                latest = one
            reach = max(reach, one.options_to)


def all_gaps(today: date) -> list[Gap]:
    """Every gap as it is known on a day, the past ones too, oldest first."""
    return find_gaps(periods(today))


def holding(day: date) -> list[Gap]:
    """The gaps that a day lies in."""
    return [one for one in all_gaps(day) if one.holds(day)]


def gaps_around(agreement: FrameworkAgreement, today: date) -> list[Gap]:
    """The gaps right before and right after one agreement."""
    return [one for one in all_gaps(today) if agreement.key in (one.after, one.before)]


def coming_gaps(today: date, *, within_days: int) -> list[Gap]:
    """The gaps that no option can close and that begin within so many days, or have begun and are not known to end."""
    last = today + timedelta(days=within_days)
    return [
        one
        for one in all_gaps(today)
        if (certain := one.certain_from) is not None and certain <= last and (one.last is None or one.last >= today)
    ]


def periods(today: date) -> list[Period]:
    """What each agreement covers, category by category, with the decisions on extension made by ``today``."""
    made = []
    for agreement in FrameworkAgreement.objects.prefetch_related("lots", "extensions", "halts"):
        ends = last_day(end_on(agreement, agreement.extensions.all(), today), agreement.halts.all(), today)
        if ends < agreement.starts:
            continue  # cancelled or delayed before it began: it covers nothing
        # What has ended is not revived (FA-4), so its options are of no use any more.
        halted = in_force(agreement.halts.all(), today) is not None
        reach = agreement.latest_end if today <= ends and not halted else ends
        categories = {category for lot in agreement.lots.all() for category in lot.categories}
        made += [Period(agreement.key, category, agreement.starts, ends, reach) for category in sorted(categories)]
    return made


def end_on(agreement: FrameworkAgreement, extensions: Iterable[ExtensionOption], day: date) -> date:
    """The agreement's last day as it was known on a day: later decisions to extend are left out."""
    undecided = [one.starts for one in extensions if one.exercised_on is None or one.exercised_on > day]
    return min([agreement.ends, *(starts - _ONE_DAY for starts in undecided)])


def covered(categories: Iterable[str], day: date) -> bool:
    """Whether some agreement in force on a day covers any of the categories."""
    lots = Lot.objects.filter(categories__overlap=list(categories))
    in_time = lots.filter(agreement__starts__lte=day, agreement__ends__gte=day)
    return in_time.exclude(agreement__in=halted_on(day)).exists()


def around(categories: Iterable[str], day: date) -> tuple[FrameworkAgreement | None, FrameworkAgreement | None]:
    """The agreement that last covered any of the categories before a day, and the next to begin after it."""
    halted = list(halted_on(day))
    lots = Lot.objects.filter(categories__overlap=list(categories)).exclude(agreement__in=halted)
    lots = lots.select_related("agreement")
    agreements = {lot.agreement.pk: lot.agreement for lot in lots}.values()
    ended = max((one for one in agreements if one.ends < day), key=lambda one: one.ends, default=None)
    coming = min((one for one in agreements if one.starts > day), key=lambda one: one.starts, default=None)
    return ended, coming
