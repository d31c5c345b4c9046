"""The call-off agreement between an agency and the supplier it is assigned to: how far it has come, with the file."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import SupplierAssignment
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel import clock, events, files
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import StoredFile
from fellestorg.organisations.models import RoleGrant
from fellestorg.values import BadInput, Decision, Problem, Refused

LARGEST = 10_000_000
_PDF = "application/pdf"


def may_keep(actor: Actor, assignment: SupplierAssignment) -> Decision:
    """Whoever manages the agreement, and the agency's own local agreement manager."""
    managing = may_manage(actor, assignment.lot.agreement)
    if managing.allowed:
        return managing
    if assignment.organisation.number in actor.organisations(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER):
        return Decision("allowed", "own_agency")
    return Decision("refused", "not_own_agency")


@transaction.atomic
def record_contract(
    assignment: SupplierAssignment,
    state: str,
    on: date | None,
    document: tuple[str, bytes] | None,
    *,
    actor: Actor,
    now: datetime,
) -> SupplierAssignment:
    """Record that a call-off agreement was sent or signed on a day, or is missing. ``document``: name and PDF bytes.

    Signed needs the file, now or from before. Raises Refused for those who may not, BadInput with every problem.
    """
    rows = SupplierAssignment.objects.select_for_update(of=("self",))
    row = rows.select_related("lot__agreement__owner", "lot__agreement__manager", "organisation").get(pk=assignment.pk)
    if not may_keep(actor, row).allowed:
        raise Refused(
            "not_own_agency", _("Bare avtaleforvalteren og virksomhetens lokale avtaleforvalter kan gjøre dette.")
        )
    problems = []
    if state not in SupplierAssignment.Contract.values:
        problems.append(Problem("contract", "unknown", _("ventet missing, sent eller signed")))
    if state != SupplierAssignment.Contract.MISSING and on is None:
        problems.append(Problem("on", "missing", _("oppgi dagen avropsavtalen ble sendt eller signert")))
    if on is not None and on > clock.local_day(now):
        problems.append(Problem("on", "not_yet", _("dagen kan ikke være etter i dag")))
    if document is not None and not (document[1].startswith(b"%PDF-") and len(document[1]) <= LARGEST):
        problems.append(Problem("document", "not_a_pdf", _("avropsavtalen må være en PDF på høyst 10 MB")))
    if state == SupplierAssignment.Contract.SIGNED and document is None and row.contract_file_id is None:
        problems.append(Problem("document", "missing", _("legg ved den signerte avropsavtalen")))
    BadInput.raise_if(problems)
    if document is not None:
        row.contract_file = _store(row, document, actor, now)
    row.contract = state
    row.contract_on = None if state == SupplierAssignment.Contract.MISSING else on
    row.save(update_fields=["contract", "contract_on", "contract_file"])
    stream = f"lot:{row.lot}"
    told = {
        "agency": row.organisation.number,
        "state": state,
        "on": on.isoformat() if on else None,
        "file": str(row.contract_file_id) if row.contract_file_id else None,
    }
    events.record(Happening(stream, "call_off_agreement_recorded", stream, actor, now, told))
    return row


def _store(row: SupplierAssignment, document: tuple[str, bytes], actor: Actor, now: datetime) -> StoredFile:
    subject = f"assignment:{row.pk}"
    number = StoredFile.objects.filter(subject=subject).count() + 1
    name = f"avropsavtale-{row.organisation.number}-{number}.pdf"
    return files.store(
        subject, "call_off_agreement", name, _PDF, document[1], at=now, actor=actor, stream=f"lot:{row.lot}"
    )
