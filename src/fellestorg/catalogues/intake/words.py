"""The names of what a price list does and where it stands, in the active language; and the chart of its changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.catalogues.intake.queries import STEPS
from fellestorg.catalogues.models import PriceLine, PriceListSubmission, SubmittedLine
from fellestorg.catalogues.rules import COLUMNS
from fellestorg.kernel.sheets import RowProblem
from fellestorg.ui import formats
from fellestorg.ui.charts import BarChart, Point
from fellestorg.ui.parts import Tone

_STATES: dict[str, tuple[Promise, Tone]] = {
    "proposed": (gettext_lazy("Venter på avgjørelse"), "info"),
    "accepted": (gettext_lazy("Godtatt"), "success"),
    "rejected": (gettext_lazy("Avvist"), "danger"),
    "sent_back": (gettext_lazy("Sendt tilbake"), "warning"),
    "withdrawn": (gettext_lazy("Trukket"), "neutral"),
}
_FIELDS: dict[str, Promise] = {
    "supplier_number": gettext_lazy("leverandørens nummer"),
    "product_name": gettext_lazy("produktnavn"),
    "model": gettext_lazy("prismodell"),
    "list_price": gettext_lazy("listepris"),
    "discount_rate": gettext_lazy("rabatt"),
    "terms": gettext_lazy("vilkår for prisen"),
    "tiers": gettext_lazy("trappepriser"),
    "vat_rate": gettext_lazy("mva.-sats"),
    "co2e_kg": gettext_lazy("CO2e"),
    "ecolabel": gettext_lazy("miljømerke"),
    "gtin": gettext_lazy("strekkode"),
    "energy_class": gettext_lazy("energiklasse"),
    "visual_grade": gettext_lazy("tilstand"),
    "erasure_proof": gettext_lazy("bevis for sletting"),
    "updates_until": gettext_lazy("siste oppdateringsdag"),
    "properties": gettext_lazy("andre egenskaper"),
    "valid_to": gettext_lazy("siste dag"),
}
_KINDS: dict[str, tuple[Promise, Tone]] = {
    "new": (gettext_lazy("Ny"), "success"),
    "changed": (gettext_lazy("Endret"), "info"),
    "removed": (gettext_lazy("Går ut"), "warning"),
    "unchanged": (gettext_lazy("Uendret"), "neutral"),
    "over": (gettext_lazy("Over reguleringen"), "danger"),
}
_MOST_LINES = 12


def state_name(submission: PriceListSubmission) -> str:
    """Where a price list stands."""
    return str(_STATES[submission.state][0])


def state_tone(submission: PriceListSubmission) -> Tone:
    """The tone of that."""
    return _STATES[submission.state][1]


def kind_name(kind: str) -> str:
    """What a line does."""
    return str(_KINDS[kind][0])


def kind_tone(line: SubmittedLine) -> Tone:
    """The tone of that."""
    return _KINDS[line.kind][1]


def differences(line: SubmittedLine, before: PriceLine | None) -> list[str]:
    """What a changed line says otherwise than the price before it, besides the price itself: names of the fields."""
    if line.kind != "changed" or before is None:
        return []
    return [str(name) for field, name in _FIELDS.items() if getattr(line, field) != getattr(before, field)]


def chart_of(counts: list[int]) -> BarChart:
    """How many changed prices move by how much."""
    shown = [formats.share(step) for step in STEPS]
    labels = [
        _("ned mer enn %(share)s") % {"share": shown[0].lstrip("-−")},
        *(_("%(low)s til %(high)s") % {"low": low, "high": high} for low, high in pairwise(shown)),
        _("opp %(share)s eller mer") % {"share": shown[-1]},
    ]
    points = tuple(Point(label, count) for label, count in zip(labels, counts, strict=True))
    return BarChart(_("Slik endrer prisene seg"), points, label_heading=_("Endring"))


@dataclass(frozen=True, slots=True)
class Alike:
    """The same fault on some lines of a file: the column by its heading, what is wrong, and where."""

    column: str
    text: str
    lines: str


def alike(faults: Iterable[RowProblem], *, all_told: bool = True) -> list[Alike]:
    """Faults as a reader mends them: each said once, with the lines that have it. ``all_told``: there are no others."""
    found: dict[tuple[str, str], list[int]] = {}
    for one in faults:
        found.setdefault((one.field, one.text), []).append(one.row)
    return [Alike(_heading(field), text, _some(rows, all_told)) for (field, text), rows in found.items()]


def _heading(field: str) -> str:
    return (COLUMNS.get(field) or (field,))[0]


def _some(rows: list[int], all_told: bool) -> str:
    shown = ", ".join(str(row) for row in rows[:_MOST_LINES] if row)
    more = len(rows) - _MOST_LINES
    if more > 0 and not all_told:
        return _("%(lines)s og flere") % {"lines": shown}
    return _("%(lines)s og %(more)s til") % {"lines": shown, "more": more} if more > 0 else shown
