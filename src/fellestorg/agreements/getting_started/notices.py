"""Who is told when something is sent, confirmed or asked back."""

from __future__ import annotations

from datetime import datetime

from fellestorg.agreements.models import SupplierSetup
from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.organisations.models import RoleGrant
from fellestorg.organisations.queries import people_with_role


def sent(part: SupplierSetup, *, at: datetime) -> None:
    """Tell the supplier's people, and its own address where none of them has it."""
    supplier = part.supplier
    people = people_with_role(RoleGrant.Role.SUPPLIER, supplier, clock.local_day(at))
    told = [Recipient(one.key, one.email, one.language) for one in people]
    if supplier.email and supplier.email not in {one.email for one in told}:
        told.append(Recipient("", supplier.email, supplier.language_form))
    messages.tell(told, "agency_setup_sent", _params(part), link=f"/kundeoppsett/{part.pk}", at=at)


def answered(part: SupplierSetup, *, at: datetime) -> None:
    """Tell the agency's local agreement managers."""
    agency = part.setup.organisation
    people = people_with_role(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, agency, clock.local_day(at))
    told = [Recipient(one.key, one.email, one.language) for one in people]
    confirmed = part.state == SupplierSetup.State.CONFIRMED
    code = "agency_setup_confirmed" if confirmed else "agency_setup_asked_back"
    messages.tell(told, code, _params(part), link=f"/avtaler/{part.setup.agreement.key}/kom-i-gang", at=at)


def _params(part: SupplierSetup) -> dict[str, object]:
    agreement = part.setup.agreement
    return {
        "agency": part.setup.organisation.name,
        "supplier": part.supplier.name,
        "agreement": {code: localised(agreement, "title", code) for code in LANGUAGES},
        "number": part.customer_number,
        "question": part.question,
    }
