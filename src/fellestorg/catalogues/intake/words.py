"""The names of what a price list does and where it stands, in the active language; and the chart of its changes."""

from __future__ import annotations

from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.catalogues.intake.queries import STEPS
from fellestorg.catalogues.models import PriceListSubmission, SubmittedLine
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
_KINDS: dict[str, tuple[Promise, Tone]] = {
    "new": (gettext_lazy("Ny"), "success"),
    "changed": (gettext_lazy("Endret"), "info"),
    "removed": (gettext_lazy("Går ut"), "warning"),
    "unchanged": (gettext_lazy("Uendret"), "neutral"),
    "over": (gettext_lazy("Over reguleringen"), "danger"),
}


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
