"""The fourteen who applied to the purchasing system for courses: eleven were admitted, two were refused with reasons, and one
waits for its decision. Made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fellestorg.agreements.models import Admission, AdmissionApplication, Lot
from fellestorg.demo_data import agencies
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.sellers import sellers_of
from fellestorg.demo_data.wishes import working_day_before
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Organisation, RoleGrant

_MET = "Kravene til lokaler, erfaring og økonomi er oppfylt (demodata)."
_HAVE = "Vi har egnede lokaler og har holdt kurs for det offentlige i flere år (demodata)"
# Who was refused, for what, how it said it met the criteria, the days before the demo's day, and why not.
_REFUSED = (
    ("plankeverk", "Vi leier ut lagerlokaler i Drammen (demodata)", 30,
     "Leverandøren tilbyr ikke kurs- eller møtelokaler. Kravet om egnede lokaler er ikke oppfylt (demodata)."),
    ("kurssted-13", "Vi bygger ut, og lokalene er klare neste høst (demodata)", 64,
     "Lokalene er ikke tatt i bruk. Kravet om minst to års erfaring er ikke dokumentert. Søk gjerne igjen (demodata)."),
)  # fmt: skip
_WAITS = ("stolmakeren", "Vi har to møtesaler med 60 plasser og egen kantine (demodata)")


@dataclass(frozen=True, slots=True)
class _Applied:
    """One application: who, in what, on which day, in which words, and what came of it on which day."""

    supplier: Organisation
    categories: list[str]
    regions: list[str]
    on: date
    evidence: str
    state: str
    decided: date | None
    assessment: str


def lay(ground: Ground, day: date) -> None:
    """Save them; nothing while the system is too young. In the load's transaction, when the events before are recorded."""
    lot = Lot.objects.select_related("agreement__manager").get(agreement__key="kurs-og-konferanse", key="kurs")
    if not lot.agreement.starts + timedelta(days=150) <= day <= lot.agreement.ends:
        return
    found = sorted([*_admitted(lot, day), *_others(day)], key=lambda one: (one.on, one.supplier.number))
    manager, second = lot.agreement.manager, ground.staff[agencies.OWNER, RoleGrant.Role.SI_ADMIN][0]
    sellers = sellers_of(one.supplier for one in found)
    rows = AdmissionApplication.objects.bulk_create(
        AdmissionApplication(
            lot=lot,
            supplier=one.supplier,
            categories=one.categories,
            regions=one.regions,
            evidence=one.evidence,
            declared=True,
            received_at=at(one.on, 11, 5),
            received_from=sellers[one.supplier.pk],
            due=compute_deadline("dps_admission", one.on, law_on=lot.agreement.ruleset_date).due,
            state=one.state,
            proposed=one.state if one.decided else "",
            assessment=one.assessment,
            **(
                {
                    "assessed_by": manager,
                    "assessed_at": at(one.decided, 10),
                    "decided_by": second,
                    "decided_at": at(one.decided, 14),
                }
                if one.decided
                else {}
            ),
        )
        for one in found
    )
    told = []
    for row, one in zip(rows, found, strict=True):
        seller = sellers[one.supplier.pk]
        due = {"due": row.due.isoformat()}
        told.append(_told(row, "admission_applied", Actor(seller.key, seller.name), due, row.received_at))
        if one.decided:
            outcome = {"outcome": one.state}
            first, last = Actor(manager.key, manager.name), Actor(second.key, second.name)
            told.append(_told(row, "admission_assessed", first, outcome, at(one.decided, 10)))
            told.append(_told(row, "admission_decided", last, {**outcome, "late": False}, at(one.decided, 14)))
    events.record(*sorted(told, key=lambda happening: happening.at))


def _admitted(lot: Lot, day: date) -> list[_Applied]:
    """What those who are admitted once applied for: decided eight days before it held."""
    found: dict[Organisation, list[Admission]] = {}
    for row in Admission.objects.filter(lot=lot, valid_from__lte=day).select_related("supplier").order_by("category"):
        found.setdefault(row.supplier, []).append(row)
    return [
        _Applied(
            supplier,
            [one.category for one in held],
            held[0].regions,
            working_day_before(held[0].valid_from - timedelta(days=18)),
            _HAVE,
            AdmissionApplication.State.ADMITTED,
            working_day_before(held[0].valid_from - timedelta(days=8)),
            _MET,
        )
        for supplier, held in found.items()
    ]


def _others(day: date) -> list[_Applied]:
    states = AdmissionApplication.State
    made = [
        _Applied(
            _supplier(key),
            ["course_day"],
            [],
            working_day_before(day - timedelta(days=before)),
            words,
            states.REFUSED,
            working_day_before(day - timedelta(days=before - 9)),
            why,
        )
        for key, words, before, why in _REFUSED
    ]
    waits = _Applied(
        _supplier(_WAITS[0]), ["course_day"], [], working_day_before(day), _WAITS[1], states.RECEIVED, None, ""
    )
    return [*made, waits]


def _supplier(key: str) -> Organisation:
    return Organisation.objects.get(number=FURTHER_SUPPLIERS[key][0])


def _told(
    row: AdmissionApplication, verb: str, actor: Actor, payload: Mapping[str, object], when: datetime
) -> Happening:
    told = {"supplier": row.supplier.number, "application": row.pk, **payload}
    return Happening(f"lot:{row.lot}", verb, f"lot:{row.lot}", actor, when, told)
