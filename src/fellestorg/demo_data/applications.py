"""Two applications to the purchasing system for courses: one that waits for its decision, one that was refused. Made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fellestorg.agreements.models import AdmissionApplication, Lot
from fellestorg.demo_data import agencies
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.wishes import working_day_before
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.law.deadlines import compute_deadline
from fellestorg.organisations.models import Organisation, RoleGrant


def lay(ground: Ground, day: date) -> None:
    """Save them; nothing while the system is too young. In the load's transaction, when the events before are recorded."""
    lot = Lot.objects.select_related("agreement__manager").get(agreement__key="kurs-og-konferanse", key="kurs")
    if not lot.agreement.starts + timedelta(days=40) <= day <= lot.agreement.ends:
        return
    # In the order of time, as the log has them.
    store = "Vi leier ut lagerlokaler i Drammen (demodata)"
    refused = _application(ground, lot, "plankeverk", day - timedelta(days=30), store)
    _refuse(ground, refused, day - timedelta(days=21))
    halls = "Vi har to møtesaler med 60 plasser og egen kantine (demodata)"
    _application(ground, lot, "stolmakeren", working_day_before(day), halls)


def _application(ground: Ground, lot: Lot, key: str, on: date, evidence: str) -> AdmissionApplication:
    supplier = Organisation.objects.get(number=FURTHER_SUPPLIERS[key][0])
    person = ground.staff[supplier.number, RoleGrant.Role.SUPPLIER][0]
    row = AdmissionApplication.objects.create(
        lot=lot,
        supplier=supplier,
        categories=["course_day"],
        evidence=evidence,
        declared=True,
        received_at=at(on, 11, 5),
        received_from=person,
        due=compute_deadline("dps_admission", on, law_on=lot.agreement.ruleset_date).due,
    )
    _record(row, "admission_applied", Actor(person.key, person.name), {"due": row.due.isoformat()}, at(on, 11, 5))
    return row


def _refuse(ground: Ground, row: AdmissionApplication, on: date) -> None:
    manager, second = row.lot.agreement.manager, ground.staff[agencies.OWNER, RoleGrant.Role.SI_ADMIN][0]
    row.state, row.proposed = AdmissionApplication.State.REFUSED, AdmissionApplication.State.REFUSED
    row.assessment = (
        "Leverandøren tilbyr ikke kurs- eller møtelokaler. Kravet om egnede lokaler er ikke oppfylt (demodata)."
    )
    row.assessed_by, row.assessed_at = manager, at(on, 10)
    row.decided_by, row.decided_at = second, at(on, 14)
    row.save()
    _record(row, "admission_assessed", Actor(manager.key, manager.name), {"outcome": "refused"}, at(on, 10))
    _record(row, "admission_decided", Actor(second.key, second.name), {"outcome": "refused", "late": False}, at(on, 14))


def _record(row: AdmissionApplication, verb: str, actor: Actor, payload: dict[str, object], when: datetime) -> None:
    told = {"supplier": row.supplier.number, "application": row.pk, **payload}
    events.record(Happening(f"lot:{row.lot}", verb, f"lot:{row.lot}", actor, when, told))
