"""View models of the agreement pages: ceilings as charts and words, policies as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.directory import AgreementRow, HaltView, LotView, ParticipantView, PolicyView
from fellestorg.agreements.queries import CeilingView
from fellestorg.agreements.rules import WARN_AT_PERCENT
from fellestorg.agreements.words import PolicyWords, category_name, policy_in_words, region_name
from fellestorg.ui import formats
from fellestorg.ui.charts import LineChart, Series, StackedBarChart, Threshold

_MILLION = Decimal(1_000_000)
_MOST_MONTHS = 72

STATUS_NAMES: dict[str, Promise] = {
    "in_force": gettext_lazy("Gjelder nå"),
    "coming": gettext_lazy("Kommer"),
    "delayed": gettext_lazy("Utsatt"),
    "cancelled": gettext_lazy("Avlyst"),
    "draft": gettext_lazy("Utkast"),
    "ended": gettext_lazy("Utløpt"),
}
STATUS_TONES = {
    "in_force": "success",
    "coming": "info",
    "delayed": "warning",
    "cancelled": "danger",
    "draft": "neutral",
    "ended": "neutral",
}
INSTRUMENT_NAMES: dict[str, Promise] = {
    "framework": gettext_lazy("Rammeavtale"),
    "dps": gettext_lazy("Dynamisk innkjøpsordning"),
    "terms": gettext_lazy("Vilkårspakke på markedsplassen"),
}
GROUND_NAMES: dict[str, Promise] = {
    "obligatory": gettext_lazy("Obligatorisk"),
    "opt_in": gettext_lazy("Tilvalgt"),
    "later": gettext_lazy("Kommer med senere"),
}
PARTICIPATION_NAMES: dict[str, Promise] = {
    "obligatory": gettext_lazy("Obligatorisk"),
    "waits": gettext_lazy("Venter"),
    "opt_in": gettext_lazy("Tilvalgt"),
    "not_covered": gettext_lazy("Ikke omfattet"),
}
ENTRY_NAMES: dict[str, Promise] = {
    "opening": gettext_lazy("Åpningssaldo"),
    "reserve": gettext_lazy("Holdt av"),
    "commit": gettext_lazy("Avrop gjort"),
    "release": gettext_lazy("Frigitt"),
    "actual": gettext_lazy("Faktisk kjøp"),
    "correct": gettext_lazy("Rettet"),
}


@dataclass(frozen=True, slots=True)
class StatusTag:
    name: str
    tone: str


@dataclass(frozen=True, slots=True)
class ShownLot:
    """A lot with its words."""

    view: LotView
    policy: PolicyWords | None
    categories: str
    regions: str


@dataclass(frozen=True, slots=True)
class CeilingWords:
    """The ceiling in one sentence and, where it can be said, the day it is spent; ``tone`` for the alert around it."""

    state: str
    forecast: str
    tone: str


def status_tag(row: AgreementRow) -> StatusTag:
    return StatusTag(str(STATUS_NAMES[row.status]), STATUS_TONES[row.status])


def participation_in_words(one: ParticipantView) -> str:
    """What an organisation is under an agreement: "Venter til 1. januar 2024 (egen avtale til 31. desember 2023)"."""
    if one.status != "waits" or one.valid_from is None:
        return str(PARTICIPATION_NAMES[one.status])
    text = _("Venter til %(day)s") % {"day": formats.day(one.valid_from)}
    if one.own_contract_to is not None:
        text += " " + _("(egen avtale til %(day)s)") % {"day": formats.day(one.own_contract_to)}
    return text


_LOTS_SHOWN_WHOLE = 4


@dataclass(frozen=True, slots=True)
class LotGroup:
    """Lots that are called off alike, with the words of their policy."""

    policy: PolicyWords | None
    lots: tuple[ShownLot, ...]


def grouped(lots: Sequence[ShownLot]) -> list[LotGroup]:
    """Many lots gathered by policy, in the order of their first lot; none where they are few enough to show one by one."""
    if len(lots) <= _LOTS_SHOWN_WHOLE:
        return []
    alike: dict[str, list[ShownLot]] = {}
    for one in lots:
        alike.setdefault(repr(one.view.policy.document), []).append(one)
    return [LotGroup(group[0].policy, tuple(group)) for group in alike.values()]


def halt_words(halt: HaltView) -> list[str]:
    """What to know of an agreement that is cancelled or delayed, sentence by sentence."""
    since = formats.day(halt.since)
    if halt.kind == "cancelled":
        return [_("Avlyst %(day)s.") % {"day": since}, halt.reason, _("Ingen kan gjøre avrop på avtalen.")]
    if halt.expected is not None:
        when = _("Ventes å begynne %(day)s.") % {"day": formats.day(halt.expected)}
    else:
        when = _("Det er ikke kjent når avtalen kan begynne.")
    return [
        _("Utsatt siden %(day)s.") % {"day": since},
        halt.reason,
        when,
        _("Saken ligger hos %(who)s.") % {"who": halt.responsible},
        _("Ingen kan gjøre avrop før avtalen begynner."),
    ]


def shown_lot(view: LotView) -> ShownLot:
    """A lot as the pages show it."""
    return ShownLot(
        view,
        policy_words(view.policy),
        ", ".join(category_name(code) for code in view.categories),
        ", ".join(region_name(code) for code in view.regions),
    )


def policy_words(policy: PolicyView) -> PolicyWords | None:
    """The policy in words, or None where the lot has none."""
    return policy_in_words(policy.document) if policy.document is not None else None


def ceiling_words(ceiling: CeilingView, ends: date) -> CeilingWords:
    """What is left, and when it is spent, in words."""
    money = {
        "left": formats.money(ceiling.left, 0),
        "limit": formats.money(ceiling.limit, 0),
        "share": formats.share(ceiling.share, 1),
    }
    if ceiling.breached:
        past = formats.money(ceiling.used + ceiling.reserved - ceiling.limit, 0)
        state = _("Taket på %(limit)s er brutt med %(past)s. Ingen kan gjøre flere avrop.") % {**money, "past": past}
        return CeilingWords(state, "", "danger")
    if ceiling.left == 0:
        return CeilingWords(_("Taket på %(limit)s er nådd. Ingen kan gjøre flere avrop.") % money, "", "danger")
    state = _("%(share)s av taket på %(limit)s er brukt. Det er %(left)s igjen.") % money
    tone = "warning" if ceiling.share * 100 >= WARN_AT_PERCENT[-1] else "info"
    if ceiling.exhausted_on is None:
        return CeilingWords(state, _("Det er brukt for lite til å si når taket nås."), tone)
    day = formats.day(ceiling.exhausted_on)
    if ceiling.exhausted_on > ends:
        text = _("Med samme bruk som de siste tolv månedene holder taket ut avtaleperioden (til %(day)s).")
        return CeilingWords(state, text % {"day": day}, tone)
    text = _("Med samme bruk som de siste tolv månedene er taket brukt opp %(day)s, før avtalen utløper.")
    return CeilingWords(state, text % {"day": day}, "warning")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to show large, with a note under it."""

    label: str
    value: str
    note: str = ""


def ceiling_figures(ceiling: CeilingView) -> list[Figure]:
    """Limit, used, reserved and left in millions, each with its exact amount; and the day it is spent."""
    amounts = [
        (_("Taket uten mva."), ceiling.limit),
        (_("Brukt"), ceiling.used),
        (_("Holdt av"), ceiling.reserved),
        (_("Igjen"), ceiling.left),
    ]
    figures = [
        Figure(
            label,
            _("%(n)s mill. kr") % {"n": formats.number(amount / _MILLION, 1)},
            formats.money(amount, 0),
        )
        for label, amount in amounts
    ]
    if ceiling.exhausted_on is not None:
        figures.append(Figure(_("Taket nås"), formats.day(ceiling.exhausted_on, "medium"), _("prognose")))
    return figures


def ceiling_bar(ceiling: CeilingView, title: str) -> StackedBarChart:
    """Used, reserved and left, as one bar in millions of kroner."""
    return StackedBarChart(
        _("Taket for %(lot)s") % {"lot": title},
        (title,),
        (
            Series(_("Brukt"), (ceiling.used / _MILLION,)),
            Series(_("Holdt av"), (ceiling.reserved / _MILLION,)),
            Series(_("Igjen"), (ceiling.left / _MILLION,), rest=True),
        ),
        unit=_("mill. kr"),
        places=1,
        label_heading=_("Delkontrakt"),
    )


def ceiling_line(
    history: Sequence[tuple[date, Decimal]], ceiling: CeilingView, today: date, ends: date
) -> LineChart | None:
    """What was used at each month's end, the limit and the warning levels, and where it is heading (dashed).

    None where nothing was ever drawn.
    """
    if not history:
        return None
    this_month = _month(today)
    first = history[0][0]
    last = max(this_month, _month(ends))
    if ceiling.exhausted_on is not None:
        # To the month after, where the line meets the ceiling; a point stands at the beginning of its month.
        last = max(_next(this_month), min(last, _next(_month(ceiling.exhausted_on))))
    months = _months(first, last)
    known = dict(history)
    used: list[Decimal | None] = []
    level = Decimal(0)
    for month in months:
        level = known.get(month, level)
        used.append(level / _MILLION if month <= this_month else None)
    series = [Series(_("Brukt"), tuple(used))]
    forecast = _forecast(months, this_month, ceiling, today)
    if forecast is not None:
        series.append(Series(_("Prognose"), forecast, forecast=True))
    thresholds = tuple(
        Threshold(formats.share(Decimal(percent) / 100), ceiling.limit * percent / 100 / _MILLION, warning=True)
        for percent in WARN_AT_PERCENT
    )
    return LineChart(
        _("Bruken av taket over tid"),
        tuple(formats.day(month, "month") for month in months),
        tuple(series),
        (*thresholds, Threshold(_("Taket"), ceiling.limit / _MILLION)),
        unit=_("mill. kr"),
        places=1,
        label_heading=_("Måned"),
    )


def _forecast(
    months: Sequence[date], this_month: date, ceiling: CeilingView, today: date
) -> tuple[Decimal | None, ...] | None:
    spent_on = ceiling.exhausted_on
    if spent_on is None or spent_on <= today or months[-1] <= this_month:
        return None
    now = ceiling.used + ceiling.reserved
    a_day = (ceiling.limit - now) / (spent_on - today).days
    return tuple(
        None if month < this_month else min(now + a_day * max((month - this_month).days, 0), ceiling.limit) / _MILLION
        for month in months
    )


def _month(day: date) -> date:
    return day.replace(day=1)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _months(first: date, last: date) -> list[date]:
    start, stop = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    start = max(start, stop - _MOST_MONTHS + 1)
    return [date(index // 12, index % 12 + 1, 1) for index in range(start, stop + 1)]
