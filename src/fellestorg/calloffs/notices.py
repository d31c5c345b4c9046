"""Who is told what about a call-off, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.models import CallOff
from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import approvers_for, people_with_role
from fellestorg.ui import formats

TEXTS = {
    "call_off_made": (
        _("Nytt avrop {number}"),
        _("{buyer} har gjort avrop {number} under {agreement}: {title}, {amount} kr uten mva. Hos: {suppliers}."),
    ),
    "order_ready": (
        _("Ny bestilling fra {buyer}: {number}"),
        _("{buyer} bestiller under {agreement}: {title}, {amount} kr uten mva. Bestillingen ligger klar i Fellestorg."),
    ),
    "approval_asked": (
        _("Avrop {number} venter på deg"),
        _("{buyer} vil kjøpe {title} for {amount} kr uten mva. Beløpet er holdt av til og med {day}."),
    ),
    "call_off_approved": (
        _("Avrop {number} er godkjent"),
        _("Avropet {title}, {amount} kr uten mva., er godkjent og bestilt."),
    ),
    "call_off_approved_to_ask": (
        _("Avrop {number} er godkjent"),
        _("Avropet {title} er godkjent. Nå spørres leverandørene én om gangen, i rangert rekkefølge."),
    ),
    "call_off_declined": (
        _("Avrop {number} ble ikke godkjent"),
        _("Avropet {title}, {amount} kr uten mva., ble ikke godkjent. Grunn: {reason}"),
    ),
    "call_off_cancelled": (
        _("Avrop {number} er kansellert"),
        _("{buyer} har kansellert {title}, {amount} kr uten mva. Grunn: {reason}"),
    ),
    "reserve_lapsed": (
        _("Avrop {number} har falt bort"),
        _("Ingen godkjente {title}, {amount} kr uten mva., innen fristen. Beløpet er ledig igjen under taket."),
    ),
    "dps_invitation_needed": (
        _("Avrop {number} skal ut til alle i kategorien"),
        _("{buyer} har et behov under {agreement}: {title}. Skal inviteres: {suppliers}."),
    ),
    "mini_competition_needed": (
        _("Avrop {number} skal avgjøres ved minikonkurranse"),
        _("{buyer} har et behov under {agreement} som må ut på minikonkurranse: {title}. Skal inviteres: {suppliers}."),
    ),
}


def made(call_off: CallOff, *, at: datetime) -> None:
    """Tell the agreement manager and, by the outcome, the suppliers, or those who may approve."""
    state = call_off.state
    if state == CallOff.State.AWAITING_APPROVAL:
        day = clock.local_day(at)
        approvers = approvers_for(call_off.buyer, call_off.contract_value, day)
        asked = [one for one in approvers if call_off.requested_by is None or one.pk != call_off.requested_by.pk]
        _tell(recipients(asked), "approval_asked", call_off, at)
        return
    if state == CallOff.State.OFFERED:
        return  # The suppliers are told one at a time, by the cascade.
    manager = recipients([call_off.lot.agreement.manager])
    if state == CallOff.State.DPS_INVITATION:
        _tell([*manager, *requester(call_off)], "dps_invitation_needed", call_off, at)
        return
    if state == CallOff.State.MINI_COMPETITION:
        _tell([*manager, *requester(call_off)], "mini_competition_needed", call_off, at)
        return
    _tell(manager, "call_off_made", call_off, at)
    _tell(_suppliers(call_off, at), "order_ready", call_off, at)


def approved(call_off: CallOff, *, at: datetime) -> None:
    if call_off.state == CallOff.State.OFFERED:
        _tell(requester(call_off), "call_off_approved_to_ask", call_off, at)
        return
    _tell(requester(call_off), "call_off_approved", call_off, at)
    _tell(recipients([call_off.lot.agreement.manager]), "call_off_made", call_off, at)
    _tell(_suppliers(call_off, at), "order_ready", call_off, at)


def declined(call_off: CallOff, *, at: datetime) -> None:
    _tell(requester(call_off), "call_off_declined", call_off, at)


def cancelled(call_off: CallOff, *, at: datetime) -> None:
    told = [*recipients([call_off.lot.agreement.manager]), *requester(call_off)]
    # A supplier hears only of what it had heard of: an order that was held for approval never reached it.
    if call_off.approved_by_id is not None or call_off.reserve_until is None:
        told += _suppliers(call_off, at)
    _tell(told, "call_off_cancelled", call_off, at)


def lapsed(call_off: CallOff, *, at: datetime) -> None:
    _tell(requester(call_off), "reserve_lapsed", call_off, at)


def _tell(recipients: Iterable[Recipient], code: str, call_off: CallOff, at: datetime) -> None:
    suppliers = [order.supplier.name for order in call_off.orders.select_related("supplier")]
    suppliers += [one.supplier.name for one in call_off.invitations.select_related("supplier")]
    until = call_off.reserve_until
    params = {
        "number": call_off.number,
        "buyer": call_off.buyer.name,
        "agreement": {code: localised(call_off.lot.agreement, "title", code) for code in LANGUAGES},
        "title": call_off.title,
        "amount": {code: formats.number(call_off.contract_value, 2, code) for code in LANGUAGES},
        "suppliers": ", ".join(suppliers),
        "day": {code: formats.day(until, code=code) for code in LANGUAGES} if until else "",
        "reason": call_off.closed_reason,
    }
    messages.tell(recipients, code, params, link=f"/avrop/{call_off.number}", at=at)


def recipients(people: Iterable[Person]) -> list[Recipient]:
    """People as those who are told."""
    return [Recipient(one.key, one.email, one.language) for one in people]


def requester(call_off: CallOff) -> list[Recipient]:
    """Whoever made the call-off."""
    return recipients([call_off.requested_by]) if call_off.requested_by else []


def people_at(supplier: Organisation, at: datetime) -> list[Recipient]:
    """A supplier's people on the day, and its own address where none of them has it."""
    told = recipients(people_with_role(RoleGrant.Role.SUPPLIER, supplier, clock.local_day(at)))
    if supplier.email and supplier.email not in {one.email for one in told}:
        told.append(Recipient("", supplier.email, supplier.language_form))
    return told


def _suppliers(call_off: CallOff, at: datetime) -> list[Recipient]:
    suppliers = Organisation.objects.filter(orders__call_off=call_off).distinct()
    return [one for supplier in suppliers for one in people_at(supplier, at)]
