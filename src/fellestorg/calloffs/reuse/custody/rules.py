"""The steps from desk to certificate, what a row must hold, and what fits in a chain. No database and no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from fellestorg.calloffs.reuse.custody.words import STEP_NAMES
from fellestorg.kernel.clock import OSLO
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, decimal_in
from fellestorg.ui.formats import instant as instant_text
from fellestorg.ui.formats import number

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "agency": ("organisasjonsnummer", "org.nr.", "virksomhet"),
    "reference": ("oppgjør", "oppgjørsnummer", "oppgjer", "avrop"),
    "step": ("steg",),
    "happened_at": ("tidspunkt", "tid"),
    "role": ("hvem", "kven", "rolle"),
    "place": ("sted", "stad"),
    "units": ("antall", "tal"),
    "certificate": ("sertifikat", "slettesertifikat"),
}
REQUIRED = ("agency", "reference", "step", "happened_at", "role", "place")
#: The steps in their order. What is erased is either resold or recycled: both are the last.
STAGES: tuple[tuple[str, ...], ...] = (
    ("collected",),
    ("secured",),
    ("handed_over",),
    ("received",),
    ("erased",),
    ("resold", "recycled"),
)
STEPS = tuple(step for stage in STAGES for step in stage)
AGENCY_STEPS = frozenset(("collected", "secured", "handed_over"))
AGENCY_ROLES = ("employee", "ict_support", "facilities")
SUPPLIER_ROLES = ("driver", "reception", "erasure", "sales")
_STAGE = {step: place for place, stage in enumerate(STAGES) for step in stage}
_ERASED = _STAGE["erased"]
_STEPS = {
    "pult": "collected", "skap": "secured", "overlevert": "handed_over", "mottatt": "received", "motteke": "received",
    "slettet": "erased", "sletta": "erased", "solgt": "resold", "selt": "resold", "gjenvunnet": "recycled",
    "attvunne": "recycled",
}  # fmt: skip
_ROLES = {
    "ansatt": "employee", "tilsett": "employee", "ikt-støtte": "ict_support", "drift": "facilities",
    "sjåfør": "driver", "mottak": "reception", "sletting": "erasure", "videresalg": "sales", "vidaresal": "sales",
}  # fmt: skip
_LONGEST = {"reference": 60, "place": 200, "certificate": 200}


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of a chain. ``units`` is None where nobody counted."""

    agency: str
    reference: str
    step: str
    happened_at: datetime
    role: str
    place: str
    units: int | None = None
    certificate: str = ""

    @property
    def chain(self) -> tuple[str, str]:
        return self.agency, self.reference


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a step does not fit in its chain."""

    field: str
    code: str
    text: str


def read_row(row: SheetRow, now: datetime) -> tuple[Taken | None, list[RowProblem]]:
    """A row understood, or everything wrong with it."""
    problems: list[RowProblem] = []
    cells = row.cells

    def bad(field: str, code: str, text: str) -> None:
        problems.append(RowProblem(row.number, field, code, text))

    for field in REQUIRED:
        if not cells.get(field):
            bad(field, "missing", _("må fylles ut"))
    for field, longest in _LONGEST.items():
        if len(cells.get(field, "")) > longest:
            bad(field, "too_long", _("ventet høyst %(longest)s tegn") % {"longest": longest})
    if "/" in cells.get("reference", ""):
        bad("reference", "slash", _("nummeret kan ikke ha skråstrek"))
    step = _code(cells.get("step", ""), _STEPS)
    if step and step not in STEPS:
        bad("step", "unknown_step", _("ventet pult, skap, overlevert, mottatt, slettet, solgt eller gjenvunnet"))
    role = _code(cells.get("role", ""), _ROLES)
    if role and step in STEPS and role not in roles_of(step):
        if step in AGENCY_STEPS:
            bad("role", "wrong_role", _("ventet en rolle i virksomheten: ansatt, IKT-støtte eller drift"))
        else:
            bad("role", "wrong_role", _("ventet en rolle hos leverandøren: sjåfør, mottak, sletting eller videresalg"))
    when, units = now, None
    try:
        if cells.get("happened_at"):
            when = instant_in(cells["happened_at"])
            if when > now:
                bad("happened_at", "in_the_future", _("tidspunktet ligger fram i tid"))
    except RowError as error:
        bad("happened_at", error.code, error.text)
    try:
        if cells.get("units"):
            units = int(decimal_in(cells["units"], places=0, whole_digits=7))
    except RowError as error:
        bad("units", error.code, error.text)
    certificate = cells.get("certificate", "")
    if step == "erased" and not certificate:
        bad("certificate", "no_certificate", _("sletting må ha nummeret på sertifikatet"))
    if step in STEPS and step != "erased" and certificate:
        bad("certificate", "not_here", _("bare sletting har sertifikat"))
    if "" in cells:
        bad("", "too_many_cells", _("raden har flere celler enn overskriften"))
    if problems:
        return None, problems
    return Taken(cells["agency"], cells["reference"], step, when, role, cells["place"], units, certificate), []


def instant_in(text: str) -> datetime:
    """A day and a clock on the wall in Norway, as 2023-10-02 09:15 or 02.10.2023 09:15."""
    for read in (datetime.fromisoformat, lambda given: datetime.strptime(given, "%d.%m.%Y %H:%M").replace(tzinfo=OSLO)):
        try:
            found = read(text)
        except ValueError:
            continue
        if len(text) > len("2023-10-02"):
            return found if found.tzinfo else found.replace(tzinfo=OSLO)
    raise RowError(
        "not_an_instant", _("ventet dag og klokkeslett som 2023-10-02 09:15 – fant «%(found)s»") % {"found": text[:40]}
    )


def roles_of(step: str) -> tuple[str, ...]:
    """The roles that may take a step."""
    return AGENCY_ROLES if step in AGENCY_STEPS else SUPPLIER_ROLES


def faults(new: Taken, others: Iterable[Taken]) -> list[Fault]:
    """Why a step does not fit among the others of its chain: it is out of order, or has more units than the one before.

    A step may be filled in late, so that those after it are looked at too.
    """
    known = [one for one in others if one.step != new.step]
    found = []
    for one in known:
        stages = _STAGE[one.step] - _STAGE[new.step]
        if stages < 0 and one.happened_at > new.happened_at:
            text = _("«%(step)s» kan ikke komme før «%(other)s» (%(when)s)")
        elif stages > 0 and one.happened_at < new.happened_at:
            text = _("«%(step)s» kan ikke komme etter «%(other)s» (%(when)s)")
        else:
            continue
        facts = {"step": _name(new), "other": _name(one), "when": instant_text(one.happened_at, "short")}
        found.append(Fault("happened_at", "out_of_order", text % facts))
        break
    return found + _too_many(new, known)


def missing(chain: Sequence[Taken]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stages that were passed over (a later one is there), and those that are still to come. Each by its first step."""
    there = {_STAGE[one.step] for one in chain}
    last = max(there, default=-1)
    lacking = [place for place in range(len(STAGES)) if place not in there]
    gaps = tuple(STAGES[place][0] for place in lacking if place < last)
    return gaps, tuple(STAGES[place][0] for place in lacking if place > last)


def _too_many(new: Taken, known: Sequence[Taken]) -> list[Fault]:
    counts: dict[int, int] = {}
    for one in (*known, new):
        if one.units is not None:
            counts[_STAGE[one.step]] = counts.get(_STAGE[one.step], 0) + one.units
    for stage in sorted(counts):
        # Units without data are resold unerased, so the last stage is held against what was received.
        before = [one for one in counts if one < stage and not (stage > _ERASED and one == _ERASED)]
        if before and counts[stage] > counts[max(before)]:
            facts = {
                "step": str(STEP_NAMES[STAGES[stage][0]]),
                "n": number(counts[stage]),
                "other": str(STEP_NAMES[STAGES[max(before)][0]]),
                "m": number(counts[max(before)]),
            }
            text = _("«%(step)s» får flere enheter (%(n)s) enn «%(other)s» (%(m)s)") % facts
            return [Fault("units", "too_many", text)]
    return []


def _name(one: Taken) -> str:
    return str(STEP_NAMES[one.step])


def _code(text: str, names: Mapping[str, str]) -> str:
    return names.get(text.lower(), text.lower())
